"""Lines: what takes calls, what waits for a supervisor, and what was typed wrong."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from helpline.audit.models import AuditRow
from helpline.errors import Conflict, NotAllowed, NotFound
from helpline.extensions import db
from helpline.register.models import Line, PendingChange
from helpline.register.rules.lines import ChangeKind
from helpline.register.service import changes, line_upkeep, lines
from helpline.register.service.author import Author
from helpline.register.service.line_upkeep import WEEKDAYS, LineInput, Mistakes
from telephony.flow import Hours, LineKind
from tests.organisation import Organisation

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NUMBER, OTHER = "+860000000042", "+860000000043"
HOURS = dict.fromkeys(WEEKDAYS[:5], "09:00-12:00, 13:00-18:00")
TYPED = LineInput(
    number="+86 0000 000 042",
    name="Lantern line",
    kind="answering",
    languages=("zh-Hans", "yue", "en"),
    zone="Asia/Shanghai",
    country="cn",
    hours=HOURS,
    holidays="2027-02-06 to 2027-02-12; Spring Festival",
    emergency_numbers="110, 119, 120",
)


@pytest.fixture
def line(organisation: Organisation, command: Author) -> uuid.UUID:
    with organisation.work():
        return line_upkeep.add(command, TYPED, NOW).line_id


def test_a_line_added_by_the_command_line_takes_calls_at_once(
    organisation: Organisation, line: uuid.UUID
) -> None:
    with organisation.work():
        found = lines.by_number(NUMBER)
        assert found is not None
        assert found == lines.by_id(line)
        assert lines.all_active() == (found,)
        assert (found.kind, found.default_language) == (LineKind.ANSWERING, "zh-Hans")
        assert found.emergency_numbers == ("110", "119", "120")
        assert lines.hours_at(found, NOW) is Hours.OPEN
        assert lines.hours_at(found, datetime(2026, 11, 23, 4, 30, tzinfo=UTC)) is Hours.CLOSED
        assert lines.hours_at(found, datetime(2027, 2, 8, 2, tzinfo=UTC)) is Hours.HOLIDAY


def test_a_line_added_by_an_administrator_takes_calls_after_a_supervisors_word(
    organisation: Organisation, administrator: Author, supervisor: Author
) -> None:
    with organisation.work():
        saved = line_upkeep.add(administrator, TYPED, NOW)
        assert saved.waiting == (ChangeKind.NEW_LINE,)
        assert lines.by_number(NUMBER) is None
        assert lines.all_active() == ()
    with organisation.work():
        (change,) = changes.waiting()
        assert change.new == f"{NUMBER}; 110, 119, 120"
        changes.confirm(supervisor, change.id, NOW)
    with organisation.work():
        assert lines.by_number(NUMBER) is not None


def test_what_a_supervisor_confirms_is_what_was_shown(
    organisation: Organisation, administrator: Author, supervisor: Author
) -> None:
    with organisation.work():
        saved = line_upkeep.add(administrator, TYPED, NOW)
        (first,) = changes.waiting()
    with organisation.work():
        line_upkeep.change(administrator, saved.line_id, 1, replace(TYPED, number=OTHER), NOW)
    with organisation.work():
        with pytest.raises(Conflict):
            changes.confirm(supervisor, first.id, NOW)
        (second,) = changes.waiting()
        assert second.new.startswith(OTHER)
        db.session.get_one(Line, saved.line_id).number = NUMBER
        with pytest.raises(Conflict, match="changed since"):
            changes.confirm(supervisor, second.id, NOW)
        db.session.get_one(Line, saved.line_id).number = OTHER
        changes.confirm(supervisor, second.id, NOW)
        assert lines.by_number(OTHER) is not None


def test_a_new_number_waits_for_a_supervisor_and_the_old_one_goes_on(
    organisation: Organisation, administrator: Author, supervisor: Author, line: uuid.UUID
) -> None:
    typed = replace(TYPED, number=OTHER, name="Lantern line east", emergency_numbers="112")
    with organisation.work():
        saved = line_upkeep.change(administrator, line, 1, typed, NOW)
        assert saved.waiting == (ChangeKind.NUMBER, ChangeKind.EMERGENCY_NUMBERS)
    with organisation.work():
        found = lines.by_number(NUMBER)
        assert found is not None
        assert (found.name, found.emergency_numbers) == ("Lantern line east", ("110", "119", "120"))
        assert lines.by_number(OTHER) is None
        assert changes.waiting_count() == 2
        by_kind = {change.kind: change for change in changes.waiting(line)}
        changes.confirm(supervisor, by_kind[ChangeKind.NUMBER].id, NOW)
        changes.refuse(supervisor, by_kind[ChangeKind.EMERGENCY_NUMBERS].id, NOW)
    with organisation.work():
        found = lines.by_number(OTHER)
        assert found is not None
        assert found.emergency_numbers == ("110", "119", "120")
        assert lines.by_number(NUMBER) is None
        assert changes.waiting_count() == 0
        assert [change.kind for change in changes.recent(NOW.date())] == [ChangeKind.NUMBER]
        acts = set(db.session.scalars(db.select(AuditRow.act)))
        assert acts >= {
            "register.line.changed",
            "register.change.proposed",
            "register.change.confirmed",
            "register.change.refused",
        }


def test_nobody_but_a_supervisor_decides_and_nobody_about_their_own(
    organisation: Organisation,
    administrator: Author,
    supervisor: Author,
    command: Author,
    line: uuid.UUID,
) -> None:
    with organisation.work():
        line_upkeep.change(administrator, line, 1, replace(TYPED, number=OTHER), NOW)
        (change,) = changes.waiting()
    for who in (administrator, command):
        with organisation.work(), pytest.raises(NotAllowed):
            changes.confirm(who, change.id, NOW)
    with organisation.work():
        db.session.get_one(PendingChange, change.id).proposed_by = supervisor.person
    with organisation.work():
        with pytest.raises(NotAllowed):
            changes.confirm(supervisor, change.id, NOW)
        with pytest.raises(NotFound):
            changes.confirm(supervisor, uuid.uuid4(), NOW)


def test_a_decision_is_made_once(
    organisation: Organisation, administrator: Author, supervisor: Author, line: uuid.UUID
) -> None:
    with organisation.work():
        line_upkeep.change(administrator, line, 1, replace(TYPED, number=OTHER), NOW)
        (change,) = changes.waiting()
        changes.refuse(supervisor, change.id, NOW)
        with pytest.raises(Conflict):
            changes.confirm(supervisor, change.id, NOW)


def test_a_newer_proposal_replaces_the_older_and_the_old_value_takes_it_back(
    organisation: Organisation, administrator: Author, line: uuid.UUID
) -> None:
    with organisation.work():
        line_upkeep.change(administrator, line, 1, replace(TYPED, number=OTHER), NOW)
        line_upkeep.change(administrator, line, 2, replace(TYPED, number=OTHER), NOW)
        assert [change.new for change in changes.waiting()] == [OTHER]
        line_upkeep.change(administrator, line, 3, replace(TYPED, number="+860000000044"), NOW)
        assert [change.new for change in changes.waiting()] == ["+860000000044"]
        line_upkeep.change(administrator, line, 4, TYPED, NOW)
        assert changes.waiting() == ()


def test_a_confirmed_number_that_another_line_took_meanwhile_is_refused(
    organisation: Organisation,
    administrator: Author,
    supervisor: Author,
    command: Author,
    line: uuid.UUID,
) -> None:
    with organisation.work():
        line_upkeep.change(administrator, line, 1, replace(TYPED, number=OTHER), NOW)
        line_upkeep.add(command, replace(TYPED, number=OTHER, name="Second"), NOW)
        (change,) = changes.waiting()
        with pytest.raises(Conflict, match="Another line"):
            changes.confirm(supervisor, change.id, NOW)


def test_every_mistake_is_told_at_its_field(
    organisation: Organisation, administrator: Author, line: uuid.UUID
) -> None:
    typed = LineInput(
        number="12",
        name=" ",
        kind="fax",
        languages=("xx",),
        zone="Mars/Base",
        country="China",
        hours={"mon": "9-12"},
        holidays="tomorrow",
        emergency_numbers="police",
    )
    with organisation.work(), pytest.raises(Mistakes) as refused:
        line_upkeep.add(administrator, typed, NOW)
    assert set(refused.value.by_field) == {
        "number",
        "name",
        "kind",
        "languages",
        "zone",
        "country",
        "mon",
        "holidays",
        "emergency_numbers",
    }
    same = replace(TYPED, hours={}, languages=("en", "en"))
    with organisation.work(), pytest.raises(Mistakes) as refused:
        line_upkeep.add(administrator, same, NOW)
    assert set(refused.value.by_field) == {"number", "name", "languages", "mon"}


def test_two_people_who_change_one_line_do_not_overwrite_each_other(
    organisation: Organisation, administrator: Author, line: uuid.UUID
) -> None:
    with organisation.work():
        line_upkeep.change(administrator, line, 1, replace(TYPED, active=False), NOW)
        assert lines.by_number(NUMBER) is None
        with pytest.raises(Conflict):
            line_upkeep.change(administrator, line, 1, TYPED, NOW)
