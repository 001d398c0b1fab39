"""Several people at once, and processes that are killed: one release or none, never half.

Whatever happened, the chain verifies, the ledger equals the files, a quarter's facts are frozen all
or none, and the closing can be taken to its end by whoever comes next.
"""

import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import DBAPIError

from helpline.cases.models import Fact
from helpline.errors import BadInput, Conflict, NotAllowed, NotFound
from helpline.extensions import db
from helpline.keys.service.principal import Principal
from helpline.reports.models import Closing, CycleKey, PortraitRow
from helpline.reports.rules.periods import Period
from helpline.reports.service import (
    checking,
    closing,
    portraying,
    published,
    remarks,
    verifying,
)
from helpline.reports.service.closing import CHECKED
from helpline.unit_of_work import in_unit_of_work
from tests.load.storms import PROVE, at_once, figure, storm
from tests.services.reports.conftest import FIRST, RATE, House, after, contacts
from tests.services.reports.test_reports_closing import check

pytestmark = storm
SECOND = Period.named("2025-Q2")
REFUSED = (BadInput, Conflict, NotAllowed, NotFound)
TOGETHER = 30 if PROVE else 3
KILLED = 137
EVERY = 1 if PROVE else 7
"""A process is killed at every statement, or at every seventh."""


def prepares(house: House, who: Principal, quarter: Period) -> closing.Handed:
    return closing.prepare(who, quarter, RATE, after(quarter))


def publishes(house: House, quarter: Period) -> None:
    closing.publish(house.mara, quarter, after(quarter))


def ready(house: House, seed: int) -> None:
    """The first quarter is coded, prepared and checked; a second person may publish it."""
    house.enter(contacts(seed, FIRST))
    with house.work():
        handed = prepares(house, house.nils, FIRST)
    check(house, handed)


def asks(house: House, act: Callable[[], object]) -> str:
    """As a request does it: tried again if a race was lost, and refused in words."""
    with house.organisation.app.app_context():
        try:
            in_unit_of_work(act)
        except REFUSED as refused:
            return type(refused).__name__
        finally:
            db.session.remove()
    return "done"


def at_the_same_time(house: House, *acts: Callable[[], object]) -> list[str]:
    begin = threading.Barrier(len(acts))

    def asked(act: Callable[[], object]) -> str:
        begin.wait(30)
        return asks(house, act)

    return at_once([partial(asked, act) for act in acts], len(acts))


@dataclass(frozen=True)
class Stands:
    """What the database holds of closings."""

    releases: int
    under_way: list[str]
    frozen: set[str | None]


def stands(house: House) -> Stands:
    """Look, and see that nothing of it is half; the worker has had its round."""
    with house.work():
        portraying.keep_up()
    with house.work():
        assert list(verifying.faults()) == []
        releases = published.releases()
        rows = db.session.scalars(select(Closing)).all()
        frozen = set(db.session.scalars(select(Fact.opening_closed_in)))
        factories = select(PortraitRow.code).where(PortraitRow.kind == "factory")
        kept = set(db.session.scalars(factories))
        told = {code for one in releases for unit in one.layout.units for code in unit.members}
        assert kept == told, "portraits are not of the newest release"
        assert (db.session.scalars(select(CycleKey)).first() is not None) == (frozen != {None})
        return Stands(len(releases), [row.period for row in rows], frozen)


def takes_it_to_the_end(house: House, quarter: Period) -> None:
    """Whatever stands of the closing, the next two people publish the quarter."""
    with house.work():
        begun = closing.under_way() is not None
        handed = (
            closing.again(house.mara, quarter) if begun else prepares(house, house.nils, quarter)
        )
    check(house, handed)
    with house.work():
        publishes(house, quarter)
    assert stands(house) == Stands(1, [], {quarter.name})


# Several at once ---------------------------------------------------------------------------------


def test_two_who_prepare_one_quarter_at_once_begin_one_closing(either_house: House) -> None:
    house = either_house
    house.enter(contacts(1, FIRST))
    for _ in range(TOGETHER):
        done = at_the_same_time(
            house,
            lambda: prepares(house, house.nils, FIRST),
            lambda: prepares(house, house.mara, FIRST),
        )
        assert sorted(done) == ["Conflict", "done"]
        assert stands(house) == Stands(0, [FIRST.name], {FIRST.name})
        with house.work():
            closing.discard(house.nils, FIRST, after(FIRST))
    takes_it_to_the_end(house, FIRST)


def test_two_who_approve_at_once_publish_one_release(either_house: House) -> None:
    house = either_house
    ready(house, 2)
    done = at_the_same_time(house, *[lambda: publishes(house, FIRST)] * 3)
    assert done.count("done") == 1
    assert set(done) <= {"done", "NotFound", "Conflict"}
    assert stands(house) == Stands(1, [], {FIRST.name})


def test_one_prepares_or_discards_while_another_publishes(either_house: House) -> None:
    house = either_house
    ready(house, 3)
    published_, again, next_one, discarded = at_the_same_time(
        house,
        lambda: publishes(house, FIRST),
        lambda: prepares(house, house.nils, FIRST),
        lambda: prepares(house, house.nils, SECOND),
        lambda: closing.discard(house.nils, FIRST, after(FIRST)),
    )
    assert {published_, discarded} in ({"done", "NotFound"}, {"done", "Conflict"})
    assert next_one in ("done", "BadInput", "Conflict")
    assert again in ("done", "BadInput", "Conflict")
    found = stands(house)
    assert found.releases == (published_ == "done")
    if published_ == "done":
        assert found.under_way == ([SECOND.name] if next_one == "done" else [])
    else:
        takes_it_to_the_end(house, FIRST)


