"""Sessions: how they end, what they let through, what their rows are worth to a thief."""

import base64
import re

import pytest
from sqlalchemy import select, update

from helpline.accounts.models import Session
from helpline.accounts.rules import Lifetimes
from helpline.accounts.service import sessions
from helpline.accounts.views import polling
from helpline.accounts.views.visit import lifetimes
from helpline.extensions import db
from helpline.keys.rules import Role
from helpline.security import allow
from helpline.unit_of_work import unit_of_work
from tests.web.accounts.accounts_house import NEW_PASSWORD, PASSWORD, Browser, House


@polling
@allow(*Role)
def polled() -> str:
    return "polled"


@allow(*Role)
def worked() -> str:
    return "worked"


@pytest.fixture
def ada(house: House) -> Browser:
    """A counsellor who is logged in."""
    house.app.add_url_rule("/polled", "polled", polled)
    house.app.add_url_rule("/worked", "worked", worked)
    house.add("ada.lantern", Role.COUNSELLOR)
    browser = house.browser()
    browser.log_in("ada.lantern")
    return browser


def test_work_keeps_a_session_open_until_twelve_hours(house: House, ada: Browser) -> None:
    for _ in range(28):
        house.later(minutes=25)
        assert ada.get("/worked").get_data(as_text=True) == "worked"
    house.later(minutes=25)
    assert ada.get("/worked").request.path != "/worked"


def test_thirty_idle_minutes_lock_the_page_and_keep_the_name_alone(
    house: House, ada: Browser
) -> None:
    house.later(minutes=31)
    assert ada.get("/worked").request.path == "/locked"
    assert "Password of Ada Lantern" in ada.text
    assert db.session.scalar(select(Session)) is None
    ada.send("/login", password=PASSWORD)
    ada.send("/login/code", code=house.code("ada.lantern"))
    assert ada.get("/worked").status_code == 200


def test_polling_is_no_activity(house: House, ada: Browser) -> None:
    for _ in range(3):
        house.later(minutes=11)
        ada.get("/polled")
    assert ada.get("/worked").request.path == "/locked"


def test_a_conditional_fragment_is_no_activity_either(house: House, ada: Browser) -> None:
    for _ in range(3):
        house.later(minutes=11)
        ada.get("/worked", HX_Request="true", If_None_Match='"x"')
    assert ada.get("/worked").request.path == "/locked"


def test_last_seen_is_written_at_most_once_a_minute(house: House, ada: Browser) -> None:
    before = db.session.scalars(select(Session.seen_at)).one()
    house.later(seconds=40)
    ada.get("/worked")
    assert db.session.scalars(select(Session.seen_at)).one() == before
    house.later(seconds=40)
    ada.get("/worked")
    assert db.session.scalars(select(Session.seen_at)).one() > before


def test_a_row_is_no_cookie(house: House, ada: Browser) -> None:
    row = db.session.scalars(select(Session)).one()
    thief = house.browser()
    for stolen in (row.row, row.wrapped[-32:], row.id.bytes * 2):
        value = base64.urlsafe_b64encode(stolen).decode()
        thief.client.set_cookie("__Host-helpline", value)
        assert thief.get("/worked").request.path == "/login"


def test_a_row_moved_to_another_account_does_not_open(house: House, ada: Browser) -> None:
    with unit_of_work():
        nils = house.people["nils.compass"].account
        db.session.execute(update(Session).values(account_id=nils))
    assert ada.get("/worked").request.path != "/worked"


@pytest.mark.parametrize("cookie", ["", "x", "ä", "A" * 44, "A" * 4000, "%00"])
def test_cookies_that_are_none_of_ours_are_nobody(house: House, cookie: str) -> None:
    browser = house.browser()
    browser.client.set_cookie("__Host-helpline", cookie)
    assert browser.get("/account").request.path == "/login"


def test_log_out_and_lock_end_the_session_on_the_server(house: House, ada: Browser) -> None:
    cookie = ada.cookie()
    assert cookie
    ada.get("/account")
    ada.send("/lock")
    assert ada.path == "/locked"
    assert db.session.scalar(select(Session)) is None
    other = house.browser()
    other.client.set_cookie("__Host-helpline", cookie)
    assert other.get("/worked").request.path == "/login"
    ada.send("/logout")
    assert ada.path == "/login"
    assert ada.get("/locked").request.path == "/login"


