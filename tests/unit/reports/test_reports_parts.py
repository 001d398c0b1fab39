"""A sponsor's part of a release: the same rows, by the layout of the year they belong to."""

from typing import Any

from helpline.reports.rules.parts import part

WHOLE: dict[str, Any] = {
    "schema": "helpline-release/1",
    "method": "sealed-atoms/1",
    "number": 9,
    "previous": "before",
    "period": "2026-Q1",
    "prepared": "2026-05-20",
    "rules": {"k": 5},
    "attributes": [{"name": "category"}],
    "layout": {
        "year": 2026,
        "units": [
            {"code": "GD-1", "members": ["GD-1"]},
            {"code": "GD-2", "members": ["GD-2"]},
            {"code": "g-1", "members": ["GD-3", "GD-4", "GD-5"]},
        ],
    },
    "contacts": [
        {"unit": "GD-1", "period": "2026-Q1", "value": None, "pool": "p"},
        {"unit": "GD-2", "period": "2026-Q1", "value": 30, "pool": None},
        {"unit": "g-1", "period": "2026-Q1", "value": 12, "pool": None},
    ],
    "pools": [
        {"province": "A", "members": ["GD-1", "GD-7", "GD-8"], "value": 6},
        {"province": "B", "members": ["GD-2", "GD-9", "g-2"], "value": 7},
    ],
    "divided": [
        {"unit": "GD-2", "period": "2024", "attribute": "outcome"},
        {"unit": "g-1", "period": "2025", "attribute": "category"},
        {"unit": "GD-2", "period": "2025", "attribute": "category"},
    ],
}


def units_of(found: dict[str, Any], table: str) -> list[str]:
    return [row["unit"] for row in found[table]]


def test_the_rows_of_a_factory_its_group_and_its_pool_and_no_others() -> None:
    found = part(WHOLE, "digest", ["GD-1", "GD-4"], {2025: ["g-1"]})
    assert (found["release"], found["number"], found["rules"]) == ("digest", 9, {"k": 5})
    assert found["schema"] == "helpline-release-part/1"
    assert [unit["code"] for unit in found["layout"]["units"]] == ["GD-1", "g-1"]
    assert found["contacts"] == [WHOLE["contacts"][0], WHOLE["contacts"][2]]
    assert found["pools"] == [WHOLE["pools"][0]]
    assert found["divided"] == [WHOLE["divided"][1]]


def test_a_row_of_an_older_year_belongs_to_that_years_layout() -> None:
    """GD-2 was spoken of alone in 2024; in 2025 it was in a group that has another code."""
    found = part(WHOLE, "digest", ["GD-2"], {2025: ["g-7"], 2024: ["GD-2"]})
    assert units_of(found, "contacts") == ["GD-2"]
    assert found["divided"] == [WHOLE["divided"][0]]


def test_whoever_has_no_factory_has_no_row() -> None:
    found = part(WHOLE, "digest", [], {})
    assert found["layout"]["units"] == []
    assert [found[table] for table in ("contacts", "pools", "divided")] == [[], [], []]


def test_a_part_has_nothing_that_the_release_has_not() -> None:
    found = part(WHOLE, "digest", ["GD-1"], {2025: [], 2024: []})
    for name, value in found.items():
        if isinstance(value, list):
            assert all(row in WHOLE[name] for row in value)
        elif name not in {"schema", "release", "layout"}:
            assert value == WHOLE[name]
