"""Factories: found by code, digits and words; imported whole or not at all."""

from datetime import UTC, date, datetime

import pytest

from helpline.audit.models import AuditRow
from helpline.errors import BadInput, Conflict, NotFound
from helpline.extensions import db
from helpline.register.rules.factories import FactoryValues
from helpline.register.service import factories, factory_upkeep
from helpline.register.service.author import Author
from tests.organisation import Organisation

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LANTERN = FactoryValues("BL-01", "Blue Lantern Toys", "CN", "Lantern Province", 1200, "4711")
HEADER = "code,key_code,name,country,province,region,workers,certified_until,brands,active\n"


def acts() -> list[str]:
    return sorted(db.session.scalars(db.select(AuditRow.act)))


def test_a_factory_is_found_by_its_code_its_digits_and_words_of_its_name(
    organisation: Organisation, administrator: Author
) -> None:
    with organisation.work():
        ident = factory_upkeep.add(administrator, LANTERN, NOW)
    with organisation.work():
        found = factories.by_code(" bl-01 ")
        assert found is not None
        assert found == factories.by_key_code("4711") == factories.by_id(ident)
        assert factories.search("toys LANTERN") == (found,)
        assert factories.search("%") == factories.search("paper") == ()
        assert factories.by_key_code("") is None
        assert acts() == ["register.factory.added"]


def test_digits_for_the_poster_are_chosen_when_none_are_given(
    organisation: Organisation, administrator: Author
) -> None:
    with organisation.work():
        factory_upkeep.add(administrator, FactoryValues("A1", "Kite", "CN", "P", 10), NOW)
        found = factories.by_code("A1")
        assert found is not None
        assert len(found.key_code) == 6
        assert found.key_code.isdigit()


def test_a_code_or_digits_that_are_taken_are_refused_at_their_field(
    organisation: Organisation, administrator: Author
) -> None:
    with organisation.work():
        factory_upkeep.add(administrator, LANTERN, NOW)
    for values, field in (
        (FactoryValues("BL-01", "Other", "CN", "P", 1), "code"),
        (FactoryValues("BL-02", "Other", "CN", "P", 1, "4711"), "key_code"),
    ):
        with organisation.work(), pytest.raises(BadInput) as refused:
            factory_upkeep.add(administrator, values, NOW)
        assert refused.value.field == field


def test_two_people_who_change_one_factory_do_not_overwrite_each_other(
    organisation: Organisation, administrator: Author
) -> None:
    moved = FactoryValues("BL-01", "Blue Lantern", "CN", "Paper Province", 900, active=False)
    with organisation.work():
        ident = factory_upkeep.add(administrator, LANTERN, NOW)
    with organisation.work():
        factory_upkeep.change(administrator, ident, 1, moved, NOW)
    with organisation.work(), pytest.raises(Conflict):
        factory_upkeep.change(administrator, ident, 1, LANTERN, NOW)
    with organisation.work():
        found = factories.by_id(ident)
        assert found is not None
        assert (found.province, found.key_code, found.active) == ("Paper Province", "4711", False)
        assert factories.search("lantern") == ()
        assert factories.page("lantern").total == 1
        with pytest.raises(NotFound):
            factory_upkeep.change(administrator, organisation.first, 1, moved, NOW)


def test_an_expired_certificate_is_told_and_refuses_nobody(
    organisation: Organisation, administrator: Author
) -> None:
    values = FactoryValues("A1", "Kite", "CN", "P", 10, "4444", certified_until=date(2026, 1, 1))
    with organisation.work():
        factory_upkeep.add(administrator, values, NOW)
        found = factories.by_key_code("4444")
        assert found is not None
        assert found.certified(date(2026, 1, 1))
        assert not found.certified(date(2026, 1, 2))


def test_one_wrong_row_and_nothing_of_a_file_is_kept(
    organisation: Organisation, administrator: Author
) -> None:
    data = HEADER + "A1,,Kite,CN,P,,10,,,\nB1,,Crane,CN,P,,none,,,\n"
    with organisation.work():
        done = factory_upkeep.import_csv(administrator, data.encode(), NOW, update=True)
        assert [problem.row for problem in done.problems] == [3]
    with organisation.work():
        assert factories.page().total == 0
        assert acts() == []


def test_rows_of_known_factories_need_the_word_update(
    organisation: Organisation, administrator: Author
) -> None:
    data = (
        HEADER + "BL-01,,Blue Lantern,CN,Lantern Province,,800,,,\nN1,,New,CN,P,,5,,,\n"
    ).encode()
    with organisation.work():
        factory_upkeep.add(administrator, LANTERN, NOW)
        done = factory_upkeep.import_csv(administrator, data, NOW, update=False)
        assert [(problem.row, problem.reason.partition(":")[0]) for problem in done.problems] == [
            (2, "code")
        ]
        assert factories.page().total == 1
    with organisation.work():
        done = factory_upkeep.import_csv(administrator, data, NOW, update=True)
        assert (done.added, done.changed, done.unchanged) == (1, 1, 0)
    with organisation.work():
        found = factories.by_code("BL-01")
        assert found is not None
        assert (found.workers, found.key_code) == (800, "4711")
        again = factory_upkeep.import_csv(administrator, data, NOW, update=True)
        assert (again.added, again.changed, again.unchanged) == (0, 0, 2)


def test_digits_of_another_factorys_poster_are_refused(
    organisation: Organisation, administrator: Author
) -> None:
    with organisation.work():
        factory_upkeep.add(administrator, LANTERN, NOW)
        data = (HEADER + "N1,4711,New,CN,P,,5,,,\n").encode()
        done = factory_upkeep.import_csv(administrator, data, NOW, update=True)
    assert done.problems[0].reason == "key_code: 4711 belongs to BL-01."


def test_an_export_can_be_imported_again(organisation: Organisation, administrator: Author) -> None:
    data = (
        HEADER + "A1,4711,'=Kite,CN,纸省,北,10,2027-01-01,Moon|Star,no\n"
        "B1,4712,Crane,IN,P,,99,,,yes\n"
    )
    with organisation.work():
        factory_upkeep.import_csv(administrator, data.encode(), NOW, update=False)
        written = factory_upkeep.export_csv()
        assert "'=Kite" in written
        again = factory_upkeep.import_csv(administrator, written.encode(), NOW, update=True)
        assert (again.added, again.changed, again.unchanged, again.problems) == (0, 0, 2, ())
        found = factories.by_code("A1")
        assert found is not None
        assert (found.name, found.brands, found.active) == ("=Kite", ("Moon", "Star"), False)


def test_a_long_list_comes_in_pages(organisation: Organisation, administrator: Author) -> None:
    rows = "".join(f"K{n:03},,Kite {n},CN,P,,5,,,\n" for n in range(120))
    with organisation.work():
        factory_upkeep.import_csv(administrator, (HEADER + rows).encode(), NOW, update=False)
    with organisation.work():
        last = factories.page(number=3)
        assert (last.first, last.last, last.total) == (101, 120, 120)
        assert factories.page(number=9).number == 1
        assert [row.code for row in factories.page("k119 kite").rows] == ["K119"]
