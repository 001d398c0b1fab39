"""Webhooks replayed three times and shuffled leave the same database as the plain run."""

import json
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from helpline.extensions import db
from helpline.hotline.models import Callback, CallRecord, Duty, LineDay, StaffAlert
from helpline.hotline.service import ending
from helpline.keys.rules import Role, Team
from helpline.keys.service import boxes
from telephony.sandbox.handset import Call
from telephony.sandbox.webhooks import Faults
from tests.installation import FACTORY_KEY, LINE, MISSED, Installation
from tests.load.storms import PROVE, drain, figure, read_cases, storm, table_counts

pytestmark = storm
SEEDS = range(20) if PROVE else (7,)
REPLAYS = 3
QUIET_SECONDS = 60

_SEVERAL_NODES = {"audit_events", "audit_links", "audit_chain", "jobs", "throttles"}
"""Tables whose number of rows depends on when the worker ran, not on what was told."""


def test_every_webhook_three_times_and_shuffled_gives_the_same_database(
    make_installation: Callable[..., Installation],
) -> None:
    plain = make_installation()
    _live_through(plain)
    expected, sent = _normalised(plain), len(plain.carrier.travelled)
    told = _told_once(plain)
    counts = _table_counts(plain)
    plain.stop()
    for seed in SEEDS:
        faults = Faults(seed=seed, replays=REPLAYS, shuffle=True, spread=20)
        shuffled = make_installation(faults=faults)
        _live_through(shuffled)
        assert len(shuffled.carrier.travelled) >= (1 + REPLAYS) * sent - sent // 4
        assert _normalised(shuffled) == expected
        assert _told_once(shuffled) == told
        assert _table_counts(shuffled) == counts
        figure(
            "once",
            database=shuffled.config.database.url.partition(":")[0],
            seed=seed,
            plain_webhooks=sent,
            shuffled_webhooks=len(shuffled.carrier.travelled),
            differences=0,
        )
        shuffled.stop()


def _live_through(installation: Installation) -> None:
    """One of everything, with a quiet minute after each."""
    installation.start()
    installation.on_duty(installation.counsellors[0])
    for scene in (
        _talk,
        _nobody_answers_then_somebody,
        _message,
        _callback,
        _information,
        _danger,
        _missed_calls,
        _texts,
    ):
        scene(installation)
        installation.carrier.advance(QUIET_SECONDS)
    drain(installation)
    installation.carrier.advance(QUIET_SECONDS)
    drain(installation)
    assert [alert for alert in installation.carrier.alerts if alert.code] == []


def _keys(installation: Installation, number: str, *keys: str) -> Call:
    call = installation.carrier.ring(f"+8600002{number}", LINE)
    for key in keys:
        call.press(key)
    return call


def _talk(installation: Installation) -> None:
    ada = installation.counsellors[0]
    call = _keys(installation, "0001", "3", "2", *FACTORY_KEY, "#")
    installation.phone(ada).pick_up().press("1")
    assert call.talking
    installation.carrier.advance(40)
    call.hang_up()
    installation.carrier.advance(QUIET_SECONDS)
    installation.ready_again(ada)


def _nobody_answers_then_somebody(installation: Installation) -> None:
    ada = installation.counsellors[0]
    call = _keys(installation, "0002", "3", "2", "#")
    installation.phone(ada).decline()
    installation.carrier.advance(2)
    assert installation.phone(ada).ringing, call.heard
    installation.phone(ada).pick_up().press("1")
    call.hang_up()
    installation.carrier.advance(QUIET_SECONDS)
    installation.ready_again(ada)


def _message(installation: Installation) -> None:
    ada = installation.counsellors[0]
    busy = _keys(installation, "0003", "3", "2", "#")
    installation.phone(ada).pick_up().press("1")
    call = _keys(installation, "0004", "3", "2", "#", "1", "3", "3")
    _until(installation, call, "recording")
    call.say("Please ring me", 4)
    call.press("#")
    installation.carrier.advance(3)
    call.hang_up()
    busy.hang_up()
    installation.carrier.advance(QUIET_SECONDS)
    installation.ready_again(ada)


