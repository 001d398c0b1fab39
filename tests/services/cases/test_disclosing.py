"""Nothing is told without consent, and no letter holds what the worker did not agree to."""

import dataclasses
from uuid import UUID

import pytest

from helpline.cases.models import CertifierLetter, Number
from helpline.cases.rules.consents import Group, Recipient, Way
from helpline.cases.rules.disclosures import Problem, Protected
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.status import Status
from helpline.cases.service import certifier, consenting, disclosing, intake, named
from helpline.cases.service.disclosing import Answer, LetterRefused
from helpline.errors import BadInput, Conflict, NotAllowed, NotFound
from helpline.extensions import db
from helpline.keys.rules import Role
from helpline.keys.service import teams
from helpline.keys.service.principal import Principal
from helpline.keys.service.site import Tampered
from tests.services.cases.conftest import NUMBER, Desk, later
from tests.services.cases.ledger import CERTIFIER, TELL, agreed, moved, state_of, taken, told


@pytest.fixture
def reader(desk: Desk) -> Principal:
    """The certifier."""
    with desk.work():
        person = desk.organisation.admit(Role.CERTIFIER)
    with desk.work():
        return desk.organisation.principal(person)


def in_inbox(desk: Desk, who: Principal) -> list[str]:
    with desk.work():
        return [letter.inside.text for letter in certifier.inbox(who)]


def test_without_a_consent_no_letter_goes(desk: Desk) -> None:
    case_id = taken(desk)
    with pytest.raises(Conflict):
        told(desk, case_id)
    assert state_of(desk, case_id).disclosures == ()


def test_a_consented_letter_moves_the_case_to_the_factory(desk: Desk) -> None:
    case_id = taken(desk)
    moved(desk, case_id, Status.ADMISSIBLE, Status.AWAITING_CONSENT)
    agreed(desk, case_id)
    told(desk, case_id)
    state = state_of(desk, case_id)
    assert state.status is Status.WITH_FACTORY
    assert [sent.groups for sent in state.disclosures] == [(Group.WHAT,)]
    assert state.acted is not None


def test_a_consent_taken_back_stops_the_letter(desk: Desk) -> None:
    case_id = taken(desk)
    given = agreed(desk, case_id)
    with desk.work():
        consenting.withdraw(desk.ada, case_id, given, "Not now.", Way.TALK, later(minutes=12))
    with pytest.raises(Conflict):
        told(desk, case_id)


def test_a_consent_taken_back_at_night_by_telephone_stops_the_letter(desk: Desk) -> None:
    case_id = taken(desk)
    agreed(desk, case_id)
    with desk.work():
        intake.add(desk.site, case_id, EntryKind.CONSENT_WITHDRAWN, {}, later(hours=12))
    with pytest.raises(Conflict):
        told(desk, case_id, now=later(hours=20))


def test_a_consent_is_taken_back_once(desk: Desk) -> None:
    case_id = taken(desk)
    given = agreed(desk, case_id)
    for expected in (None, Conflict):
        with desk.work():
            if expected is None:
                consenting.withdraw(desk.ada, case_id, given, "No.", Way.TALK, later(minutes=12))
                continue
            with pytest.raises(expected):
                consenting.withdraw(desk.ada, case_id, given, "No.", Way.TALK, later(minutes=13))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"Ring {NUMBER}.", Problem.NUMBER),
        ("Mei Crane was not paid.", Problem.NAME),
        ("She of bed 12 was not paid.", Problem.WORD),
        ("Her word is teapot.", Problem.WORD),
    ],
)
def test_a_letter_that_gives_the_worker_away_is_not_sent(
    desk: Desk, text: str, problem: Problem
) -> None:
    case_id = taken(desk)
    agreed(desk, case_id)
    with desk.work():
        kept = Protected("Mei Crane", ("bed 12", "teapot"))
        consenting.protect(desk.ada, case_id, kept, later(minutes=11))
    with pytest.raises(LetterRefused) as refused:
        told(desk, case_id, text)
    assert problem in {found.problem for found in refused.value.found}
    assert "Crane" not in str(refused.value)
    assert state_of(desk, case_id).disclosures == ()


def test_a_number_that_does_not_open_stops_every_letter(desk: Desk) -> None:
    """What cannot be looked for cannot be ruled out."""
    case_id = taken(desk)
    agreed(desk, case_id)
    with desk.work():
        row = db.session.query(Number).filter_by(case_id=case_id).one()
        row.sealed = row.sealed[:-1] + bytes([row.sealed[-1] ^ 1])
    with pytest.raises(Tampered):
        told(desk, case_id)


