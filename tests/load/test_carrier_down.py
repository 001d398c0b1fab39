"""The carrier's REST interface fails in every way: callers notice nothing, jobs catch up."""

import time
from collections.abc import Callable
from itertools import product

import pytest
from sqlalchemy import select

from helpline.extensions import db
from helpline.jobs import Job
from helpline.keys.rules import Role
from telephony.sandbox.handset import Call
from tests.installation import LINE, Installation
from tests.load.storms import PROVE, drain, figure, read_cases, storm

pytestmark = storm
ROUNDS = 20 if PROVE else 1
ANSWER_MS = 15_000
HANGS = 7.0


def _refuses(status: int) -> Callable[[Installation], None]:
    def trouble(installation: Installation) -> None:
        installation.rest.status = status

    return trouble


def _hangs(installation: Installation) -> None:
    installation.rest.hangs = HANGS


TROUBLES = {"429": _refuses(429), "500": _refuses(500), "timeout": _hangs}
PAIRS = [("sqlite", "429"), ("postgresql", "500"), ("sqlite", "timeout")]
if PROVE:
    PAIRS = list(product(("sqlite", "postgresql"), TROUBLES))


@pytest.mark.parametrize(("new_database", "trouble"), PAIRS, indirect=["new_database"])
def test_callers_are_served_and_jobs_catch_up_when_the_carrier_is_back(
    installation: Installation, trouble: str
) -> None:
    installation.start()
    installation.on_duty(installation.counsellors[0])
    TROUBLES[trouble](installation)
    for number in range(ROUNDS):
        _message(installation, f"+86000030{number:03}1")
        _danger(installation, f"+86000030{number:03}2")
        installation.carrier.handset(f"+86000030{number:03}3").text(LINE, "please help me")
    travelled = installation.carrier.travelled
    assert {one.status for one in travelled} <= {200, 204}
    assert max(one.ms for one in travelled) < ANSWER_MS
    assert installation.carrier.alerts == []
    assert installation.rest.asked > 0
    with installation.work():
        assert db.session.scalars(select(Job)).first() is not None, "nothing waits"
    installation.rest.status, installation.rest.hangs = 0, 0.0
    time.sleep(HANGS if trouble == "timeout" else 0)
    drain(installation, 90)
    assert installation.carrier.recordings == []
    cases = read_cases(installation, installation.of(Role.COUNSELLOR)[0])
    assert sum(case.kinds().count("voicemail") for case in cases) == ROUNDS
    assert sum(case.kinds().count("sms") for case in cases) == ROUNDS
    assert sum(case.severity == 4 for case in cases) == ROUNDS
    figure(
        "carrier down",
        database=installation.config.database.url.partition(":")[0],
        trouble=trouble,
        webhooks=len(travelled),
        broken=0,
        slowest_ms=max(one.ms for one in travelled),
    )


def _message(installation: Installation, number: str) -> None:
    """Somebody talks, the next caller leaves a message."""
    ada = installation.counsellors[0]
    busy = installation.carrier.ring(f"{number}9", LINE)
    _press(busy, "3", "2", "#")
    installation.phone(ada).pick_up().press("1")
    call = installation.carrier.ring(number, LINE)
    _press(call, "3", "2", "#", "1", "3", "3")
    for _ in range(30):
        if call.doing == "recording":
            break
        installation.carrier.advance(1)
    call.say("Please ring me", 4)
    call.press("#")
    installation.carrier.advance(3)
    call.hang_up()
    busy.hang_up()
    installation.carrier.advance(5)
    installation.ready_again(ada)


def _danger(installation: Installation, number: str) -> None:
    ada = installation.counsellors[0]
    call = installation.carrier.ring(number, LINE)
    call.press("9")
    installation.phone(ada).pick_up().press("1")
    assert call.talking
    call.hang_up()
    installation.ready_again(ada)


def _press(call: Call, *keys: str) -> None:
    for key in keys:
        call.press(key)
