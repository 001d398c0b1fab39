"""Casework in a real browser, from a call to the worker's word, and who may not read it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.navigators.counsellor import Counsellor
from tests.browser.navigators.house import House
from tests.browser.navigators.worker import Worker
from tests.load.storms import LONG, PROVE

pytestmark = pytest.mark.browser

MANY = 40 if PROVE else 2
"""Cases of whoever leaves."""

WAGES = "The wages of October were not paid."
AGREES = "Yes. Ask them, but do not say who."
TRANSPORT = "Workers of the late shift do not feel safe on the way to the buses."
PLAN = "October is paid, with a payslip for each worker of the hall."


def _rings(worker: Worker, counsellor: Counsellor) -> str:
    """The worker rings and is answered by the only one on duty; the case's address."""
    worker.rings()
    worker.asks_for_a_person()
    return counsellor.answers()


def test_unpaid_wages_from_the_call_to_the_workers_word(house: House) -> None:
    worker, ada = house.worker("Lin Example"), house.counsellor("ada.lantern")
    ada.goes_on_duty()
    case = _rings(worker, ada)
    ada.writes_a_note(WAGES)
    worker.hangs_up()
    ada.codes("W1", "S2 Right withheld")
    ada.writes_down_a_talk("Spoke of what the factory may hear.")
    ada.moves_on_to("Admissible", "Awaiting consent")
    ada.is_told_to("Ask the worker what the factory may be told")
    ada.writes_down_a_consent("The factory", WAGES, AGREES)

    ada.is_told_to("Write to the factory")
    ada.opens_the_letter_to("The factory")
    named = f"{WAGES} Ring the worker: +86 000 0000 042."
    ada.sends_the_letter(named)
    ada.is_refused_the_letter("A telephone number of the worker stands in it.", named)
    ada.sends_the_letter(WAGES)
    ada.sees_on_top("With factory")
    ada.writes_down_what_they_answered("The factory", "We pay by the end of the month.")

    ada.is_told_to("Agree on a plan")
    ada.writes_a_plan(PLAN)
    ada.is_told_to("Put the plan before the worker")
    ada.agrees_on_a_talk()
    ada.hears_that_the_worker_agrees_to_the_plan("So be it.")
    ada.sees_on_top("Plan agreed")
    ada.moves_on_to("Resolved")
    ada.closes("Put right, in full", "October is paid; the worker has the payslip.")
    ada.is_told_to("Ask after the end")
    expect(ada.page.locator(".next-box .clock")).to_contain_text("days")
    ada.opens(f"{case}/watch")
    expect(ada.page.get_by_label("30 days")).to_be_checked()


def test_a_night_call_in_danger_is_looked_at_and_closed_by_two(house: House) -> None:
    worker, ada = house.worker("Wei Sample"), house.counsellor("ada.lantern")
    nils = house.supervisor()
    ada.goes_on_duty()
    worker.rings()
    worker.presses_the_danger_key()
    case = ada.answers()
    ada.sees_on_top("S4 Danger now")
    ada.writes_a_note("Speaks of not going on. A friend is coming to the room.")
    worker.hangs_up()
    ada.codes("P3", "S4 Danger now")
    ada.is_told_to("Write what whoever answers must know")
    ada.writes_down_how_to_reach(ring="Yes", must_know="Do not hang up. Ask for the friend.")

    nils.opens(case)
    nils.reads("Do not hang up. Ask for the friend.")
    nils.has_looked_at_it()
    ada.opens(case)
    ada.asks_to_close("Advice was enough", "The friend stays; the doctor sees the worker tomorrow.")
    ada.is_told_to("Wait for the second person")
    ada.reads("Until a supervisor has decided, the case stays as it is.")
    nils.agrees_as_the_second(ada.reference)
    ada.opens(case)
    ada.sees_on_top("Closed")


