"""A second person looks: closing S3 and S4, telling without consent; and the way after the end."""

import dataclasses
from datetime import timedelta
from uuid import UUID

import pytest

from helpline.cases.models import Case, Header
from helpline.cases.rules.clocks import FAR
from helpline.cases.rules.consents import Ground, Purpose, Way
from helpline.cases.rules.policy import Policy, Word
from helpline.cases.rules.status import Accepted, Outcome, Status
from helpline.cases.service import (
    afterwards,
    asking,
    closing,
    coding,
    deciding,
    disclosing,
    opening,
    places,
    planning,
    reaching,
    reading,
    seconds,
)
from helpline.cases.service.afterwards import Harm
from helpline.cases.service.closing import Ending
from helpline.cases.service.content import pack, unpack
from helpline.cases.service.disclosing import Letter
from helpline.cases.service.opening import ReasonNeeded
from helpline.cases.service.reaching import ContactRefused
from helpline.config import Retention
from helpline.errors import BadInput, Conflict, NotAllowed
from helpline.extensions import db
from helpline.keys.rules import Role
from helpline.keys.service import boxes
from tests.services.cases.conftest import Desk, later
from tests.services.cases.ledger import TELL, agreed, moved, state_of, taken, told

ENDING = Ending(Outcome.REMEDIED_FULL, accepted=Accepted.YES, summary="Paid.")


@pytest.fixture
def second(desk: Desk) -> UUID:
    """Another supervisor."""
    with desk.work():
        return desk.organisation.admit(Role.SUPERVISOR)


def close(desk: Desk, case_id: UUID, who: UUID | None = None) -> bool:
    with desk.work():
        principal = desk.organisation.principal(who or desk.counsellor)
        return closing.close(principal, case_id, ENDING, later(days=1))


def decide(desk: Desk, case_id: UUID, who: UUID, *, agrees: bool, reason: str = "") -> None:
    question = state_of(desk, case_id).question
    assert question is not None
    with desk.work():
        deciding.decide(
            desk.organisation.principal(who),
            case_id,
            question.id,
            agreed=agrees,
            reason=reason,
            now=later(days=2),
            kept=Retention(),
        )


def test_an_ordinary_case_closes_at_once(desk: Desk) -> None:
    assert close(desk, taken(desk)) is True


def test_a_serious_case_closes_when_a_second_person_agrees(desk: Desk) -> None:
    case_id = taken(desk, severity=3, main="V2")
    assert close(desk, case_id) is False
    assert state_of(desk, case_id).status is not Status.CLOSED
    with desk.work():
        assert seconds.waiting_cases() == (case_id,)
    decide(desk, case_id, desk.organisation.first, agrees=True)
    state = state_of(desk, case_id)
    assert (state.status, state.outcome, state.watch) == (Status.CLOSED, "remedied_full", True)
    with desk.work():
        assert seconds.waiting_cases() == ()
        assert db.session.get_one(Case, case_id).retain_until is not None


def test_a_second_person_who_does_not_agree_says_why_and_the_case_stays(desk: Desk) -> None:
    case_id = taken(desk, severity=3, main="V2")
    close(desk, case_id)
    with pytest.raises(BadInput):
        decide(desk, case_id, desk.organisation.first, agrees=False)
    decide(desk, case_id, desk.organisation.first, agrees=False, reason="Ask the worker again.")
    state = state_of(desk, case_id)
    assert (state.question, state.closed) == (None, None)


def test_nobody_is_their_own_second_person(desk: Desk, second: UUID) -> None:
    case_id = taken(desk, severity=3, main="V2")
    close(desk, case_id, desk.organisation.first)
    with pytest.raises(NotAllowed):
        decide(desk, case_id, desk.organisation.first, agrees=True)
    with pytest.raises(NotAllowed):
        decide(desk, case_id, desk.counsellor, agrees=True)
    decide(desk, case_id, second, agrees=True)
    assert state_of(desk, case_id).status is Status.CLOSED


def test_a_question_stands_once_and_is_taken_back_by_whoever_asked(desk: Desk) -> None:
    case_id = taken(desk, severity=3, main="V2")
    close(desk, case_id)
    with pytest.raises(Conflict):
        close(desk, case_id)
    question = state_of(desk, case_id).question
    assert question is not None
    with desk.work(), pytest.raises(NotAllowed):
        seconds.take_back(desk.supervisor, case_id, question.id, later(days=1))
    with desk.work():
        seconds.take_back(desk.ada, case_id, question.id, later(days=1))
    assert state_of(desk, case_id).question is None


def test_a_worker_who_wrote_meanwhile_is_read_before_the_case_closes(desk: Desk) -> None:
    case_id = taken(desk, severity=3, main="V2")
    close(desk, case_id)
    desk.receive(now=later(days=1, hours=1), thread="text")
    with pytest.raises(Conflict):
        decide(desk, case_id, desk.organisation.first, agrees=True)
    assert state_of(desk, case_id).question is not None


