"""Consent, letter, plan, agenda and second look over HTTP, as browsers send them."""

import re
from datetime import timedelta
from uuid import UUID

import pytest

from helpline.extensions import db
from helpline.keys.rules import Role
from helpline.register.models import Service
from helpline.unit_of_work import unit_of_work
from tests.web.accounts.accounts_house import Browser
from tests.web.cases.conftest import NUMBER, Desk, revision

CONSENT = {
    "purpose": "tell",
    "recipient": "factory",
    "given": "yes",
    "words": "Yes, ask them to pay.",
    "way": "talk",
    "what": "The wages of October were not paid.",
}


@pytest.fixture
def ada(desk: Desk) -> Browser:
    return desk.login("ada.lantern")


def coded(desk: Desk, browser: Browser, severity: str = "2", main: str = "W1") -> UUID:
    case_id = desk.receive()
    browser.get(f"/cases/{case_id}")
    browser.send(f"/cases/{case_id}/take")
    browser.get(f"/cases/{case_id}/coding")
    browser.send(
        f"/cases/{case_id}/coding",
        main=main,
        severity=severity,
        reporter="self",
        factory="GD-0417",
        revision=revision(browser),
    )
    browser.send(f"/cases/{case_id}/call", reached="yes", text="Talked.")
    return case_id


def moved(browser: Browser, case_id: UUID, *way: str) -> None:
    for status in way:
        browser.get(f"/cases/{case_id}/status")
        browser.send(f"/cases/{case_id}/status", status=status, revision=revision(browser))


def consented(browser: Browser, case_id: UUID, **changes: str) -> None:
    browser.get(f"/cases/{case_id}/consent")
    browser.send(f"/cases/{case_id}/consent", **(CONSENT | changes))


def link(browser: Browser, pattern: str) -> str:
    found = re.search(f'(?:href|action)="({pattern})"', browser.text)
    assert found, f"no link like {pattern}"
    return found[1]


def test_from_consent_over_the_letter_to_the_agreed_plan(desk: Desk, ada: Browser) -> None:
    case_id = coded(desk, ada)
    moved(ada, case_id, "admissible", "awaiting_consent")
    assert "Ask the worker what the factory may be told" in ada.text
    ada.get(f"/cases/{case_id}/tell/factory")
    assert "The worker has not agreed that they are told." in ada.text
    consented(ada, case_id)
    assert "Write to the factory" in ada.text
    ada.get(f"/cases/{case_id}/tell/factory")
    assert "What happened\nThe wages of October were not paid." in ada.text
    ada.send(f"/cases/{case_id}/tell/factory", text="The wages were not paid.", sent="email")
    assert "With factory" in ada.text
    printed = link(ada, f"/cases/{case_id}/letters/[0-9a-f]+")
    ada.get(printed)
    assert "The wages were not paid." in ada.text
    assert NUMBER[-8:] not in ada.text
    ada.get(f"/cases/{case_id}")
    ada.get(link(ada, f"/cases/{case_id}/letters/[0-9a-f]+/answer"))
    ada.send(f"{printed}/answer", text="We pay on Friday.")
    assert "We pay on Friday." in ada.text
    ada.get(f"/cases/{case_id}/plan")
    day = (desk.house.now + timedelta(days=20)).date().isoformat()
    ada.send(f"/cases/{case_id}/plan", text="Pay October.", due=day, revision=revision(ada))
    word = link(ada, f"/cases/{case_id}/plan/[0-9a-f]+/word")
    ada.get(word)
    ada.send(word, agreed="yes", words="So be it.")
    assert "Plan agreed" in ada.text


def test_a_letter_that_names_the_worker_comes_back_with_everything_typed(
    desk: Desk, ada: Browser
) -> None:
    case_id = coded(desk, ada)
    ada.get(f"/cases/{case_id}/protected")
    ada.send(
        f"/cases/{case_id}/protected", name="Mei Crane", words="bed 12", revision=revision(ada)
    )
    consented(ada, case_id)
    ada.get(f"/cases/{case_id}/tell/factory")
    answer = ada.send(
        f"/cases/{case_id}/tell/factory", text=f"Mei in bed 12, {NUMBER}", sent="email"
    )
    assert answer.status_code == 400
    assert "A telephone number of the worker stands in it." in ada.text
    assert "stands in it: Mei" in ada.text
    assert "Mei in bed 12" in ada.text
    ada.get(f"/cases/{case_id}")
    assert "Nothing has gone out." in ada.text


