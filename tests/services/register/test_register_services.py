"""The directory of services and programmes: found, kept, checked, imported whole or not at all."""

import dataclasses
from datetime import UTC, date, datetime, timedelta

import pytest

from helpline.audit.models import AuditRow
from helpline.errors import BadInput, Conflict, NotFound
from helpline.extensions import db
from helpline.register.rules.services import ServiceKind, ServiceValues
from helpline.register.service import service_upkeep, services
from helpline.register.service.author import Author
from helpline.register.service.services import Shown, Wanted
from tests.organisation import Organisation

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = NOW.date()
LAMP = ServiceValues(
    "Lamp Street Legal Aid",
    ServiceKind.LEGAL_AID,
    "CN",
    "Lantern Coast",
    ("zh-Hans", "yue"),
    phone="110 110",
    audience="Workers from other provinces",
)
CRISIS = ServiceValues("Night Crisis Line", ServiceKind.COUNSELLING, "CN", phone="120 120")
ASHRAM = ServiceValues(
    "Marigold House", ServiceKind.SHELTER, "IN", "Paper Hills", ("hi",), phone="112 112"
)
HEADER = "name,kind,country,region,phone,checked_on\n"


def acts() -> list[str]:
    return sorted(db.session.scalars(db.select(AuditRow.act)))


def names(*found: services.ServiceView) -> list[str]:
    return [entry.name for entry in found]


def test_a_service_is_found_by_words_kind_region_and_language(
    organisation: Organisation, supervisor: Author
) -> None:
    with organisation.work():
        for values in (LAMP, CRISIS, ASHRAM):
            service_upkeep.add(supervisor, values, NOW)
    with organisation.work():
        assert names(*services.search()) == [LAMP.name, ASHRAM.name, CRISIS.name]
        assert names(*services.search("PROVINCES lamp")) == [LAMP.name]
        assert names(*services.search(kind=ServiceKind.SHELTER)) == [ASHRAM.name]
        assert names(*services.search(language="yue")) == [LAMP.name]
        assert services.search("%") == services.search(language="zh") == ()
        assert len(services.search(limit=2)) == 2
        assert services.regions() == ("Lantern Coast", "Paper Hills")
        assert services.languages() == ("hi", "yue", "zh-Hans")


def test_what_serves_a_whole_country_is_found_in_each_of_its_regions(
    organisation: Organisation, supervisor: Author
) -> None:
    with organisation.work():
        for values in (LAMP, CRISIS, ASHRAM):
            service_upkeep.add(supervisor, values, NOW)
        assert names(*services.search(region="Lantern Coast")) == [LAMP.name, CRISIS.name]
        assert names(*services.search(region="Paper Hills")) == [ASHRAM.name]


def test_a_retired_entry_is_offered_to_nobody_and_still_known(
    organisation: Organisation, supervisor: Author
) -> None:
    retired = dataclasses.replace(LAMP, active=False)
    with organisation.work():
        ident = service_upkeep.add(supervisor, LAMP, NOW)
        service_upkeep.change(supervisor, ident, 1, retired, NOW)
        assert services.search() == ()
        page = services.page(Wanted(), 1, Shown.RETIRED, TODAY, 180)
        assert names(*page.rows) == [LAMP.name]
        found = services.by_id(ident)
        assert found is not None
        assert not found.active


def test_two_people_who_change_one_entry_do_not_overwrite_each_other(
    organisation: Organisation, supervisor: Author
) -> None:
    with organisation.work():
        ident = service_upkeep.add(supervisor, LAMP, NOW)
        service_upkeep.change(supervisor, ident, 1, CRISIS, NOW)
    with organisation.work(), pytest.raises(Conflict):
        service_upkeep.change(supervisor, ident, 1, ASHRAM, NOW)
    with organisation.work(), pytest.raises(NotFound):
        service_upkeep.change(supervisor, organisation.first, 1, ASHRAM, NOW)


def test_a_name_is_taken_once_in_a_region(organisation: Organisation, supervisor: Author) -> None:
    same = ServiceValues("lamp street LEGAL aid", ServiceKind.OTHER, "CN", "lantern coast")
    elsewhere = ServiceValues(LAMP.name, LAMP.kind, "CN", "Paper Hills")
    with organisation.work():
        service_upkeep.add(supervisor, LAMP, NOW)
        service_upkeep.add(supervisor, elsewhere, NOW)
        with pytest.raises(BadInput) as refused:
            service_upkeep.add(supervisor, same, NOW)
        assert refused.value.field == "name"


def test_whoever_checks_an_entry_is_named_and_it_is_due_again_when_its_days_are_over(
    organisation: Organisation, supervisor: Author
) -> None:
    with organisation.work():
        ident = service_upkeep.add(supervisor, LAMP, NOW)
        assert services.due_count(TODAY, 180) == 1
        service_upkeep.checked_today(supervisor, ident, NOW)
        assert services.due_count(TODAY, 180) == 0
        later = TODAY + timedelta(days=181)
        page = services.page(Wanted(), 1, Shown.DUE, later, 180)
        (entry,) = page.rows
        assert (entry.checked_on, entry.checked_by) == (TODAY, organisation.first)
        assert entry.due(later, 180)
        assert acts() == ["register.service.added", "register.service.checked"]


def test_one_wrong_row_and_nothing_of_a_file_is_kept(
    organisation: Organisation, supervisor: Author
) -> None:
    data = HEADER + "Lamp,legal_aid,CN,,110,\nMoon,bank,CN,,110,\nSun,health,CN,,110,2027-01-01\n"
    with organisation.work():
        done = service_upkeep.import_csv(supervisor, data.encode(), NOW, update=True)
        assert [(problem.row, problem.reason.partition(":")[0]) for problem in done.problems] == [
            (3, "kind"),
            (4, "checked_on"),
        ]
    with organisation.work():
        assert services.all_services() == ()
        assert acts() == []


def test_entries_that_are_known_need_the_word_update(
    organisation: Organisation, supervisor: Author
) -> None:
    data = (HEADER + "Lamp,legal_aid,CN,,119,2026-11-01\n").encode()
    with organisation.work():
        done = service_upkeep.import_csv(supervisor, data, NOW, update=False)
        assert (done.added, done.changed) == (1, 0)
        again = service_upkeep.import_csv(supervisor, data, NOW, update=False)
        assert [problem.row for problem in again.problems] == [2]
        same = service_upkeep.import_csv(supervisor, data, NOW, update=True)
        assert (same.changed, same.unchanged) == (0, 1)
        moved = data.replace(b"119", b"120")
        assert service_upkeep.import_csv(supervisor, moved, NOW, update=True).changed == 1
        (entry,) = services.search()
        assert (entry.phone, entry.checked_on) == ("120", date(2026, 11, 1))


def test_an_export_is_read_again_and_changes_nothing(
    organisation: Organisation, supervisor: Author
) -> None:
    with organisation.work():
        for values in (LAMP, CRISIS, ASHRAM):
            service_upkeep.add(supervisor, values, NOW)
        data = service_upkeep.export_csv().encode()
        done = service_upkeep.import_csv(supervisor, data, NOW, update=True)
        assert (done.added, done.changed, done.unchanged) == (0, 0, 3)
