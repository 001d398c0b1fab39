"""A sponsor of small factories reads the groups in which they are counted, and nothing besides."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from helpline.cases import views as cases
from helpline.keys.rules import Role
from helpline.register import views as register_room
from helpline.register.service import assigned
from helpline.register.service.assigned import Choice
from helpline.register.service.author import Author
from helpline.reports.rules.layout import Kind
from helpline.unit_of_work import unit_of_work
from tests.web.accounts.accounts_house import Browser, opened
from tests.web.reports.published import invented, publish, releases_of

SPONSORS = ("kira.ribbon", "wren.tin")
FILES = ("", "/numbers.json", "/numbers.csv", "/charts/rates.vl.json", "/charts/rates.svg")


@dataclass
class Readers:
    """An auditor, a sponsor of one factory of the group, and one of a factory outside of it."""

    iris: Browser
    kira: Browser
    wren: Browser
    factory: str
    members: frozenset[str]
    group: str


@pytest.fixture
def readers(tmp_path: Path, sqlite_url: str) -> Iterator[Readers]:
    releases = releases_of(invented())
    units = {unit.kind: unit for unit in releases[-1].layout.units}
    group, alone = units[Kind.GROUP], units[Kind.FACTORY]
    people = dict.fromkeys(SPONSORS, Role.SPONSOR) | {"iris.ledger": Role.AUDITOR}
    with opened(tmp_path, sqlite_url, register_room, cases, people=people) as house:
        publish(releases)
        with unit_of_work():
            for name, code in zip(SPONSORS, (group.members[0], alone.code), strict=True):
                sponsor = house.people[name].account
                assigned.assign(Author(house.site), sponsor, Choice(code=code), house.now)
        iris, kira, wren = house.browser(), house.browser(), house.browser()
        for browser, name in ((iris, "iris.ledger"), (kira, "kira.ribbon"), (wren, "wren.tin")):
            browser.log_in(name)
        members = frozenset(group.members)
        yield Readers(iris, kira, wren, group.members[0], members, group.code)


def test_the_group_of_their_factory_is_theirs_to_read(readers: Readers) -> None:
    iris, kira, way = readers.iris, readers.kira, f"/reports/groups/{readers.group}"
    for file in FILES[1:]:
        assert kira.get(f"{way}{file}").data == iris.get(f"{way}{file}").data
    kira.get(way)
    assert f"Group {readers.group}" in kira.text
    linked = set(re.findall(r'href="/reports/factories/([^"/]+)"', kira.text))
    assert linked & readers.members == {readers.factory}
    assert "/reports/places" not in kira.text
    kira.get(f"/reports/factories/{readers.factory}")
    assert f'href="{way}"' in kira.text
    assert not re.search(r'href="/reports/(provinces|countries|brands|programme)/', kira.text)


def test_every_other_subject_is_as_if_there_were_none(readers: Readers) -> None:
    none = readers.wren.get("/reports/groups/nobody")
    assert none.status_code == 404
    for way in (f"groups/{readers.group}", "programme/all", "brands/Lantern"):
        assert readers.iris.get(f"/reports/{way}").status_code == 200
        for file in FILES:
            answer = readers.wren.get(f"/reports/{way}{file}")
            assert (answer.status_code, answer.data) == (404, none.data)


def test_their_part_of_each_release_is_what_speaks_of_them(readers: Readers) -> None:
    for number in range(1, 9):
        whole = json.loads(readers.iris.get(f"/reports/releases/{number}.json").data)
        part = json.loads(readers.kira.get(f"/reports/releases/{number}/own.json").data)
        units = [unit for unit in whole["layout"]["units"] if readers.factory in unit["members"]]
        assert part["layout"]["units"] == units
        codes = {unit["code"] for unit in units}
        assert part["contacts"] == [row for row in whole["contacts"] if row["unit"] in codes]
        assert all(row in whole["divided"] for row in part["divided"])
