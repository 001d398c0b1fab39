"""Canned answers through a browser: kept by administrators."""

from helpline.register.service import canned
from tests.web.accounts.accounts_house import Browser


def test_only_an_administrator_words_canned_answers(ida: Browser, nils: Browser) -> None:
    for path in ("/register/canned", "/register/canned/new", "/register/canned/received/hi"):
        assert ida.get(path).status_code == 200, path
        assert nils.get(path).status_code == 403, path
    assert ida.get("/register/canned/nothing/en").status_code == 404
    assert ida.get("/register/canned/received/xx").status_code == 404


def test_an_answer_is_worded_withdrawn_and_goes_back_to_standard(ida: Browser) -> None:
    way = "/register/canned/when/en"
    ida.get(way)
    ida.send(way, do="text", text="When shall we ring?", title="", category="")
    assert "The answer is changed." in ida.text
    assert "When shall we ring?" in ida.text
    ida.get(way)
    assert canned.shipped("en")["when"] in ida.text
    ida.send(way, do="withdraw")
    assert "when" not in {entry.key for entry in canned.for_language("en")}
    ida.get(way)
    ida.send(way, do="standard")
    found = {entry.key: entry.text for entry in canned.for_language("en")}
    assert found["when"] == canned.shipped("en")["when"]


def test_a_word_that_says_too_much_is_refused_and_what_was_typed_is_kept(ida: Browser) -> None:
    way = "/register/canned/new"
    ida.get(way)
    refused = ida.send(way, language="en", title="Soon", text="Your case is read today.")
    assert refused.status_code == 400
    assert "this word says too much: case" in ida.text
    assert "Your case is read today." in ida.text
    ida.send(way, language="en", title="Soon", text="It is read today.")
    assert "Counsellors can choose it from now on." in ida.text
    assert "Soon" in ida.text