def test_what_was_discarded_while_it_was_checked_is_not_passed_by_that_check(house: House) -> None:
    house.enter(contacts(4, FIRST))
    with house.work():
        old = prepares(house, house.nils, FIRST)
    with house.work():
        closing.discard(house.nils, FIRST, after(FIRST))
    with house.work():
        new = prepares(house, house.nils, FIRST)
    assert new.body == old.body
    check(house, new)
    check(house, old)  # the older process ends later
    with house.work():
        publishes(house, FIRST)
    assert stands(house) == Stands(1, [], {FIRST.name})


def test_two_who_write_or_approve_at_once_leave_one_remark(either_house: House) -> None:
    house, now = either_house, after(FIRST)
    words = {"en": "The night shift has a bus now."}
    done = at_the_same_time(
        house,
        lambda: remarks.write_story(house.nils, words, now),
        lambda: remarks.write_story(house.nils, words, now),
    )
    assert sorted(done) == ["Conflict", "done"]
    done = at_the_same_time(
        house,
        lambda: remarks.approve(house.mara, 1, now),
        lambda: remarks.approve(house.mara, 1, now),
        lambda: remarks.discard(house.nils, 1, now),
    )
    assert sorted(done) == ["NotFound", "NotFound", "done"]
    with house.work():
        assert remarks.waiting(house.mara) is None
        assert len(remarks.stories()) == (done[2] != "done")
        assert list(verifying.faults()) == []


# Killed ------------------------------------------------------------------------------------------


def in_a_process(house: House, act: Callable[[], object], die_at: int | None = None) -> int:
    """Do it in a process of its own, which kills itself at its n-th statement; how it ended.

    0 is done, 1 is a refusal by the database.
    """
    house.organisation.close()
    process = multiprocessing.get_context("fork").Process(target=_child, args=(house, act, die_at))
    process.start()
    process.join(120)
    assert process.exitcode is not None
    return KILLED if process.exitcode == -signal.SIGKILL else process.exitcode


def _child(house: House, act: Callable[[], object], die_at: int | None) -> None:
    code = 2
    try:
        with house.organisation.app.app_context():
            engine = db.engine
        if die_at is not None:
            _dies(engine, die_at)
        with house.work():
            act()
        code = 0
    except DBAPIError:
        code = 1
    finally:
        os._exit(code)


def _dies(engine: Any, at: int) -> None:
    """The last statement is the commit itself."""
    many = 0

    def step(*_: object) -> None:
        nonlocal many
        many += 1
        if many == at:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "after_cursor_execute", step)
    event.listen(engine, "commit", step)


def every_step(house: House, what: str, act: Callable[[], object]) -> Iterator[int]:
    """Kill a process at its first statement, at the next one wanted, until it comes to its end."""
    step = 1
    while (ended := in_a_process(house, act, step)) == KILLED:
        yield step
        step += EVERY
    assert ended == 0
    assert step > EVERY, "nobody was killed"
    database = house.organisation.config.database.url.partition(":")[0]
    figure("closing", database=database, trouble=what, kills=step - 1, half=0)


def test_killed_while_it_prepares(either_house: House) -> None:
    house = either_house
    house.enter(contacts(5, FIRST))
    for _ in every_step(house, "preparing", lambda: prepares(house, house.nils, FIRST)):
        assert stands(house) == Stands(0, [], {None})
    assert stands(house) == Stands(0, [FIRST.name], {FIRST.name})
    takes_it_to_the_end(house, FIRST)


def test_killed_while_it_publishes(either_house: House) -> None:
    house = either_house
    ready(house, 6)
    for _ in every_step(house, "publishing", lambda: publishes(house, FIRST)):
        assert stands(house) == Stands(0, [FIRST.name], {FIRST.name})
    assert stands(house) == Stands(1, [], {FIRST.name})


def test_killed_while_it_checks(either_house: House) -> None:
    house = either_house
    house.enter(contacts(7, FIRST))
    with house.work():
        handed = prepares(house, house.nils, FIRST)
    chance = random.Random(7)
    for _ in range(TOGETHER):
        with subprocess.Popen(
            [sys.executable, "-m", "helpline.reports.service.attacking"], stdin=subprocess.PIPE
        ) as process:
            assert process.stdin is not None
            given = checking.given(handed, str(house.organisation.config.database.url))
            process.stdin.write(json.dumps(given).encode())
            process.stdin.close()
            time.sleep(chance.uniform(0.1, 1.5))
            process.kill()
        assert stands(house) == Stands(0, [FIRST.name], {FIRST.name})
        with house.work():
            row = db.session.get_one(Closing, FIRST.name)
            through = row.state == CHECKED
            assert ("stamp" in row.report) == through
        if not through:
            with pytest.raises(Conflict), house.work():
                publishes(house, FIRST)
    takes_it_to_the_end(house, FIRST)
