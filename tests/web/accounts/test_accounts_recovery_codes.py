"""Recovery codes: shown once, each good once, slowed down like the six digits."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from helpline.accounts import rules
from helpline.accounts.models import RecoveryCode
from helpline.accounts.service import admission, recovery_codes
from helpline.audit.models import AuditRow
from helpline.extensions import db
from helpline.keys.rules import Role
from helpline.unit_of_work import in_unit_of_work, unit_of_work
from tests.web.accounts.accounts_house import PASSWORD, Browser, House
from tests.web.accounts.test_accounts_ceremony import enrol, invite

ADA = "ada.lantern"
PAGE = "/account/recovery-codes"


def codes_on(text: str) -> list[str]:
    return re.findall(r'class="digits">([0-9A-Z ]{14})<', text)


def acts() -> list[str]:
    return list(db.session.scalars(select(AuditRow.act)))


@pytest.fixture
def ada(house: House) -> Browser:
    """A counsellor who is logged in and has just confirmed that it is her."""
    house.add(ADA, Role.COUNSELLOR)
    browser = house.browser()
    browser.log_in(ADA)
    browser.get(PAGE)
    browser.confirm(ADA)
    return browser


@pytest.fixture
def codes(ada: Browser) -> list[str]:
    ada.send(PAGE)
    return codes_on(ada.text)


def with_code(house: House, code: str) -> Browser:
    browser = house.browser()
    browser.give_password(ADA)
    browser.send("/login/code", recovery=code)
    return browser


def test_ten_codes_are_shown_once_when_the_second_factor_is_set_up(house: House) -> None:
    house.add("mira.ledger", Role.ADMINISTRATOR)
    link = invite(house, "asha.marigold")
    newcomer = enrol(house, "asha.marigold", link)
    assert codes_on(newcomer.text) == []
    assert len(db.session.scalars(select(RecoveryCode)).all()) == 10


def test_a_code_lets_in_once_and_the_page_says_how_many_are_left(
    house: House, codes: list[str]
) -> None:
    assert len(set(codes)) == 10
    first = with_code(house, codes[3])
    assert first.path == "/account"
    assert "A recovery code was used. 9 are left." in first.text
    assert "9 recovery codes are left." in first.text
    assert "recovery_code.used" in acts()
    again = with_code(house, codes[3])
    assert again.path == "/login/code"
    assert "not right, or it was used already" in again.text


def test_the_last_code_says_so(house: House, codes: list[str]) -> None:
    for code in codes[:-1]:
        assert with_code(house, code).path == "/account"
    last = with_code(house, codes[-1])
    assert "The last recovery code was used." in last.text
    assert "No recovery code is left." in last.text


def test_a_code_may_be_typed_as_it_is_read(house: House, codes: list[str]) -> None:
    typed = codes[0].lower().replace(" ", "-").replace("0", "o").replace("1", "l")
    assert with_code(house, f" {typed} ").path == "/account"


@given(st.text(max_size=40))
def test_folding_a_typed_code_is_done_once(typed: str) -> None:
    folded = rules.folded_recovery_code(typed)
    assert rules.folded_recovery_code(folded) == folded
    assert set(folded) <= set(rules.RECOVERY_LETTERS)


def test_a_code_confirms_so_that_a_lost_app_can_be_replaced(house: House, codes: list[str]) -> None:
    browser = with_code(house, codes[0])
    browser.get("/account/second-factor")
    assert browser.path == "/confirm"
    browser.send("/confirm", password=PASSWORD, recovery=codes[0])
    assert browser.path == "/confirm"
    browser.send("/confirm", password=PASSWORD, recovery=codes[1])
    assert browser.path == "/account/second-factor"
    assert "A recovery code was used. 8 are left." in browser.text


def test_new_codes_end_the_old_ones(house: House, ada: Browser, codes: list[str]) -> None:
    ada.get(PAGE)
    assert "The old codes end." in ada.text
    ada.send(PAGE)
    newer = codes_on(ada.text)
    assert not set(newer) & set(codes)
    assert with_code(house, codes[0]).path == "/login/code"
    assert with_code(house, newer[0]).path == "/account"


def test_codes_are_made_after_a_fresh_confirmation_alone(house: House, ada: Browser) -> None:
    house.later(minutes=11)
    ada.get(PAGE)
    assert ada.path == "/confirm"


def test_of_two_requests_with_one_code_one_wins(house_on_either: House) -> None:
    house = house_on_either
    made = house.people["nils.compass"]
    with unit_of_work():
        code = recovery_codes.make(house.site, made.account, made.box, house.now)[0]
    db.session.remove()

    def use() -> bool:
        with house.app.app_context():
            try:
                return in_unit_of_work(
                    lambda: recovery_codes.use(house.site, made.account, made.box, code, house.now)
                )
            finally:
                db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(lambda _: use(), range(4)))
    assert sorted(won) == [False, False, False, True]
    assert recovery_codes.left(made.account) == 9


def test_guessing_codes_is_slowed_down_and_ends_the_half_session(
    house: House, codes: list[str]
) -> None:
    guesser = house.browser()
    guesser.give_password(ADA)
    for _ in range(rules.SECOND_STEP_TRIES):
        assert guesser.send("/login/code", recovery="0000 0000 0000").status_code == 400
    assert guesser.send("/login/code", recovery=codes[0]).status_code == 429
    house.later(minutes=1)
    guesser.send("/login/code", recovery=codes[0])
    assert guesser.get("/account").request.path == "/login"
    assert acts().count("login.code_failed") >= rules.SECOND_STEP_TRIES


def test_the_database_holds_no_code(house: House, codes: list[str]) -> None:
    rows = db.session.scalars(select(RecoveryCode)).all()
    lying = b"".join(row.sealed + row.id.bytes for row in rows)
    for code in codes:
        assert code.encode() not in lying
        assert rules.folded_recovery_code(code).encode() not in lying


def test_somebody_elses_code_moved_in_the_database_opens_nothing(
    house: House, codes: list[str]
) -> None:
    thief = house.people["nils.compass"].account
    with unit_of_work():
        for row in db.session.scalars(select(RecoveryCode)):
            row.person_id = thief
    browser = house.browser()
    browser.give_password("nils.compass")
    assert browser.send("/login/code", recovery=codes[0]).status_code == 400


def test_removing_somebody_removes_their_codes(house: House, codes: list[str]) -> None:
    person = house.people[ADA].account
    with unit_of_work():
        admission.remove(house.principal("nils.compass"), person, house.now)
    assert db.session.scalar(select(RecoveryCode)) is None
