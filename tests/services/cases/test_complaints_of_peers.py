"""What users of other helplines' tools complain of, each as a test of its own."""

import dataclasses
import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from crypto.receipts import Receipt
from helpline.audit import service as audit
from helpline.cases.models import Case
from helpline.cases.rules import clocks
from helpline.cases.rules.agenda import Appointment, Meeting
from helpline.cases.rules.clocks import Clock
from helpline.cases.rules.consents import Way
from helpline.cases.rules.disclosures import Protected
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.policy import Act, Policy, Reason, Word
from helpline.cases.rules.status import Accepted, Outcome, Status
from helpline.cases.service import (
    afterwards,
    agenda,
    assignment,
    closing,
    coding,
    consenting,
    files,
    intake,
    joining,
    lists,
    outreach,
    planning,
    reaching,
    reading,
    writing,
)
from helpline.cases.service.afterwards import Harm
from helpline.cases.service.closing import Ending
from helpline.cases.service.coding import Coding
from helpline.cases.service.lists import Which
from helpline.cases.service.reading import CaseView
from helpline.errors import BadInput, Conflict, NotAllowed, NotFound
from helpline.extensions import db
from helpline.keys.rules import Role
from helpline.keys.service import letterboxes
from helpline.unit_of_work import in_unit_of_work
from tests.services.cases.conftest import MONDAY, Desk, later
from tests.services.cases.ledger import TELL, agreed, moved, state_of, taken, told

ADVICE = Ending(Outcome.ADVICE_SUFFICIENT, summary="Advised.")


def row_of(desk: Desk, case_id: UUID) -> Case:
    with desk.work():
        return db.session.get_one(Case, case_id)


def trail(desk: Desk, case_id: UUID) -> list[str]:
    with desk.work():
        return [event.act for event in audit.read(desk.supervisor, case_id)]


def view_of(desk: Desk, case_id: UUID, who: str = "ada") -> CaseView:
    with desk.work():
        return reading.read(getattr(desk, who), case_id, later(days=1))


def running(view: CaseView) -> dict[str, Clock]:
    return {clock.name.value: clock for clock in view.clocks if clock.met is None}


# Everybody sees everything


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.CERTIFIER])
def test_no_other_role_can_be_made_to_see_cases(desk: Desk, role: Role) -> None:
    case_id = taken(desk)
    with desk.work():
        other = desk.organisation.admit(role)
    with desk.work():
        who = desk.organisation.principal(other)
        assert all(
            lists.listing(who, which, MONDAY).rows == () for which in set(Which) - {Which.ALL}
        )
        with pytest.raises(NotAllowed):
            lists.listing(who, Which.ALL, MONDAY)
        with pytest.raises(NotFound):
            reading.read(who, case_id, MONDAY)


def test_no_list_shows_a_counsellor_the_case_of_a_colleague(desk: Desk) -> None:
    case_id = taken(desk)
    with desk.work():
        for which in set(Which) - {Which.ALL}:
            assert lists.listing(desk.ben, which, later(days=9)).rows == ()
        with pytest.raises(NotAllowed):
            lists.listing(desk.ben, Which.ALL, MONDAY)
        assert lists.rows(desk.ben, [db.session.get_one(Case, case_id)]) == ()


# Retention is silent


def test_a_closed_case_has_a_last_day_which_the_trail_names(desk: Desk) -> None:
    case_id = taken(desk)
    with desk.work():
        closing.close(desk.ada, case_id, ADVICE, later(days=1))
    last = row_of(desk, case_id).retain_until
    assert last is not None
    with desk.work():
        [named] = [
            event for event in audit.read(desk.supervisor, case_id) if event.act == "case.last_day"
        ]
    assert named.detail == {"until": last.isoformat()}


def closed_and_watched(desk: Desk) -> UUID:
    case_id = taken(desk, main="G1")
    agreed(desk, case_id)
    told(desk, case_id)
    with desk.work():
        closing.close(
            desk.ada,
            case_id,
            Ending(Outcome.MEDIATED, accepted=Accepted.YES, summary="x"),
            later(days=1),
        )
    assert row_of(desk, case_id).retain_until is not None
    return case_id


def by_the_worker(desk: Desk, case_id: UUID) -> None:
    desk.receive(now=later(days=2), case_id=case_id, kind=EntryKind.SMS)


def by_hand(desk: Desk, case_id: UUID) -> None:
    with desk.work():
        coding.change_status(desk.ada, case_id, Status.REOPENED, later(days=2), reason="again")