def _callback(installation: Installation) -> None:
    ada = installation.counsellors[0]
    busy = _keys(installation, "0005", "3", "2", "#")
    installation.phone(ada).pick_up().press("1")
    call = _keys(installation, "0006", "3", "2", "#", "*", "1", "2", "2")
    call.hang_up()
    busy.hang_up()
    installation.carrier.advance(QUIET_SECONDS)
    installation.ready_again(ada)


def _information(installation: Installation) -> None:
    _keys(installation, "0007", "3", "3").hang_up()
    _keys(installation, "0008").hang_up()


def _danger(installation: Installation) -> None:
    ada = installation.counsellors[0]
    call = _keys(installation, "0009", "9")
    _until_alerted(installation)
    installation.phone(ada).pick_up().press("1")
    call.hang_up()
    installation.carrier.advance(QUIET_SECONDS)
    installation.ready_again(ada)


def _missed_calls(installation: Installation) -> None:
    for _ in range(3):
        installation.carrier.ring("+86000020010", MISSED)
        installation.carrier.advance(QUIET_SECONDS)
    installation.carrier.ring("anonymous", MISSED)


def _texts(installation: Installation) -> None:
    for number, body in (
        ("0011", "my wages are late"),
        ("0011", "two months now"),
        ("0012", "HELP"),
        ("0013", "CALL"),
        ("0014", "STOP"),
        ("0014", "START"),
        ("0015", "CASE 1234567890123456"),
        ("0011", "帮助"),
    ):
        installation.carrier.handset(f"+8600002{number}").text(LINE, body)
        installation.carrier.advance(QUIET_SECONDS)


def _until_alerted(installation: Installation) -> None:
    """Wait for the worker's alert: in every run it finds the phone of the same call busy."""
    for _ in range(300):
        with installation.work():
            if any(row.tried for row in db.session.scalars(select(StaffAlert))):
                break
        time.sleep(0.1)
    drain(installation)


def _until(installation: Installation, call: Call, doing: str) -> None:
    for _ in range(30):
        if call.doing == doing:
            return
        installation.carrier.advance(1)
    raise AssertionError(f"{call.doing}: {call.heard}")


def _normalised(installation: Installation) -> dict[str, Any]:
    """Everything that was told, without random ids and moments."""
    cases = read_cases(installation, installation.of(Role.COUNSELLOR)[0])
    with installation.work():
        supervisor = installation.principal(installation.staff[0])
        records = [
            json.loads(
                boxes.read_team(supervisor, Team.SUPERVISION, row.content, ending.place_of(row))
            )
            for row in db.session.scalars(select(CallRecord))
        ]
        return {
            "cases": sorted(
                (case.numbers, case.severity or -1, case.language, _told(case.entries))
                for case in cases
            ),
            "records": Counter(
                (one["how"], one["last"], one["language"], one["danger"], len(one["path"]))
                for one in records
            ),
            "counters": Counter(
                {
                    row.what: row.count
                    for row in db.session.scalars(select(LineDay))
                    if not row.what.startswith("wait")
                }
            ),
            "callbacks": sorted(
                (row.state, row.rings, row.tries) for row in db.session.scalars(select(Callback))
            ),
            "duty": sorted(
                (row.state, row.unanswered, row.call_id is None)
                for row in db.session.scalars(select(Duty))
            ),
            "at the carrier": (
                len(installation.carrier.recordings),
                sorted(text.body for text in installation.carrier.messages),
            ),
        }


_FIXED = ("digits", "text", "seconds", "what", "given", "ring", "message", "how", "state")


def _told(found: tuple[tuple[str, dict[str, Any]], ...]) -> tuple[tuple[str, str], ...]:
    """Kinds in a fixed order with what does not depend on the moment."""
    told = [
        (kind, json.dumps({name: body[name] for name in _FIXED if name in body}, sort_keys=True))
        for kind, body in found
    ]
    return tuple(sorted(told))


def _told_once(installation: Installation) -> Counter[str]:
    """The webhooks of each kind, repetitions left out."""
    return Counter(one.about for one in installation.carrier.travelled if not one.replay)


def _table_counts(installation: Installation) -> dict[str, int]:
    counts = table_counts(installation)
    return {name: count for name, count in counts.items() if name not in _SEVERAL_NODES}
