"""Revoked means revoked: what somebody keeps who was removed opens nothing that came later.

They keep everything they ever had: their own box (old password and site key give it), their old
session cookie, and a copy of every row as it stood; and they get a copy of every row that there is
now. The tests then open whatever opens, by the keys themselves and not by our own checks.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from crypto.boxes import Box
from crypto.errors import CryptoError
from helpline.accounts.models import Account
from helpline.accounts.models import Session as SessionRow
from helpline.accounts.rules import Lifetimes
from helpline.accounts.service import admission, login, people, sessions
from helpline.accounts.service.sessions import Stage
from helpline.accounts.service.throttle import Origin
from helpline.cases.models import Entry, Number, Sound
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.service import assignment, files, intake, reading, writing
from helpline.extensions import db
from helpline.keys.models import BoxGeneration, Grant, PersonWrap
from helpline.keys.rules import Place, Role, Team
from helpline.keys.service import boxes, directory
from helpline.keys.service.principal import principal_of, stretch_new, unwrap
from helpline.keys.service.site import binding
from tests.services.cases.conftest import MONDAY, NUMBER, OTHER_NUMBER, Desk, later, open_desk

PASSWORD = "violet kettle over the marsh"
NEW_PASSWORD = "nine slow barges, one lamp"
LIFETIMES = Lifetimes(timedelta(minutes=30), timedelta(hours=12))
ROWS_OF_CASES: tuple[Any, ...] = (Entry, Number, Sound)
OLD_ROWS: tuple[Any, ...] = (Account, SessionRow, PersonWrap, Grant, BoxGeneration)

Generation = tuple[uuid.UUID, int]


def copied(*models: Any) -> dict[Any, list[dict[str, Any]]]:
    """Every row of these tables as it stands."""
    return {
        model: [
            {column.key: getattr(row, column.key) for column in model.__mapper__.column_attrs}
            for row in db.session.scalars(select(model))
        ]
        for model in models
    }


@dataclass
class Leaver:
    """Whoever is going to be removed, with what they carry away."""

    person: uuid.UUID
    box: Box
    cookie: bytes = b""
    rows: dict[Any, list[dict[str, Any]]] = field(default_factory=dict)

    def takes_everything_along(self) -> None:
        self.rows = copied(*OLD_ROWS)

    def opens(self) -> set[Generation]:
        """Every generation of every box whose secret follows from what they have."""
        now = copied(Grant, BoxGeneration)
        grants = [*self.rows[Grant], *now[Grant]]
        chained = [*self.rows[BoxGeneration], *now[BoxGeneration]]
        known: dict[Generation, Box] = {(self.person, 1): self.box}
        while True:
            found = {
                **dict(filter(None, (_through_grant(known, row) for row in grants))),
                **dict(filter(None, (_through_chain(known, row) for row in chained))),
            }
            if found.keys() <= known.keys():
                return set(known)
            known |= found


def _through_grant(
    known: dict[Generation, Box], row: dict[str, Any]
) -> tuple[Generation, Box] | None:
    holder = known.get((row["holder_id"], row["holder_generation"]))
    if holder is None:
        return None
    place = Place("grant", "grants", f"{row['box_id']}:{row['generation']}")
    bound = binding(place, str(row["holder_id"]), row["holder_generation"])
    opened = holder.open_shelf if row["on_shelf"] else holder.open_slot
    try:
        return (row["box_id"], row["generation"]), Box.from_secret(opened(row["sealed"], bound))
    except CryptoError:
        return None


def _through_chain(
    known: dict[Generation, Box], row: dict[str, Any]
) -> tuple[Generation, Box] | None:
    newer = known.get((row["box_id"], row["generation"]))
    if newer is None or row["previous"] is None:
        return None
    place = Place("previous", "box_generations", f"{row['box_id']}:{row['generation']}")
    bound = binding(place, str(row["box_id"]), row["generation"])
    older = Box.from_secret(newer.open_shelf(row["previous"], bound))
    return (row["box_id"], row["generation"] - 1), older


def lying_in(seen: set[uuid.UUID]) -> dict[uuid.UUID, Generation]:
    """Rows of cases that are not among `seen`: where each of them lies."""
    return {
        row.id: (row.case_id, row.generation)
        for model in ROWS_OF_CASES
        for row in db.session.scalars(select(model))
        if row.id not in seen
    }


@dataclass
class Story:
    desk: Desk
    leaver: Leaver
    mine: uuid.UUID
    inbox: uuid.UUID
    seen: set[uuid.UUID] = field(default_factory=set)

    @property
    def accounts(self) -> Sequence[Account]:
        return db.session.scalars(select(Account)).all()


def admitted(desk: Desk, name: str, role: Role) -> Leaver:
    with desk.work():
        stretched = stretch_new(desk.site, PASSWORD)
        made = people.establish(desk.site, name, role, ["en"], stretched, MONDAY)
    with desk.work():
        digits = admission.own_digits(made.account)
        assert admission.admit(desk.supervisor, made.account, role, digits, MONDAY)
        cookie = sessions.begin(made.account, made.box, "a test", MONDAY, half=False)
    desk.organisation.boxes[made.account] = made.box
    return Leaver(made.account, made.box, cookie)


def leaves(desk: Desk, role: Role) -> Story:
    """Somebody with a case of their own, one in the inbox they have read, and a copy of all."""
    leaver = admitted(desk, "tao.willow", role)
    mine = desk.receive(NUMBER, kind=EntryKind.SMS, content={"text": "first"}).case_id
    inbox = desk.receive(OTHER_NUMBER, kind=EntryKind.SMS, content={"text": "waits"}).case_id
    with desk.work():
        who = principal_of(desk.site, leaver.person, leaver.box)
        assert who is not None
        assignment.claim(who, mine, later(minutes=1))
        reading.read(who, mine, later(minutes=1))
        reading.read(who, inbox, later(minutes=2))
        writing.note(who, mine, "I spoke with them.", later(minutes=3))
    with desk.work():
        leaver.takes_everything_along()
        seen = set(lying_in(set()))
    return Story(desk, leaver, mine, inbox, seen)


def removed(story: Story) -> None:
    desk = story.desk
    with desk.work():
        assignment.hand_over(desk.supervisor, story.leaver.person, desk.colleague, later(hours=1))
    with desk.work():
        assert admission.remove(desk.supervisor, story.leaver.person, later(hours=1))


def goes_on(story: Story) -> uuid.UUID:
    """What comes later, through every way in; returns a case that is new."""
    desk = story.desk
    new = desk.receive("+860000000099", kind=EntryKind.SMS, content={"text": "new"}).case_id
    with desk.work():
        writing.note(desk.ben, story.mine, "They called again.", later(hours=2))
        intake.add(desk.site, story.mine, EntryKind.VOICE_IN, {"seconds": 9}, later(hours=2))
    with desk.work():
        intake.add(desk.site, story.inbox, EntryKind.VOICE_IN, {"seconds": 7}, later(hours=2))
        intake.add_sound(desk.site, story.inbox, b"a voice")
    desk.receive(
        OTHER_NUMBER, later(hours=2), kind=EntryKind.SMS, content={"text": "!"}, thread="text"
    )
    with desk.work():
        assignment.claim(desk.ada, story.inbox, later(hours=3))
        writing.note(desk.ada, story.inbox, "Taken on.", later(hours=3))
        assignment.claim(desk.ben, new, later(hours=3))
        assignment.release(desk.ben, new, later(hours=4))
        intake.add(desk.site, new, EntryKind.VOICE_IN, {"seconds": 5}, later(hours=5))
    return new


@pytest.fixture
def story(sqlite_url: str, tmp_path: Path) -> Iterator[Story]:
    for desk in open_desk(sqlite_url, tmp_path):
        yield leaves(desk, Role.COUNSELLOR)


def test_what_a_removed_counsellor_keeps_opens_what_they_could_read_and_nothing_later(
    story: Story,
) -> None:
    with story.desk.work():
        before = lying_in(set())
        could = story.leaver.opens()
        assert set(before.values()) <= could  # the test can fail
    removed(story)
    goes_on(story)
    with story.desk.work():
        came = lying_in(story.seen)
        opens = story.leaver.opens()
    assert len(came) > 8
    assert {row: where for row, where in came.items() if where in opens} == {}
    assert opens == could


def test_a_removed_supervisor_keeps_nothing_later_either(sqlite_url: str, tmp_path: Path) -> None:
    for desk in open_desk(sqlite_url, tmp_path):
        story = leaves(desk, Role.SUPERVISOR)
        other = admitted_second(desk, story.leaver.person)
        removed_by_two(story, other)
        goes_on(story)
        with desk.work():
            came = lying_in(story.seen)
            opens = story.leaver.opens()
        assert {row: where for row, where in came.items() if where in opens} == {}


def admitted_second(desk: Desk, second: uuid.UUID) -> Leaver:
    """Another supervisor; the two who are there already sign."""
    with desk.work():
        stretched = stretch_new(desk.site, PASSWORD)
        made = people.establish(desk.site, "vera.anchor", Role.SUPERVISOR, [], stretched, MONDAY)
    with desk.work():
        digits = admission.own_digits(made.account)
        assert not admission.admit(desk.supervisor, made.account, Role.SUPERVISOR, digits, MONDAY)
        proposal = admission.proposals()[0].id
    with desk.work():
        admission.second(desk.organisation.principal(second), proposal, digits, MONDAY)
    desk.organisation.boxes[made.account] = made.box
    return Leaver(made.account, made.box)


def removed_by_two(story: Story, other: Leaver) -> None:
    desk, gone = story.desk, story.leaver.person
    with desk.work():
        story.leaver.takes_everything_along()
        assignment.hand_over(desk.supervisor, gone, desk.colleague, later(hours=1))
        assert not admission.remove(desk.supervisor, gone, later(hours=1))
        proposal = admission.proposals()[0].id
    with desk.work():
        admission.second(desk.organisation.principal(other.person), proposal, "", later(hours=1))


def test_who_stays_reads_everything_old_and_new(story: Story) -> None:
    removed(story)
    new = goes_on(story)
    desk = story.desk
    with desk.work():
        for who, case_id in ((desk.ben, story.mine), (desk.ada, story.inbox), (desk.ada, new)):
            view = reading.read(who, case_id, later(hours=6))
            assert view.faults == ()
        for case_id in (story.mine, story.inbox):
            assert files.open_file(desk.supervisor, case_id).faults == []


def put_back(story: Story) -> None:
    """Write the old rows over the present ones, as whoever writes the database can."""
    with story.desk.work():
        for model, rows in story.leaver.rows.items():
            for row in rows:
                keys = tuple(row[column.key] for column in model.__mapper__.primary_key)
                present = db.session.get(model, keys)
                if present is not None:
                    db.session.delete(present)
            db.session.flush()
            if rows:
                db.session.execute(insert(model), rows)


def test_old_rows_put_back_give_an_old_cookie_nothing(story: Story) -> None:
    desk, leaver = story.desk, story.leaver
    with desk.work():
        found = sessions.find(desk.site, leaver.cookie, later(minutes=5), LIFETIMES)
        assert found is not None
        assert found.stage is Stage.OPEN
    removed(story)
    new = goes_on(story)
    with desk.work():
        assert sessions.find(desk.site, leaver.cookie, later(minutes=5), LIFETIMES) is None
    put_back(story)
    with desk.work():
        found = sessions.find(desk.site, leaver.cookie, later(minutes=5), LIFETIMES)
        assert found is not None
        assert found.stage is Stage.WAITING
        assert found.principal is None
        came = lying_in(story.seen)
        assert {row: where for row, where in came.items() if where in leaver.opens()} == {}
        assert new in {case_id for case_id, _ in came.values()}
        for case_id in (story.mine, story.inbox, new):
            assert leaver.person not in boxes.holders_of(case_id) or case_id == story.mine


def test_an_old_password_opens_no_box_after_the_removal(story: Story) -> None:
    desk, person = story.desk, story.leaver.person
    removed(story)
    with desk.work():
        attempt = login.begin(desk.site, "tao.willow", Origin(), later(hours=2))
        assert (attempt.account, attempt.wrap) == (None, None)
        assert unwrap(desk.site, attempt.wrap, PASSWORD) is None
        assert directory.read(desk.site).state.role_of(person) is None
    put_back(story)
    with desk.work():
        attempt = login.begin(desk.site, "tao.willow", Origin(), later(hours=2))
        box = unwrap(desk.site, attempt.wrap, PASSWORD)
        assert box is not None  # their own box, which holds nothing that came later
        assert principal_of(desk.site, person, box) is None


def test_after_a_new_password_every_grant_opens_and_the_old_password_opens_nothing(
    story: Story,
) -> None:
    desk, leaver = story.desk, story.leaver
    with desk.work():
        box = sessions.find(desk.site, leaver.cookie, later(minutes=5), LIFETIMES)
        assert box is not None
        stretched = stretch_new(desk.site, NEW_PASSWORD)
        people.change_password(desk.site, leaver.person, box.box, stretched, later(minutes=5))
    with desk.work():
        attempt = login.begin(desk.site, "tao.willow", Origin(), later(hours=2))
        assert unwrap(desk.site, attempt.wrap, PASSWORD) is None
        opened = unwrap(desk.site, attempt.wrap, NEW_PASSWORD)
        assert opened is not None
        who = principal_of(desk.site, leaver.person, opened)
        assert who is not None
        held = boxes.held(who)
        assert {story.mine, story.inbox} <= set(held)
        assert set(boxes.open_many(who, held)) == set(held)
        assert reading.read(who, story.mine, later(hours=2)).faults == ()
        assert boxes.team_box(who, Team.INTAKE)
