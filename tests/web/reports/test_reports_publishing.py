"""Two publishers close a quarter in the browser; an auditor takes the release and checks it."""

import json
import re
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

from helpline.reports.service import portraying
from helpline.unit_of_work import unit_of_work
from tests.services.reports.conftest import FACTORIES, FIRST, after
from tests.web.accounts.accounts_house import Browser, House

SCRIPT = Path(__file__).parents[3] / "docs" / "verify_releases.py"


def logged_in(house: House, name: str) -> Browser:
    browser = house.browser()
    browser.log_in(name)
    return browser


def presses(browser: Browser, label: str, name: str, page: str = "/reports/close") -> None:
    """Press the button of a form that has nothing but a button; confirm once more if asked."""
    form = rf'<form method="post" action="([^"]*)"[^>]*>(?:(?!</form>).)*<span>{label}</span>'
    found = re.search(form, browser.text, re.DOTALL)
    assert found, browser.text
    browser.send(found[1])
    if browser.path == "/confirm":
        browser.confirm(name)
        browser.get(page)
        again = re.search(form, browser.text, re.DOTALL)
        if again:
            browser.send(again[1])


def waits_for_the_check(browser: Browser) -> None:
    deadline = time.monotonic() + 60
    while "check is running" in browser.text and time.monotonic() < deadline:
        time.sleep(0.3)
        browser.get("/reports/close")


def closed_by_two(house: House) -> None:
    nils = logged_in(house, "nils.compass")
    nils.get("/reports/close")
    assert "Close 2025-Q1" in nils.text
    presses(nils, "Close and check", "nils.compass")
    waits_for_the_check(nils)
    assert "0 findings" in nils.text
    assert "You prepared this release" in nils.text
    mara = logged_in(house, "mara.slate")
    mara.get("/reports/close/plan")
    assert "GD-1" in mara.text
    assert "5 workers or more" in mara.text
    assert "nothing yet: its period is not over" in mara.text
    mara.get("/reports/close/plan?q=gd-2&page=7")
    assert "GD-1" not in mara.text
    mara.get("/reports/close")
    presses(mara, "Publish", "mara.slate")
    assert "It can never change" in mara.text
    with unit_of_work():
        assert portraying.keep_up(), "what the worker does in its next round"


def test_two_publish_and_an_auditor_verifies(house: House, tmp_path: Path) -> None:
    closed_by_two(house)
    iris = logged_in(house, "iris.ledger")
    iris.get("/reports")
    assert "2025-Q1" in iris.text
    files = tmp_path / "downloaded"
    files.mkdir()
    for name in ("release-1.json", "release-1.signatures.json"):
        answer = iris.get(f"/reports/releases/{name.removeprefix('release-')}")
        assert answer.status_code == 200
        (files / name).write_bytes(answer.data)
    said = json.loads((files / "release-1.json").read_bytes())
    assert said["method"] == "sealed-atoms/1"
    command = [sys.executable, str(SCRIPT), str(files)]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout) == (0, "release-1.json holds\n")
    (files / "release-1.json").write_bytes((files / "release-1.json").read_bytes() + b" ")
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert "is not what was signed" in told.stdout


def test_an_auditor_reads_what_is_said_of_a_factory(house: House) -> None:
    iris = logged_in(house, "iris.ledger")
    iris.get("/reports/factories")
    assert "This is not a ranking." in iris.text
    listed = re.findall(r'href="/reports/factories/(GD-\d)"', iris.text)
    assert listed == sorted(FACTORIES)
    iris.get("/reports/factories/GD-1")
    assert "No release speaks of this factory, alone or in a group." in iris.text
    closed_by_two(house)
    said = json.loads(iris.get("/reports/factories/GD-1/numbers.json").data)
    number = said["cells"][0]
    assert (number["at"]["period"], number["status"]) == ("2025-Q1", "ok")
    assert said["release"]["audit"]["findings"] == 0
    assert said["release"]["audit"]["tested"] > 0
    iris.get("/reports/factories/GD-1")
    assert f">{number['value']}</td>" in iris.text
    assert "Whether it changed cannot be said." in iris.text
    iris.get("/reports/factories/GD-6")
    assert "No release speaks of this factory, alone or in a group." in iris.text
    assert iris.get("/reports/factories/GD-99").status_code == 404


def test_a_quarter_that_is_still_open_cannot_be_closed(house: House) -> None:
    house.now = after(FIRST) - timedelta(days=2)
    nils = logged_in(house, "nils.compass")
    nils.get("/reports/close")
    assert "From 15 May 2025 on." in nils.text or "Open for what comes late" in nils.text
    assert 'aria-disabled="true"' in nils.text


def test_an_auditor_sees_no_plan_and_closes_nothing(house: House) -> None:
    nils = logged_in(house, "nils.compass")
    nils.get("/reports/close")
    presses(nils, "Close and check", "nils.compass")
    iris = logged_in(house, "iris.ledger")
    for path in ("/reports/close", "/reports/close/now", "/reports/close/plan"):
        assert iris.get(path).status_code in {403, 404}
    iris.get("/reports")
    assert "There is no release yet." in iris.text
    assert iris.get("/reports/releases/1.json").status_code == 404
