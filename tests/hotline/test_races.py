"""Many callers for few counsellors: nobody is rung twice, nobody is lost, the order holds."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, event, select

from helpline.extensions import db
from helpline.hotline.models import Duty, Leg, LiveCall
from helpline.hotline.service import handling, queue, roster
from helpline.unit_of_work import in_unit_of_work
from telephony.flow import Reserved
from telephony.sandbox.handset import Call
from tests.hotline.world import LINE, World, through

CALLS, STAFF = 24, 4
MOMENT = 0.25
"""Seconds in which somebody acts who is not kept waiting."""


def worker_number(n: int) -> str:
    return f"+8600000010{n:02}"


def ready(world: World) -> None:
    """The protected time is over for everybody."""
    with world.work():
        for person in world.people:
            roster.end_wrap_up(person)


def serve(world: World, calls: dict[str, Call]) -> list[str]:
    """Counsellors answer whatever rings until nobody waits; the order of the callers."""
    order: list[str] = []
    for _ in range(CALLS * 4):
        ringing = [person for person in world.people if world.phone(person).ringing]
        for person in ringing:
            leg = world.phone(person).pick_up()
            leg.press("1")
            assert leg.talking
            order.append(leg.talks_to)
            calls[leg.talks_to].hang_up()
        ready(world)
        if len(order) == len(calls):
            break
        world.pass_time(13, 13)
    return order


@pytest.mark.storm
def test_parallel_callers_are_answered_once_each(either_world: World) -> None:
    world = either_world
    for _ in range(STAFF):
        world.counsellor()

    def ring(n: int) -> tuple[str, Call]:
        number = worker_number(n)
        return number, through(world.worker(number).ring(LINE), "3", "#", "2", "#")

    with ThreadPoolExecutor(8) as pool:
        calls = dict(pool.map(ring, range(CALLS)))
    world.carrier.settle()
    ringing = [person for person in world.people if world.phone(person).ringing]
    assert len(ringing) == STAFF
    assert world.count(Leg) == STAFF
    order = serve(world, calls)
    assert sorted(order) == sorted(calls)
    assert len(world.cases()) == CALLS
    talked = Counter(kind for case in world.cases() for kind in world.kinds(case))
    assert talked["talked"] == CALLS
    assert world.live() == 0
    assert not [call for call in world.carrier.calls if call.status == "busy"]
    assert world.alerts() == []


def test_the_order_of_the_queue_is_kept(world: World) -> None:
    world.counsellor()
    calls = {}
    for n in range(5):
        number = worker_number(n)
        calls[number] = through(world.worker(number).ring(LINE), "3", "#", "2", "#")
        world.pass_time(1, 1)
    assert serve(world, calls) == list(calls)


def test_a_caller_for_whom_a_phone_rings_takes_nobody_else(world: World) -> None:
    """Two free counsellors, two callers: both phones ring, the first one unanswered so far."""
    people = [world.counsellor(), world.counsellor()]
    for n in range(2):
        through(world.worker(worker_number(n)).ring(LINE), "3", "#", "2", "#")
        world.pass_time(1, 1)
    assert all(world.phone(person).ringing for person in people)


def test_who_can_be_served_first_does_not_wait_for_a_language_nobody_speaks(world: World) -> None:
    busy = world.counsellor("zh-Hans", "en")
    cantonese = world.counsellor("yue")
    blocker = through(world.worker(worker_number(9)).ring(LINE), "1", "#", "2", "#")
    world.phone(busy).pick_up().press("1")
    first = through(world.worker(worker_number(1)).ring(LINE), "3", "#", "2", "#")
    world.pass_time(2, 1)
    second = through(world.worker(worker_number(2)).ring(LINE), "2", "#", "2", "#")
    assert world.phone(cantonese).ringing
    world.phone(cantonese).pick_up().press("1")
    assert second.talking
    assert not first.talking
    blocker.hang_up()


def test_two_key_presses_take_one_call_once(world: World) -> None:
    ada = world.counsellor()
    through(world.worker().ring(LINE), "3", "#", "2", "#")
    world.phone(ada).pick_up().press("1")
    accepts = [made for made in world.carrier.travelled if made.url.endswith("/accept")]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _n: world.carrier.send_again(accepts[0]), range(12)))
    assert len({answer.body for answer in answers if answer}) == 1
    assert world.kinds().count("talked") == 1


def test_danger_goes_before_everybody_who_waits(world: World) -> None:
    ada = world.counsellor()
    busy = through(world.worker(worker_number(9)).ring(LINE), "3", "#", "2", "#")
    world.phone(ada).pick_up().press("1")
    waiting = through(world.worker(worker_number(1)).ring(LINE), "3", "#", "2", "#")
    urgent = through(world.worker(worker_number(2)).ring(LINE), "3", "#", "2", "#", "9")
    assert "Nobody has answered yet" in urgent.heard
    busy.hang_up()
    ready(world)
    again = world.worker(worker_number(3)).ring(LINE)
    again.press("9")
    assert world.phone(ada).ringing
    world.phone(ada).pick_up().press("1")
    assert again.talking
    assert not waiting.talking


def test_a_lost_callback_frees_the_counsellor(world: World) -> None:
    ada = world.counsellor()
    through(world.worker().ring(LINE), "3", "#", "2", "#")
    assert world.phone(ada).ringing
    world.carrier.faults.drop_answer = 1.0
    world.pass_time(90)
    world.carrier.faults.drop_answer = 0.0
    row = world.duty(ada)
    assert row.busy_until is None or row.busy_until <= world.now


def test_a_call_whose_end_was_never_told_is_ended_by_the_worker_process(world: World) -> None:
    world.counsellor()
    through(world.worker().ring(LINE), "3", "#", "2", "#")
    with world.work():
        for call in db.session.query(LiveCall):
            call.provider_id = "CAlost"
    world.clock.advance(6 * 3600)
    world.tick()
    assert world.live() == 0
    assert len(world.records()) >= 1


@pytest.mark.parametrize("place", [STAFF, STAFF + 1])
def test_whoever_is_ahead_may_be_served_between_any_two_questions_of_a_pass(
    either_world: World, place: int
) -> None:
    """The first in line takes somebody meanwhile: the fourth of four gets somebody, no fifth."""
    world = either_world
    for _ in range(STAFF):
        world.counsellor()
    gap, seen = 0, 1
    while gap < seen:
        calls = _queue(world, place)
        with _after_question(world, gap, partial(_asks, world, calls[0])) as questions:
            reached = _asks(world, calls[-1])
        assert (reached is not None) == (place <= STAFF), f"in gap {gap}"
        gap, seen = gap + 1, len(questions)
        _all_over(world)
    assert seen > 3


@contextmanager
def _after_question(world: World, number: int, act: Callable[[], object]) -> Iterator[list[str]]:
    """Let somebody else act after so many questions of this thread, to the end if nothing of
    ours keeps them waiting."""
    asked: list[str] = []
    here = threading.get_ident()
    other = threading.Thread(target=act)

    def after(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if threading.get_ident() != here:
            return
        asked.append(statement)
        if len(asked) == number + 1:
            other.start()
            other.join(MOMENT)

    with world.organisation.app.app_context():
        engine = db.engine
    event.listen(engine, "after_cursor_execute", after)
    yield asked
    event.remove(engine, "after_cursor_execute", after)
    other.join()


def _queue(world: World, length: int) -> list[UUID]:
    """Callers who wait, a second apart; the first has waited longest."""
    calls = [uuid4() for _ in range(length)]
    with world.work():
        for place, call in enumerate(calls):
            since = world.now + timedelta(seconds=place - length)
            row = LiveCall(
                id=call,
                line_id=world.line,
                state={},
                path=[],
                language="en",
                arrived_at=since,
                queued_at=since,
                touched_at=world.now,
            )
            db.session.add(row)
    return calls


def _asks(world: World, call: UUID) -> UUID | None:
    """One pass of a caller; the call if somebody's phone is to ring for it."""

    def ask() -> UUID | None:
        row = handling.load(call, lock=True)
        assert row is not None
        found = queue.reserve(world.setting(), row, world.now)
        return call if isinstance(found, Reserved) else None

    with world.organisation.app.app_context():
        return in_unit_of_work(ask)


def _all_over(world: World) -> None:
    with world.work():
        for model in (LiveCall, Leg):
            db.session.execute(delete(model))
        for duty in db.session.scalars(select(Duty)):
            if duty.call_id:
                roster.let_go_of(duty.call_id, world.now)
