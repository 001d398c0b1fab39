"""Shifts: planned by supervisors, seen by whoever is expected, missing people on the board."""

from datetime import timedelta

import pytest

from helpline.errors import BadInput, Conflict
from helpline.hotline.service import shifts
from tests.hotline.world import MONDAY, World

LATER = MONDAY + timedelta(hours=8)


def test_who_is_expected_and_not_on_duty_is_missing(world: World) -> None:
    expected, present = world.counsellor(duty=False), world.counsellor()
    with world.work():
        shifts.plan(world.line, expected, MONDAY, LATER, MONDAY)
        shifts.plan(world.line, present, MONDAY, LATER, MONDAY)
    with world.work():
        assert list(shifts.missing(MONDAY + timedelta(minutes=5))) == [expected]
        assert list(shifts.missing(LATER)) == []


def test_nobody_has_two_shifts_at_once(world: World) -> None:
    person = world.counsellor()
    with world.work():
        shifts.plan(world.line, person, MONDAY, LATER, MONDAY)
        with pytest.raises(Conflict):
            shifts.plan(world.line, person, MONDAY + timedelta(hours=7), LATER, MONDAY)


def test_a_span_that_is_over_or_turned_round_is_refused(world: World) -> None:
    person = world.counsellor()
    with world.work():
        for starts, ends in ((LATER, MONDAY), (MONDAY - timedelta(days=1), MONDAY)):
            with pytest.raises(BadInput):
                shifts.plan(world.line, person, starts, ends, MONDAY)


def test_past_shifts_are_forgotten(world: World) -> None:
    person = world.counsellor()
    with world.work():
        shifts.plan(world.line, person, MONDAY, LATER, MONDAY)
    with world.work():
        shifts.forget_past(LATER)
        assert shifts.ahead(MONDAY) == []
