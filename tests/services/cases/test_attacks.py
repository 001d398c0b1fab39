"""Whoever can write the database can hide and delay, not read or forge; and it is noticed."""

import uuid

import pytest
from sqlalchemy import delete, select, update

from crypto.boxes import Box
from crypto.boxes import grant as put_grant
from helpline.cases.models import Case, Entry, Header
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.state import Event
from helpline.cases.service import assignment, files, intake, lists, places, reading, writing
from helpline.cases.service.content import pack_event
from helpline.cases.service.lists import Which
from helpline.extensions import db
from helpline.keys.models import Grant
from helpline.keys.rules import Place
from helpline.keys.service import boxes, grants
from helpline.keys.service.site import Tampered, binding
from tests.services.cases.conftest import MONDAY, Desk, later


def taken(desk: Desk) -> uuid.UUID:
    """A case of Ada's with two notes, which she has read: what was opened once is kept."""
    received = desk.receive(kind=EntryKind.SMS, content={"text": "first words"})
    with desk.work():
        assignment.claim(desk.ada, received.case_id, later(minutes=1))
    for minute, text in enumerate(("one note", "another note"), start=2):
        with desk.work():
            writing.note(desk.ada, received.case_id, text, later(minutes=minute))
    with desk.work():
        reading.read(desk.ada, received.case_id, later(minutes=4))
    return received.case_id


def names(desk: Desk, case_id: uuid.UUID) -> set[str]:
    with desk.work():
        view = reading.read(desk.ada, case_id, later(hours=1))
    return {name for name, _ in view.faults}


def entries_of(case_id: uuid.UUID) -> list[Entry]:
    query = select(Entry).where(Entry.case_id == case_id).order_by(Entry.sequence)
    return list(db.session.scalars(query))


def test_a_sound_case_has_no_fault(desk: Desk) -> None:
    assert names(desk, taken(desk)) == set()


def test_two_entries_exchanged_do_not_open(desk: Desk) -> None:
    case_id = taken(desk)
    with desk.work():
        _, _, one, two = entries_of(case_id)
        one.sealed, two.sealed = two.sealed, one.sealed
    assert names(desk, case_id) == {"entry", "history"}


def test_an_entry_of_another_case_does_not_open(desk: Desk) -> None:
    mine, other = taken(desk), taken(desk)
    with desk.work():
        foreign = entries_of(other)[2]
        own = entries_of(mine)[2]
        own.sealed, own.generation, own.stamp = foreign.sealed, foreign.generation, foreign.stamp
    assert names(desk, mine) == {"entry", "history"}


def test_another_kind_on_an_entry_is_noticed(desk: Desk) -> None:
    case_id = taken(desk)
    with desk.work():
        entries_of(case_id)[2].kind = EntryKind.CONSENT.value
    assert names(desk, case_id) == {"entry", "history"}


def test_a_cut_short_entry_does_not_open(desk: Desk) -> None:
    case_id = taken(desk)
    with desk.work():
        row = entries_of(case_id)[2]
        row.sealed = row.sealed[:-40]
    assert names(desk, case_id) == {"entry", "history"}


def test_a_deleted_entry_is_missed(desk: Desk) -> None:
    case_id = taken(desk)
    with desk.work():
        db.session.execute(delete(Entry).where(Entry.id == entries_of(case_id)[2].id))
    assert "history" in names(desk, case_id)


def test_a_forged_entry_without_our_stamp_says_nothing(desk: Desk) -> None:
    case_id = taken(desk)
    with desk.work():
        case = db.session.get_one(Case, case_id)
        newest = max(row.generation for row in entries_of(case_id))
        public = grants.public_of(desk.site, boxes._newest(case_id))
        entry_id = uuid.uuid4()
        place = places.entry(entry_id, 5, "sms")
        plain = pack_event(Event(EntryKind.SMS, MONDAY, None, {"text": "withdraw my case"}))
        forged = public.put(plain, binding(place, str(case_id), newest))
        db.session.add(
            Entry(
                id=entry_id,
                case_id=case_id,
                sequence=5,
                kind="sms",
                sealed=forged,
                generation=newest,
                stamp=b"\0" * 32,
            )
        )
        case.entries = 5
    with desk.work():
        view = reading.read(desk.ada, case_id, later(hours=1))
    assert ("entry", 5) in view.faults
    assert all("withdraw" not in str(item.event.body) for item in view.timeline)


@pytest.mark.parametrize(
    "change", [{"status": "closed"}, {"severity": 0}, {"assignee": uuid.uuid4()}]
)
def test_a_changed_outer_row_is_noticed_and_not_believed(
    desk: Desk, change: dict[str, object]
) -> None:
    case_id = taken(desk)
    with desk.work():
        db.session.execute(update(Case).where(Case.id == case_id).values(**change))
    with desk.work():
        view = reading.read(desk.ada, case_id, later(hours=1))
    assert ("shell", 0) in view.faults
    assert view.state.shell == ("new", None, str(desk.counsellor))


def test_an_older_header_put_back_is_noticed(desk: Desk) -> None:
    case_id = taken(desk)
    with desk.work():
        old = db.session.get_one(Header, case_id)
        kept = (old.sealed, old.generation, old.upto)
    with desk.work():
        writing.note(desk.ada, case_id, "later", later(minutes=9))
    with desk.work():
        row = db.session.get_one(Header, case_id)
        row.sealed, row.generation, row.upto = kept
    assert "header" in names(desk, case_id)


def test_a_swapped_grant_opens_nothing(desk: Desk) -> None:
    received = desk.receive()
    with desk.work():
        assignment.claim(desk.ada, received.case_id, MONDAY)
    with desk.work():
        thief = Box.new()
        grant = db.session.get_one(Grant, (received.case_id, 2, desk.counsellor))
        place = Place("grant", "grants", f"{received.case_id}:2")
        public = desk.ada.box.signing_public
        grant.sealed = put_grant(thief, public, binding(place, str(desk.counsellor), 1))
        grant.on_shelf = False
    with desk.work(), pytest.raises(Tampered):
        files.open_file(desk.ada, received.case_id)


def test_a_swapped_grant_takes_no_other_case_from_the_list(desk: Desk) -> None:
    sound, forged = desk.receive(None).case_id, desk.receive(None).case_id
    with desk.work():
        grant = db.session.scalars(select(Grant).where(Grant.box_id == forged)).one()
        grant.sealed = grant.sealed[:-3] + b"abc"
    with desk.work():
        found = lists.listing(desk.ada, Which.INBOX, MONDAY)
    assert [row.case.id for row in found.rows] == [sound]


def test_what_comes_in_after_a_fault_is_still_taken_in(desk: Desk) -> None:
    case_id = taken(desk)
    with desk.work():
        row = entries_of(case_id)[2]
        row.sealed = row.sealed[:-40]
    with desk.work():
        intake.add(desk.site, case_id, EntryKind.KEYED, {"digits": "4170"}, later(hours=1))
    with desk.work():
        view = reading.read(desk.ada, case_id, later(hours=2))
    assert view.state.keyed == "4170"
