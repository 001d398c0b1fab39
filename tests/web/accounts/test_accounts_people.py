"""Who may invite, admit, remove; what other rooms are told; the pages of auditors and watchers."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from helpline import jobs
from helpline.accounts.models import Session
from helpline.accounts.service import admission, people
from helpline.audit import service as audit
from helpline.errors import BadInput, Conflict, NotAllowed
from helpline.extensions import db
from helpline.keys.models import DirectoryStatement
from helpline.keys.rules import FIRST_TEAMS, Role, Team
from helpline.keys.service import directory
from helpline.keys.service.site import Site
from helpline.keys.views import keep_site
from helpline.unit_of_work import unit_of_work
from tests.web.accounts.accounts_house import PASSWORD, House


def test_an_administrator_cannot_be_put_in_a_team(house: House) -> None:
    person = house.add("mira.ledger", Role.ADMINISTRATOR)
    state = directory.read(house.site).state
    assert state.teams_of(person) == ()
    nils = house.principal("nils.compass")
    intake = state.teams[Team.INTAKE]
    statement = {
        "kind": "team",
        "team": "intake",
        "box": str(intake.box),
        "generation": intake.generation,
        "public": intake.public.hex(),
        "members": sorted(str(member) for member in {*intake.members, person}),
    }
    with pytest.raises(NotAllowed), unit_of_work():
        directory.state(house.site, statement, str(nils.person), nils.box)


def test_an_administrator_admits_nobody(house: House) -> None:
    house.add("mira.ledger", Role.ADMINISTRATOR)
    person = house.activate("ada.lantern", Role.COUNSELLOR)
    admin = house.browser()
    admin.log_in("mira.ledger")
    for path in (f"/people/{person}/admit", f"/people/{person}/remove"):
        assert admin.get(path).status_code == 403
    digits = admission.own_digits(person)
    with pytest.raises(NotAllowed), unit_of_work():
        admission.admit(house.principal("mira.ledger"), person, Role.COUNSELLOR, digits, house.now)


@pytest.mark.parametrize("role", [Role.COUNSELLOR, Role.AUDITOR])
def test_counsellors_and_auditors_do_not_see_the_team_page(house: House, role: Role) -> None:
    house.add("ada.lantern", role)
    browser = house.browser()
    browser.log_in("ada.lantern")
    for path in ("/people", "/people/invite"):
        assert browser.get(path).status_code == 403


def test_a_login_name_is_given_once_and_in_one_form(house: House) -> None:
    house.add("mira.ledger", Role.ADMINISTRATOR)
    admin = house.browser()
    admin.log_in("mira.ledger")
    for name, why in (("nils.compass", "taken"), ("Nils  Compass!", "small letters")):
        admin.get("/people/invite")
        answer = admin.send("/people/invite", login_name=name, role="auditor")
        assert answer.status_code == 400
        assert why in admin.text
    with pytest.raises(BadInput), unit_of_work():
        people.set_languages(
            house.site,
            people.by_login_name("mira.ledger"),
            ["klingon"],
            house.now,
            people.by_login_name("nils.compass"),
        )


def test_an_invitation_is_taken_back(house: House) -> None:
    house.add("mira.ledger", Role.ADMINISTRATOR)
    admin = house.browser()
    admin.log_in("mira.ledger")
    admin.get("/people/invite")
    admin.send("/people/invite", login_name="ada.lantern", role="counsellor")
    link = re.search(r"/invitation/[\w-]+", admin.text)
    assert link
    person = people.by_login_name("ada.lantern")
    admin.get("/people")
    admin.send(f"/people/{person}/withdraw")
    assert house.browser().get(link.group(0)).status_code == 404
    admin.send(f"/people/{people.by_login_name('nils.compass')}/withdraw")
    assert directory.read(house.site).state.supervisors()


def test_somebody_is_logged_out_everywhere(house: House) -> None:
    person = house.add("ada.lantern", Role.COUNSELLOR)
    ada, nils = house.browser(), house.browser()
    ada.log_in("ada.lantern")
    nils.log_in("nils.compass")
    nils.get("/people")
    nils.send(f"/people/{person}/log-out")
    assert ada.get("/account").request.path == "/login"


def test_nobody_removes_themselves(house: House) -> None:
    nils = house.principal("nils.compass")
    with pytest.raises(NotAllowed), unit_of_work():
        admission.remove(nils, nils.person, house.now)


def test_languages_are_set_and_told_to_other_rooms(house: House) -> None:
    person = house.add("ada.lantern", Role.COUNSELLOR, ("zh-Hans", "en"))
    assert people.languages_of(person) == ("zh-Hans", "en")
    nils = house.browser()
    nils.log_in("nils.compass")
    nils.get(f"/people/{person}/languages")
    nils.send(f"/people/{person}/languages", languages="yue")
    db.session.rollback()
    assert people.languages_of(person) == ("yue",)
    found = people.people_with_role(house.site, Role.COUNSELLOR, Role.SUPERVISOR)
    assert [who.name for who in found] == ["Ada Lantern", "Nils Compass"]


def test_a_name_is_free_again_after_its_owner_left(house: House) -> None:
    person = house.add("ada.lantern", Role.COUNSELLOR)
    with unit_of_work():
        admission.remove(house.principal("nils.compass"), person, house.now)
    again = house.add("ada.lantern", Role.COUNSELLOR)
    assert again != person
    house.browser().log_in("ada.lantern")
    assert people.display_name(person) == "Ada Lantern"


def test_the_team_page_counts_what_waits(house: House) -> None:
    house.activate("ada.lantern", Role.COUNSELLOR)
    nils = house.browser()
    nils.log_in("nils.compass")
    nils.get("/people")
    assert re.search(r'class="count">1<', nils.text)
    assert "Waits for admission" in nils.text


def test_an_auditor_reads_that_there_is_no_release(house: House) -> None:
    house.add("sol.reader", Role.AUDITOR)
    browser = house.browser()
    browser.log_in("sol.reader")
    assert browser.path == "/reports"
    assert "There is no release yet." in browser.text


def test_pages_speak_the_chosen_language(house: House) -> None:
    browser = house.browser()
    browser.get("/login")
    browser.send("/language", language="zh_Hans", next="/login")
    assert 'lang="zh-Hans"' in browser.text.split("<head>")[0]
    assert browser.path == "/login"


def test_a_node_says_that_it_lives_and_is_ready_without_figures(house: House) -> None:
    browser = house.browser()
    assert browser.get("/healthz").get_data(as_text=True) == "ok\n"
    answer = browser.get("/readyz")
    assert answer.status_code == 200
    assert answer.get_json() == {"database": "good", "directory": "good", "jobs": "good"}


def test_a_shortened_directory_raises_the_alarm_and_the_node_serves_on(house: House) -> None:
    house.add("ada.lantern", Role.COUNSELLOR)
    with unit_of_work():
        db.session.query(DirectoryStatement).filter(DirectoryStatement.sequence > 4).delete()
    answer = house.browser().get("/readyz")
    assert answer.status_code == 200
    assert answer.get_json()["directory"] == "alarm"


def test_a_node_without_a_directory_is_not_ready(house: House, tmp_path: Path) -> None:
    with unit_of_work():
        db.session.query(DirectoryStatement).delete()
    site = house.site
    (tmp_path / "new node").mkdir()
    keep_site(house.app, Site(site.key, tmp_path / "new node", site.root, site.costs))
    answer = house.browser().get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["directory"] == "none"


def test_second_supervisor_is_needed_for_removing_one(house: House) -> None:
    house.add("vera.anchor", Role.SUPERVISOR)
    nils = house.principal("nils.compass")
    vera = people.by_login_name("vera.anchor")
    with unit_of_work():
        assert not admission.remove(nils, vera, house.now)
    assert directory.read(house.site).state.role_of(vera) is Role.SUPERVISOR
    assert FIRST_TEAMS[Role.ADMINISTRATOR] == ()
    assert PASSWORD not in repr(house.people["vera.anchor"])


def test_an_admission_that_waits_for_a_second_signature_can_be_taken_back(house: House) -> None:
    house.add("vera.anchor", Role.SUPERVISOR)
    person = house.activate("tao.willow", Role.SUPERVISOR)
    digits = admission.own_digits(person)
    nils = house.principal("nils.compass")
    with unit_of_work():
        assert not admission.admit(nils, person, Role.SUPERVISOR, digits, house.now)
    waiting = admission.proposals()[0].id
    with unit_of_work():
        admission.withdraw_invitation(house.site, person, house.now, nils.person)
    assert not admission.proposals()
    with pytest.raises(Conflict), unit_of_work():
        admission.second(house.principal("vera.anchor"), waiting, digits, house.now)


def test_the_worker_links_the_trail_and_deletes_sessions_that_are_over(house: House) -> None:
    house.browser().log_in("nils.compass")
    house.later(hours=13)
    jobs.run_periodic(house.now, {})
    db.session.rollback()
    verdict = audit.verify(house.site)
    assert verdict.linked > 0
    assert (verdict.unlinked, verdict.sound) == (0, True)
    assert db.session.scalar(select(Session)) is None
