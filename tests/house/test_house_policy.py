"""One page may speak with the carrier and hear the microphone; every other page is strict."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from helpline.keys.rules import Role
from helpline.security import CONTENT_POLICY, HEADERS
from tests.house.test_house_access import address, routes
from tests.whole import PUBLIC_URL, Whole, whole

PAGE = "/hotline/softphone"
STRICT = "camera=(), geolocation=(), microphone=(), payment=()"


@pytest.fixture
def browsers(sqlite_url: str, tmp_path: Path) -> Iterator[Whole]:
    """The whole application where counsellors may ring in their browser."""
    made = whole(sqlite_url, tmp_path, softphone=True)
    yield made
    made.close()


def test_the_strict_policy_names_no_host_but_ours() -> None:
    assert "//" not in CONTENT_POLICY
    assert "wss:" not in CONTENT_POLICY
    assert HEADERS["Permissions-Policy"] == STRICT


@pytest.mark.parametrize("role", [Role.COUNSELLOR, Role.SUPERVISOR, None], ids=str)
def test_the_page_of_the_browser_phone_alone_has_the_wider_policy(
    browsers: Whole, role: Role | None
) -> None:
    if role is not None:
        on = {"duty": "on", "softphone": "y"}
        browsers.client(role).post("/hotline/duty", base_url=PUBLIC_URL, data=on)
    wider = set()
    for rule, _ in routes(browsers.app):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            client = browsers.client(role)
            answer = client.open(address(rule), method=method, base_url=PUBLIC_URL)
            policy = answer.headers["Content-Security-Policy"]
            if (policy, answer.headers["Permissions-Policy"]) != (CONTENT_POLICY, STRICT):
                wider.add((method, rule.rule))
    assert wider == ({("GET", PAGE)} if role else set())


def test_the_wider_policy_adds_the_carriers_hosts_and_the_microphone_and_nothing_else(
    browsers: Whole,
) -> None:
    answer = browsers.client(Role.COUNSELLOR).get(PAGE, base_url=PUBLIC_URL)
    strict = dict(part.split(" ", 1) for part in CONTENT_POLICY.split("; "))
    policy = answer.headers["Content-Security-Policy"]
    wider = dict(part.split(" ", 1) for part in policy.split("; "))
    assert wider == strict | {
        "connect-src": "'self' wss://voice-js.roaming.twilio.com",
        "media-src": "'self' blob: mediastream:",
    }
    permissions = answer.headers["Permissions-Policy"]
    assert permissions == STRICT.replace("microphone=()", "microphone=(self)")


def test_other_roles_have_no_browser_phone(browsers: Whole) -> None:
    for role in (Role.ADMINISTRATOR, Role.AUDITOR, Role.CERTIFIER):
        client = browsers.client(role)
        assert client.get(PAGE, base_url=PUBLIC_URL).status_code == 403
        assert client.post(f"{PAGE}/token", base_url=PUBLIC_URL).status_code == 403
