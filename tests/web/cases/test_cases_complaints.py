"""What users of other helplines' tools complain of, as browsers meet it."""

import logging
import re
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from werkzeug.routing import Rule

from helpline.audit import service as audit
from helpline.audit.models import AuditRow
from helpline.cases.models import Case, Entry
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.service import reading
from helpline.extensions import db
from helpline.unit_of_work import unit_of_work
from tests.web.accounts.accounts_house import Browser
from tests.web.cases.conftest import NUMBER, Desk, revision
from tests.web.cases.test_cases_ledger_pages import CONSENT, coded, consented, link, moved
from tests.web.cases.test_cases_once import at_once

DIGITS = NUMBER.removeprefix("+86")
ANYTHING = {
    "text": "x", "reason": "x", "reached": "yes", "words": "x", "what": "x", "name": "x",
    "kind": "note", "status": "admissible", "main": "W1", "severity": "4", "reporter": "self",
    "outcome": "advice_sufficient", "purpose": "tell", "recipient": "factory", "given": "yes",
    "way": "talk", "sent": "email", "agreed": "yes", "days": "30", "harm": "none",
    "at": "2026-12-01T10:00", "due": "2026-12-01", "how": "we_ring", "minutes": "50",
    "once": "a token", "state": "held", "ring": "yes", "text_ok": "yes", "message": "yes",
}  # fmt: skip
"""Values that the forms of the room take, whichever is sent."""


@pytest.fixture
def ada(desk: Desk) -> Browser:
    return desk.login("ada.lantern")


def lived(desk: Desk, browser: Browser) -> UUID:
    """A case with something of everything in it."""
    case_id = coded(desk, browser)
    moved(browser, case_id, "admissible", "awaiting_consent")
    consented(browser, case_id)
    browser.get(f"/cases/{case_id}/tell/factory")
    browser.send(f"/cases/{case_id}/tell/factory", text="The wages were not paid.", sent="email")
    for path, fields in (
        ("talk", {"at": "2026-11-26T19:00", "how": "visit", "minutes": "30"}),
        ("step", {"what": "Ask again", "due": "2026-11-25"}),
        ("minutes", {"text": "We talked."}),
        ("policy", {"ring": "yes", "text": "yes", "message": "no", "must_know": "Room of six."}),
        ("plan", {"text": "Pay.", "due": "2026-12-20"}),
    ):
        browser.get(f"/cases/{case_id}/{path}")
        browser.send(f"/cases/{case_id}/{path}", **fields)
        assert browser.path == f"/cases/{case_id}", (path, browser.text[-2000:])
    return case_id


def marks(browser: Browser, case_id: UUID) -> dict[str, str]:
    """The ids that stand in the addresses of a case's page."""
    browser.get(f"/cases/{case_id}")
    paths = {
        "consent_id": "consent/([0-9a-f]{32})/back",
        "disclosure_id": "letters/([0-9a-f]{32})",
        "talk_id": "talk/([0-9a-f]{32})/",
        "step_id": "step/([0-9a-f]{32})/",
        "minutes_id": "minutes/([0-9a-f]{32})/",
        "plan_id": "plan/([0-9a-f]{32})/",
    }
    found = {name: re.search(path, browser.text) for name, path in paths.items()}
    assert all(found.values()), found
    return {name: match[1] for name, match in found.items() if match}


def rules_of(desk: Desk, method: str) -> list[Rule]:
    rules = [rule for rule in desk.house.app.url_map.iter_rules() if method in (rule.methods or ())]
    return [rule for rule in rules if rule.endpoint.startswith("cases.")]


def address(rule: Rule, given: dict[str, object]) -> str:
    """A rule's path with these values; ids that it has besides are made up."""
    values = {
        "kind": "note", "recipient": "factory", "question_id": "0" * 32, "into_id": uuid4(),
        "sound_id": uuid4(), "letter_id": uuid4(), "referral_id": "0" * 32, "other_id": uuid4(),
        **given,
    }  # fmt: skip
    built = rule.build({name: values[name] for name in rule.arguments}, append_unknown=False)
    assert built is not None
    return built[1]


# The number