def test_an_answer_stands_beside_its_letter(desk: Desk) -> None:
    case_id = taken(desk)
    agreed(desk, case_id)
    letter = told(desk, case_id)
    with desk.work():
        came = Answer(letter, "We pay on Friday.", "Pay October", later(days=9).date())
        disclosing.answer(desk.ada, case_id, came, later(days=2))
    [sent] = state_of(desk, case_id).disclosures
    assert (sent.answered, sent.planned_for) == (later(days=2), later(days=9).date())
    with desk.work(), pytest.raises(BadInput):
        disclosing.answer(desk.ada, case_id, Answer(letter), later(days=2))
    with desk.work(), pytest.raises(Conflict):
        disclosing.answer(desk.ada, case_id, Answer("nothing", "x"), later(days=2))


def test_the_certifier_reads_the_letter_and_answers_and_sees_nothing_else(
    desk: Desk, reader: Principal
) -> None:
    case_id = taken(desk)
    agreed(desk, case_id, CERTIFIER)
    told(desk, case_id, "Wages of October are unpaid.", Recipient.CERTIFIER)
    with desk.work():
        [letter] = certifier.inbox(reader)
    assert letter.inside.text == "Wages of October are unpaid."
    with desk.work():
        certifier.acknowledge(reader, letter.id, later(days=1))
    with desk.work():
        day = later(days=20).date()
        certifier.respond(reader, letter.id, "We visit the site.", day, "", later(days=2))
    [sent] = state_of(desk, case_id).disclosures
    assert (sent.acknowledged, sent.planned, sent.planned_for) == (
        later(days=1),
        "We visit the site.",
        day,
    )
    with desk.work(), pytest.raises(NotFound):
        state_of(desk, case_id, reader)


def test_a_letter_to_the_certifier_waits_until_there_is_one(desk: Desk) -> None:
    case_id = taken(desk)
    agreed(desk, case_id, CERTIFIER)
    with pytest.raises(Conflict):
        told(desk, case_id, "Wages are unpaid.", Recipient.CERTIFIER)
    with desk.work():
        assert db.session.query(CertifierLetter).count() == 0


def test_a_letter_to_the_certifier_does_not_say_that_somebody_called(
    desk: Desk, reader: Principal
) -> None:
    case_id = taken(desk)
    agreed(desk, case_id, CERTIFIER)
    with pytest.raises(LetterRefused):
        told(desk, case_id, "A worker called us.", Recipient.CERTIFIER)
    assert in_inbox(desk, reader) == []
    facts = {**CERTIFIER.facts, Group.CALLED: ""}
    agreed(desk, case_id, dataclasses.replace(CERTIFIER, facts=facts))
    told(desk, case_id, "A worker called us.", Recipient.CERTIFIER)
    assert in_inbox(desk, reader) == ["A worker called us."]


def test_only_the_certifier_reads_the_inbox(desk: Desk, reader: Principal) -> None:
    case_id = taken(desk)
    agreed(desk, case_id, CERTIFIER)
    told(desk, case_id, "Wages are unpaid.", Recipient.CERTIFIER)
    for person in (desk.counsellor, desk.organisation.first):
        with desk.work(), pytest.raises(NotAllowed):
            certifier.inbox(desk.organisation.principal(person))


def test_a_certifier_who_was_removed_reads_no_later_letter(desk: Desk, reader: Principal) -> None:
    case_id = taken(desk)
    with desk.work():
        other = desk.organisation.admit(Role.CERTIFIER)
    agreed(desk, case_id, CERTIFIER)
    told(desk, case_id, "The first letter.", Recipient.CERTIFIER)
    with desk.work():
        teams.remove(desk.supervisor, reader.person)
    told(desk, case_id, "The second letter.", Recipient.CERTIFIER)
    with desk.work():
        stays = desk.organisation.principal(other)
    assert sorted(in_inbox(desk, stays)) == ["The first letter.", "The second letter."]
    assert in_inbox(desk, reader) == []


def test_supervisors_do_not_hold_the_letter_of_a_case_kept_to_named_people(
    desk: Desk, reader: Principal
) -> None:
    case_id = taken(desk)
    agreed(desk, case_id, CERTIFIER)
    with desk.work():
        named.keep_to(desk.supervisor, case_id, {desk.counsellor}, later(minutes=15))
    told(desk, case_id, "About the supervisor.", Recipient.CERTIFIER)
    assert in_inbox(desk, reader) == ["About the supervisor."]
    with desk.work():
        [row] = db.session.query(CertifierLetter).all()
        assert named.people_of(desk.site, row.id) == frozenset({reader.person})


def test_a_later_no_takes_the_place_of_a_yes(desk: Desk) -> None:
    case_id: UUID = taken(desk)
    agreed(desk, case_id)
    agreed(desk, case_id, dataclasses.replace(TELL, given=False, facts={}))
    with pytest.raises(Conflict):
        told(desk, case_id)