def test_a_consent_is_taken_back_on_its_page(desk: Desk, ada: Browser) -> None:
    case_id = coded(desk, ada)
    consented(ada, case_id)
    back = link(ada, f"/cases/{case_id}/consent/[0-9a-f]+/back")
    ada.get(back)
    ada.send(back, words="They would send me home.", way="talk")
    assert "They would send me home." in ada.text
    ada.get(f"/cases/{case_id}/tell/factory")
    assert "The worker has not agreed" in ada.text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"recipient": ""}, "Choose who may be told."),
        ({"recipient": "partner"}, "Name the one who may be told."),
        ({"words": ""}, "Fill this in."),
        ({"what": ""}, "Tick what may be told, and write it as agreed with the worker."),
    ],
)
def test_what_is_missing_in_a_consent_is_said_beside_its_field(
    desk: Desk, ada: Browser, changes: dict[str, str], sentence: str
) -> None:
    case_id = coded(desk, ada)
    ada.get(f"/cases/{case_id}/consent")
    answer = ada.send(f"/cases/{case_id}/consent", **(CONSENT | changes))
    assert answer.status_code == 400
    assert sentence in ada.text


def test_talks_and_steps_stand_on_the_case(desk: Desk, ada: Browser) -> None:
    case_id = coded(desk, ada)
    at = (desk.house.now + timedelta(days=2)).strftime("%Y-%m-%dT19:00")
    ada.get(f"/cases/{case_id}/talk")
    refused = ada.send(f"/cases/{case_id}/talk", at=at, how="we_ring", minutes="50")
    assert refused.status_code == 409
    assert "The worker was not asked. No answer means no." in ada.text
    ada.send(
        f"/cases/{case_id}/talk", at=at, how="we_ring", minutes="50", override="agreed just now"
    )
    assert "Wednesday 25 November, 19:00" in ada.text
    move = link(ada, f"/cases/{case_id}/talk/[0-9a-f]+/move")
    ada.get(move)
    ada.send(move, at=at.replace("19:00", "20:30"), override="agreed just now")
    assert "Wednesday 25 November, 20:30" in ada.text
    end = link(ada, f"/cases/{case_id}/talk/[0-9a-f]+/end")
    ada.get(end)
    assert ada.send(end, state="held").status_code == 400
    ada.get(end)
    ada.send(end, state="cancelled")
    ada.get(f"/cases/{case_id}/step")
    day = (desk.house.now + timedelta(days=3)).date().isoformat()
    ada.send(f"/cases/{case_id}/step", what="Ask for the payslip", due=day)
    assert "Ask for the payslip" in ada.text
    ada.send(link(ada, f"/cases/{case_id}/step/[0-9a-f]+/done"))
    assert "Step done" in ada.text


def test_minutes_are_written_and_the_worker_speaks_of_them(desk: Desk, ada: Browser) -> None:
    case_id = coded(desk, ada)
    ada.get(f"/cases/{case_id}/minutes")
    ada.send(f"/cases/{case_id}/minutes", text="Unpaid since May.")
    word = link(ada, f"/cases/{case_id}/minutes/[0-9a-f]+/word")
    ada.get(word)
    ada.send(word, agreed="yes")
    assert "1 agreed by the worker." in ada.text


def test_a_serious_case_closes_after_a_second_look(desk: Desk, ada: Browser) -> None:
    case_id = coded(desk, ada, severity="3", main="V2")
    ada.get(f"/cases/{case_id}/policy")
    ada.send(f"/cases/{case_id}/policy", must_know="Speak to nobody else.", revision=revision(ada))
    ada.get(f"/cases/{case_id}/close")
    ada.send(
        f"/cases/{case_id}/close",
        outcome="advice_sufficient",
        accepted="yes",
        remedy="none",
        finding="not_investigated",
        summary="It is over.",
        revision=revision(ada),
    )
    assert "You asked for a second look." in ada.text
    nils = desk.login("nils.compass")
    nils.get("/cases/second")
    assert str(case_id) in nils.text
    nils.get(f"/cases/{case_id}")
    decide = link(nils, f"/cases/{case_id}/second/[0-9a-f]+")
    nils.get(decide)
    assert "It is over." in nils.text
    nils.send(decide, agreed="yes")
    ada.get(f"/cases/{case_id}")
    assert "Closed: Advice was enough" in ada.text
    assert "Ask after the end" in ada.text
    desk.house.now += timedelta(days=29)
    ada = desk.login("ada.lantern")
    ada.get(f"/cases/{case_id}/watch")
    ada.send(f"/cases/{case_id}/watch", days="30", harm="suspected", words="Moved to nights.")
    assert "Reopened" in ada.text


def test_a_supervisor_says_why_and_colleagues_read_it(desk: Desk, ada: Browser) -> None:
    case_id = coded(desk, ada)
    nils = desk.login("nils.compass")
    assert nils.get(f"/cases/{case_id}/consent").status_code == 403
    nils.send(f"/cases/{case_id}/open", reason="Ada is ill.")
    assert "How to reach the worker" in nils.text
    ada.get(f"/cases/{case_id}")
    assert "Ada is ill." in ada.text
    ada.get(f"/cases/{case_id}/openers")
    assert "Nils Compass" in ada.text
    nils.get("/cases/openings")
    assert "Ada is ill." in nils.text