def test_the_number_stands_in_no_page_no_log_and_no_detail_of_the_trail(
    desk: Desk, ada: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    case_id = lived(desk, ada)
    given = {"case_id": case_id, **marks(ada, case_id)}
    nils = desk.login("nils.compass")
    nils.get(f"/cases/{case_id}/open")
    nils.send(f"/cases/{case_id}/open", reason="The quarter's review.")
    desk.receive(kind=EntryKind.SMS, text="second")
    walked = set()
    for browser in (ada, nils):
        for rule in rules_of(desk, "GET"):
            answer = browser.get(address(rule, given))
            shown = answer.get_data(as_text=True) + str(answer.headers)
            assert answer.status_code != 500, rule.endpoint
            assert DIGITS not in re.sub(r"[\s\-.·]", "", shown), rule.endpoint
            if answer.status_code == 200:
                walked.add(rule.endpoint)
        browser.get("/cases/search")
        browser.send("/cases/search", words=DIGITS)
        assert "Nothing found" in browser.text
    assert {"cases.show", "cases.desk", "cases.every", "cases.mine", "cases.openers"} <= walked
    assert {"cases.letter_print", "cases.tell", "cases.second_looks"} <= walked
    for record in caplog.records:
        assert DIGITS not in record.getMessage() + str(record.args) + str(record.exc_text)
    who = desk.house.principal("nils.compass")
    rows = db.session.scalars(select(AuditRow)).all()
    assert len(rows) > 20
    assert not any(DIGITS in str(audit.detail_of(who, row)) for row in rows)


# Everybody sees everything


def test_no_route_opens_or_changes_the_case_of_a_colleague(desk: Desk, ada: Browser) -> None:
    case_id = lived(desk, ada)
    given = {"case_id": case_id, **marks(ada, case_id)}
    tao = desk.login("tao.willow")

    def kept() -> tuple[object, ...]:
        db.session.rollback()
        case = db.session.get_one(Case, case_id)
        count = select(func.count()).select_from(Entry).where(Entry.case_id == case_id)
        return case.entries, case.revision, case.assignee, case.due, db.session.scalar(count)

    before, tried = kept(), 0
    for method in ("GET", "POST"):
        for rule in rules_of(desk, method):
            if "case_id" not in rule.arguments:
                continue
            tao.get("/desk")
            path, tried = address(rule, given), tried + 1
            answer = tao.get(path) if method == "GET" else tao.send(path, **ANYTHING)
            assert answer.status_code in {403, 404, 409}, (rule.endpoint, answer.status_code)
            assert "wages" not in tao.text, rule.endpoint
            assert kept() == before, rule.endpoint
    assert tried > 50


# The same form twice


def twice(browser: Browser, path: str, **fields: str) -> None:
    """What a nervous hand does: the same page's form, sent once more after the answer."""
    data = {**browser.hidden(), **fields}
    for _ in range(2):
        browser.client.post(path, data=data, follow_redirects=True, base_url="https://localhost")
        db.session.rollback()


def counted(case_id: UUID, kind: EntryKind) -> int:
    db.session.rollback()
    query = select(func.count()).where(Entry.case_id == case_id, Entry.kind == kind.value)
    return db.session.scalar(query.select_from(Entry)) or 0


@pytest.mark.parametrize(
    ("page", "path", "kind", "fields"),
    [
        ("", "note", EntryKind.NOTE, {"text": "Once."}),
        ("", "call", EntryKind.CALLBACK_OUT, {"reached": "no", "text": "Engaged."}),
        ("", "text", EntryKind.TEXT_OUT, {"text": "We ring at seven.", "override": "agreed"}),
        ("consent", "consent", EntryKind.CONSENT, CONSENT),
        ("minutes", "minutes", EntryKind.MINUTES, {"text": "We talked."}),
        ("step", "step", EntryKind.STEP, {"what": "Ask", "due": "2026-11-25"}),
        (
            "talk",
            "talk",
            EntryKind.APPOINTMENT,
            {"at": "2026-11-26T19:00", "how": "visit", "minutes": "30"},
        ),
        (
            "close",
            "close",
            EntryKind.CLOSING,
            {"outcome": "advice_sufficient", "accepted": "yes", "summary": "x"},
        ),
    ],
)
def test_a_form_sent_twice_is_one_act(
    desk: Desk, ada: Browser, page: str, path: str, kind: EntryKind, fields: dict[str, str]
) -> None:
    case_id = coded(desk, ada)
    before = counted(case_id, kind)
    ada.get(f"/cases/{case_id}/{page}".rstrip("/"))
    twice(ada, f"/cases/{case_id}/{path}", **fields)
    assert counted(case_id, kind) == before + 1
    assert len(desk.postbox.sent) == (1 if path == "text" else 0)


def test_a_letter_sent_twice_goes_once(desk: Desk, ada: Browser) -> None:
    case_id = coded(desk, ada)
    consented(ada, case_id)
    ada.get(f"/cases/{case_id}/tell/factory")
    twice(ada, f"/cases/{case_id}/tell/factory", text="The wages were not paid.", sent="email")
    assert counted(case_id, EntryKind.DISCLOSURE) == 1


def test_a_decision_sent_twice_is_one_and_the_second_is_told(desk: Desk, ada: Browser) -> None:
    case_id = coded(desk, ada, severity="3", main="V2")
    ada.get(f"/cases/{case_id}/policy")
    ada.send(f"/cases/{case_id}/policy", ring="yes", text="no", message="no", must_know="Careful.")
    ada.get(f"/cases/{case_id}/close")
    ada.send(f"/cases/{case_id}/close", outcome="advice_sufficient", accepted="yes", summary="x")
    nils = desk.login("nils.compass")
    nils.get(f"/cases/{case_id}")
    path = link(nils, f"/cases/{case_id}/second/[0-9a-f]+")
    nils.get(path)
    data = nils.hidden() | {"agreed": "yes"}
    assert nils.send(path, **data).status_code == 200
    assert nils.send(path, **data).status_code == 409
    assert "This was decided already." in nils.text
    assert counted(case_id, EntryKind.CLOSING) == 1


def test_a_note_sent_twice_at_the_same_moment_is_one_note(either_desk: Desk) -> None:
    ada = either_desk.login("ada.lantern")
    case_id = coded(either_desk, ada)
    ada.get(f"/cases/{case_id}")
    answers = at_once(ada, f"/cases/{case_id}/note", ada.hidden() | {"text": "Once."})
    assert [answer.status_code for answer in answers] == [303, 303]
    assert counted(case_id, EntryKind.NOTE) == 1


def test_a_form_that_was_refused_can_be_mended_and_sent(desk: Desk, ada: Browser) -> None:
    case_id = coded(desk, ada)
    ada.get(f"/cases/{case_id}/consent")
    ada.send(f"/cases/{case_id}/consent", **(CONSENT | {"what": ""}))
    ada.send(f"/cases/{case_id}/consent", **CONSENT)
    assert counted(case_id, EntryKind.CONSENT) == 1


# Long and strange texts


@pytest.mark.parametrize(
    "text",
    ["工" * 20_000, "😢" * 20_000, "لم تُدفع أجورنا", "a\x00b\x01c"],
    ids=["han", "emoji", "rtl", "nul"],
)
def test_a_note_of_any_script_and_length_is_kept_exactly(
    desk: Desk, ada: Browser, text: str
) -> None:
    case_id = coded(desk, ada)
    ada.get(f"/cases/{case_id}")
    assert ada.send(f"/cases/{case_id}/note", text=text).status_code == 200
    assert counted(case_id, EntryKind.NOTE) == 1
    with unit_of_work():
        view = reading.read(desk.house.principal("ada.lantern"), case_id, desk.house.now)
    assert view.faults == ()
    assert view.timeline[-1].event.body["text"] == text


def test_one_character_too_many_is_said_and_the_text_is_still_there(
    desk: Desk, ada: Browser
) -> None:
    case_id = coded(desk, ada)
    ada.get(f"/cases/{case_id}")
    text = "x" * 20_001
    assert ada.send(f"/cases/{case_id}/note", text=text).status_code == 400
    assert text in ada.text
    assert "20000" in ada.text.replace(",", "")
    assert counted(case_id, EntryKind.NOTE) == 0


# The session ends while somebody writes


@pytest.mark.parametrize("kind", ["note", "to_factory"])
def test_a_session_that_ends_while_somebody_writes_keeps_the_draft_and_says_what_to_do(
    desk: Desk, ada: Browser, kind: str
) -> None:
    case_id = coded(desk, ada)
    consented(ada, case_id)
    page = f"/cases/{case_id}" if kind == "note" else f"/cases/{case_id}/tell/factory"
    ada.get(page)
    words = "What she said of the third shift"
    assert ada.send(f"/cases/{case_id}/draft/{kind}", text=words).status_code == 204
    ada.get(page)
    target = f"{page}/note" if kind == "note" else page
    fields = ada.hidden() | {"text": f"{words}.", "sent": "email"}
    desk.house.now += timedelta(hours=20)
    answer = ada.send(target, **fields)
    assert answer.status_code == 200
    assert urlsplit(ada.path).path in {"/locked", "/login"}
    assert "assword" in ada.text
    assert counted(case_id, EntryKind.NOTE) == counted(case_id, EntryKind.DISCLOSURE) == 0
    again = desk.login("ada.lantern")
    again.get(page)
    assert words in again.text


def test_two_people_who_edit_one_case_are_both_heard(desk: Desk, ada: Browser) -> None:
    case_id = coded(desk, ada)
    ada.get(f"/cases/{case_id}/protected")
    nils = desk.login("nils.compass")
    nils.get(f"/cases/{case_id}/open")
    nils.send(f"/cases/{case_id}/open", reason="Asked for help.")
    nils.get(f"/cases/{case_id}/protected")
    nils.send(f"/cases/{case_id}/protected", name="Mei", words="bed 12", revision=revision(nils))
    answer = ada.send(f"/cases/{case_id}/protected", name="Mei Crane", words="bunk")
    assert answer.status_code == 409
    assert "Somebody else changed this case" in ada.text
    assert "Mei Crane" in ada.text
