"""The register through a browser: administrators maintain it, supervisors confirm what matters."""

import io
import re

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from helpline.register.rules.sounds import LARGEST
from helpline.register.service import factories, lines, prompts
from tests.web.accounts.accounts_house import Browser, House

HEADER = "code,name,country,province,workers\n"
LINE = {
    "name": "Lantern line",
    "number": "+86 0000 000 042",
    "country": "CN",
    "kind": "answering",
    "language_1": "zh-Hans",
    "language_2": "en",
    "zone": "Asia/Shanghai",
    "mon": "09:00-12:00, 13:00-18:00",
    "holidays": "2026-10-01 to 2026-10-07; National Day",
    "emergency_numbers": "110, 119, 120",
    "active": "y",
}
MP3 = bytes((0xFF, 0xFB, 0x90, 0x64)) + b"\0" * 60
PAGES = (
    "/register",
    "/register/factories",
    "/register/factories/new",
    "/register/factories/import",
    "/register/factories.csv",
    "/register/lines",
    "/register/lines/new",
    "/register/texts",
    "/register/categories",
    "/register/categories/new",
    "/register/categories/W1",
)


def upload(browser: Browser, path: str, name: str, data: bytes, **fields: str) -> TestResponse:
    browser.get(path)
    form = {**browser.hidden(), **fields, name: FileStorage(io.BytesIO(data), "file.bin")}
    boundary, body = encode_multipart(form)  # in memory: the test client would leave a file open
    return browser._ask(
        path,
        method="POST",
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
        follow_redirects=True,
    )


def a_confirmed_line(ida: Browser, nils: Browser) -> str:
    """Adds the line as the administrator, confirms it as the supervisor; returns its address."""
    ida.get("/register/lines/new")
    ida.send("/register/lines/new", **LINE)
    decide(nils, "confirm")
    ida.get("/register/lines")
    found = re.search(r"/register/lines/[0-9a-f-]{36}", ida.text)
    assert found is not None
    return found.group()


def decide(browser: Browser, word: str) -> TestResponse:
    browser.get("/approvals")
    way = re.search(rf'action="(/approvals/[^"]*/{word})"', browser.text)
    assert way is not None, browser.text
    return browser.send(way.group(1))


@pytest.mark.parametrize("path", PAGES)
def test_only_an_administrator_sees_the_register(ida: Browser, nils: Browser, path: str) -> None:
    assert ida.get(path).status_code == 200
    assert nils.get(path).status_code == 403


def test_only_a_supervisor_sees_what_waits(ida: Browser, nils: Browser) -> None:
    assert nils.get("/approvals").status_code == 200
    assert "Nothing waits for your word." in nils.text
    assert ida.get("/approvals").status_code == 403


def test_an_administrator_begins_at_the_set_up_and_reads_what_is_missing(ida: Browser) -> None:
    assert ida.path == "/register"
    assert "There is no line yet." in ida.text
    assert "There is no factory yet." in ida.text


def test_a_factory_is_added_changed_and_found(ida: Browser) -> None:
    ida.get("/register/factories/new")
    ida.send(
        "/register/factories/new",
        code="bl-01",
        name="Blue Lantern",
        country="cn",
        province="Lantern Province",
        workers="1200",
        brands="Moon\nStar",
        active="y",
    )
    assert ida.path == "/register/factories"
    assert "The factory is added." in ida.text
    found = factories.by_code("BL-01")
    assert found is not None
    assert found.brands == ("Moon", "Star")
    way = f"/register/factories/{found.id}"
    ida.get(way)
    ida.send(
        way,
        code="BL-01",
        name="Blue Lantern East",
        country="CN",
        province="Lantern Province",
        workers="1300",
        certified_until="2025-01-01",
        key_code=found.key_code,
        active="y",
    )
    ida.get("/register/factories?q=lantern+east")
    assert "1,300" in ida.text
    assert "over since" in ida.text
    ida.get("/register/factories?q=paper")
    assert "No factory has these words." in ida.text


def test_a_mistake_stands_beside_its_field_and_what_was_typed_is_kept(ida: Browser) -> None:
    ida.get("/register/factories/new")
    refused = ida.send(
        "/register/factories/new", code="?", name="Kite", country="China", province="P", workers="x"
    )
    assert refused.status_code == 400
    for name in ("code", "country", "workers"):
        assert f'id="{name}-error"' in ida.text
        assert re.search(rf'id="{name}"[^>]*|aria-describedby="[^"]*{name}-error', ida.text)
    assert 'value="Kite"' in ida.text
    assert factories.page().total == 0


