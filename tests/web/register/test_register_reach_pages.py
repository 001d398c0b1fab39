"""The pages of reach and of assigned factories, as an auditor and an administrator use them."""

import re
from uuid import UUID

import pytest

from helpline.extensions import db
from helpline.keys.rules import Role
from helpline.register.models import Factory, ReachRow
from helpline.register.service import reach
from helpline.register.views.common import told
from helpline.unit_of_work import unit_of_work
from tests.web.accounts.accounts_house import Browser, House
from tests.web.register.test_register_pages import upload

HEADER = b"factory,kind,day,number,expected,todo,reached,inside\n"
DAY = "2026-02-02"


@pytest.fixture
def staff(house: House) -> dict[str, UUID]:
    """The factories BL-01 and BL-02, an auditor and a sponsor."""
    with unit_of_work():
        for number, code in enumerate(("BL-01", "BL-02")):
            place = {"country": "CN", "province": f"Hills {number}", "workers": 90}
            row = Factory(code=code, key_code=f"471{number}", name=f"Lantern {number}", **place)
            row.brands = ["Kite"]
            db.session.add(row)
    return {
        name: house.add(name, role)
        for name, role in (("iris.abacus", Role.AUDITOR), ("kira.ribbon", Role.SPONSOR))
    }


def factory(code: str) -> UUID:
    found: UUID = db.session.scalars(db.select(Factory.id).where(Factory.code == code)).one()
    return found


@pytest.fixture
def iris(house: House, ida: Browser, staff: dict[str, UUID]) -> Browser:
    """The auditor's browser; the administrator has assigned BL-01."""
    way = f"/register/assigned/{staff['iris.abacus']}"
    ida.get(way)
    ida.send(way, code="bl-01")
    assert "One factory assigned." in ida.text
    browser = house.browser()
    browser.log_in("iris.abacus")
    return browser


def test_an_auditor_records_corrects_and_withdraws(house: House, iris: Browser) -> None:
    iris.get("/register/reach")
    assert "BL-01" in iris.text
    assert "BL-02" not in iris.text
    way = f"/register/reach/{factory('BL-01')}"
    iris.get(f"{way}/posters")
    iris.send(f"{way}/posters", day=DAY, expected="8", number="5", todo="hang")
    assert iris.path == way
    assert "Posters: 3 of 8 missing at the last check." in iris.text
    assert "5 of 8" in iris.text
    correct = re.search(r'href="(/register/reach/rows/[^"]*)"', iris.text)
    assert correct
    iris.get(correct[1])
    assert 'value="5"' in iris.text
    iris.send(correct[1], day=DAY, expected="8", number="8")
    assert "corrected 2 March 2026" in iris.text
    assert "8 of 8" in iris.text
    assert "missing at the last check" not in iris.text
    again = re.search(r'href="(/register/reach/rows/[^"]*)"', iris.text)
    assert again
    assert iris.get(correct[1]).status_code == 404
    iris.get(again[1])
    iris.send(f"{again[1]}/withdraw")
    assert "withdrawn 2 March 2026" in iris.text
    assert "No poster check is recorded." in iris.text
    assert [row.state for row in reach.history(factory("BL-01"))] == ["withdrawn", "revised"]


def test_a_form_that_is_not_right_keeps_what_was_typed(iris: Browser) -> None:
    way = f"/register/reach/{factory('BL-01')}/test_call"
    iris.get(way)
    answer = iris.send(way, day="2027-01-01", reached="voicemail")
    assert answer.status_code == 400
    assert "The day lies in the future, or too far back." in iris.text
    assert "Inside the factory is yes or no." in iris.text
    assert re.search(r'value="voicemail"[^>]*checked|checked[^>]*value="voicemail"', iris.text)
    iris.send(way, day=DAY, reached="voicemail", inside="yes")
    assert "Reached the voicemail" in iris.text
    assert "from inside the factory" in iris.text
    iris.get(way)
    iris.send(way, day=DAY, reached="nobody", inside="no")
    assert "This is recorded for that day already." in iris.text


def test_an_auditor_comes_to_no_factory_but_theirs(iris: Browser, ida: Browser) -> None:
    other, own = factory("BL-02"), factory("BL-01")
    ida.get(f"/register/reach/{other}/posters")
    ida.send(f"/register/reach/{other}/posters", day=DAY, expected="2", number="2")
    ida.get(f"/register/reach/{own}/cards")
    ida.send(f"/register/reach/{own}/cards", day=DAY, number="80")
    rows = {row.factory_id: row.id for row in db.session.scalars(db.select(ReachRow))}
    none = UUID(int=7)
    pages = [
        iris.get(f"/register/reach/{way}").data
        for way in (other, none, f"{other}/posters", f"rows/{rows[other]}", f"rows/{none}")
    ]
    assert len(set(pages)) == 1
    assert b"Nothing is here for you" in pages[0]
    assert iris.get(f"/register/reach/{own}/cards").status_code == 403
    assert iris.get(f"/register/reach/rows/{rows[own]}").status_code == 403
    iris.get("/register/reach")
    iris.send(f"/register/reach/rows/{rows[other]}/withdraw")
    assert reach.by_id(rows[other]).stands  # type: ignore[union-attr]
    for way in ("/register/assigned", "/register/factories"):
        assert iris.get(way).status_code == 403


def test_a_file_goes_in_whole_or_not_at_all(iris: Browser) -> None:
    wrong = HEADER + b"BL-01,posters,2026-02-02,5,8,,,\nBL-02,posters,2026-02-02,5,8,,,\n"
    upload(iris, "/register/reach/import", "file", wrong)
    assert "One mistake in the file. Nothing was imported." in iris.text
    assert "BL-02 is not one of your factories." in iris.text
    assert db.session.scalars(db.select(ReachRow)).all() == []
    right = HEADER + b"BL-01,posters,2026-02-02,5,8,,,\nBL-01,test_call,2026-02-02,,,,nobody,no\n"
    upload(iris, "/register/reach/import", "file", right)
    assert "Reach: 2 recorded, 0 stood already." in iris.text
    assert iris.get("/register/reach.csv").data.replace(b"\r\n", b"\n") == right


def test_an_administrator_gives_and_takes_in_bulk(
    ida: Browser, iris: Browser, staff: dict[str, UUID]
) -> None:
    way = f"/register/assigned/{staff['kira.ribbon']}"
    ida.get("/register/assigned")
    assert way in ida.text
    ida.get(way)
    ida.send(way, brand="Kite")
    assert "2 factories assigned." in ida.text
    ida.send(way, code="BL-02", take_back="y")
    assert "One factory taken back." in ida.text
    ida.send(way, code="", take_back="")
    assert "Choose a factory, a province or a brand." in ida.text
    assert ida.get(f"/register/assigned/{UUID(int=7)}").status_code == 404


def test_sentences_of_reach_are_told_in_other_languages(house: House, iris: Browser) -> None:
    iris.get(f"/register/reach/{factory('BL-01')}", Accept_Language="zh-Hans")
    assert "No poster check is recorded." not in iris.text
    with house.app.test_request_context(headers={"Accept-Language": "hi"}):
        assert told("The last test call reached nobody.") != "The last test call reached nobody."
