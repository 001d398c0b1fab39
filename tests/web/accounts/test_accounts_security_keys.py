"""Security keys: registered, shown at login and for a confirmation, removed; what does not hold."""

import dataclasses
import json
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from werkzeug.serving import make_server

from helpline.accounts.models import SecurityKey, Session
from helpline.accounts.rules import CHALLENGE_LIFE, SECOND_STEP_TRIES, Lifetimes
from helpline.accounts.service import admission, security_keys, sessions
from helpline.audit.models import AuditRow
from helpline.extensions import db
from helpline.keys.rules import Role
from helpline.unit_of_work import in_unit_of_work, unit_of_work
from tests.authenticator import VERIFIED, Authenticator, decoded, encoded
from tests.visitor import Visitor
from tests.web.accounts.accounts_house import PASSWORD, PUBLIC_URL, Browser, House, compose

ADA = "ada.lantern"
NEW = "/account/security-keys/new"
TO_MAKE = "/account/security-keys/options"
AT_LOGIN = "/login/code/key"


def register(browser: Browser, name: str, key: Authenticator, call: str = "the blue one") -> None:
    browser.get(NEW)
    if browser.path == "/confirm":
        browser.confirm(name)
    browser.send(NEW, name=call, answer=key.make(browser.ask(TO_MAKE)))


def acts() -> list[str]:
    return list(db.session.scalars(select(AuditRow.act)))


@pytest.fixture
def key() -> Authenticator:
    return Authenticator(PUBLIC_URL)


@pytest.fixture
def ada(house: House, key: Authenticator) -> Browser:
    """A counsellor who is logged in and has registered a key."""
    house.add(ADA, Role.COUNSELLOR)
    browser = house.browser()
    browser.log_in(ADA)
    register(browser, ADA, key)
    assert browser.path == "/account", browser.text
    return browser


@pytest.fixture
def half(house: House, ada: Browser) -> Browser:
    """A browser in which ada has given the password."""
    browser = house.browser()
    browser.give_password(ADA)
    assert browser.path == "/login/code"
    return browser


def test_a_key_is_registered_listed_by_its_name_and_removed(
    house: House, ada: Browser, key: Authenticator
) -> None:
    assert "the blue one" in ada.text
    row = db.session.scalars(select(SecurityKey)).one()
    assert row.credential == key.credential
    assert b"the blue one" not in row.sealed
    ada.send(f"/account/security-keys/{row.id}/remove")
    assert "the blue one" not in ada.text
    assert db.session.scalar(select(SecurityKey)) is None
    assert {"security_key.added", "security_key.removed"} <= set(acts())


def test_a_key_opens_the_second_step_beside_the_code(
    house: House, half: Browser, key: Authenticator
) -> None:
    half.send("/login/code", answer=key.sign(half.ask(AT_LOGIN)))
    assert half.path == "/account"
    with_code = house.browser()
    with_code.log_in(ADA)
    assert with_code.path == "/account"


