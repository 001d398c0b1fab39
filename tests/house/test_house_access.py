"""Every route says who may enter, and nobody else does."""

import logging
import re
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.routing import Rule

from helpline.keys.rules import Role
from helpline.security import Access, access_of
from tests.whole import PUBLIC_URL, Whole

ROLES = (None, *Role)
ALIKE = {
    "reports.start", "reports.signed", "reports.factories", "reports.factory", "reports.compare",
    "reports.subject", "reports.numbers_json", "reports.numbers_csv", "reports.paper",
    "reports.chart", "reports.chart_source", "reports.remark_body", "reports.remark_signed",
}  # fmt: skip
READ = {
    Role.SPONSOR: ALIKE | {"reports.part"},
    Role.AUDITOR: ALIKE | {
        "reports.body", "reports.places",
        "register.reach", "register.export_reach", "register.import_reach", "register.reach_of",
        "register.record_reach", "register.correct_reach", "register.withdraw_reach",
    },
}  # fmt: skip


def routes(app: Flask) -> list[tuple[Rule, Access | None]]:
    return [
        (rule, access_of(app.view_functions[rule.endpoint]))
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and not rule.endpoint.endswith(".static")
    ]


def address(rule: Rule) -> str:
    """The route with invented ids: what guessing would ask for."""

    def fill(match: re.Match[str]) -> str:
        kind = match.group(1) or "string:"
        if kind.startswith("any"):
            return kind.removeprefix("any(").split(",")[0].rstrip("):")
        if kind.startswith("uuid"):
            return str(UUID(int=7))
        return "7" if kind.startswith("int") else "seven"

    return re.sub(r"<([a-z_]+(?:\([^)]*\))?:)?[a-z_]+>", fill, rule.rule)


def test_every_route_declares_who_may_enter(house: Whole) -> None:
    silent = [rule.endpoint for rule, access in routes(house.app) if access is None]
    assert silent == []


def test_webhooks_declare_the_providers_signature(house: Whole) -> None:
    for rule, access in routes(house.app):
        assert access is not None
        if rule.rule.startswith("/telephony/") and "POST" in (rule.methods or ()):
            assert access.entry == "signature", rule.rule
        elif access.entry == "signature":
            pytest.fail(f"{rule.rule} is open to the carrier outside /telephony/")


def test_no_sandbox_outside_the_demo(house: Whole) -> None:
    assert [rule.rule for rule, _ in routes(house.app) if "sandbox" in rule.rule] == []


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.value if role else "nobody")
def test_role_by_route(house: Whole, role: Role | None) -> None:
    """A role enters what names it and nothing else; nobody is sent to the login."""
    wrong = []
    for rule, access in routes(house.app):
        assert access is not None
        if access.entry != "roles":
            continue
        client = house.client(role)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            answer = client.open(address(rule), method=method, base_url=PUBLIC_URL)
            if role is None:
                entered = not (answer.status_code == 401 or "/login" in (answer.location or ""))
            else:
                entered = answer.status_code != 403
            allowed = role is not None and role.value in access.roles
            if entered != allowed and not (allowed and answer.status_code == 403):
                wrong.append((method, rule.rule, answer.status_code))
            if answer.status_code >= 500:
                wrong.append((method, rule.rule, answer.status_code))
    assert wrong == []


def test_a_certifier_enters_their_letters_and_nothing_else_of_cases(house: Whole) -> None:
    entered = {
        rule.endpoint
        for rule, access in routes(house.app)
        if access is not None and access.entry == "roles" and Role.CERTIFIER in access.roles
    }
    rooms = {name for name in entered if name.split(".")[0] in {"cases", "hotline", "reports"}}
    assert rooms == {"cases.inbox", "cases.inbox_letter", "cases.acknowledge"}


def test_readers_and_administrators_enter_no_route_of_cases_or_calls(house: Whole) -> None:
    outside = {Role.ADMINISTRATOR, Role.AUDITOR, Role.SPONSOR}
    for rule, access in routes(house.app):
        assert access is not None
        room = rule.endpoint.split(".")[0]
        if room in {"cases", "hotline", "surveys"} and access.entry == "roles":
            assert not access.roles & outside, rule.rule


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SPONSOR], ids=lambda role: role.value)
def test_a_reader_enters_these_routes_and_no_other(house: Whole, role: Role) -> None:
    """A new route for readers is written down here, with thought: what does it tell?"""
    entered = {
        rule.endpoint
        for rule, access in routes(house.app)
        if access is not None and access.entry == "roles" and role in access.roles
    }
    own = {name for name in entered if name.startswith("accounts.")}
    assert entered - own == READ[role]


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SPONSOR], ids=lambda role: role.value)
def test_every_refusal_of_a_reader_is_as_long_as_every_other(house: Whole, role: Role) -> None:
    client, told = house.client(role), set()
    for rule, access in routes(house.app):
        if access is None or access.entry != "roles" or role in access.roles:
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            answer = client.open(address(rule), method=method, base_url=PUBLIC_URL)
            names = frozenset(answer.headers.keys())
            told.add((answer.status_code, len(answer.data), answer.content_type, names))
    assert len(told) == 1
    assert next(iter(told))[0] == 403


def test_a_refused_authorisation_is_logged_with_route_and_role_alone(
    house: Whole, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "helpline.security")
    case_id = UUID(int=7)
    counsellor = house.client(Role.COUNSELLOR)
    house.client(Role.AUDITOR).get(f"/cases/{case_id}?write=note", base_url=PUBLIC_URL)
    counsellor.get(f"/cases/{case_id}", base_url=PUBLIC_URL)
    counsellor.get("/desk", base_url=PUBLIC_URL)
    house.client(None).get("/desk", base_url=PUBLIC_URL)
    lines = [record.getMessage() for record in caplog.records]
    assert lines == [
        "refused with 403: cases.show to auditor",
        "refused with 404: cases.show to counsellor",
    ]
    assert str(case_id) not in caplog.text


def test_every_answer_carries_the_headers(house: Whole) -> None:
    for path in ("/login", "/healthz", "/nothing-here"):
        answer = house.client(None).get(path, base_url=PUBLIC_URL)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "max-age" in answer.headers["Strict-Transport-Security"]
