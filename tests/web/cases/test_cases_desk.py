"""A counsellor takes a contact from the inbox to the end, through pages without script."""

import re
from datetime import timedelta

import pytest
from flask import before_render_template
from jinja2 import Template
from sqlalchemy import event, text
from sqlalchemy.engine import Connection

from helpline.cases.models import Case
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.service import assignment
from helpline.columns import utc_now
from helpline.extensions import db
from helpline.unit_of_work import unit_of_work
from tests.web.cases.conftest import NUMBER, Desk, revision


def test_a_contact_goes_from_the_inbox_to_a_closed_case(desk: Desk) -> None:
    case_id = desk.receive()
    ada = desk.login("ada.lantern")
    ada.get("/desk")
    assert "Call from worker" in ada.text
    assert "Guangdong line" in ada.text
    ada.send(f"/cases/{case_id}/take")
    assert ada.path == f"/cases/{case_id}"
    ada.send(f"/cases/{case_id}/note", text="October wages are not paid.")
    assert "October wages are not paid." in ada.text
    ada.get(f"/cases/{case_id}/coding")
    ada.send(f"/cases/{case_id}/coding", main="W1", severity="2", factory="4170", reporter="self")
    assert ada.path == f"/cases/{case_id}", ada.text
    assert "Papercrane Toys" in ada.text
    ada.get(f"/cases/{case_id}/close")
    ada.send(f"/cases/{case_id}/close", outcome="advice_sufficient", accepted="not_asked")
    assert ada.path == f"/cases/{case_id}", ada.text
    assert "Closed" in ada.text
    ada.get("/cases?closed=yes")
    assert str(case_id) in ada.text


@pytest.mark.parametrize(("days", "told"), [(20, True), (40, False)])
def test_whoever_handled_a_case_is_told_before_it_ends(desk: Desk, days: int, told: bool) -> None:
    case_id = desk.receive()
    ada = desk.login("ada.lantern")
    ada.send(f"/cases/{case_id}/take")
    ada.get(f"/cases/{case_id}/coding")
    ada.send(f"/cases/{case_id}/coding", main="W1", severity="2", factory="4170", reporter="self")
    ada.get(f"/cases/{case_id}/close")
    ada.send(f"/cases/{case_id}/close", outcome="advice_sufficient", accepted="not_asked")
    with unit_of_work():
        case = db.session.get_one(Case, case_id)
        case.retain_until = utc_now().date() + timedelta(days=days)
    ada.get("/cases")
    assert ("One closed case of yours ends soon." in ada.text) is told
    assert (f'href="/cases/{case_id}"' in ada.text) is told


@pytest.mark.parametrize("page", ["/desk", "/cases", "/cases/all", "/cases/search", "case"])
def test_a_page_is_written_when_its_transaction_is_over(desk: Desk, page: str) -> None:
    """On SQLite everybody stands in line for a transaction, and words take half the time."""
    case_id = desk.receive()
    nils = desk.login("nils.compass")
    nils.get(f"/cases/{case_id}" if page == "case" else page)
    heard: list[str] = []

    def begun(_connection: Connection) -> None:
        heard.append("begun")

    def over(_connection: Connection) -> None:
        heard.append("over")

    def rendered(_app: object, template: Template, **_context: object) -> None:
        heard.append(template.name or "")

    event.listen(db.engine, "begin", begun)
    event.listen(db.engine, "commit", over)
    with before_render_template.connected_to(rendered):
        nils.get(f"/cases/{case_id}" if page == "case" else page)
    event.remove(db.engine, "begin", begun)
    event.remove(db.engine, "commit", over)
    assert heard[-2] == "over"
    assert heard[-1].startswith("cases/")


def test_a_case_whose_reading_cannot_be_written_down_is_not_shown(desk: Desk) -> None:
    case_id = desk.receive(kind=EntryKind.SMS, text="lantern sentence")
    ada = desk.login("ada.lantern")
    ada.send(f"/cases/{case_id}/take")
    assert "lantern sentence" in ada.text
    with unit_of_work():
        db.session.execute(text("ALTER TABLE audit_rows RENAME TO audit_rows_away"))
    assert ada.get(f"/cases/{case_id}").status_code == 500
    assert "lantern sentence" not in ada.text


def test_the_titles_name_no_one_and_nothing(desk: Desk) -> None:
    case_id = desk.receive(kind=EntryKind.SMS, text="lantern sentence")
    ada = desk.login("ada.lantern")
    for path in ("/desk", "/cases", f"/cases/{case_id}", "/cases/record", "/cases/search"):
        ada.get(path)
        title = re.search(r"<title>([^<]*)</title>", ada.text)
        assert title
        assert "lantern" not in title[1]
        assert NUMBER[-4:] not in title[1]


def test_the_inbox_shows_no_word_of_what_was_said(desk: Desk) -> None:
    desk.receive(kind=EntryKind.SMS, text="lantern sentence")
    ada = desk.login("ada.lantern")
    ada.get("/desk")
    assert "16 characters" in ada.text
    assert "lantern sentence" not in ada.text


