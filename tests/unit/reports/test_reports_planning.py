"""Which quarters a closing counts."""

import pytest

from helpline.reports.rules.periods import Period
from helpline.reports.service import planning


@pytest.mark.parametrize(
    ("closed", "ended", "counted"),
    [
        ("2026-Q2", "", "2026-Q2"),
        ("2025-Q4", "2022-Q1 2024-Q4", "2022-Q1 2025-Q4"),
        ("2026-Q4", "2025-Q1 2025-Q4", "2025-Q1 2026-Q4"),
        ("2027-Q4", "2026-Q1 2026-Q4", "2025-Q1 2027-Q4"),
        ("2028-Q4", "2025-Q1 2027-Q4", "2025-Q1 2028-Q4"),
    ],
)
def test_how_cases_of_a_cycle_ended_is_told_over_all_of_it(
    closed: str, ended: str, counted: str
) -> None:
    quarter = Period.named(closed)
    begun = [one.name for one in planning._begun(quarter)]
    assert [*begun[:1], *begun[-1:]] == ended.split()
    names = sorted(one.name for one in planning._quarters(quarter))
    assert {names[0], names[-1]} == set(counted.split())
