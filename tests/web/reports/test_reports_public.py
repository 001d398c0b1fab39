"""Words beside the numbers in the browser, and the page that anybody may read."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from helpline.extensions import db
from helpline.reports.rules.programme import in_short
from helpline.reports.service import portraying
from tests.web.accounts.accounts_house import Browser, House
from tests.web.reports.test_reports_publishing import (
    SCRIPT,
    closed_by_two,
    logged_in,
    presses,
)

STATIC = Path(__file__).parents[3] / "helpline" / "static"
NOTICE = "Q1 is over-stated, since a file was read twice."
STORY = "The night shift has a bus now."


def two_tell(house: House, path: str, **fields: str) -> None:
    """Nils writes, Mara publishes."""
    nils = logged_in(house, "nils.compass")
    nils.get(path)
    nils.send(path, **fields)
    assert "It waits for its second person." in nils.text
    assert "You wrote this, so another person approves it." in nils.text
    mara = logged_in(house, "mara.slate")
    mara.get("/reports/remarks")
    presses(mara, "Publish", "mara.slate", "/reports/remarks")
    assert "Published." in mara.text


def verified(reader: Browser, folder: Path, *, again: bool = True) -> tuple[int, str]:
    """What the small script says of everything that a reader downloads."""
    for kind in ("release", "remark") if again else ():
        for end in ("json", "signatures.json"):
            answer = reader.get(f"/reports/{kind}s/1.{end}")
            (folder / f"{kind}-1.{end}").write_bytes(answer.data)
    command = [sys.executable, str(SCRIPT), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_a_notice_stands_beside_the_release_and_on_the_factorys_page(
    house: House, tmp_path: Path
) -> None:
    closed_by_two(house)
    notice = {"release": "1", "unit": "GD-1", "words_en": NOTICE}
    iris = logged_in(house, "iris.ledger")
    for path in ("/reports", "/reports/factories/GD-1"):
        assert NOTICE not in iris.get(path).text
    two_tell(house, "/reports/remarks/notice", **notice)
    for path in ("/reports", "/reports/factories/GD-1"):
        assert NOTICE in iris.get(path).text
    assert NOTICE not in iris.get("/reports/factories/GD-2").text
    body = json.loads(iris.get("/reports/remarks/1.json").data)
    assert (body["unit"], body["words"]) == ("GD-1", {"en": NOTICE})
    assert verified(iris, tmp_path) == (0, "release-1.json holds\nremark-1.json holds\n")
    (tmp_path / "remark-1.json").write_bytes((tmp_path / "remark-1.json").read_bytes() + b" ")
    assert verified(iris, tmp_path, again=False)[0] == 1
    assert iris.get("/reports/remarks").status_code == 403


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"unit": "GD-1", "words_en": "There were 7 too many."}, "Only words and names of periods"),
        ({"unit": "GD-5", "words_en": NOTICE}, "This release publishes no number of it."),
        ({"unit": "GD-1"}, "Write it in one language at least."),
    ],
)
def test_what_may_not_be_said_is_refused_beside_its_field(
    house: House, fields: dict[str, str], refusal: str
) -> None:
    closed_by_two(house)
    nils = logged_in(house, "nils.compass")
    nils.get("/reports/remarks/notice")
    answer = nils.send("/reports/remarks/notice", release="1", **fields)
    assert answer.status_code == 400
    assert refusal in nils.text


def test_a_story_stands_on_the_public_page_until_it_is_taken_back(house: House) -> None:
    nobody = house.browser()
    assert "Nothing is published yet." in nobody.get("/results/en").text
    two_tell(house, "/reports/remarks/story", words_en=STORY)
    assert STORY in nobody.get("/results/en").text
    assert STORY in nobody.get("/results/hi").text, "in the language there is"
    mara = logged_in(house, "mara.slate")
    mara.get("/reports/remarks")
    presses(mara, "Take back", "mara.slate", "/reports/remarks")
    assert "Its words are deleted." in mara.text
    assert STORY not in nobody.get("/results/en").text


def test_the_public_page_says_what_releases_say_and_nothing_else(house: House) -> None:
    nils = logged_in(house, "nils.compass")
    nils.get("/reports/close")
    presses(nils, "Close and check", "nils.compass")
    nobody = house.browser()
    empty = nobody.get("/results/en")
    assert "Nothing is published yet." in empty.text, "of what is being closed it says nothing"
    presses(nils, "Stop and discard this plan", "nils.compass")
    closed_by_two(house)
    page = nobody.get("/results/en").text
    found = portraying.of("programme", "all")
    db.session.remove()
    assert found is not None
    kept = in_short(found)
    [row] = kept["rows"]
    shown = [int(text.replace(",", "")) for text in re.findall(r">([\d,]+)</(?:dd|td|th)>", page)]
    assert shown == [row["contacts"], kept["contacts"], row["contacts"]]
    assert f">{row['told']} of {row['factories']}</td>" in page
    assert "GD-" not in page
    assert "Papercrane" not in page


def test_the_public_page_leaves_no_trace_and_is_the_same_for_everybody(house: House) -> None:
    closed_by_two(house)
    two_tell(house, "/reports/remarks/story", words_en=STORY)
    answers = [
        browser.get("/results/en")
        for browser in (house.browser(), logged_in(house, "nils.compass"))
    ]
    assert answers[0].data == answers[1].data
    for answer in answers:
        assert answer.headers["Cache-Control"] == "public, max-age=600"
        assert "Accept-Language" in answer.headers["Vary"]
        assert "Set-Cookie" not in answer.headers
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    text = answers[0].text
    assert "<script" not in text
    assert "style=" not in text
    assert set(re.findall(r'href="([^"]*)"', text)) == {
        "/static/public.css", "/results/zh-Hans", "/results/hi",
    }  # fmt: skip
    assert len(answers[0].data) + (STATIC / "public.css").stat().st_size < 20_000


@pytest.mark.parametrize(
    ("path", "asked", "lang"),
    [
        ("/results", "hi-IN,hi;q=0.9", "hi"),
        ("/results", "zh-CN,zh;q=0.9", "zh-Hans"),
        ("/results", "de", "en"),
        ("/results/hi", "en", "hi"),
    ],
)
def test_it_speaks_the_readers_language(house: House, path: str, asked: str, lang: str) -> None:
    page = house.browser().get(path, **{"Accept-Language": asked})
    assert f'<html lang="{lang}">' in page.text
    assert ("Contacts" in page.text) == (lang == "en")


def test_there_is_no_other_language_and_nothing_to_ask_for(house: House) -> None:
    nobody = house.browser()
    for path in ("/results/de", "/results/en/GD-1", "/results/..", "/results/zh_Hans"):
        assert nobody.get(path).status_code == 404
    plain = nobody.get("/results/en").data
    for query in ("?factory=GD-1", "?year=2025", "?page=2", "?q=W"):
        assert nobody.get(f"/results/en{query}").data == plain
