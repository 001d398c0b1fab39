"""Many calls at once for few counsellors: nobody is rung twice, nobody is lost, order is kept."""

import threading
import time
from collections.abc import Callable
from functools import partial

from sqlalchemy import select

from helpline.extensions import db
from helpline.hotline.models import CallRecord, Duty, LiveCall
from helpline.hotline.rules import LOST_CALLER
from telephony.sandbox.handset import Call
from tests.installation import LINE, Installation, Person
from tests.load.storms import PROVE, at_once, duplicates, figure, read_cases, storm, table_counts

pytestmark = storm
CALLS = 200 if PROVE else 30
THREADS = 40 if PROVE else 15
PASS_SECONDS = 12
QUICK = LOST_CALLER.total_seconds() / 2
"""Real seconds of a round; in two quick ones nobody is silent for so long as to count as lost."""


def test_all_calls_at_once_reach_somebody_in_the_order_of_the_queue(
    installation: Installation,
) -> None:
    began = time.monotonic()
    installation.start()
    installation.on_duty()
    numbers = [f"+8600000{10000 + n}" for n in range(CALLS)]
    rung = at_once([_ringing(installation, number) for number in numbers], THREADS)
    calls = dict(zip(numbers, rung, strict=True))
    at_once([_wants_a_person(call) for call in calls.values()], THREADS)
    served: list[str] = []
    round_began, quick_before, in_order = time.monotonic(), False, 0
    for _ in range(3 * CALLS):
        if len(served) == CALLS:
            break
        queue = _queue(installation)
        taken = _answer_all(installation, calls)
        quick = time.monotonic() - round_began < QUICK
        strictly = bool(served) and quick and quick_before
        round_began, quick_before = time.monotonic(), quick
        _keeps_order(taken, queue, installation, strictly=strictly)
        in_order += strictly
        served += taken
        _end_talks(installation)
        _next_pass(installation)
    assert sorted(served) == sorted(numbers)
    assert duplicates(served) == []
    assert in_order > 0, "this machine is too slow to say anything of the order"
    _nobody_was_rung_twice(installation)
    _each_call_is_there_once(installation, numbers)
    figure(
        "queue",
        database=installation.config.database.url.partition(":")[0],
        calls=CALLS,
        counsellors=len(installation.counsellors),
        webhooks=len(installation.carrier.travelled),
        seconds=round(time.monotonic() - began),
        rounds_in_order=in_order,
        rung_twice=0,
        lost=0,
    )


def _ringing(installation: Installation, number: str) -> Callable[[], Call]:
    return lambda: installation.carrier.ring(number, LINE)


def _wants_a_person(call: Call) -> Callable[[], None]:
    def press() -> None:
        for keys in ("3", "2", "#"):
            call.press(keys)

    return press


def _queue(installation: Installation) -> list[str]:
    """The callers' carrier ids in the order in which they joined the queue."""
    with installation.work():
        rows = select(LiveCall.provider_id).where(LiveCall.queued_at.is_not(None))
        return list(db.session.scalars(rows.order_by(LiveCall.queued_at)))


def _answer_all(installation: Installation, calls: dict[str, Call]) -> list[str]:
    """Whoever is rung picks up and presses 1, all at the same moment; who was reached."""
    ringing = [p for p in installation.counsellors if installation.phone(p).ringing]

    def answer(person: Person) -> None:
        leg = installation.phone(person).pick_up()
        leg.press("1")

    at_once([partial(answer, person) for person in ringing], len(ringing) or 1)
    return [n for n, call in calls.items() if call.talking]


def _keeps_order(
    taken: list[str], queue: list[str], installation: Installation, *, strictly: bool
) -> None:
    """Whoever stood at the head of the queue was taken, and nobody free was left idle.

    While all arrive there is no queue yet; who is silent for too long holds no turn.
    """
    staff = len(installation.counsellors)
    assert len(taken) == min(len(queue), staff), "somebody sat idle"
    if strictly:
        sids = {call.from_: call.sid for call in installation.carrier.calls if call.to == LINE}
        assert {sids[number] for number in taken} == set(queue[:staff])


def _end_talks(installation: Installation) -> None:
    """All talks end and all protected times too."""
    talks = [call for call in installation.carrier.calls if call.to == LINE and call.talking]
    at_once([call.hang_up for call in talks], 5)
    for person in installation.counsellors:
        installation.ready_again(person)


def _next_pass(installation: Installation) -> None:
    """Every waiting caller's pass of the queue, many at a time."""
    stop = threading.Event()

    def help_along() -> None:
        while not stop.is_set():
            installation.carrier.settle()
            time.sleep(0.01)

    helpers = [threading.Thread(target=help_along) for _ in range(8)]
    for helper in helpers:
        helper.start()
    installation.carrier.advance(PASS_SECONDS)
    stop.set()
    for helper in helpers:
        helper.join()


def _nobody_was_rung_twice(installation: Installation) -> None:
    """A phone that is rung while it rings or talks is busy; a carrier says so."""
    phones = {person.phone for person in installation.counsellors}
    legs = [call for call in installation.carrier.calls if call.to in phones]
    assert len(legs) >= CALLS
    assert [leg.status for leg in legs if leg.status != "completed"] == []
    assert installation.carrier.alerts == []


def _each_call_is_there_once(installation: Installation, numbers: list[str]) -> None:
    cases = read_cases(installation, installation.counsellors[0])
    assert sorted(number for case in cases for number in case.numbers) == sorted(numbers)
    for case in cases:
        assert case.kinds() == ["voice_in", "talked", "call_record"]
    counts = table_counts(installation)
    assert counts["call_records"] == len(numbers)
    assert counts["live_calls"] == counts["legs"] == 0
    with installation.work():
        assert db.session.scalars(select(CallRecord.id)).first() is not None
        duties = db.session.scalars(select(Duty)).all()
        assert all(row.call_id is None and row.state == "on" for row in duties)
