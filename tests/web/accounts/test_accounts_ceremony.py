"""From the invitation to the first page: the whole way through the browser."""

import re

from sqlalchemy import select

from crypto import totp
from helpline.accounts.models import Account, Invitation, Session
from helpline.accounts.service import admission, people
from helpline.audit.models import AuditRow
from helpline.extensions import db
from helpline.keys.rules import FIRST_TEAMS, Role, Team
from helpline.keys.service import directory
from tests.web.accounts.accounts_house import NEW_PASSWORD, PASSWORD, Browser, House


def read_secret(text: str) -> bytes:
    import base64

    spelled = re.search(r'app-letters">([^<]*)<', text)
    assert spelled
    letters = spelled.group(1).replace(" ", "")
    return base64.b32decode(letters + "=" * (-len(letters) % 8))


def digits_on(text: str) -> str:
    return " ".join(re.findall(r'class="digits">(\d{4})<', text))


def invite(house: House, name: str, role: str = "counsellor") -> str:
    admin = house.browser()
    admin.log_in("mira.ledger")
    admin.get("/people/invite")
    admin.send("/people/invite", login_name=name, role=role, languages="hi")
    link = re.search(r"/invitation/[\w-]+", admin.text)
    assert link, admin.text
    return link.group(0)


def enrol(house: House, name: str, link: str) -> Browser:
    newcomer = house.browser()
    newcomer.get(link)
    newcomer.send(link, password=NEW_PASSWORD, again=NEW_PASSWORD)
    assert newcomer.path == "/login/second-factor", newcomer.text
    house.factors[name] = read_secret(newcomer.text)
    newcomer.send("/login/second-factor", code=house.code(name))
    assert "Your recovery codes" in newcomer.text
    newcomer.get("/")
    assert newcomer.path == "/waiting", newcomer.text
    return newcomer


def test_an_invited_counsellor_is_admitted_by_the_digits_they_read_out(house: House) -> None:
    house.add("mira.ledger", Role.ADMINISTRATOR)
    link = invite(house, "asha.marigold")
    newcomer = enrol(house, "asha.marigold", link)
    digits = digits_on(newcomer.text)
    assert len(digits.replace(" ", "")) == 24
    assert newcomer.get("/account").request.path == "/waiting"

    supervisor = house.browser()
    supervisor.log_in("nils.compass")
    person = people.by_login_name("asha.marigold")
    supervisor.get(f"/people/{person}/admit")
    supervisor.confirm("nils.compass")
    assert supervisor.path == f"/people/{person}/admit"
    supervisor.send(f"/people/{person}/admit", digits=digits)
    assert supervisor.path == "/people"
    assert "Admitted." in supervisor.text

    assert newcomer.get("/").request.path == "/account"
    assert "Counsellor" in newcomer.text
    state = directory.read(house.site).state
    assert state.role_of(person) is Role.COUNSELLOR
    assert state.teams_of(person) == (Team.INTAKE,)
    acts = set(db.session.scalars(select(AuditRow.act).where(AuditRow.object_id == person)))
    assert {"person.invited", "person.admitted"} <= acts
    assert people.display_name(person) == "Asha Marigold"
    assert people.languages_of(person) == ("hi",)


def test_wrong_digits_admit_nobody(house: House) -> None:
    person = house.activate("asha.marigold", Role.COUNSELLOR)
    supervisor = house.browser()
    supervisor.log_in("nils.compass")
    supervisor.get(f"/people/{person}/admit")
    supervisor.confirm("nils.compass")
    answer = supervisor.send(f"/people/{person}/admit", digits="0000 1111 2222 3333 4444 5555")
    assert answer.status_code == 400
    assert "not the ones" in supervisor.text
    assert directory.read(house.site).state.role_of(person) is None


def test_a_key_swapped_in_the_database_does_not_fit_the_digits_read_out(house: House) -> None:
    person = house.activate("asha.marigold", Role.COUNSELLOR)
    other = house.activate("thief.shadow", Role.COUNSELLOR)
    read_out = admission.own_digits(person)
    house.change("asha.marigold", public=db.session.get_one(Account, other).public)
    supervisor = house.browser()
    supervisor.log_in("nils.compass")
    supervisor.get(f"/people/{person}/admit")
    supervisor.confirm("nils.compass")
    assert supervisor.send(f"/people/{person}/admit", digits=read_out).status_code == 400


def test_a_role_changed_after_the_page_was_shown_is_not_signed(house: House) -> None:
    person = house.activate("asha.marigold", Role.COUNSELLOR)
    supervisor = house.browser()
    supervisor.log_in("nils.compass")
    supervisor.get(f"/people/{person}/admit")
    supervisor.confirm("nils.compass")
    house.change("asha.marigold", role="supervisor")
    answer = supervisor.send(f"/people/{person}/admit", digits=admission.own_digits(person))
    assert answer.status_code == 409
    assert directory.read(house.site).state.role_of(person) is None


