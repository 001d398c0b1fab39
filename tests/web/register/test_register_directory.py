"""The directory through a browser: found by counsellors, kept by administrators, supervisors."""

import re

import pytest

from helpline.keys.rules import Role
from helpline.register.service import services
from helpline.register.service.services import Shown, Wanted
from tests.web.accounts.accounts_house import Browser, House
from tests.web.register.test_register_pages import upload

HEADER = "name,kind,country,region,phone,languages\n"
ROWS = (
    "Lamp Street Legal Aid,legal_aid,CN,Lantern Coast,110 110,zh-Hans|yue\n"
    "Marigold House,shelter,IN,Paper Hills,112 112,hi\n"
)
ENTRY = {"name": "Blue Kettle Clinic", "kind": "health", "country": "cn", "phone": "120 120"}


@pytest.fixture
def ada(house: House) -> Browser:
    """A counsellor's browser."""
    house.add("ada.lantern", Role.COUNSELLOR)
    browser = house.browser()
    browser.log_in("ada.lantern")
    return browser


def filled(keeper: Browser) -> None:
    upload(keeper, "/directory/import", "file", (HEADER + ROWS).encode())
    assert "2 added" in keeper.text


def headings(browser: Browser) -> list[str]:
    return re.findall(r'<h2 class="panel-title" dir="auto">([^<]*)</h2>', browser.text)


def test_a_counsellor_finds_a_service_and_cannot_change_it(ida: Browser, ada: Browser) -> None:
    filled(ida)
    ada.get("/directory")
    assert headings(ada) == ["Lamp Street Legal Aid", "Marigold House"]
    ada.get("/directory?q=LAMP&kind=legal_aid&region=Lantern+Coast&language=yue")
    assert headings(ada) == ["Lamp Street Legal Aid"]
    assert "110 110" in ada.text
    ada.get("/directory?q=nowhere")
    assert "Nothing fits." in ada.text
    (entry, _) = services.search()
    assert f"/directory/{entry.id}" not in ada.text
    for path in ("/directory/new", "/directory/import", "/directory.csv", f"/directory/{entry.id}"):
        assert ada.get(path).status_code == 403


def test_a_word_that_no_choice_knows_finds_as_if_it_were_not_asked(ida: Browser) -> None:
    filled(ida)
    ida.get("/directory?kind=bank&show=everything&page=99")
    assert len(headings(ida)) == 2


def test_an_entry_is_added_changed_retired(nils: Browser) -> None:
    nils.get("/directory/new")
    nils.send("/directory/new", **ENTRY, active="y", checked="y", notes="Two\nlines")
    assert "The entry is added." in nils.text
    (entry,) = services.search()
    assert (entry.country, entry.notes) == ("CN", "Two lines")
    assert "2 March 2026 by Nils Compass" in nils.text
    way = f"/directory/{entry.id}"
    nils.get(way)
    nils.send(way, **{**ENTRY, "name": "Kettle Clinic", "languages": "hi"})
    assert services.search() == ()
    nils.get("/directory?show=retired")
    assert headings(nils) == ["Kettle Clinic"]
    assert '<span lang="hi">हिन्दी</span>' in nils.text


def test_every_mistake_stands_beside_its_field_and_what_was_typed_is_kept(ida: Browser) -> None:
    ida.get("/directory/new")
    refused = ida.send("/directory/new", name="Lamp", kind="health", country="China", web="lamp")
    assert refused.status_code == 400
    for name in ("country", "web"):
        assert f'id="{name}-error"' in ida.text
    assert 'value="Lamp"' in ida.text
    assert services.all_services() == ()


def test_two_people_who_change_one_entry_lose_nothing(ida: Browser, nils: Browser) -> None:
    filled(ida)
    entry = services.search("lamp")[0]
    way = f"/directory/{entry.id}"
    ida.get(way)
    stale = ida.hidden()
    nils.get(way)
    nils.send(way, **{**ENTRY, "name": "First"}, active="y")
    late = ida._ask(way, method="POST", data={**stale, **ENTRY, "name": "Second"})
    assert late.status_code == 400
    assert "Somebody changed this entry meanwhile" in ida.text
    assert 'value="Second"' in ida.text


def test_an_entry_that_nobody_checked_is_marked_until_somebody_does(
    house: House, ida: Browser
) -> None:
    filled(ida)
    ida.get("/register")
    assert "2 entries of the directory want to be checked." in ida.text
    ida.get("/directory?show=due")
    assert ida.text.count("To check again") == 2
    way = re.search(r'action="(/directory/[^"]*/checked)"', ida.text)
    assert way is not None
    ida.send(way.group(1), show="due")
    assert ida.text.count("To check again") == 1
    assert "marked as checked today" in ida.text
    today = house.now.date()
    page = services.page(Wanted(), 1, Shown.OFFERED, today, 180)
    assert [row.checked_on for row in page.rows] == [today, None]
    ida.get("/directory")
    assert "by Ida Ledger" in ida.text


def test_a_forged_press_checks_nothing(ida: Browser) -> None:
    filled(ida)
    entry = services.search()[0]
    assert ida._ask(f"/directory/{entry.id}/checked", method="POST", data={}).status_code == 400
    again = services.by_id(entry.id)
    assert again is not None
    assert again.checked_on is None


def test_an_import_names_every_wrong_row_and_keeps_nothing(nils: Browser) -> None:
    data = HEADER + ROWS + "Third,bank,CN,,,\n"
    refused = upload(nils, "/directory/import", "file", data.encode())
    assert refused.status_code == 400
    assert "Nothing was imported" in nils.text
    assert "kind: The kind is one of these" in nils.text
    assert "phone: Give a telephone number" in nils.text
    assert nils.text.count('<th scope="row" data-label="Row">4</th>') == 2
    assert services.all_services() == ()


def test_an_export_is_a_file_that_the_import_takes(ida: Browser) -> None:
    filled(ida)
    ida.get("/directory.csv")
    assert ida.page is not None
    assert ida.page.content_type == "text/csv; charset=utf-8"
    data = ida.page.get_data()
    upload(ida, "/directory/import", "file", data, update="y")
    assert "0 added, 0 changed, 2 as they were" in ida.text


def test_what_does_not_exist_is_not_found(ida: Browser) -> None:
    assert ida.get("/directory/00000000-0000-0000-0000-000000000000").status_code == 404