def test_the_certifier_reads_their_letter_and_no_case(desk: Desk, ada: Browser) -> None:
    desk.house.add("cleo.seal", Role.CERTIFIER)
    case_id = coded(desk, ada)
    consented(ada, case_id, recipient="certifier")
    ada.get(f"/cases/{case_id}/tell/certifier")
    ada.send(f"/cases/{case_id}/tell/certifier", text="Wages are unpaid.")
    cleo = desk.login("cleo.seal")
    assert "Letters" in cleo.text
    assert cleo.get(f"/cases/{case_id}").status_code == 403
    cleo.get("/letters")
    letter = link(cleo, "/letters/[0-9a-f-]+")
    cleo.get(letter)
    assert "Wages are unpaid." in cleo.text
    reference = re.search(
        r"Case ([0-9A-Z]{4})", ada.get(f"/cases/{case_id}").get_data(as_text=True)
    )
    assert reference
    assert reference[1] not in cleo.text
    cleo.send(f"{letter}/acknowledge")
    assert cleo.send(letter, planned="We visit.").status_code == 400
    day = (desk.house.now + timedelta(days=9)).date().isoformat()
    cleo.send(letter, planned="We visit.", planned_for=day)
    ada.get(f"/cases/{case_id}")
    assert "We visit." in ada.text


def test_a_worker_is_referred_to_a_service_that_was_looked_up(desk: Desk, ada: Browser) -> None:
    with unit_of_work():
        for name in ("Lamp Clinic", "Paper Law Office"):
            folded = name.casefold()
            row = Service(name=name, known_as=folded, kind="health", country="CN", folded=folded)
            db.session.add(row)
    case_id = coded(desk, ada)
    ada.get(f"/cases/{case_id}/refer")
    assert ada.send(f"/cases/{case_id}/refer", look="clinic").status_code == 200
    assert "Paper Law Office" not in ada.text
    service = link_value(ada, "service")
    refused = ada.send(f"/cases/{case_id}/refer", service=service, passed="by_us")
    assert refused.status_code == 409
    ada.send(f"/cases/{case_id}/refer", service=service, passed="address", words="Until six.")
    assert "Lamp Clinic" in ada.text
    answer = link(ada, f"/cases/{case_id}/referrals/[0-9a-f]+")
    ada.get(answer)
    ada.send(answer, became="helped")
    assert "It helped" in ada.text


def test_a_page_says_who_else_has_the_case_open(desk: Desk, ada: Browser) -> None:
    case_id = coded(desk, ada, severity="3", main="V2")
    assert ada.get(f"/cases/{case_id}/present").get_data(as_text=True) == ""
    nils = desk.login("nils.compass")
    nils.get(f"/cases/{case_id}/present")
    assert "Ada Lantern" in nils.text
    tao = desk.login("tao.willow")
    assert tao.get(f"/cases/{case_id}/present").status_code == 404


def test_a_case_is_offered_first_to_whoever_speaks_its_language_and_has_least_to_do(
    desk: Desk, ada: Browser
) -> None:
    coded(desk, ada)
    case_id = desk.receive()
    nils = desk.login("nils.compass")
    nils.get(f"/cases/{case_id}")
    first = re.search(r'<select[^>]*name="person">\s*<option[^>]*>([^<]+)', nils.text)
    assert first
    assert first[1] == "Ada Lantern · speaks the language · 1 open case"


def test_a_supervisor_destroys_a_closed_case_and_the_register_says_so(
    desk: Desk, ada: Browser
) -> None:
    case_id = coded(desk, ada)
    ada.get(f"/cases/{case_id}/close")
    ending = {"outcome": "advice_sufficient", "accepted": "yes", "remedy": "none"}
    ending |= {"finding": "not_investigated", "summary": "", "revision": revision(ada)}
    ada.send(f"/cases/{case_id}/close", **ending)
    assert "Kept until" in ada.text
    nils = desk.login("nils.compass")
    nils.send(f"/cases/{case_id}/open", reason="The worker asked us to.")
    nils.get(f"/cases/{case_id}/destroy")
    nils.confirm("nils.compass")
    nils.get(f"/cases/{case_id}/destroy")
    assert nils.send(f"/cases/{case_id}/destroy", ground="over").status_code == 409
    nils.send(f"/cases/{case_id}/destroy", ground="asked")
    assert "The case is destroyed." in nils.text
    assert "The worker asked for it" in nils.text
    assert ada.get(f"/cases/{case_id}").status_code == 404


def test_related_cases_are_linked_by_name(desk: Desk, ada: Browser) -> None:
    one, other = coded(desk, ada), coded(desk, ada)
    ada.get(f"/cases/{other}")
    name = re.search(r"Case ([0-9A-Z]{4})", ada.text)
    assert name
    ada.get(f"/cases/{one}/related")
    ada.send(f"/cases/{one}/related", reference=name[1])
    ada.get(f"/cases/{one}")
    assert f"/cases/{other}" in ada.text


def link_value(browser: Browser, name: str) -> str:
    found = re.search(f'name="{name}"[^>]*value="([^"]+)"', browser.text)
    assert found
    return found[1]
