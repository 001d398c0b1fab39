"""The ledger of consents, what a letter may hold, and what clocks do on hold."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpline.cases.rules import consents, disclosures, words
from helpline.cases.rules.consents import Consent, Ground, Group, Purpose, Recipient, Way
from helpline.cases.rules.disclosures import Problem, Protected

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
NUMBER = "+860000123456"
TELL = Consent(
    "a", Purpose.TELL, NOW, True, Recipient.FACTORY, facts={Group.WHAT: "Unpaid."}, words="Yes."
)  # fmt: skip
NO = replace(TELL, id="b", given=False, facts={})


def test_no_word_means_no() -> None:
    for recipient in Recipient:
        assert not consents.may_tell((), recipient)


def test_the_last_word_counts() -> None:
    assert consents.may_tell((TELL,), Recipient.FACTORY)
    assert not consents.may_tell((TELL, NO), Recipient.FACTORY)
    assert consents.may_tell((TELL, NO, replace(TELL, id="c")), Recipient.FACTORY)


def test_a_yes_for_one_recipient_says_nothing_of_another() -> None:
    assert not consents.may_tell((TELL,), Recipient.CERTIFIER)
    labour = replace(TELL, recipient=Recipient.AUTHORITY, whom="Labour office")
    assert disclosures.basis((labour,), Recipient.AUTHORITY, "labour OFFICE") == labour
    assert disclosures.basis((labour,), Recipient.AUTHORITY, "Police") is None


@pytest.mark.parametrize(("consent_id", "purpose"), [("a", None), ("", Purpose.TELL), ("", None)])
def test_a_consent_taken_back_does_not_stand(consent_id: str, purpose: Purpose | None) -> None:
    ledger = consents.withdraw((TELL,), consent_id, purpose, NOW)
    assert not consents.may_tell(ledger, Recipient.FACTORY)


def test_an_older_consent_does_not_stand_up_again_when_the_newer_is_taken_back() -> None:
    newer = replace(TELL, id="c")
    ledger = consents.withdraw((TELL, newer), "c", None, NOW)
    assert not consents.may_tell(ledger, Recipient.FACTORY)


def test_a_permit_is_no_consent_but_a_letter_may_rest_on_it() -> None:
    permit = replace(TELL, id="p", ground=Ground.CHILD)
    assert not consents.may_tell((permit,), Recipient.FACTORY)
    assert disclosures.basis((permit,), Recipient.FACTORY) == permit
    assert consents.withdraw((permit,), "", None, NOW) == (permit,)


@pytest.mark.parametrize(
    ("consent", "field"),
    [
        (replace(TELL, recipient=None), "recipient"),
        (replace(TELL, recipient=Recipient.PARTNER), "whom"),
        (replace(TELL, words=" "), "words"),
        (replace(TELL, facts={}), "what"),
        (replace(TELL, facts={Group.NAME: ""}), "name"),
    ],
)
def test_what_is_missing_in_a_consent_is_said(consent: Consent, field: str) -> None:
    problem = consents.problem_with(consent)
    assert problem is not None
    assert problem[1] == field


def test_a_whole_consent_has_no_problem() -> None:
    assert consents.problem_with(TELL) is None
    assert consents.problem_with(NO) is None
    assert consents.problem_with(replace(TELL, facts={Group.WHAT: "x", Group.CALLED: ""})) is None


@pytest.mark.parametrize(
    "text",
    [
        "ring 0000123456 please",
        "0000-12-34-56",
        "（0000）１２３４５６",
        "零零零零一二三四五六",
        "+86 000 012 3456",
        "last digits 0123456",
    ],
)
def test_a_number_is_found_however_it_is_written(text: str) -> None:
    assert words.holds_number(text, NUMBER)


@pytest.mark.parametrize("text", ["", "450 workers since 2019", "building 12, line 3456"])
def test_other_figures_are_no_number(text: str) -> None:
    assert not words.holds_number(text, NUMBER)


@given(st.sampled_from(["", " ", "-", ".", " - "]), st.integers(0, 2))
def test_seven_digits_in_a_row_give_a_number_away(between: str, start: int) -> None:
    digits = "8600009876543"[start + 3 : start + 10]
    assert words.holds_number(f"x {between.join(digits)} y", "+8600009876543")


def test_names_count_whole_in_latin_script_and_anywhere_in_chinese() -> None:
    assert words.found_in("I believe it", ["Li"]) == ()
    assert words.found_in("li said so", ["Li"]) == ("Li",)
    assert words.found_in("工人王小明说", ["小明"]) == ("小明",)
    assert words.found_in("王 小 明", ["王小明"]) == ("王小明",)
    assert words.found_in("मीना ने कहा", ["मीना"]) == ("मीना",)


def letter(text: str, groups: set[Group], recipient: Recipient = Recipient.FACTORY) -> set[Problem]:
    protected = Protected("Mei Crane", ("bed 12",))
    found = disclosures.problems_with(text, recipient, groups, protected, [NUMBER])
    return {one.problem for one in found}


def test_a_letter_holds_neither_number_nor_name_nor_what_is_protected() -> None:
    text = "Ms Crane (0000 123456) in Bed 12 was not paid."
    assert letter(text, {Group.WHAT}) == {Problem.NUMBER, Problem.NAME, Problem.WORD}
    assert letter("Wages of October were not paid.", {Group.WHAT}) == set()


def test_what_the_worker_agreed_to_may_stand_in_it() -> None:
    assert letter("Mei Crane, 0000123456", {Group.NAME, Group.NUMBER}) == set()


def test_a_protected_word_is_never_consented_to() -> None:
    assert letter("bed 12", set(Group)) == {Problem.WORD}


def test_a_letter_to_the_certifier_does_not_say_that_somebody_called() -> None:
    text = "A worker called the helpline."
    assert letter(text, {Group.WHAT}, Recipient.CERTIFIER) == {Problem.CAUSE}
    assert letter(text, {Group.WHAT, Group.CALLED}, Recipient.CERTIFIER) == set()
    assert letter("工人打了热线", {Group.WHAT}, Recipient.CERTIFIER) == {Problem.CAUSE}
    assert letter(text, {Group.WHAT}) == set()


def test_what_was_found_is_not_printed() -> None:
    found = disclosures.problems_with(
        "Mei Crane", Recipient.FACTORY, (), Protected("Mei Crane"), []
    )
    assert "Crane" not in repr(found)


def test_a_draft_holds_the_agreed_words_and_nothing_else() -> None:
    consent = replace(
        TELL, facts={Group.WISH: "Pay it.", Group.WHAT: "Unpaid.", Group.CALLED: "secret"}
    )
    headings = {group: group.value.upper() for group in Group}
    assert disclosures.draft(consent, headings) == "WHAT\nUnpaid.\n\nWISH\nPay it."


facts = st.dictionaries(st.sampled_from(list(Group)), st.text(min_size=1, max_size=5))
ledgers = st.lists(
    st.builds(
        Consent,
        id=st.sampled_from("abcd"),
        purpose=st.sampled_from(list(Purpose)),
        at=st.just(NOW),
        given=st.booleans(),
        recipient=st.sampled_from(list(Recipient)),
        facts=facts,
        words=st.just("x"),
        way=st.sampled_from(list(Way)),
    ),
    max_size=6,
).map(tuple)


@given(ledgers, st.sampled_from(list(Recipient)))
def test_taking_everything_back_leaves_nothing_to_rest_on(
    ledger: tuple[Consent, ...], recipient: Recipient
) -> None:
    left = consents.withdraw(ledger, "", None, NOW + timedelta(days=1))
    assert disclosures.basis(left, recipient) is None


@given(ledgers, st.sampled_from(list(Recipient)))
def test_a_no_at_the_end_always_counts(ledger: tuple[Consent, ...], recipient: Recipient) -> None:
    refused = replace(NO, recipient=recipient)
    assert not consents.may_tell((*ledger, refused), recipient)
