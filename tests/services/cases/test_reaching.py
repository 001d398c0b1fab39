"""No answer means no; the strictest word counts; a colleague's never stands."""

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select

from helpline.audit.models import AuditRow
from helpline.cases.models import SentText
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.policy import Act, Policy, Reason, Word
from helpline.cases.service import (
    assignment,
    cards,
    coding,
    intake,
    outreach,
    reaching,
    reading,
    writing,
)
from helpline.cases.service.reaching import ContactRefused
from helpline.errors import BadInput, NotFound
from helpline.extensions import db
from telephony.numbers import CallerNumber
from telephony.provider import CarrierDown, CarrierRefused, OptedOut
from tests.services.cases.conftest import MONDAY, NUMBER, Desk, later

YES = Policy(ring=Word.YES, text=Word.YES, message=Word.NO)
NEVER = Policy(ring=Word.NO, text=Word.NO, message=Word.NO)


class Post:
    """Keeps what it is asked to send, or fails as told."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.sent: list[tuple[str, str]] = []
        self.fault = fault

    def __call__(self, to: CallerNumber, sender: CallerNumber, body: str) -> str:
        if self.fault:
            raise self.fault
        self.sent.append((to.reveal(), body))
        return "SM1"


def case_of(desk: Desk, who: str = "ada", number: str | None = NUMBER) -> UUID:
    case_id = desk.receive(number).case_id
    with desk.work():
        assignment.claim(getattr(desk, who), case_id, MONDAY)
    return case_id


def allow(desk: Desk, case_id: UUID, policy: Policy, who: str = "ada") -> None:
    with desk.work():
        reaching.save_policy(getattr(desk, who), case_id, policy, "", later(minutes=1))


def text(desk: Desk, case_id: UUID, post: Post, override: str = "") -> None:
    with desk.work():
        writing.text_worker(desk.ada, case_id, "hello", later(hours=1), post, override)


def test_without_the_workers_word_nobody_rings_texts_or_leaves_a_message(desk: Desk) -> None:
    case_id = case_of(desk)
    with desk.work():
        decisions = [reaching.may(desk.ada, case_id, act, MONDAY) for act in Act]
    assert {decision.reason for decision in decisions} == {Reason.NOT_ASKED}


def test_an_allowed_text_leaves_after_the_commit_and_its_outcome_is_kept(desk: Desk) -> None:
    case_id, post = case_of(desk), Post()
    allow(desk, case_id, YES)
    text(desk, case_id, post)
    with desk.work():
        view = reading.read(desk.ada, case_id, later(hours=2))
        sent = db.session.scalars(select(SentText)).one()
    assert post.sent == [(NUMBER, "hello")]
    assert list(view.deliveries.values()) == ["sent"]
    assert sent.message == desk.site.event_hash("SM1", "sent")


def test_a_refused_text_is_not_sent_and_a_reason_overrides(desk: Desk) -> None:
    case_id, post = case_of(desk), Post()
    with pytest.raises(ContactRefused) as refused:
        text(desk, case_id, post)
    assert refused.value.decision.overridable
    assert post.sent == []
    text(desk, case_id, post, "the rescue team waits at gate 2")
    assert len(post.sent) == 1
    with desk.work():
        acts = set(db.session.scalars(select(AuditRow.act)))
    assert "contact.text.override" in acts


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (CarrierDown("timeout", sure=False), "unsure"),
        (CarrierDown("429", sure=True), "not_sent"),
        (CarrierRefused("21610"), "refused"),
        (OptedOut("21610"), "stopped"),
    ],
)
def test_what_the_carrier_did_with_a_text_is_said(desk: Desk, fault: Exception, state: str) -> None:
    case_id = case_of(desk)
    allow(desk, case_id, YES)
    text(desk, case_id, Post(fault))
    with desk.work():
        view = reading.read(desk.ada, case_id, later(hours=2))
        flags = outreach.policy_flags(desk.handle(NUMBER), desk.line)
    assert list(view.deliveries.values()) == [state]
    assert flags.stopped is (state == "stopped")


def test_stop_ends_texts_and_not_the_case(desk: Desk) -> None:
    case_id = case_of(desk)
    allow(desk, case_id, YES)
    with desk.work():
        outreach.stop(desk.handle(NUMBER), desk.line)
    with pytest.raises(ContactRefused) as refused:
        text(desk, case_id, Post(), "please")
    assert refused.value.decision.reason is Reason.STOPPED
    with desk.work():
        assert reaching.may(desk.ada, case_id, Act.RING, MONDAY).allowed
        outreach.start(desk.handle(NUMBER), desk.line)
    text(desk, case_id, Post())


def test_a_colleagues_never_stops_the_second_counsellor(desk: Desk) -> None:
    other = case_of(desk, "ben")
    allow(desk, other, NEVER, "ben")
    case_id = case_of(desk)
    allow(desk, case_id, YES)
    with pytest.raises(ContactRefused) as refused:
        text(desk, case_id, Post(), "I have a reason")
    assert refused.value.decision.reason is Reason.COLLEAGUE_NEVER
    with desk.work(), pytest.raises(ContactRefused):
        reaching.dial(desk.ada, case_id, MONDAY, "I have a reason")


def test_a_colleagues_hours_count_too(desk: Desk) -> None:
    other = case_of(desk, "ben")
    evening = replace(YES, hours_from="19:00", hours_to="21:00")
    allow(desk, other, evening, "ben")
    case_id = case_of(desk)
    allow(desk, case_id, YES)
    with desk.work():
        decision = reaching.may(desk.ada, case_id, Act.RING, MONDAY)
        at_night = reaching.may(desk.ada, case_id, Act.RING, later(hours=9))
    assert decision.reason is Reason.OUTSIDE_HOURS
    assert at_night.allowed


def test_the_server_keeps_to_never_with_nobody_logged_in(desk: Desk) -> None:
    case_id = case_of(desk)
    allow(desk, case_id, NEVER)
    with desk.work():
        flags = outreach.policy_flags(desk.handle(NUMBER))
    assert (flags.never_ring, flags.never_text) == (True, True)
    allow(desk, case_id, YES)
    with desk.work():
        flags = outreach.policy_flags(desk.handle(NUMBER))
    assert (flags.never_ring, flags.never_text) == (False, False)


def test_who_asks_to_be_rung_may_be_rung_and_nothing_else(desk: Desk) -> None:
    case_id = case_of(desk)
    with desk.work():
        intake.add(desk.site, case_id, EntryKind.CALLBACK_ASKED, {}, MONDAY)
    with desk.work():
        assert reaching.may(desk.ada, case_id, Act.RING, MONDAY).allowed
        assert not reaching.may(desk.ada, case_id, Act.TEXT, MONDAY).allowed
        assert reaching.dial(desk.ada, case_id, MONDAY).reveal() == NUMBER


def test_the_number_is_shown_for_a_reason_that_stays(desk: Desk) -> None:
    case_id = case_of(desk)
    with desk.work(), pytest.raises(BadInput):
        reaching.show_number(desk.ada, case_id, " ", MONDAY)
    with desk.work():
        assert reaching.show_number(desk.ada, case_id, "desk phone", MONDAY).reveal() == NUMBER
    with desk.work():
        view = reading.read(desk.ada, case_id, MONDAY)
        acts = set(db.session.scalars(select(AuditRow.act)))
    assert view.timeline[-1].event.body["reason"] == "desk phone"
    assert "number.shown" in acts


def test_a_case_without_a_number_shows_none(desk: Desk) -> None:
    case_id = case_of(desk, number=None)
    with desk.work(), pytest.raises(NotFound):
        reaching.show_number(desk.ada, case_id, "desk phone", MONDAY)


def test_a_card_speaks_to_whoever_answers_the_phone_next(desk: Desk) -> None:
    other = case_of(desk, "ben")
    with desk.work():
        reaching.save_policy(desk.ben, other, YES, "Speaks only after dark.", MONDAY)
    case_id = case_of(desk)
    with desk.work():
        view = reading.read(desk.ada, case_id, MONDAY)
        rung = cards.for_answering(desk.ada, desk.handle(NUMBER), MONDAY)
    with desk.work():
        read = db.session.scalars(select(AuditRow).where(AuditRow.act == "card.read")).all()
    assert [card.must_know for card in view.cards] == ["Speaks only after dark."]
    assert rung[0].must_know == "Speaks only after dark."
    assert {row.object_id for row in read} == {other}


def test_a_serious_case_must_say_what_others_must_know(desk: Desk) -> None:
    case_id = case_of(desk)
    with desk.work():
        coding.rate(desk.ada, case_id, 3, MONDAY)
    with desk.work(), pytest.raises(BadInput):
        reaching.save_policy(desk.ada, case_id, YES, "", MONDAY)
