"""Contacts that were erased after their atom was sealed stand with the rest, as one person's."""

import pytest

from helpline.reports.rules.attributes import Attribute
from helpline.reports.rules.breakdowns import Breakdown
from helpline.reports.rules.divisions import divide
from helpline.reports.rules.periods import Grain, Period
from helpline.reports.service.counting import Columns, Row

YEAR = Period(2025 * 12, Grain.YEAR)
CATEGORY = Attribute("category", dict.fromkeys("HSW", 5), ())


@pytest.mark.parametrize(
    ("erased", "said"),
    [
        (0, Breakdown({"W": 8}, 6, ("H", "S"))),
        (2, Breakdown({"W": 8}, 8, ("H", "S"))),
        (7, None),  # of the 13 that remain, one person might have made 8
    ],
)
def test_the_rest_holds_them_and_is_said_where_one_person_made_no_half(
    erased: int, said: Breakdown | None
) -> None:
    codes = "W" * 8 + "H" * 3 + "S" * 3
    rows = [Row("GD-1", YEAR.first, n + 1, {"category": code}) for n, code in enumerate(codes)]
    span = Columns.of(["GD-1"], rows, [CATEGORY]).span("GD-1", (YEAR,))
    found = divide(span, len(codes) + erased, [CATEGORY], [])
    assert found.said["category"] == said