def test_the_loser_of_a_race_reads_why(desk: Desk) -> None:
    case_id = desk.receive()
    ada, tao = desk.login("ada.lantern"), desk.login("tao.willow")
    ada.get("/desk")
    tao.get("/desk")
    ada.send(f"/cases/{case_id}/take")
    answer = tao.send(f"/cases/{case_id}/take")
    assert answer.status_code == 409
    assert "Somebody else took this case first." in tao.text


def test_a_colleagues_case_does_not_exist(desk: Desk) -> None:
    case_id = desk.receive()
    ada, tao = desk.login("ada.lantern"), desk.login("tao.willow")
    tao.get("/desk")
    ada.get("/desk")
    ada.send(f"/cases/{case_id}/take")
    for path in ("", "/coding", "/policy", "/status", "/close"):
        assert tao.get(f"/cases/{case_id}{path}").status_code == 404
    for path in ("/note", "/number", "/give-back", "/receipt"):
        tao.get("/desk")
        sent = tao.send(f"/cases/{case_id}{path}", text="x", reason="because", once="t" * 22)
        assert sent.status_code == 404, path
    assert tao.get("/cases/00000000-0000-4000-8000-000000000000").status_code == 404


def test_administrators_reach_no_page_of_the_desk(desk: Desk) -> None:
    case_id = desk.receive()
    rosa = desk.login("rosa.pebble")
    for path in ("/desk", "/cases", f"/cases/{case_id}", "/cases/record", "/cases/all"):
        assert rosa.get(path).status_code == 403


def test_the_list_answers_only_when_something_changed(desk: Desk) -> None:
    desk.receive()
    ada = desk.login("ada.lantern")
    ada.get("/desk")
    refresh = re.search(r'hx-get="(/desk/list[^"]*)"', ada.text)
    assert refresh
    assert ada.get(refresh[1]).status_code == 204
    desk.receive(None)
    assert ada.get(refresh[1]).status_code == 200


def test_a_stale_form_keeps_what_was_typed(desk: Desk) -> None:
    case_id = desk.receive()
    ada = desk.login("ada.lantern")
    ada.get("/desk")
    ada.send(f"/cases/{case_id}/take")
    ada.get(f"/cases/{case_id}/policy")
    old = revision(ada)
    ada.send(f"/cases/{case_id}/policy", ring="yes", text="no", message="no")
    ada.get(f"/cases/{case_id}/policy")
    answer = ada.send(
        f"/cases/{case_id}/policy",
        revision=old,
        ring="yes",
        text="no",
        message="no",
        call_ourselves="the library",
    )
    assert answer.status_code == 409
    assert "Somebody else changed this case." in ada.text
    assert "the library" in ada.text


def test_a_text_waits_for_the_workers_word(desk: Desk) -> None:
    case_id = desk.receive()
    ada = desk.login("ada.lantern")
    ada.get("/desk")
    ada.send(f"/cases/{case_id}/take")
    answer = ada.send(f"/cases/{case_id}/text", text="your book has come")
    assert answer.status_code == 409
    assert "your book has come" in ada.text
    assert desk.postbox.sent == []
    ada.get(f"/cases/{case_id}/policy")
    ada.send(f"/cases/{case_id}/policy", ring="no", text="yes", message="no")
    ada.send(f"/cases/{case_id}/text", text="your book has come")
    assert desk.postbox.sent == [(NUMBER, "+860000000001", "your book has come")]
    assert "sent" in ada.text


def test_a_number_is_shown_once_for_a_reason(desk: Desk) -> None:
    case_id = desk.receive()
    ada = desk.login("ada.lantern")
    ada.get("/desk")
    ada.send(f"/cases/{case_id}/take")
    assert NUMBER not in ada.text
    answer = ada.send(f"/cases/{case_id}/number", reason="")
    assert answer.status_code == 400
    ada.send(f"/cases/{case_id}/number", reason="line is down, ring from the desk phone")
    assert NUMBER in ada.text
    ada.get(f"/cases/{case_id}")
    assert NUMBER not in ada.text
    assert "line is down" in ada.text


def test_a_receipt_is_shown_once(desk: Desk) -> None:
    case_id = desk.receive()
    ada = desk.login("ada.lantern")
    ada.get("/desk")
    ada.send(f"/cases/{case_id}/take")
    ada.send(f"/cases/{case_id}/receipt")
    digits = re.search(r"\d{4} \d{4} \d{4} \d{4}", ada.text)
    assert digits
    ada.send(f"/cases/{case_id}/letter", text="Your wages come on Friday.", by_phone="y")
    assert "not read yet" in ada.text
    ada.get(f"/cases/{case_id}")
    assert digits[0] not in ada.text