def test_without_consent_two_supervisors_permit_a_letter_for_a_life(
    desk: Desk, second: UUID
) -> None:
    case_id = taken(desk, severity=4, main="E8")
    asked = dataclasses.replace(TELL, words="")

    def ask(person: UUID) -> None:
        reason = "The doors are locked."
        with desk.work():
            who = desk.organisation.principal(person)
            deciding.ask_to_tell(who, case_id, asked, Ground.LIFE, reason, later(minutes=9))

    with pytest.raises(NotAllowed):
        ask(desk.counsellor)
    ask(desk.organisation.first)
    with pytest.raises(Conflict):
        told(desk, case_id)
    decide(desk, case_id, second, agrees=True)
    told(desk, case_id, now=later(days=3))
    state = state_of(desk, case_id)
    assert len(state.disclosures) == 1
    assert state.status is not Status.WITH_FACTORY


def test_a_permit_needs_a_reason(desk: Desk) -> None:
    case_id = taken(desk, severity=4, main="E8")
    with desk.work(), pytest.raises(BadInput):
        deciding.ask_to_tell(desk.supervisor, case_id, TELL, Ground.LIFE, " ", later(minutes=9))


def plan(desk: Desk, case_id: UUID) -> str:
    with desk.work():
        due = later(days=30)
        return planning.propose(desk.ada, case_id, "Pay October.", due, later(days=1))


def say(desk: Desk, case_id: UUID, plan_id: str, *, yes: bool) -> None:
    with desk.work():
        planning.word(
            desk.ada,
            case_id,
            plan_id,
            agreed=yes,
            words="So be it.",
            way=Way.TALK,
            now=later(days=2),
        )


def test_a_plan_counts_when_the_worker_agrees(desk: Desk) -> None:
    case_id = taken(desk)
    moved(desk, case_id, Status.ADMISSIBLE, Status.AWAITING_CONSENT)
    agreed(desk, case_id)
    told(desk, case_id)
    older = plan(desk, case_id)
    with desk.work(), pytest.raises(Conflict):
        coding.change_status(desk.ada, case_id, Status.PLAN_AGREED, later(days=1))
    newer = plan(desk, case_id)
    with pytest.raises(Conflict):
        say(desk, case_id, older, yes=True)
    say(desk, case_id, newer, yes=False)
    assert state_of(desk, case_id).status is Status.WITH_FACTORY
    say(desk, case_id, newer, yes=True)
    assert state_of(desk, case_id).status is Status.PLAN_AGREED


def closed_with_watch(desk: Desk) -> UUID:
    case_id = taken(desk)
    agreed(desk, case_id)
    told(desk, case_id)
    assert close(desk, case_id)
    return case_id


def watch(desk: Desk, case_id: UUID, days: int, harm: Harm, words: str = "") -> None:
    with desk.work():
        afterwards.watch(desk.ada, case_id, days, harm, words, later(days=1 + days))


def test_after_the_end_somebody_asks_after_30_and_90_days(desk: Desk) -> None:
    case_id = closed_with_watch(desk)
    with desk.work():
        due = db.session.get_one(Case, case_id).due
    assert due is not None
    assert timedelta(days=30) <= due - later(days=1) + timedelta(hours=1) < timedelta(days=32)
    watch(desk, case_id, 30, Harm.NONE)
    with pytest.raises(Conflict):
        watch(desk, case_id, 30, Harm.NONE)
    watch(desk, case_id, 90, Harm.NONE)
    with desk.work():
        assert db.session.get_one(Case, case_id).due == FAR


def test_nobody_asks_on_the_first_day_what_was_done_in_thirty(desk: Desk) -> None:
    case_id = closed_with_watch(desk)
    with desk.work(), pytest.raises(BadInput):
        afterwards.watch(desk.ada, case_id, 30, Harm.NONE, "", later(days=2))
    assert state_of(desk, case_id).watched == ()


def test_harm_after_the_end_opens_the_case_again_as_serious(desk: Desk) -> None:
    case_id = closed_with_watch(desk)
    with pytest.raises(BadInput):
        watch(desk, case_id, 30, Harm.YES)
    watch(desk, case_id, 30, Harm.YES, "They moved me to the night shift.")
    state = state_of(desk, case_id)
    assert (state.status, state.severity, state.closed) == (Status.REOPENED, 3, None)
    with desk.work():
        assert db.session.get_one(Case, case_id).retain_until is None


def test_whoever_was_not_reached_is_still_to_be_asked(desk: Desk) -> None:
    case_id = closed_with_watch(desk)
    watch(desk, case_id, 30, Harm.NOT_REACHED)
    assert state_of(desk, case_id).watched == ()


def test_advice_alone_needs_no_look_afterwards(desk: Desk) -> None:
    case_id = taken(desk, severity=1)
    with desk.work():
        closing.close(desk.ada, case_id, Ending(Outcome.ADVICE_SUFFICIENT), later(days=1))
    with desk.work():
        assert db.session.get_one(Case, case_id).due == FAR


