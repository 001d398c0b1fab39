"""Charts hold what is published and nothing else; factories stand in the order of codes."""

import json
from typing import Any

import pytest

from helpline.reports.rules import bodies
from helpline.reports.rules.charts import DRAWN, MOST_PERIODS, charts
from helpline.reports.rules.comparing import beside
from helpline.reports.rules.portraits import portraits
from tests.unit.reports.closing import Publisher
from tests.unit.reports.synthetic import world

WORDS = {"per_1000": "for each 1,000", "few": "0 to 4", "own": "This one's", "read": "Read this."}
HEAD = {"release": {"number": 8, "rules": {"k": 5}}}


@pytest.fixture(scope="module")
def found() -> list[dict[str, Any]]:
    publisher = Publisher(world(3, factories=90, years=(2024, 2025)), rate=20.0)
    publisher.close_years(2024, 2025)
    closed = publisher.releases[-1].closed
    return [{**HEAD, **bodies.of_portrait(one, closed)} for one in portraits(publisher.releases)]


def rows(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return list(spec["data"]["values"])


def test_a_chart_of_rates_holds_the_newest_periods_of_the_table(
    found: list[dict[str, Any]],
) -> None:
    checked = hidden = 0
    for body in found:
        spec = charts(body, WORDS).get("rates")
        if spec is None:
            continue
        table = {
            one["period"]: one
            for one in body["numbers"]
            if one["grain"] == body["shown_in"] and one["kind"] == body["kind"]
        }
        assert [row["period"] for row in rows(spec)] == sorted(table)[-MOST_PERIODS:]
        for row in rows(spec):
            number = table[row["period"]]
            assert row["rate"] == number["rate"]
            assert (row["few"] is None) == (number["value"] is not None)
            hidden += row["few"] is not None
            checked += 1
    assert checked > 100
    assert hidden > 5


def test_a_hidden_period_has_the_same_block_whatever_it_hides(found: list[dict[str, Any]]) -> None:
    """Its height follows from the headcount alone."""
    for body in found:
        if spec := charts(body, WORDS).get("rates"):
            workers = {one["year"]: one["workers"] for one in body["spoken"]}
            for row in rows(spec):
                if row["few"] is not None:
                    assert row["few"] == round(4000 / workers[int(row["period"][:4])], 1)


def test_bars_are_the_newest_division_the_rest_last(found: list[dict[str, Any]]) -> None:
    drawn = 0
    for body in found:
        for name, spec in charts(body, WORDS).items():
            if name in DRAWN:
                drawn += 1
                assert [row["rest"] for row in rows(spec)][-1]
                assert sum(row["rest"] for row in rows(spec)) == 1
    assert drawn > 10


def test_a_chart_says_where_it_comes_from_and_loads_nothing(found: list[dict[str, Any]]) -> None:
    body = next(one for one in found if "rates" in charts(one, WORDS))
    for spec in charts(body, WORDS).values():
        assert spec["usermeta"] == {"read": "Read this.", "release": 8, "of": body["code"]}
        assert '"url"' not in json.dumps(spec)


def year(number: int, whole: str, low: float = 0, high: float = 0) -> dict[str, Any]:
    return {"year": number, "whole": whole, "interval": [low, high] if whole == "ok" else None}


def test_intervals_that_overlap_are_no_difference() -> None:
    made = beside(
        {
            "F-2": {"years": [year(2025, "ok", 2, 4), year(2024, "few")]},
            "F-1": {"years": [year(2025, "ok", 3, 6), year(2024, "ok", 1, 2)]},
            "F-3": {"years": [year(2025, "ok", 7, 9)]},
            "F-4": None,
        }
    )
    assert [one.year for one in made] == [2025, 2024]
    assert list(made[0].cells) == ["F-1", "F-2", "F-3", "F-4"]
    assert made[0].apart == (("F-1", "F-3"), ("F-2", "F-3"))
    assert (made[1].told, made[1].apart) == (1, ())