def by_the_watch(desk: Desk, case_id: UUID) -> None:
    with desk.work():
        afterwards.watch(desk.ada, case_id, 30, Harm.YES, "Dismissed.", later(days=31))


@pytest.mark.parametrize("open_again", [by_the_worker, by_hand, by_the_watch])
def test_a_case_that_is_open_again_has_no_last_day_and_the_trail_says_so(
    desk: Desk, open_again: Callable[[Desk, UUID], None]
) -> None:
    case_id = closed_and_watched(desk)
    open_again(desk, case_id)
    assert row_of(desk, case_id).retain_until is None
    assert trail(desk, case_id).count("case.kept_on") == 1


def test_a_case_joined_into_another_has_a_last_day_until_it_is_separated(desk: Desk) -> None:
    older, newer = taken(desk), taken(desk)
    with desk.work():
        joining.join(desk.ada, newer, older, later(days=1))
    assert row_of(desk, newer).retain_until is not None
    with desk.work():
        joining.separate(desk.ada, newer, later(days=2))
    assert row_of(desk, newer).retain_until is None
    assert {"case.last_day", "case.kept_on"} <= set(trail(desk, newer))


# STOP closes the case


def test_stop_by_text_stops_texts_and_nothing_else(desk: Desk) -> None:
    case_id = taken(desk)
    with desk.work():
        said = Policy(ring=Word.YES, text=Word.YES)
        reaching.save_policy(desk.ada, case_id, said, "", later(minutes=6))
    before = running(view_of(desk, case_id))
    with desk.work():
        outreach.stop(desk.handle("+860000000042"), desk.line)
        intake.add(desk.site, case_id, EntryKind.DELIVERY, {"text_stopped": True}, later(hours=1))
    view = view_of(desk, case_id)
    assert view.state.status is Status.TRIAGED
    assert view.case.status == Status.TRIAGED.value
    assert running(view) == before
    with desk.work():
        assert reaching.may(desk.ada, case_id, Act.RING, later(hours=1)).allowed
        texting = reaching.may(desk.ada, case_id, Act.TEXT, later(hours=1))
    assert texting.reason is Reason.STOPPED
    assert not texting.overridable


# A wrong merge


def test_a_wrong_join_is_undone_and_nothing_of_either_case_is_lost(desk: Desk) -> None:
    older, newer = taken(desk), taken(desk)
    moved(desk, newer, Status.ADMISSIBLE, Status.AWAITING_CONSENT)
    agreed(desk, newer)
    told(desk, newer)
    with desk.work():
        writing.text_worker(
            desk.ada, newer, "We ask them.", later(minutes=22), lambda *_: "SM1", override="agreed"
        )
    desk.receive(now=later(minutes=30), case_id=newer, kind=EntryKind.SMS)  # waits for an answer
    before = {case_id: view_of(desk, case_id) for case_id in (older, newer)}
    with desk.work():
        joining.join(desk.ada, newer, older, later(hours=2))
    with desk.work():
        joining.separate(desk.ada, newer, later(days=3))
    after = {case_id: view_of(desk, case_id) for case_id in (older, newer)}
    for case_id, view in after.items():
        kept = {item.id for item in before[case_id].timeline}
        assert kept <= {item.id for item in view.timeline}
        assert view.faults == ()
        state, then = view.state, before[case_id].state
        assert (state.consents, state.disclosures) == (then.consents, then.disclosures)
        assert (state.status, state.severity) == (then.status, then.severity)
    assert after[newer].clocks == before[newer].clocks
    assert after[newer].next == before[newer].next
    assert after[newer].state.waiting_since == later(minutes=30)
    assert [link.kind for link in after[newer].links] == ["same_phone"]


def test_a_joined_contact_that_was_answered_does_not_wait_again(desk: Desk) -> None:
    older, newer = taken(desk), taken(desk)
    for case_id in (older, newer):
        with desk.work():
            reaching.record_call(
                desk.ada, case_id, reached=True, text="Talked.", now=later(minutes=7)
            )
    desk.receive(now=later(hours=1), case_id=older, kind=EntryKind.SMS)
    with desk.work():
        joining.join(desk.ada, newer, older, later(hours=2))
    assert state_of(desk, older).waiting_since == later(hours=1)


# A leaver


