"""The access review: what it lists, that it was done, and when it is due again."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from helpline.accounts import rules
from helpline.accounts.service import admission, review
from helpline.accounts.views.review import TEAM_LABELS
from helpline.audit import service as audit
from helpline.audit.models import AuditRow
from helpline.errors import NotAllowed
from helpline.extensions import db
from helpline.keys.rules import Role, Team
from helpline.unit_of_work import unit_of_work
from tests.authenticator import Authenticator
from tests.web.accounts.accounts_house import PUBLIC_URL, Browser, House
from tests.web.accounts.test_accounts_security_keys import register

PAGE = "/people/review"
DUE = "The access review is due."


@pytest.fixture
def nils(house: House) -> Browser:
    browser = house.browser()
    browser.log_in("nils.compass")
    return browser


def line_of(browser: Browser, login_name: str) -> str:
    rows = re.findall(r"<tr><th scope=\"row\".*?</tr>", browser.text, re.DOTALL)
    return re.sub(r"<[^>]*>", " ", next(row for row in rows if login_name in row))


def test_every_team_has_a_name() -> None:
    assert set(TEAM_LABELS) == set(Team)


def test_everybody_whom_the_directory_states_is_listed(house: House, nils: Browser) -> None:
    house.add("ada.lantern", Role.COUNSELLOR)
    house.add("otto.ledger", Role.ADMINISTRATOR)
    house.activate("tao.willow", Role.COUNSELLOR)
    house.later(days=3)
    ada = house.browser()
    ada.log_in("ada.lantern")
    register(ada, "ada.lantern", Authenticator(PUBLIC_URL))
    house.later(days=2)
    nils.log_in("nils.compass")
    nils.get(PAGE)
    line = line_of(nils, "ada.lantern")
    assert "Counsellor" in line
    assert "Inbox" in line
    assert "2 March 2026" in line
    assert "5 March 2026" in line
    assert "Security key, app" in line
    otto = line_of(nils, "otto.ledger")
    assert "none" in otto
    assert "never" in otto
    assert "App only" in otto
    assert "tao.willow" not in nils.text
    assert not re.search(r"\d\d:\d\d", re.sub(r"<[^>]*>", " ", nils.text.split("<main")[1]))


def test_each_but_oneself_has_a_way_to_removal(house: House, nils: Browser) -> None:
    ada = house.add("ada.lantern", Role.COUNSELLOR)
    nils.get(PAGE)
    assert f"/people/{ada}/remove" in nils.text
    assert f"/people/{house.people['nils.compass'].account}/remove" not in nils.text


def test_a_review_is_recorded_and_due_again_after_ninety_days(house: House, nils: Browser) -> None:
    assert DUE not in nils.get("/people").get_data(as_text=True)
    house.later(days=90)
    nils.log_in("nils.compass")
    nils.get("/people")
    assert DUE in nils.text
    nils.get(PAGE)
    assert "Nobody has reviewed it yet." in nils.text
    nils.send(PAGE)
    assert "Last reviewed on 31 May 2026 by Nils Compass." in nils.text
    assert "The next review is due on 29 August 2026." in nils.text
    row = db.session.scalars(select(AuditRow).where(AuditRow.act == "access.reviewed")).one()
    assert row.day == date(2026, 5, 31)
    assert row.actor_id == house.people["nils.compass"].account
    house.later(days=89)
    nils.log_in("nils.compass")
    assert DUE not in nils.get("/people").get_data(as_text=True)
    house.later(days=1)
    nils.log_in("nils.compass")
    assert DUE in nils.get("/people").get_data(as_text=True)


def test_what_was_not_seen_is_not_confirmed(house: House, nils: Browser) -> None:
    nils.get(PAGE)
    house.add("ada.lantern", Role.COUNSELLOR)
    answer = nils.send(PAGE)
    assert answer.status_code == 409
    assert "has changed meanwhile" in nils.text
    assert db.session.scalar(select(AuditRow).where(AuditRow.act == "access.reviewed")) is None


def test_somebody_removed_is_no_longer_listed(house: House, nils: Browser) -> None:
    ada = house.add("ada.lantern", Role.COUNSELLOR)
    with unit_of_work():
        admission.remove(house.principal("nils.compass"), ada, house.now)
    nils.get(PAGE)
    assert "ada.lantern" not in nils.text


def test_a_review_written_into_the_database_is_none(house: House, nils: Browser) -> None:
    nils.get(PAGE)
    nils.send(PAGE)
    forged = {"day": date(2027, 1, 1)}
    with unit_of_work():
        db.session.execute(
            update(AuditRow).where(AuditRow.act == "access.reviewed").values(**forged)
        )
    nils.get(PAGE)
    assert "Nobody has reviewed it yet." in nils.text


@pytest.mark.parametrize("role", [Role.COUNSELLOR, Role.ADMINISTRATOR, Role.AUDITOR])
def test_only_supervisors_review(house: House, role: Role) -> None:
    house.add("some.body", role)
    browser = house.browser()
    browser.log_in("some.body")
    assert browser.get(PAGE).status_code == 403
    with pytest.raises(NotAllowed):
        review.confirm(house.principal("some.body"), "", house.now)


def test_the_trail_stays_sound(house: House, nils: Browser) -> None:
    nils.get(PAGE)
    nils.send(PAGE)
    db.session.rollback()
    assert audit.verify(house.site).sound


@given(st.dates(max_value=date(9000, 1, 1)), st.dates(), st.integers(1, 1000))
def test_the_last_review_counts_before_the_first_admission(
    last: date, first: date, days: int
) -> None:
    due = rules.review_due(last, first, days)
    assert due is not None
    assert (due - last).days == days
    assert rules.review_due(last, None, days) == due
    assert rules.review_due(None, None, days) is None
