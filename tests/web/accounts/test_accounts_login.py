"""Logging in, guessing, replaying: what opens and what does not."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from crypto import totp
from crypto.stretching import StretchGate
from helpline.accounts.models import Account, Session, Throttle
from helpline.accounts.service import admission
from helpline.audit.models import AuditRow
from helpline.extensions import db
from helpline.keys.models import Grant, PersonWrap
from helpline.keys.rules import Role
from helpline.keys.service import directory
from helpline.keys.service.site import Costs, Site
from helpline.keys.views import keep_site
from helpline.unit_of_work import unit_of_work
from tests.web.accounts.accounts_house import PASSWORD, House

REFUSED = "The login name or the password is not right."


class CountingGate(StretchGate):
    """Counts stretches."""

    def __init__(self) -> None:
        super().__init__(2)
        self.turns = 0

    @contextmanager
    def turn(self) -> Iterator[None]:
        self.turns += 1
        with super().turn():
            yield


def test_password_then_code_open_the_first_page_with_a_fresh_cookie(house: House) -> None:
    browser = house.browser()
    browser.give_password("nils.compass")
    half = browser.cookie()
    browser.send("/login/code", code=house.code("nils.compass"))
    assert browser.path == "/account"
    assert browser.cookie() not in {None, half}
    assert "Nils Compass" in browser.text


def test_the_cookie_is_bound_to_this_host_and_out_of_reach_of_scripts(house: House) -> None:
    browser = house.browser()
    browser.get("/login")
    data = {**browser.hidden(), "login_name": "nils.compass", "password": PASSWORD}
    header = browser.client.post("/login", data=data).headers.getlist("Set-Cookie")
    session = next(line for line in header if line.startswith("__Host-helpline="))
    for attribute in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert attribute in session
    assert "Domain" not in session
    assert "Expires" not in session


def test_half_a_login_opens_nothing(house: House) -> None:
    browser = house.browser()
    browser.give_password("nils.compass")
    for path in ("/people", "/account", "/reports"):
        assert browser.get(path).request.path == "/login/code"


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("nils.compass", "not the password at all"),
        ("nobody.here", PASSWORD),
        ("left.long", PASSWORD),
        ("only.invited", PASSWORD),
        ("Nils Compass", PASSWORD),
    ],
)
def test_every_failed_login_gets_the_same_answer(house: House, name: str, password: str) -> None:
    left = house.add("left.long", Role.AUDITOR)
    with unit_of_work():
        admission.remove(house.principal("nils.compass"), left, house.now)
    reference = house.browser()
    expected = reference.give_password("nobody.at.all", "wrong words entirely here")
    browser = house.browser()
    answer = browser.give_password(name, password)
    assert answer.status_code == expected.status_code == 400
    assert REFUSED in browser.text
    strip = browser.text.replace(name, "")
    assert len(strip) - len(reference.text.replace("nobody.at.all", "")) in range(-4, 5)
    assert browser.cookie() is None


def test_an_unknown_name_costs_what_a_known_one_does(house: House) -> None:
    def stretches(name: str, password: str) -> int:
        gate = CountingGate()
        counted = replace(house.site, gate=gate)
        keep_site(house.app, counted)
        house.browser().give_password(name, password)
        return gate.turns

    known = stretches("nils.compass", "wrong words entirely here")
    unknown = stretches("nobody.here", "wrong words entirely here")
    right = stretches("nils.compass", PASSWORD)
    assert known == unknown == right == 1


def test_a_code_is_good_once(house_on_either: House) -> None:
    house = house_on_either
    first, second = house.browser(), house.browser()
    first.give_password("nils.compass")
    second.give_password("nils.compass")
    code = house.code("nils.compass")
    first.send("/login/code", code=code)
    assert first.path == "/account"
    assert second.send("/login/code", code=code).status_code == 400
    assert second.get("/account").request.path == "/login/code"


def test_five_wrong_codes_end_the_half_session(house: House) -> None:
    browser = house.browser()
    browser.give_password("nils.compass")
    for _ in range(5):
        assert browser.send("/login/code", code="000000").status_code in {400, 429}
        house.later(minutes=1)
    browser.send("/login/code", code=house.code("nils.compass"))
    assert browser.get("/account").request.path == "/login"


def test_guessing_is_slowed_down_for_strangers_and_not_for_the_owners_browser(
    house: House,
) -> None:
    own = house.browser()
    own.log_in("nils.compass")
    own.send("/logout")
    stranger = house.browser()
    statuses = [
        stranger.give_password("nils.compass", f"guess number {n}").status_code for n in range(8)
    ]
    assert statuses[:5] == [400] * 5
    assert statuses[5:] == [429] * 3
    assert stranger.page is not None
    assert int(stranger.page.headers["Retry-After"]) >= 1
    assert stranger.give_password("nils.compass").status_code == 429, "even the right one"
    own.log_in("nils.compass")
    assert "attempts to log in with your name failed" in own.text


def test_pauses_grow_are_the_same_for_unknown_names_and_end(house: House) -> None:
    pauses = {}
    for name in ("nils.compass", "nobody.here"):
        browser, waited = house.browser(), []
        for number in range(12):
            answer = browser.give_password(name, f"guess number {number}")
            if answer.status_code == 429:
                seconds = int(answer.headers["Retry-After"])
                waited.append(seconds)
                house.later(seconds=seconds)
        pauses[name] = waited
        house.later(hours=25)  # the address is forgotten as well
    assert pauses["nils.compass"] == pauses["nobody.here"]
    assert pauses["nils.compass"] == sorted(pauses["nils.compass"])
    assert house.browser().give_password("nils.compass").request.path == "/login/code"


def test_the_throttles_hold_no_name_and_no_address(house: House) -> None:
    house.browser().give_password("secret.name", "guess")
    for row in db.session.scalars(select(Throttle)):
        assert len(row.key) == 32
        assert b"secret" not in row.key


def test_logins_and_failures_are_audited(house: House) -> None:
    browser = house.browser()
    browser.give_password("nils.compass", "not the password at all")
    browser.log_in("nils.compass")
    browser.send("/logout")
    acts = list(db.session.scalars(select(AuditRow.act)))
    for act in ("login.failed", "login.password", "login.succeeded", "logout"):
        assert act in acts


def test_a_removed_persons_cookie_and_password_open_nothing(house: House) -> None:
    person = house.add("ada.lantern", Role.COUNSELLOR)
    browser = house.browser()
    browser.log_in("ada.lantern")
    supervisor = house.browser()
    supervisor.log_in("nils.compass")
    supervisor.get(f"/people/{person}/remove")
    supervisor.confirm("nils.compass")
    supervisor.send(f"/people/{person}/remove")
    assert "Removed." in supervisor.text
    assert browser.get("/account").request.path == "/login"
    assert house.browser().give_password("ada.lantern").status_code == 400
    assert db.session.get(PersonWrap, person) is None
    assert not db.session.scalar(
        select(func.count()).select_from(Grant).where(Grant.holder_id == person)
    )


def test_even_with_their_old_rows_put_back_a_removed_person_has_no_role(house: House) -> None:
    person = house.add("ada.lantern", Role.SUPERVISOR)
    account = db.session.get_one(Account, person)
    wrap = db.session.get_one(PersonWrap, person)
    kept = {"second_factor": account.second_factor, "state": "admitted"}
    row = {"revision": wrap.revision, "salt": wrap.salt, "sealed": wrap.sealed}
    house.add("vera.anchor", Role.SUPERVISOR)
    with unit_of_work():
        admission.remove(house.principal("nils.compass"), person, house.now)
        admission.second(house.principal("vera.anchor"), admission.proposals()[0].id, "", house.now)
    assert directory.read(house.site).state.role_of(person) is None
    house.change("ada.lantern", **kept)
    with unit_of_work():
        db.session.add(PersonWrap(person_id=person, **row))
    browser = house.browser()
    browser.log_in("ada.lantern")
    assert browser.get("/people").request.path == "/waiting"


def test_the_role_comes_from_the_directory_not_from_the_accounts_row(house: House) -> None:
    house.add("ada.lantern", Role.COUNSELLOR)
    house.change("ada.lantern", role="supervisor", state="admitted")
    browser = house.browser()
    browser.log_in("ada.lantern")
    assert "Counsellor" in browser.text
    assert browser.get("/people").status_code == 403


def test_an_account_that_calls_itself_admitted_still_waits(house: House) -> None:
    house.activate("ada.lantern", Role.COUNSELLOR)
    house.change("ada.lantern", state="admitted")
    browser = house.browser()
    browser.log_in("ada.lantern")
    assert browser.path == "/waiting"


def test_a_person_with_cases_is_not_removed(house: House) -> None:
    from helpline.keys.service import boxes

    person = house.add("ada.lantern", Role.COUNSELLOR)
    with unit_of_work():
        boxes.make(house.site, "case", [boxes.person_holder(house.site, person)])
    supervisor = house.browser()
    supervisor.log_in("nils.compass")
    supervisor.get(f"/people/{person}/remove")
    supervisor.confirm("nils.compass")
    assert "Hand over their cases first" in supervisor.text
    assert supervisor.send(f"/people/{person}/remove").status_code == 409
    assert directory.read(house.site).state.role_of(person) is Role.COUNSELLOR


def test_a_login_never_leads_to_another_site(house: House) -> None:
    for target in ("//evil.example/", "https://evil.example/", "/\\evil.example", "/people"):
        browser = house.browser()
        browser.get("/login")
        browser.send("/login", login_name="nils.compass", password=PASSWORD, next=target)
        browser.send("/login/code", code=house.code("nils.compass"), next=target)
        assert browser.path == ("/people" if target == "/people" else "/account")


def test_forms_without_their_token_are_refused(house: House) -> None:
    answer = house.browser().client.post(
        "/login", data={"login_name": "nils.compass", "password": PASSWORD}
    )
    assert answer.status_code == 400
    assert "Set-Cookie" not in answer.headers or "__Host-helpline" not in str(answer.headers)


def test_nothing_secret_lies_in_the_database(house: House) -> None:
    browser = house.browser()
    browser.log_in("nils.compass")
    row = db.session.scalars(select(Session)).one()
    made = house.people["nils.compass"]
    account = db.session.get_one(Account, made.account)
    stored = row.wrapped + row.row + row.device + (account.second_factor or b"")
    for secret in (made.box.secret, made.factor, PASSWORD.encode()):
        assert secret not in stored
    assert totp.code_at(made.factor, 0) not in str(stored)


def test_costs_are_injected_only_in_tests() -> None:
    assert Costs().password.memory_kib == 64 * 1024
    assert Site.__dataclass_fields__["costs"].default_factory is Costs