def test_one_session_is_ended_from_another_after_confirming(house: House, ada: Browser) -> None:
    second = house.browser()
    second.log_in("ada.lantern")
    second.get("/account")
    ident = re.search(r'name="session" value="([^"]+)"', second.text)
    assert ident
    second.send("/account/sessions", session=ident.group(1))
    second.confirm("ada.lantern")
    assert second.path == "/account"
    second.send("/account/sessions", session=ident.group(1))
    assert ada.get("/worked").request.path == "/login"
    assert second.get("/worked").status_code == 200


def test_nobody_ends_somebody_elses_session(house: House, ada: Browser) -> None:
    victim = db.session.scalars(select(Session.id)).one()
    nils = house.browser()
    nils.log_in("nils.compass")
    nils.get("/account/password")
    nils.confirm("nils.compass")
    nils.send("/account/sessions", session=str(victim))
    assert ada.get("/worked").status_code == 200


def test_what_matters_asks_for_password_and_code_again(house: House, ada: Browser) -> None:
    before = ada.cookie()
    ada.get("/account/password")
    assert ada.path == "/confirm"
    assert ada.send("/confirm", password="wrong words here", code="000000").status_code == 400
    assert ada.send("/confirm", password=PASSWORD, code="000000").status_code == 400
    code = house.code("ada.lantern")
    assert ada.send("/confirm", password="wrong words here", code=code).status_code == 400
    ada.confirm("ada.lantern")
    assert ada.path == "/account/password"
    assert ada.cookie() != before
    house.later(minutes=11)
    ada.get("/account/password")
    assert ada.path == "/confirm"


def test_confirming_does_not_lengthen_the_session(house: House, ada: Browser) -> None:
    for _ in range(28):
        house.later(minutes=25)
        ada.get("/worked")
    ada.get("/account/password")
    ada.confirm("ada.lantern")
    house.later(minutes=25)
    assert ada.get("/worked").request.path != "/worked"


def test_a_new_password_opens_the_same_box_and_ends_other_sessions(
    house: House, ada: Browser
) -> None:
    other = house.browser()
    other.log_in("ada.lantern")
    ada.get("/account/password")
    ada.confirm("ada.lantern")
    weak = ada.send("/account/password", password="password123456789", again="password123456789")
    assert weak.status_code == 400
    ada.send("/account/password", password=NEW_PASSWORD, again=NEW_PASSWORD)
    assert ada.path == "/account"
    assert other.get("/worked").request.path == "/login"
    assert house.browser().give_password("ada.lantern", PASSWORD).status_code == 400
    house.browser().log_in("ada.lantern", NEW_PASSWORD)


def test_another_app_replaces_the_second_factor(house: House, ada: Browser) -> None:
    from tests.web.accounts.test_accounts_ceremony import read_secret

    ada.get("/account/second-factor")
    ada.confirm("ada.lantern")
    old, house.factors["ada.lantern"] = house.factors["ada.lantern"], read_secret(ada.text)
    assert old != house.factors["ada.lantern"]
    ada.send("/account/second-factor", code=house.code("ada.lantern"))
    assert "The new app counts now" in ada.text
    house.browser().log_in("ada.lantern")


def test_the_worker_process_deletes_what_is_over(house: House, ada: Browser) -> None:
    with house.app.test_request_context():
        limits = lifetimes()
    assert isinstance(limits, Lifetimes)
    house.later(minutes=29)
    with unit_of_work():
        sessions.purge(house.now, limits)
    assert db.session.scalar(select(Session)) is not None
    house.later(minutes=2)
    with unit_of_work():
        sessions.purge(house.now, limits)
    assert db.session.scalar(select(Session)) is None


def test_pages_of_the_logged_in_are_never_stored(ada: Browser) -> None:
    assert ada.get("/account").headers["Cache-Control"] == "no-store"


def test_a_stranger_in_a_fragment_is_sent_to_the_login(house: House) -> None:
    answer = house.browser().get("/account", HX_Request="true")
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/login"