def test_the_leaver_of_forty_cases_takes_nothing_along_and_nothing_is_lost(
    either_desk: Desk,
) -> None:
    desk = either_desk
    full = taken(desk)
    with desk.work():
        nameless = desk.contact(None)
        others = [intake.receive(desk.site, nameless, MONDAY).case_id for _ in range(39)]
        for case_id in others:
            assignment.claim(desk.ada, case_id, MONDAY)
    live_through(desk, full)
    with desk.work():
        writing.keep_draft(desk.supervisor, full, "note", "half a thought")
    before = view_of(desk, full)
    with desk.work():
        who, ada, ben = desk.supervisor, desk.counsellor, desk.colleague
        assert assignment.hand_over(who, ada, ben, later(hours=8)) == 40
    after = view_of(desk, full, "ben")
    shown = [(item.id, item.event) for item in after.timeline]
    assert shown[:-1] == [(item.id, item.event) for item in before.timeline]
    assert after.timeline[-1].event.body["how"] == "hand_over"
    for name in ("consents", "disclosures", "appointments", "steps", "planned", "protected"):
        assert getattr(after.state, name) == getattr(before.state, name)
        assert getattr(after.state, name)
    assert after.clocks == before.clocks
    assert (after.faults, after.letterboxes) == ((), before.letterboxes)
    with desk.work():
        assert writing.draft(desk.supervisor, full, "note") == "half a thought"
        assert len(lists.listing(desk.ben, Which.MINE, later(hours=9)).rows) == 40
        assert lists.listing(desk.ada, Which.MINE, later(hours=9)).rows == ()
        for case_id in (full, *others):
            assert files.open_file(desk.ben, case_id).faults == []
            with pytest.raises(NotFound):
                files.open_file(desk.ada, case_id)


def live_through(desk: Desk, case_id: UUID) -> None:
    """Something of everything that a case can hold."""
    agreed(desk, case_id)
    told(desk, case_id)
    with desk.work():
        keys = letterboxes.stretch(desk.site, Receipt.new())
        writing.give_receipt(desk.ada, case_id, keys, later(minutes=25))
        writing.letter(desk.ada, case_id, "We asked them.", later(minutes=26), by_phone=True)
        writing.note(desk.ada, case_id, "A note.", later(minutes=27))
        consenting.protect(desk.ada, case_id, Protected("Mei", ("bed 12",)), later(minutes=28))
        planning.propose(desk.ada, case_id, "Pay.", later(days=20), later(minutes=29))
        visit = Appointment("", later(days=1), Meeting.VISIT)
        agenda.arrange(desk.ada, case_id, visit, later(minutes=30))
        agenda.plan_step(desk.ada, case_id, "Ask again", later(days=2), later(minutes=31))


# Consent taken back


def test_a_consent_taken_back_while_the_letter_is_half_written_stops_it_and_keeps_the_draft(
    desk: Desk,
) -> None:
    case_id = taken(desk)
    consent = agreed(desk, case_id)
    with desk.work():
        writing.keep_draft(desk.ada, case_id, "to_factory", "The wages of Oct")
    with desk.work():
        words = "Do not ask them."
        consenting.withdraw(desk.ada, case_id, consent, words, Way.TALK, later(minutes=12))
    with pytest.raises(Conflict, match="has not agreed"):
        told(desk, case_id, "The wages of October were not paid.")
    with desk.work():
        assert writing.draft(desk.ada, case_id, "to_factory") == "The wages of Oct"
    assert state_of(desk, case_id).disclosures == ()


# Two people, one case


def codes(desk: Desk, case_id: UUID, revision: int) -> None:
    coding.code(desk.ada, case_id, Coding("W1", 3), later(hours=1), revision)


def stands(desk: Desk, case_id: UUID, revision: int) -> None:
    coding.change_status(desk.ada, case_id, Status.ADMISSIBLE, later(hours=1), revision)


def closes(desk: Desk, case_id: UUID, revision: int) -> None:
    closing.close(desk.ada, case_id, ADVICE, later(hours=1), revision)


def says_how_to_reach(desk: Desk, case_id: UUID, revision: int) -> None:
    reaching.save_policy(
        desk.ada, case_id, Policy(ring=Word.YES), "Other words.", later(hours=1), revision
    )


def plans(desk: Desk, case_id: UUID, revision: int) -> None:
    planning.propose(desk.ada, case_id, "Pay.", later(days=9), later(hours=1), revision)


def protects(desk: Desk, case_id: UUID, revision: int) -> None:
    consenting.protect(desk.ada, case_id, Protected("Mei"), later(hours=1), revision)


def assigns(desk: Desk, case_id: UUID, revision: int) -> None:
    assignment.assign(desk.supervisor, case_id, desk.colleague, later(hours=1), revision)


EDITS = [codes, stands, closes, says_how_to_reach, plans, protects, assigns]