def test_a_contact_is_recorded_by_hand(desk: Desk) -> None:
    ada = desk.login("ada.lantern")
    ada.get("/cases/record")
    answer = ada.send(
        "/cases/record",
        kind="walk_in",
        at="2026-11-23T10:30",
        line=str(desk.line),
        language="yue",
        text="A visit about the canteen.",
        number="000 0000 077",
        ring="yes",
        text_ok="no",
        message="no",
        factory="GD-0417",
        severity="1",
        receipt="y",
    )
    assert answer.status_code == 200, ada.text
    assert "A visit about the canteen." in ada.text
    assert re.search(r"\d{4} \d{4} \d{4} \d{4}", ada.text)


def test_a_wrong_recorded_contact_keeps_what_was_typed(desk: Desk) -> None:
    ada = desk.login("ada.lantern")
    ada.get("/cases/record")
    answer = ada.send(
        "/cases/record",
        kind="walk_in",
        at="2027-11-23T10:30",
        line=str(desk.line),
        language="yue",
        text="A visit about the canteen.",
    )
    assert answer.status_code == 400
    assert "A visit about the canteen." in ada.text
    assert "time in the past" in ada.text


def test_search_finds_words_in_any_script(desk: Desk) -> None:
    case_id = desk.receive(kind=EntryKind.SMS, text="十月的工资没有发")
    desk.receive(None, kind=EntryKind.SMS, text="वेतन नहीं मिला")
    ada = desk.login("ada.lantern")
    ada.get("/cases/search")
    ada.send("/cases/search", words="工资")
    assert str(case_id) in ada.text
    assert ada.text.count("data-row ") == 1


def test_who_has_not_taken_a_case_is_offered_to_take_it_and_not_to_write(desk: Desk) -> None:
    case_id = desk.receive()
    ada = desk.login("ada.lantern")
    ada.get(f"/cases/{case_id}")
    assert "Take this case to write in it." in ada.text
    assert "Save note" not in ada.text
    assert ada.text.count(f'action="/cases/{case_id}/take"') == 2
    ada.send(f"/cases/{case_id}/take")
    assert "Save note" in ada.text
    assert "Take this case" not in ada.text


def test_a_contact_that_is_reserved_says_so_instead_of_take(desk: Desk) -> None:
    case_id = desk.receive()
    ada = desk.login("ada.lantern")
    with unit_of_work():
        assignment.reserve(case_id, desk.house.people["tao.willow"].account, desk.house.now)
    ada.get(f"/cases/{case_id}")
    assert "Whoever answered the call has it reserved." in ada.text
    assert f'action="/cases/{case_id}/take"' not in ada.text
    assert "Save note" not in ada.text


def test_words_that_were_refused_stay_on_the_page_of_a_case_given_back(desk: Desk) -> None:
    case_id = desk.receive()
    ada = desk.login("ada.lantern")
    ada.get(f"/cases/{case_id}")
    ada.send(f"/cases/{case_id}/text", text="your book has come")
    assert "your book has come" in ada.text


def test_a_draft_waits_for_its_writer(desk: Desk) -> None:
    case_id = desk.receive()
    ada = desk.login("ada.lantern")
    ada.get(f"/cases/{case_id}")
    ada.send(f"/cases/{case_id}/take")
    answer = ada.send(f"/cases/{case_id}/draft/note", text="half a sentence")
    assert answer.status_code == 204
    ada.get(f"/cases/{case_id}")
    assert "half a sentence" in ada.text


def test_a_supervisor_assigns_and_hands_over(desk: Desk) -> None:
    case_id = desk.receive()
    nils = desk.login("nils.compass")
    nils.get("/cases/all")
    assert str(case_id) in nils.text
    nils.get(f"/cases/{case_id}")
    ada = desk.house.people["ada.lantern"].account
    tao = desk.house.people["tao.willow"].account
    nils.send(f"/cases/{case_id}/assign", person=str(ada), revision=revision(nils))
    assert "Ada Lantern" in nils.text
    present = re.findall(r'href="([^"#]+)"[^>]*aria-current="page"', nils.text)
    assert set(present) == {"/cases/all"}  # at the side, and in the bar of a phone
    assert nils.get(f"/cases/{case_id}").status_code == 403
    assert "Why do you open this case?" in nils.text
    nils.get("/cases/hand-over")
    nils.confirm("nils.compass")
    nils.get("/cases/hand-over")
    assert nils.send("/cases/hand-over").status_code == 400
    nils.send("/cases/hand-over", giver=str(ada), taker=str(tao))
    assert "1 case was handed over." in nils.text
    browser = desk.login("tao.willow")
    assert browser.get(f"/cases/{case_id}").status_code == 200


def test_the_same_person_is_joined_with_one_key(desk: Desk) -> None:
    first = desk.receive()
    ada = desk.login("ada.lantern")
    ada.get("/desk")
    ada.send(f"/cases/{first}/take")
    second = desk.receive()
    ada.get("/desk")
    ada.send(f"/cases/{second}/take")
    assert "Same person" in ada.text
    ada.send(f"/cases/{second}/join/{first}")
    assert ada.path == f"/cases/{first}"
    ada.get(f"/cases/{second}")
    assert "Separate again" in ada.text
    ada.send(f"/cases/{second}/separate")
    assert "Same person" in ada.text