def test_minutes_are_agreed_or_corrected_by_the_worker(desk: Desk) -> None:
    case_id = taken(desk)
    with desk.work():
        written = afterwards.write_minutes(desk.ada, case_id, "Unpaid since May.", later(days=1))
    with desk.work(), pytest.raises(BadInput):
        afterwards.minutes_word(
            desk.ada, case_id, written, agreed=False, words="", now=later(days=1)
        )
    with desk.work():
        afterwards.minutes_word(
            desk.ada, case_id, written, agreed=False, words="Since June.", now=later(days=1)
        )
    with desk.work(), pytest.raises(Conflict):
        afterwards.minutes_word(
            desk.ada, case_id, written, agreed=True, words="", now=later(days=2)
        )
    assert [one.agreed for one in state_of(desk, case_id).minutes] == [False]


def test_a_supervisor_opens_a_colleagues_case_with_a_reason_that_others_see(
    desk: Desk, second: UUID
) -> None:
    case_id = taken(desk)
    with desk.work(), pytest.raises(ReasonNeeded):
        reading.read(desk.supervisor, case_id, later(hours=1))
    with desk.work():
        opening.open_with_reason(desk.supervisor, case_id, "Ada is ill.", later(hours=1))
    with desk.work():
        reading.read(desk.supervisor, case_id, later(hours=2))
    with desk.work():
        assert opening.unseen(desk.organisation.principal(second), later(hours=3)) == 1
        assert opening.unseen(desk.supervisor, later(hours=3)) == 0
        [seen] = opening.openings(desk.organisation.principal(second), later(hours=3))
    assert (seen.person, seen.reason) == (desk.organisation.first, "Ada is ill.")
    with desk.work():
        opening.see(desk.organisation.principal(second), later(hours=3))
    with desk.work():
        assert opening.unseen(desk.organisation.principal(second), later(hours=4)) == 0
    with desk.work(), pytest.raises(ReasonNeeded):
        reading.read(desk.supervisor, case_id, later(hours=20))


def test_a_serious_case_and_a_question_call_a_supervisor_without_a_reason(desk: Desk) -> None:
    heavy = taken(desk, severity=3, main="V2")
    with desk.work():
        reading.read(desk.supervisor, heavy, later(hours=1))
        afterwards.review(desk.supervisor, heavy, later(hours=1))
    assert state_of(desk, heavy).reviewed == later(hours=1)


def test_who_opened_a_case_stands_beside_it(desk: Desk) -> None:
    case_id = taken(desk)
    for hours in (1, 2):
        with desk.work():
            reading.read(desk.ada, case_id, later(hours=hours))
    with desk.work():
        [opener] = opening.openers(desk.ada, case_id)
    assert (opener.person, opener.times) == (desk.counsellor, 2)


def test_a_letter_of_a_closed_case_still_needs_the_consent(desk: Desk) -> None:
    case_id = taken(desk)
    assert close(desk, case_id)
    with desk.work(), pytest.raises(Conflict):
        disclosing.send(desk.ada, case_id, Letter(TELL.recipient, "x"), later(days=2))  # type: ignore[arg-type]


def test_an_older_header_is_folded_again_from_its_entries(desk: Desk) -> None:
    """A header that an earlier program wrote knows nothing of consents."""
    case_id = taken(desk)
    agreed(desk, case_id)
    with desk.work():
        opened = boxes.open_one(desk.ada, case_id)
        header = db.session.get_one(Header, case_id)
        place = places.header(case_id, header.revision)
        older = unpack(opened.read(header.content, place)) | {"folding": 1, "state": {}}
        header.content = opened.write(pack(older), place)
    with desk.work():
        coding.rate(desk.ada, case_id, 3, later(hours=1))
    state = state_of(desk, case_id)
    assert (len(state.consents), state.severity) == (1, 3)


def test_how_it_went_is_asked_once_after_the_end_of_whoever_agreed(desk: Desk) -> None:
    case_id = taken(desk, severity=1)
    sent: list[str] = []

    def send(_to: object, _sender: object, text: str) -> str:
        sent.append(text)
        return "SM1"

    def ask() -> None:
        with desk.work():
            asking.ask(desk.ada, case_id, later(days=2), send)

    agreed(desk, case_id, dataclasses.replace(TELL, purpose=Purpose.SURVEY, recipient=None))
    with pytest.raises(Conflict):
        ask()
    with desk.work():
        closing.close(desk.ada, case_id, Ending(Outcome.ADVICE_SUFFICIENT), later(days=1))
    with pytest.raises(ContactRefused):
        ask()
    with desk.work():
        policy = Policy(ring=Word.YES, text=Word.YES)
        reaching.save_policy(desk.ada, case_id, policy, "", later(days=1))
    ask()
    assert len(sent) == 1
    with pytest.raises(Conflict):
        ask()
    assert state_of(desk, case_id).status is Status.CLOSED
