"""What an auditor and a sponsor can reach: what is published, a sponsor of their own alone."""

import json
import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import select

from helpline.extensions import db
from helpline.register.models import Factory, Line
from helpline.register.rules.reach import ReachKind, ReachValues
from helpline.register.service import assigned, reach_upkeep
from helpline.register.service.assigned import Choice
from helpline.register.service.author import Author
from helpline.reports.models import Closing
from helpline.security import access_of
from helpline.unit_of_work import unit_of_work
from tests.services.reports.conftest import FIRST, Contact, code_contacts, contacts
from tests.web.accounts.accounts_house import Browser, House
from tests.web.reports.conftest import SPONSORED
from tests.web.reports.test_reports_public import two_tell
from tests.web.reports.test_reports_publishing import closed_by_two, logged_in, presses

TOKEN = re.compile(rb'name="csrf[-_]token"[^>]*(?:value|content)="[^"]*"')
OTHER, NONE = "GD-2", "GD-9"


def addresses(house: House) -> Iterator[str]:
    """Every GET route, with the factories, a release and people that there are."""
    filled: dict[str, list[str]] = {
        "factory_code": ["GD-1", OTHER, NONE],
        "sort": ["factories", "groups", "provinces", "programme"],
        "code": ["GD-1", OTHER, NONE, "CN-Lampshire"],
        "name": ["rates"],
        "factory_id": [str(one) for one in db.session.scalars(select(Factory.id))],
        "number": ["1", "2"],
        "period": [FIRST.name],
        "kind": [kind.value for kind in ReachKind],
        "person": [str(made.account) for made in house.people.values()],
    }
    for rule in house.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint.endswith("static"):
            continue
        ways = [rule.rule]
        for name in rule.arguments:
            place = re.compile(rf"<(?:[^<>]*:)?{name}>")
            values = filled.get(name, [str(UUID(int=7)) if f"uuid:{name}" in rule.rule else "7"])
            ways = [place.sub(str(value), way) for way in ways for value in values]
        yield from ways


def seen(house: House, browser: Browser) -> dict[str, tuple[int, bytes]]:
    """Everything that a reader gets for asking: status and bytes, but for the forms' tokens."""
    found = {}
    for way in list(addresses(house)):
        answer = browser._ask(way, method="GET")
        found[way] = (answer.status_code, TOKEN.sub(b"", answer.data))
    return found


def code_more(house: House) -> None:
    line = db.session.scalars(select(Line.id)).one()
    with unit_of_work():
        code_contacts(house.site, line, contacts(5, FIRST))


@pytest.mark.parametrize("name", ["iris.ledger", "kira.ribbon"])
def test_what_is_not_published_changes_no_answer(house: House, name: str) -> None:
    """New contacts, and a plan that waits for its publication: each answer keeps its every byte."""
    reader = logged_in(house, name)
    before, moment = seen(house, reader), house.now
    code_more(house)
    nils = logged_in(house, "nils.compass")
    nils.get("/reports/close")
    presses(nils, "Close and check", "nils.compass")
    assert db.session.scalars(select(Closing.period)).all() == [FIRST.name]
    house.now = moment
    after = seen(house, reader)
    assert [way for way in before if before[way] != after[way]] == []


@pytest.mark.parametrize("name", ["iris.ledger", "kira.ribbon"])
def test_every_refusal_of_a_reader_is_the_same_page(house: House, name: str) -> None:
    closed_by_two(house)
    found = seen(house, logged_in(house, name))
    refused = {body for status, body in found.values() if status == 403}
    assert len(refused) == 1
    open_to_all = "/invitation/"
    missing = {
        body
        for way, (status, body) in found.items()
        if status == 404 and not way.startswith(open_to_all)
    }
    assert len(missing) == 1
    assert not {status for status, _ in found.values() if status >= 500}


def test_a_sponsor_reads_their_own_factories_as_an_auditor_does(house: House) -> None:
    closed_by_two(house)
    iris, kira = logged_in(house, "iris.ledger"), logged_in(house, "kira.ribbon")
    assert kira.path == "/reports/factories"
    kira.get("/reports/factories")
    listed = set(re.findall(r'href="/reports/factories/(GD-\d)"', kira.text))
    assert listed == set(SPONSORED)
    for code in SPONSORED:
        way = f"/reports/factories/{code}"
        for file in ("numbers.json", "numbers.csv", "page.pdf"):
            assert kira.get(f"{way}/{file}").data == iris.get(f"{way}/{file}").data
        assert kira.get(way).status_code == 200
    kira.get("/reports/factories?q=GD-2")
    assert "No factory has these words." in kira.text
    of_others, of_nobody = (
        TOKEN.sub(b"", kira.get(f"/reports/compare?f=GD-1+{code}").data.replace(code.encode(), b""))
        for code in ("GD-2", "GD-9")
    )
    assert of_others == of_nobody