@pytest.mark.parametrize("edit", EDITS)
def test_a_form_from_before_a_colleagues_change_overwrites_nothing(
    desk: Desk, edit: Callable[[Desk, UUID, int], None]
) -> None:
    case_id = taken(desk)
    seen = row_of(desk, case_id).revision
    with desk.work():
        coding.rate(desk.supervisor, case_id, 3, later(minutes=30))
    before = state_of(desk, case_id)
    with desk.work(), pytest.raises(Conflict, match="Your text is kept below"):
        edit(desk, case_id, seen)
    assert state_of(desk, case_id) == before


@pytest.mark.parametrize("edits", [(codes, stands), (codes, codes), (stands, stands)])
def test_of_two_edits_at_once_one_stands_and_the_other_is_told(
    either_desk: Desk, edits: tuple[Callable[[Desk, UUID, int], None], ...]
) -> None:
    desk = either_desk
    case_id = taken(desk)
    seen = row_of(desk, case_id).revision
    gate, said = threading.Barrier(2), list[str]()

    def send(edit: Callable[[Desk, UUID, int], None]) -> None:
        with desk.organisation.app.app_context():
            gate.wait()
            try:
                in_unit_of_work(lambda: edit(desk, case_id, seen))
                said.append("done")
            except Conflict:
                said.append("told")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=send, args=(edit,)) for edit in edits]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["done", "told"]
    state = state_of(desk, case_id)
    assert (state.severity, state.status) in {(3, Status.TRIAGED), (2, Status.ADMISSIBLE)}
    assert row_of(desk, case_id).revision == seen + 1


# Texts that tools mangle


@pytest.mark.parametrize(
    "text",
    [
        "لم تُدفع أجور أكتوبر. \u200f(אבל הבטיחו)",
        "工资没发 😢👩‍👩‍👧‍👦 🇮🇳 हमें वेतन नहीं मिला",
        "a\x00b\x01c\x1b[31md\u202etxt.exe\ufeff",
        "line one\r\nline two\tand a tab",
        "x" * 20_000,
    ],
    ids=["right-to-left", "emoji", "control", "lines", "huge"],
)
def test_a_note_is_kept_as_it_was_typed(either_desk: Desk, text: str) -> None:
    desk = either_desk
    case_id = taken(desk)
    with desk.work():
        writing.keep_draft(desk.ada, case_id, "note", text)
    with desk.work():
        assert writing.draft(desk.ada, case_id, "note") == text
        writing.note(desk.ada, case_id, text, later(hours=1))
    last = view_of(desk, case_id).timeline[-1].event
    assert (last.kind, last.body["text"]) == (EntryKind.NOTE, text)
    with desk.work():
        found = lists.search(desk.ada, text.split(maxsplit=1)[0][:40])
        assert [row.case.id for row in found] == [case_id]


def test_one_character_too_many_is_said_and_nothing_is_kept(desk: Desk) -> None:
    case_id = taken(desk)
    before = state_of(desk, case_id)
    with desk.work(), pytest.raises(BadInput, match="at most 20000 characters"):
        writing.note(desk.ada, case_id, "x" * 20_001, later(hours=1))
    long = dataclasses.replace(TELL, words="x" * 2_001)
    with desk.work(), pytest.raises(BadInput, match="at most 2000 characters"):
        consenting.give(desk.ada, case_id, long, later(hours=1))
    assert state_of(desk, case_id) == before


def test_a_queue_move_is_the_same_clock_seen_from_the_next_counsellor(desk: Desk) -> None:
    case_id = taken(desk, severity=1)
    before = view_of(desk, case_id).next
    with desk.work():
        assignment.assign(desk.supervisor, case_id, desk.colleague, later(hours=3))
    view = view_of(desk, case_id, "ben")
    assert view.next == before
    with desk.work():
        coding.rate(desk.ben, case_id, 3, later(hours=4))
    raised = view_of(desk, case_id, "ben")
    assert raised.next is not None
    assert before is not None
    assert raised.next.due < before.due
    shown = row_of(desk, case_id).due
    assert shown is not None
    assert timedelta(0) <= raised.next.due - shown < clocks.QUARTER


def test_danger_makes_nothing_due_later_than_it_was(desk: Desk) -> None:
    case_id = taken(desk, severity=3)
    due = row_of(desk, case_id).due
    almost = later(hours=3, minutes=45)
    assert due is not None
    assert due - almost < timedelta(hours=1)
    with desk.work():
        intake.raise_danger(desk.site, case_id, almost)
    row = row_of(desk, case_id)
    assert (row.severity, row.due) == (4, due)