def test_over_http_a_key_opens_the_second_step(house: House, key: Authenticator) -> None:
    house.add(ADA, Role.COUNSELLOR)
    first = house.browser()
    first.log_in(ADA)
    register(first, ADA, key)
    server = make_server("127.0.0.1", 0, house.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    visitor = Visitor(f"http://127.0.0.1:{server.server_port}")
    try:
        shown = visitor.fill("/login", {"login_name": ADA, "password": PASSWORD})
        assert "data-security-key" in shown.text
        assert "script-src 'self'" in shown.headers["Content-Security-Policy"]
        options = visitor.fill(AT_LOGIN, {}, page="/login/code").json()
        wrong = visitor.fill("/login/code", {"answer": "{}"})
        assert wrong.status_code == 400
        assert "The security key was not accepted" in wrong.text
        spent = visitor.fill("/login/code", {"answer": key.sign(options)})
        assert spent.status_code == 400
        options = visitor.fill(AT_LOGIN, {}, page="/login/code").json()
        inside = visitor.fill("/login/code", {"answer": key.sign(options)})
        assert inside.url.endswith("/account")
    finally:
        visitor.close()
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_fresh_confirmation_takes_a_key_with_the_password(
    house: House, ada: Browser, key: Authenticator
) -> None:
    house.later(minutes=11)
    ada.get("/account/password")
    assert ada.path == "/confirm"
    wrong = ada.send(
        "/confirm", password="not this one at all", answer=key.sign(ada.ask("/confirm/key"))
    )
    assert wrong.status_code == 400
    ada.send("/confirm", password=PASSWORD, answer=key.sign(ada.ask("/confirm/key")))
    assert ada.path == "/account/password"


def test_an_answer_is_good_once(half: Browser, house: House, key: Authenticator) -> None:
    answer = key.sign(half.ask(AT_LOGIN))
    second = house.browser()
    second.give_password(ADA)
    assert second.send("/login/code", answer=answer).status_code == 400  # another half session
    half.send("/login/code", answer=answer)
    assert half.path == "/account"
    half.send("/logout")
    half.give_password(ADA)
    assert half.send("/login/code", answer=answer).status_code == 400


def test_a_challenge_lives_two_minutes_and_the_newest_counts(
    house: House, half: Browser, key: Authenticator
) -> None:
    older = half.ask(AT_LOGIN)
    newer = half.ask(AT_LOGIN)
    assert older["challenge"] != newer["challenge"]
    assert half.send("/login/code", answer=key.sign(older)).status_code == 400
    late = half.ask(AT_LOGIN)
    house.now += CHALLENGE_LIFE
    assert half.send("/login/code", answer=key.sign(late)).status_code == 400


def _other_origin(key: Authenticator, options: dict[str, Any]) -> str:
    return dataclasses.replace(key, origin="http://localhost.evil.example").sign(options)


def _other_party(key: Authenticator, options: dict[str, Any]) -> str:
    return key.sign({**options, "rpId": "evil.example"})


def _other_key(key: Authenticator, options: dict[str, Any]) -> str:
    return Authenticator(PUBLIC_URL, credential=key.credential).sign(options)


def _not_touched(key: Authenticator, options: dict[str, Any]) -> str:
    return dataclasses.replace(key, flags=VERIFIED).sign(options)


def _made_not_signed(key: Authenticator, options: dict[str, Any]) -> str:
    return key.make({**options, "rp": {"id": "localhost"}})


def _bent(key: Authenticator, options: dict[str, Any]) -> str:
    answer = json.loads(key.sign(options))
    data = bytearray(decoded(answer["response"]["authenticatorData"]))
    data[36] ^= 1
    answer["response"]["authenticatorData"] = encoded(bytes(data))
    return json.dumps(answer)


@pytest.mark.parametrize(
    "forge", [_other_origin, _other_party, _other_key, _not_touched, _made_not_signed, _bent]
)
def test_an_answer_made_otherwise_is_refused(
    half: Browser, key: Authenticator, forge: Callable[[Authenticator, dict[str, Any]], str]
) -> None:
    answer = forge(key, half.ask(AT_LOGIN))
    assert half.send("/login/code", answer=answer).status_code == 400
    assert half.get("/account").request.path == "/login/code"
    assert "login.code_failed" in acts()


@pytest.mark.parametrize(
    "answer",
    ["{}", "[]", "null", "x", '{"id": 7}', '{"id": "AA", "response": []}', "[" * 9000, '"' * 16384],
)
def test_nonsense_for_an_answer_is_refused_calmly(half: Browser, answer: str) -> None:
    half.ask(AT_LOGIN)
    assert half.send("/login/code", answer=answer).status_code == 400


def test_a_key_that_was_copied_is_refused_and_written_down(
    house: House, half: Browser, key: Authenticator
) -> None:
    copy = dataclasses.replace(key)
    key.count = 7
    half.send("/login/code", answer=key.sign(half.ask(AT_LOGIN)))
    assert half.path == "/account"
    other = house.browser()
    other.give_password(ADA)
    assert other.send("/login/code", answer=copy.sign(other.ask(AT_LOGIN))).status_code == 400
    assert "security_key.count_went_back" in acts()


def test_a_key_that_does_not_count_is_good(house: House, ada: Browser) -> None:
    plain = Authenticator(PUBLIC_URL, counts=False)
    register(ada, ADA, plain, "the plain one")
    for _ in range(2):
        browser = house.browser()
        browser.give_password(ADA)
        browser.send("/login/code", answer=plain.sign(browser.ask(AT_LOGIN)))
        assert browser.path == "/account"


def test_five_refused_answers_end_the_half_session(
    house: House, half: Browser, key: Authenticator
) -> None:
    for _ in range(SECOND_STEP_TRIES):
        house.later(minutes=1)
        half.send("/login/code", answer="{}")
    house.later(minutes=1)
    half.send("/login/code", answer="{}")
    assert half.get("/account").request.path == "/login"


def test_somebody_elses_key_does_not_open(house: House, ada: Browser, key: Authenticator) -> None:
    house.add("ben.quay", Role.COUNSELLOR)
    ben = house.browser()
    ben.log_in("ben.quay")
    register(ben, "ben.quay", Authenticator(PUBLIC_URL))
    thief = house.browser()
    thief.give_password("ben.quay")
    options = thief.ask(AT_LOGIN)
    options["allowCredentials"] = [{"id": encoded(key.credential)}]
    assert thief.send("/login/code", answer=key.sign(options)).status_code == 400


def test_a_key_is_registered_once(ada: Browser, key: Authenticator) -> None:
    ada.get(NEW)
    options = ada.ask(TO_MAKE)
    assert [item["id"] for item in options["excludeCredentials"]] == [encoded(key.credential)]
    again = ada.send(NEW, name="again", answer=key.make(options))
    assert again.status_code == 400
    assert "registered already" in ada.text


def test_registering_needs_its_own_challenge_and_a_name(house: House, ada: Browser) -> None:
    ada.get(NEW)
    fresh = Authenticator(PUBLIC_URL)
    options = ada.ask(TO_MAKE)
    assert ada.send(NEW, name="", answer=fresh.make(options)).status_code == 400
    assert (
        ada.send(NEW, name="other", answer=fresh.make({**options, "challenge": "AAAA"})).status_code
        == 400
    )
    elsewhere = dataclasses.replace(fresh, origin="https://localhost")
    assert ada.send(NEW, name="other", answer=elsewhere.make(ada.ask(TO_MAKE))).status_code == 400
    assert len(db.session.scalars(select(SecurityKey)).all()) == 1


def test_registering_asks_for_a_fresh_confirmation(house: House, ada: Browser) -> None:
    house.later(minutes=11)
    ada.get(NEW)
    assert ada.path == "/confirm"


def test_a_new_or_removed_key_ends_other_sessions(
    house: House, ada: Browser, key: Authenticator
) -> None:
    other = house.browser()
    other.log_in(ADA)
    register(ada, ADA, Authenticator(PUBLIC_URL), "the second")
    assert other.get("/account").request.path == "/login"


def test_nobody_removes_somebody_elses_key(house: House, ada: Browser) -> None:
    row = db.session.scalars(select(SecurityKey.id)).one()
    nils = house.browser()
    nils.log_in("nils.compass")
    nils.get("/account/password")
    nils.confirm("nils.compass")
    nils.get("/account")
    nils.send(f"/account/security-keys/{row}/remove")
    assert db.session.scalar(select(SecurityKey.id)) == row


@pytest.mark.parametrize("what", ["public", "credential", "both"])
def test_a_key_put_into_the_database_opens_nothing(
    house: House, ada: Browser, what: str, key: Authenticator
) -> None:
    """What whoever writes the database does with a key of his own and the password."""
    thief = Authenticator(PUBLIC_URL)
    values = {"public": thief.public(), "credential": thief.credential}
    if what != "both":
        values = {what: values[what]}
    with unit_of_work():
        db.session.execute(update(SecurityKey).values(**values))
    browser = house.browser()
    browser.give_password(ADA)
    options = browser.ask(AT_LOGIN)
    assert options["allowCredentials"] == []
    credential = thief.credential if "credential" in values else key.credential
    thief.credential = credential
    options["allowCredentials"] = [{"id": encoded(credential)}]
    assert browser.send("/login/code", answer=thief.sign(options)).status_code == 400
    assert "Changed from outside" in ada.get("/account").get_data(as_text=True)


def test_without_a_key_nothing_is_asked_for(house: House) -> None:
    browser = house.browser()
    browser.give_password("nils.compass")
    assert "data-security-key" not in browser.text
    answer = browser._ask(AT_LOGIN, method="POST", data=browser.hidden())
    assert answer.status_code == 404


def test_a_stranger_is_told_of_no_key(house: House, ada: Browser) -> None:
    stranger = house.browser()
    stranger.get("/login")
    answer = stranger._ask(AT_LOGIN, method="POST", data=stranger.hidden())
    assert answer.status_code == 302
    for name in (ADA, "nils.compass", "nobody.here"):
        stranger.give_password(name, "wrong words entirely here")
        assert "data-security-key" not in stranger.text


def test_removing_somebody_removes_their_keys(house: House, ada: Browser) -> None:
    person = house.people[ADA].account
    with unit_of_work():
        admission.remove(house.principal("nils.compass"), person, house.now)
    assert db.session.scalar(select(SecurityKey)) is None
    assert db.session.scalar(select(Session)) is None


@pytest.mark.parametrize(
    ("url", "party"),
    [
        ("https://helpline.example", ("helpline.example", "https://helpline.example")),
        ("https://Helpline.example:8443/", ("helpline.example", "https://helpline.example:8443")),
        ("http://localhost:8000", ("localhost", "http://localhost:8000")),
        ("http://127.0.0.1:8000", None),
        ("http://[::1]:8000", None),
    ],
)
def test_who_asks_follows_from_the_configured_address(
    url: str, party: tuple[str, str] | None
) -> None:
    found = security_keys.relying_party(url, "Helpline")
    assert (found and (found.id, found.origin)) == party


@pytest.fixture
def numbered(house: House) -> Iterator[House]:
    """The same installation at an address without a name."""
    url = house.app.extensions["helpline.config"].database.url
    app = compose(house.site, url, "http://127.0.0.1:8000")
    app.extensions["helpline.clock"] = house.clock
    named, house.app = house.app, app
    yield house
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    house.app = named


def test_at_an_address_without_a_name_the_page_says_why(numbered: House) -> None:
    browser = numbered.browser()
    browser.log_in("nils.compass")
    assert "Here it has a number" in browser.text
    browser.get(NEW)
    browser.confirm("nils.compass")
    assert browser.page is not None
    assert browser.page.status_code == 404


def with_keys_alone(house: House, ada: Browser) -> list[str]:
    """Ada lets keys alone count; her recovery codes."""
    ada.get("/account/recovery-codes")
    ada.send("/account/recovery-codes")
    codes = re.findall(r'class="digits">([0-9A-Z ]{14})<', ada.text)
    ada.get("/account")
    ada.send("/account/second-factor/refuse")
    assert "Codes are refused from now on." in ada.text
    return codes


def test_keys_alone_may_count_so_that_no_code_can_be_coaxed_out_of_anybody(
    house: House, ada: Browser, key: Authenticator
) -> None:
    codes = with_keys_alone(house, ada)
    browser = house.browser()
    browser.give_password(ADA)
    assert 'name="code"' not in browser.text
    assert browser.send("/login/code", code=house.code(ADA)).status_code == 400
    browser.send("/login/code", answer=key.sign(browser.ask(AT_LOGIN)))
    assert browser.path == "/account"
    lost = house.browser()
    lost.give_password(ADA)
    lost.send("/login/code", recovery=codes[0])
    assert lost.path == "/account"


def test_keys_alone_need_a_key_and_recovery_codes_first(house: House, ada: Browser) -> None:
    assert "Accept keys alone" not in ada.text
    answer = ada.send("/account/second-factor/refuse")
    assert answer.status_code == 409
    with_code = house.browser()
    with_code.log_in(ADA)
    assert with_code.path == "/account"


def test_the_only_way_in_is_not_removed(house: House, ada: Browser) -> None:
    with_keys_alone(house, ada)
    row = db.session.scalars(select(SecurityKey.id)).one()
    ada.get("/account")
    assert ada.send(f"/account/security-keys/{row}/remove").status_code == 409
    register(ada, ADA, Authenticator(PUBLIC_URL), "the second")
    ada.send(f"/account/security-keys/{row}/remove")
    assert ada.path == "/account"
    assert db.session.scalars(select(SecurityKey.id)).one() != row


def test_an_emptied_row_lets_nobody_enrol_an_app_of_their_own(house: House, ada: Browser) -> None:
    """What somebody with the password and write access to the database would do."""
    house.change(ADA, second_factor=None)
    with unit_of_work():
        db.session.execute(delete(SecurityKey))
    thief = house.browser()
    thief.give_password(ADA)
    assert thief.path == "/login/code"
    assert thief.get("/login/second-factor").request.path == "/login/code"


def test_of_several_requests_with_one_answer_one_wins(house_on_either: House) -> None:
    house, key = house_on_either, Authenticator(PUBLIC_URL, counts=False)
    browser = house.browser()
    browser.log_in("nils.compass")
    register(browser, "nils.compass", key)
    browser.send("/logout")
    browser.give_password("nils.compass")
    answer = key.sign(browser.ask(AT_LOGIN))
    cookie = browser.cookie()
    assert cookie
    raw = decoded(cookie)
    party = security_keys.relying_party(PUBLIC_URL, "Helpline")
    limits = Lifetimes(timedelta(minutes=30), timedelta(hours=12))

    def use() -> bool:
        def work() -> bool:
            opened = sessions.find(house.site, raw, house.now, limits)
            assert opened is not None
            return security_keys.use(house.site, opened, party, answer, house.now)

        with house.app.app_context():
            try:
                return in_unit_of_work(work)
            finally:
                db.session.remove()

    db.session.rollback()
    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(lambda _: use(), range(4)))
    assert sorted(won) == [False, False, False, True]