def test_a_third_supervisor_needs_two_signatures(house: House) -> None:
    house.add("vera.anchor", Role.SUPERVISOR)  # the second: one signature, there was one supervisor
    person = house.activate("tao.willow", Role.SUPERVISOR)
    digits = admission.own_digits(person)
    first = house.browser()
    first.log_in("nils.compass")
    first.get(f"/people/{person}/admit")
    first.confirm("nils.compass")
    first.send(f"/people/{person}/admit", digits=digits)
    assert "second supervisor" in first.text
    assert directory.read(house.site).state.role_of(person) is None
    proposal = admission.proposals()[0]

    first.get(f"/people/proposals/{proposal.id}")
    assert first.send(f"/people/proposals/{proposal.id}", digits=digits).status_code == 403

    second = house.browser()
    second.log_in("vera.anchor")
    assert "Look and sign" in second.get("/people").get_data(as_text=True)
    second.get(f"/people/proposals/{proposal.id}")
    second.confirm("vera.anchor")
    assert second.send(f"/people/proposals/{proposal.id}", digits="1" * 24).status_code == 400
    second.send(f"/people/proposals/{proposal.id}", digits=digits)
    assert directory.read(house.site).state.role_of(person) is Role.SUPERVISOR
    assert set(directory.read(house.site).state.teams_of(person)) == set(
        FIRST_TEAMS[Role.SUPERVISOR]
    )


def test_an_invitation_is_good_once_and_for_72_hours(house: House) -> None:
    house.add("mira.ledger", Role.ADMINISTRATOR)
    link = invite(house, "asha.marigold")
    browser = house.browser()
    browser.get(link)
    browser.send(link, password=NEW_PASSWORD, again=NEW_PASSWORD)
    assert db.session.scalar(select(Invitation)) is None
    assert house.browser().get(link).status_code == 404

    late = invite(house, "tao.willow")
    house.later(hours=72)
    assert house.browser().get(late).status_code == 404
    assert house.browser().get("/invitation/nonsense").status_code == 404


def test_the_database_does_not_hold_the_link(house: House) -> None:
    house.add("mira.ledger", Role.ADMINISTRATOR)
    token = invite(house, "asha.marigold").rpartition("/")[2]
    row = db.session.scalars(select(Invitation)).one()
    assert token.encode() not in row.token
    assert house.browser().get(f"/invitation/{row.token.hex()}").status_code == 404


def test_who_left_before_the_second_factor_goes_on_with_the_password(house: House) -> None:
    house.add("mira.ledger", Role.ADMINISTRATOR)
    link = invite(house, "asha.marigold")
    browser = house.browser()
    browser.get(link)
    browser.send(link, password=NEW_PASSWORD, again=NEW_PASSWORD)
    first = read_secret(browser.text)
    later = house.browser()
    later.give_password("asha.marigold", NEW_PASSWORD)
    assert later.path == "/login/second-factor"
    assert read_secret(later.text) == first
    assert later.send("/login/second-factor", code="000000").status_code == 400
    house.later(seconds=30)
    code = totp.code_at(first, int(house.now.timestamp()))
    later.send("/login/second-factor", code=code)
    assert later.get("/").request.path == "/waiting"


def test_weak_and_differing_passwords_are_refused_with_the_reason(house: House) -> None:
    house.add("mira.ledger", Role.ADMINISTRATOR)
    link = invite(house, "asha.marigold")
    browser = house.browser()
    for password, again, why in (
        ("too short 1", "too short 1", "at least 14"),
        ("asha.marigold!2024", "asha.marigold!2024", "guessed"),
        (NEW_PASSWORD, PASSWORD, "differ"),
    ):
        browser.get(link)
        assert browser.send(link, password=password, again=again).status_code == 400
        assert why in browser.text
        assert password not in browser.text


def test_a_lost_password_means_a_new_key_and_a_new_admission(house: House) -> None:
    house.add("mira.ledger", Role.ADMINISTRATOR)
    old = house.add("asha.marigold", Role.COUNSELLOR)
    old_browser = house.browser()
    old_browser.log_in("asha.marigold")
    admin = house.browser()
    admin.log_in("mira.ledger")
    admin.get(f"/people/{old}/invite-again")
    admin.confirm("mira.ledger")
    admin.send(f"/people/{old}/invite-again")
    link = re.search(r"/invitation/[\w-]+", admin.text)
    assert link
    assert old_browser.get("/account").request.path == "/login"
    newcomer = enrol(house, "asha.marigold", link.group(0))
    new = people.by_login_name("asha.marigold")
    assert new != old
    house.browser().give_password("asha.marigold", PASSWORD)
    assert db.session.scalar(select(Session).where(Session.account_id == old)) is None

    supervisor = house.browser()
    supervisor.log_in("nils.compass")
    supervisor.get(f"/people/{new}/admit")
    supervisor.confirm("nils.compass")
    supervisor.send(f"/people/{new}/admit", digits=digits_on(newcomer.text))
    supervisor.get(f"/people/{old}/remove")
    supervisor.send(f"/people/{old}/remove")
    state = directory.read(house.site).state
    assert state.role_of(old) is None
    assert state.role_of(new) is Role.COUNSELLOR