def test_two_administrators_who_change_one_factory_lose_nothing(house: House, ida: Browser) -> None:
    upload(ida, "/register/factories/import", "file", (HEADER + "A1,Kite,CN,P,10\n").encode())
    found = factories.by_code("A1")
    assert found is not None
    way = f"/register/factories/{found.id}"
    fields = {
        "code": "A1",
        "country": "CN",
        "province": "P",
        "workers": "10",
        "active": "y",
        "key_code": found.key_code,
    }
    ida.get(way)
    stale = ida.hidden()
    ida.send(way, name="First", **fields)
    late = ida._ask(way, method="POST", data={**stale, **fields, "name": "Second"})
    assert late.status_code == 400
    assert "Somebody changed this factory meanwhile" in ida.text
    assert 'value="Second"' in ida.text
    ida.send(way, name="Second", **fields)
    again = factories.by_code("A1")
    assert again is not None
    assert again.name == "Second"


def test_an_import_names_every_wrong_row_and_keeps_nothing(ida: Browser) -> None:
    data = HEADER + "A1,Kite,CN,P,10\nA1,Crane,CN,P,ten\n"
    refused = upload(ida, "/register/factories/import", "file", data.encode())
    assert refused.status_code == 400
    assert "Nothing was imported" in ida.text
    assert "workers: Workers is a whole number" in ida.text
    assert factories.page().total == 0
    upload(ida, "/register/factories/import", "file", (HEADER + "A1,Kite,CN,P,10\n").encode())
    assert "1 added" in ida.text
    upload(ida, "/register/factories/import", "file", (HEADER + "A1,Kite,CN,P,11\n").encode())
    assert "is in the register already" in ida.text
    upload(
        ida,
        "/register/factories/import",
        "file",
        (HEADER + "A1,Kite,CN,P,11\n").encode(),
        update="y",
    )
    assert "1 changed" in ida.text


def test_mistakes_are_told_in_the_readers_language(ida: Browser) -> None:
    ida.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh-CN"
    data = HEADER + "A1,Kite,CN,P,10\nA1,Crane,CN,P,ten\nB1,,CN,P,5\nB2,x,CN,P,5\nB2,y,CN,P,5\n"
    upload(ida, "/register/factories/import", "file", data.encode())
    told = re.findall(r'<span dir="auto">([^<]*)</span></td>', ida.text)
    assert len(told) == 3
    assert not [line for line in told if re.search(r"[a-z]+ [a-z]+", line)]
    ida.get("/register/lines/new")
    wrong = {"mon": "9-12", "tue": "09:00-12:00, 11:00-13:00", "holidays": "soon", "name": ""}
    ida.send("/register/lines/new", **{**LINE, **wrong})
    told = re.findall(r'-error">.*?<span>([^<]*)</span>', ida.text)
    assert len(told) == 4
    assert not [line for line in told if re.search(r"[a-z]+ [a-z]+", line)]


def test_a_file_larger_than_other_forms_may_send_is_imported(ida: Browser) -> None:
    rows = "".join(f"K{n:05},Kite {'x' * 40},CN,Paper Province,10\n" for n in range(6000))
    assert len(rows) > 256 * 1024
    done = upload(ida, "/register/factories/import", "file", (HEADER + rows).encode())
    assert done.status_code == 200
    assert factories.page().total == 6000


@pytest.mark.parametrize(("size", "status"), [(LARGEST + 1, 400), (LARGEST + 200_000, 413)])
def test_too_large_a_file_is_refused_calmly(ida: Browser, size: int, status: int) -> None:
    refused = upload(ida, "/register/factories/import", "file", b"x" * size)
    assert refused.status_code == status


def test_an_import_without_a_file_says_so(ida: Browser) -> None:
    ida.get("/register/factories/import")
    refused = ida.send("/register/factories/import")
    assert refused.status_code == 400
    assert 'id="file-error"' in ida.text


def test_an_export_is_a_file_in_which_nothing_runs(ida: Browser) -> None:
    upload(ida, "/register/factories/import", "file", (HEADER + "A1,'=1+1,CN,P,10\n").encode())
    ida.get("/register/factories.csv")
    assert ida.page is not None
    assert ida.page.content_type == "text/csv; charset=utf-8"
    assert "attachment" in ida.page.headers["Content-Disposition"]
    assert "'=1+1" in ida.text


def test_a_new_line_and_a_new_number_need_a_supervisors_word(ida: Browser, nils: Browser) -> None:
    ida.get("/register/lines/new")
    ida.send("/register/lines/new", **LINE)
    assert "A supervisor must confirm" in ida.text
    assert lines.all_active() == ()
    nils.get("/approvals")
    assert "+860000000042; 110, 119, 120" in nils.text
    assert "Ida Ledger" in nils.text
    decide(nils, "confirm")
    (line,) = lines.all_active()
    way = f"/register/lines/{line.id}"
    ida.get(way)
    ida.send(way, **{**LINE, "number": "+860000000043", "mon": "10:00-11:00"})
    (line,) = lines.all_active()
    assert line.number == "+860000000042"
    ida.get(way)
    assert 'value="+860000000043"' in ida.text
    assert "counts until" in ida.text
    decide(nils, "refuse")
    assert "Everything stays as it is." in nils.text
    (line,) = lines.all_active()
    assert line.number == "+860000000042"