@pytest.mark.parametrize("file", ["", "/numbers.json", "/numbers.csv", "/page.pdf"])
def test_a_factory_of_others_is_for_a_sponsor_as_if_there_were_none(
    house: House, file: str
) -> None:
    closed_by_two(house)
    kira = logged_in(house, "kira.ribbon")
    answers = [kira.get(f"/reports/factories/{code}{file}") for code in (OTHER, NONE)]
    assert [one.status_code for one in answers] == [404, 404]
    assert answers[0].data == answers[1].data
    assert dict(answers[0].headers) == dict(answers[1].headers)


def test_a_sponsor_takes_the_same_rows_and_no_others(house: House) -> None:
    closed_by_two(house)
    iris, kira = logged_in(house, "iris.ledger"), logged_in(house, "kira.ribbon")
    whole = json.loads(iris.get("/reports/releases/1.json").data)
    signed = json.loads(kira.get("/reports/releases/1.signatures.json").data)
    part = json.loads(kira.get("/reports/releases/1/own.json").data)
    assert part["release"] == signed["digest"]
    for table in ("contacts", "divided", "pools"):
        assert all(row in whole[table] for row in part[table])
    units = {unit["code"] for unit in part["layout"]["units"]}
    assert units == {
        unit["code"] for unit in whole["layout"]["units"] if set(unit["members"]) & set(SPONSORED)
    }
    assert "GD-1" in units
    for table in ("contacts", "divided"):
        assert part[table] == [row for row in whole[table] if row["unit"] in units]
    assert kira.get("/reports/releases/1.json").status_code == 403
    assert kira.get("/reports/releases/2/own.json").status_code == 404
    assert iris.get("/reports/releases/1/own.json").status_code == 403


def test_reach_stands_at_the_top_of_a_factorys_page(house: House) -> None:
    keeper = Author(house.site)
    day = house.now.date()
    with unit_of_work():
        factory = db.session.scalars(select(Factory.id).where(Factory.code == "GD-6")).one()
        reach_upkeep.record(keeper, factory, ReachValues(ReachKind.POSTERS, day, 5, 8), house.now)
    for name in ("iris.ledger", "kira.ribbon"):
        reader = logged_in(house, name)
        reader.get("/reports/factories/GD-6")
        assert "5 of 8" in reader.text
        assert "Posters: 3 of 8 missing at the last check." in reader.text
        assert "No test call is recorded." in reader.text
        assert reader.text.index('id="reach"') < reader.text.index('id="said"')
        told = json.loads(reader.get("/reports/factories/GD-6/numbers.json").data)["reach"]
        assert told == [{"kind": "posters", "day": day.isoformat(), "number": 5, "expected": 8}]


def test_a_sponsor_has_no_page_of_the_register(house: House) -> None:
    kira = logged_in(house, "kira.ribbon")
    for rule in house.app.url_map.iter_rules():
        access = access_of(house.app.view_functions[rule.endpoint])
        if rule.endpoint.startswith("register.") and access is not None:
            assert "sponsor" not in access.roles
    assert kira.get("/register/reach").status_code == 403


def test_test_calls_are_in_no_number(house: House) -> None:
    line = db.session.scalars(select(Line.id)).one()
    tests = [Contact("GD-1", FIRST.begins, 5000 + number, "X3") for number in range(30)]
    with unit_of_work():
        code_contacts(house.site, line, tests)
    closed_by_two(house)
    iris = logged_in(house, "iris.ledger")
    said = json.loads(iris.get("/reports/factories/GD-1/numbers.json").data)
    others = [one for one in contacts(1, FIRST) if one.factory == "GD-1" and one.main[0] != "X"]
    assert said["cells"][0]["value"] == len(others)


def test_a_factory_that_is_taken_back_is_gone_with_its_notices(house: House) -> None:
    closed_by_two(house)
    for unit, words in (("GD-1", "Of theirs."), ("", "Of all.")):
        two_tell(house, "/reports/remarks/notice", release="1", unit=unit, words_en=words)
    iris, kira = logged_in(house, "iris.ledger"), logged_in(house, "kira.ribbon")
    files = [f"/reports/remarks/{n}.{end}" for n in (1, 2) for end in ("json", "signatures.json")]
    assert "Of theirs." in kira.get("/reports").text
    assert all(kira.get(way).data == iris.get(way).data for way in files)
    with unit_of_work():
        sponsor = house.people["kira.ribbon"].account
        assigned.take_back(Author(house.site), sponsor, Choice(code="GD-1"), house.now)
    none = kira.get("/reports/remarks/9.json")
    kept = kira.get("/reports").text
    assert "Of all." in kept
    assert "Of theirs." not in kept
    for way in (*files[:2], "/reports/factories/GD-1", "/reports/factories/GD-1/page.pdf"):
        answer = kira.get(way)
        assert (answer.status_code, answer.data) == (404, none.data)
    assert all(kira.get(way).data == iris.get(way).data for way in files[2:])
    part = json.loads(kira.get("/reports/releases/1/own.json").data)
    assert "GD-1" not in {row["unit"] for row in part["contacts"]}