def test_a_supervisor_in_conflict_reads_neither_the_case_nor_its_letter(house: House) -> None:
    worker, ada = house.worker("Lin Example"), house.counsellor("ada.lantern")
    nils, vera = house.supervisor(), house.supervisor("vera.signal")
    ada.goes_on_duty()
    case = _rings(worker, ada)
    ada.writes_a_note("A foreman follows workers home.")
    worker.hangs_up()
    ada.codes("V3", "S3 Serious harm")
    vera.opens(case)
    vera.sees_in_the_timeline("A foreman follows workers home.")
    nils.opens(case)
    nils.keeps_to_named_people()
    vera.is_shown_nothing(case)

    ada.opens(case)
    ada.writes_a_note("The foreman is a cousin of Vera Signal.")
    ada.writes_down_a_consent("The certifier", TRANSPORT, "Yes, but nobody may know it was me.")
    ada.opens_the_letter_to("The certifier")
    ada.sends_the_letter(f"A worker called. {TRANSPORT}", "Put in their inbox")
    ada.is_refused_the_letter("It says that somebody turned to us", f"A worker called. {TRANSPORT}")
    ada.sends_the_letter(TRANSPORT, "Put in their inbox")
    ada.sees_in_the_timeline(TRANSPORT)

    cleo = house.certifier()
    cleo.reads_the_newest_letter(TRANSPORT)
    letter = cleo.page.url
    cleo.has_the_letter()
    cleo.plans("We visit the factory and look at the way to the buses.")
    cleo.may_not_open(case)
    vera.may_not_open(letter)
    vera.is_shown_nothing(case)
    vera.opens("/cases/all")
    expect(vera.page.get_by_text(ada.reference, exact=True)).to_have_count(0)
    nils.opens(case)
    nils.sees_in_the_timeline("We visit the factory")


def test_on_a_shared_telephone_the_strictest_word_counts(house: House) -> None:
    worker, ada = house.worker("Shared phone of dormitory 3"), house.counsellor("ada.lantern")
    ada.goes_on_duty()
    first = _rings(worker, ada)
    ada.writes_down_how_to_reach(ring="Yes", must_know="")
    one = ada.reference
    worker.hangs_up()
    ada.opens(f"{first}?write=call")
    ada.reads("You may ring now.")
    ada.is_ready_again()

    second = _rings(worker, ada)
    two = ada.reference
    assert first != second
    ada.writes_down_how_to_reach(ring="No", must_know="A room-mate answers. Say nothing.")
    worker.hangs_up()
    ada.opens(f"{first}?write=call")
    ada.reads("You should not ring now.")
    ada.reads("A room-mate answers. Say nothing.")
    joins = ada.other_case(two).get_by_role("button", name="Same person")
    expect(joins).to_be_visible()
    ada.opens(second)
    expect(ada.other_case(one)).to_contain_text("same phone")

    ada.records_a_visit("Two of one room came.")
    three = ada.reference
    ada.opens(first)
    ada.links(three)
    ada.sees_in_the_timeline(three)
    ada.parts(three)
    expect(ada.other_case(two)).to_contain_text("same phone")


@pytest.mark.storm
@pytest.mark.timeout(LONG if PROVE else 240)
def test_a_counsellor_leaves_in_the_middle_of_the_cases(house: House) -> None:
    otto, nils, ada = house.administrator(), house.supervisor(), house.counsellor("ada.lantern")
    newcomer = house.newcomer(otto.invites("lea.ferry", "English"))
    newcomer.sets_a_password()
    newcomer.adds_an_app("lea.ferry")
    nils.admits("Lea Ferry", newcomer.digits())
    lea = newcomer.is_let_in("lea.ferry")
    cases = []
    others = [f"The bus was late, {number}." for number in range(MANY - 2)]
    for words in (*others, "The dormitory is locked at nine.", "Lunch is cut short."):
        lea.records_a_visit(words)
        cases.append(lea.address)
    lea.codes("D1", "S2 Right withheld")
    lea.writes_down_a_consent("The factory", WAGES, AGREES)
    lea.begins_a_note("Half written")

    nils.hands_over("Lea Ferry", "Ada Lantern")
    lea.is_shown_nothing(cases[0])
    for case in cases:
        ada.opens(case)
        ada.sees_on_top("You")
    ada.sees_in_the_timeline("Lunch is cut short.")
    ada.sees_in_the_ledger(AGREES)
    ada.opens_the_letter_to("The factory")
    expect(ada.page.get_by_label("Letter", exact=True)).to_have_value(re.compile(WAGES))
    nils.removes("Lea Ferry")
    lea.is_out_of_the_house(cases[-1])