def test_every_mistake_of_a_line_stands_beside_its_field(ida: Browser) -> None:
    ida.get("/register/lines/new")
    wrong = {
        **LINE,
        "number": "12",
        "mon": "9-12",
        "zone": "Mars",
        "holidays": "soon",
        "language_2": "zh-Hans",
        "name": "",
        "emergency_numbers": "police",
    }
    refused = ida.send("/register/lines/new", **wrong)
    assert refused.status_code == 400
    for name in ("name", "number", "mon", "zone", "holidays", "language_1", "emergency_numbers"):
        assert f'id="{name}-error"' in ida.text, name
    assert lines.all_lines() == ()


def test_an_information_text_is_heard_at_once_an_emergency_text_after_a_supervisors_word(
    ida: Browser, nils: Browser
) -> None:
    way = a_confirmed_line(ida, nils) + "/texts/en"
    (line,) = lines.all_active()
    ida.get(way)
    assert "Rights information" in ida.text
    ida.get(f"{way}/rights_information")
    ida.send(f"{way}/rights_information", do="text", text="Ask us.")
    assert "Callers hear it from now on." in ida.text
    ida.get(f"{way}/emergency")
    ida.send(f"{way}/emergency", do="text", text="Help: {numbers}.")
    assert "A supervisor must confirm" in ida.text
    assert prompts.overrides(line.id, "") == {("en", "rights_information"): "Ask us."}
    nils.get("/approvals")
    assert "Help: {numbers}." in nils.text
    decide(nils, "confirm")
    assert prompts.overrides(line.id, "")["en", "emergency"] == "Help: {numbers}."
    ida.get(f"{way}/rights_information")
    ida.send(f"{way}/rights_information", do="standard")
    assert ("en", "rights_information") not in prompts.overrides(line.id, "")


def test_a_text_without_its_values_is_refused(ida: Browser, nils: Browser) -> None:
    way = a_confirmed_line(ida, nils) + "/texts/en/emergency"
    ida.get(way)
    refused = ida.send(way, do="text", text="Help yourself")
    assert refused.status_code == 400
    assert "{numbers}" in ida.text
    assert 'id="text-error"' in ida.text


def test_a_sound_is_uploaded_listened_to_and_refused_if_it_is_none(
    ida: Browser, nils: Browser
) -> None:
    way = a_confirmed_line(ida, nils) + "/texts/zh-Hans/closed"
    upload(ida, way, "sound", MP3 + bytes(600 * 1024), do="sound")
    assert "Callers hear it from now on." in ida.text
    ida.get(way)
    source = re.search(r'src="(/register/sounds/[^"]*)"', ida.text)
    assert source is not None
    heard = ida.get(source.group(1))
    assert heard.content_type == "audio/mpeg"
    assert heard.get_data().startswith(MP3)
    assert upload(ida, way, "sound", b"<script>", do="sound").status_code == 400
    assert "neither WAV nor MP3" in ida.text
    assert upload(ida, way, "sound", b"", do="sound").status_code == 400


def test_names_of_codes_are_changed_and_codes_added(ida: Browser) -> None:
    ida.get("/register/categories/W1")
    ida.send("/register/categories/W1", en="Late pay", zh_hans="", hi="")
    assert "Late pay<" in ida.text
    ida.get("/register/categories/W1")
    assert "Late or unpaid wages" in ida.text
    ida.get("/register/categories/new")
    ida.send("/register/categories/new", code="W8", en="Pay in kind")
    assert "Pay in kind<" in ida.text
    ida.get("/register/categories/W8")
    ida.send("/register/categories/W8/offer")
    assert "Offer again" in ida.text
    ida.get("/register/categories/new")
    assert ida.send("/register/categories/new", code="W8", en="x").status_code == 400
    assert ida.send("/register/categories/new", code="Z9", en="").status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/register/factories/00000000-0000-0000-0000-000000000000",
        "/register/lines/00000000-0000-0000-0000-000000000000",
        "/register/lines/00000000-0000-0000-0000-000000000000/texts/en",
        "/register/sounds/00000000-0000-0000-0000-000000000000",
        "/register/categories/Z9",
    ],
)
def test_what_does_not_exist_is_not_found(ida: Browser, path: str) -> None:
    assert ida.get(path).status_code == 404


def test_a_forged_form_changes_nothing(ida: Browser, nils: Browser) -> None:
    ida.get("/register/lines/new")
    ida.send("/register/lines/new", **LINE)
    nils.get("/approvals")
    way = re.search(r'action="(/approvals/[^"]*/confirm)"', nils.text)
    assert way is not None
    assert nils._ask(way.group(1), method="POST", data={}).status_code == 400
    assert lines.all_active() == ()
