"""Two organisations that differ by a few hidden contacts are the same for whoever reads.

Everything a reader can reach is fetched from both and compared byte for byte: pages, files, their
headers and sizes, answers to parameters that nobody offers, and what the server logs meanwhile.
"""

import logging
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import pytest

from helpline.cases import views as cases
from helpline.keys.rules import Role
from helpline.register import views as register
from helpline.reports.rules.periods import Period
from helpline.reports.service import attacking, checking, closing, portraying
from helpline.unit_of_work import unit_of_work
from tests.services.reports.conftest import (
    RATE,
    Contact,
    after,
    code_contacts,
    contacts,
    expect_rate,
    furnish,
    year,
)
from tests.web.accounts.accounts_house import Browser, House, opened

LARGE = ("GD-1", "GD-2")
CHANGING = re.compile(
    rb'(name="csrf_token"[^>]*value="[^"]*"|value="[^"]*"[^>]*name="csrf_token"'
    rb'|"X-CSRFToken": ?"[^"]*"|nonce="[^"]*"|content="[^"]*" name="csrf[^"]*")'
)
LINK = re.compile(r'(?:href|src|hx-get|data-src)="(/reports[^"#]*)"')
NOBODY_OFFERS = (
    "?k=1",
    "?category=V",
    "?period=2025-Q1&factory=GD-3",
    "?from=2025-01-01&to=2025-01-31",
    "?format=csv",
    "?group_by=month",
)
HEADERS = ("Content-Length", "Content-Type", "ETag", "Last-Modified")
Answer = tuple[int, bytes, tuple[str | None, ...]]


def hidden() -> list[Contact]:
    """Few enough to be said nowhere: by factory, by quarter and together."""
    days = [quarter.begins for quarter in year(2025)]
    return [
        *(Contact("GD-3", day, 70 + n, "V1") for n, day in enumerate(days)),
        *(Contact("GD-4", day, 80 + n, "P1") for n, day in enumerate(days[:2])),
        *(Contact("GD-5", days[3], 90 + n, "W1") for n in range(2)),
    ]


def shown() -> list[Contact]:
    return [one for one in contacts(4, *year(2025)) if one.factory in LARGE]


@contextmanager
def house_of(folder: Path, template: Path, coded: Sequence[Contact]) -> Iterator[House]:
    """An installation that closed a year of these contacts."""
    folder.mkdir()
    shutil.copy(template, folder / "helpline.sqlite3")
    url = f"sqlite:///{folder / 'helpline.sqlite3'}"
    people = {"mara.slate": Role.SUPERVISOR, "iris.ledger": Role.AUDITOR}
    with opened(folder, url, register, cases, people=people) as house:
        expect_rate(house.app)
        with unit_of_work():
            line = furnish()
        with unit_of_work():
            code_contacts(house.site, line, coded)
        for quarter in year(2025):
            close(house, quarter)
        yield house


def close(house: House, quarter: Period) -> None:
    house.now = after(quarter)
    with unit_of_work():
        handed = closing.prepare(house.principal("nils.compass"), quarter, RATE, house.now)
    url = str(house.app.extensions["helpline.config"].database.url)
    attacking.run(checking.given(handed, url))
    with unit_of_work():
        closing.publish(house.principal("mara.slate"), quarter, house.now)
    with unit_of_work():
        portraying.keep_up()


def reached(house: House) -> Mapping[str, Answer]:
    """Whatever an auditor comes to by following links, each with parameters nobody offers."""
    browser = house.browser()
    browser.log_in("iris.ledger")
    waiting = ["/reports", "/reports/factories", "/reports/factories/GD-99", "/reports/close"]
    found: dict[str, Answer] = {}
    while waiting:
        path = waiting.pop(0)
        if path in found or "signatures" in path:
            continue
        found[path] = fetched(browser, path)
        if b"<html" in found[path][1]:
            text = found[path][1].decode()
            waiting += sorted(unescape(link) for link in set(LINK.findall(text)))
    for path in list(found):
        if "?" not in path:
            found |= {path + more: fetched(browser, path + more) for more in NOBODY_OFFERS}
    return found


def fetched(browser: Browser, path: str) -> Answer:
    answer = browser.get(path)
    kept = tuple(answer.headers.get(name) for name in HEADERS)
    return answer.status_code, CHANGING.sub(b"", answer.data), kept


@pytest.fixture(scope="module")
def both(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> tuple[Mapping[str, Answer], Mapping[str, Answer], list[list[str]]]:
    folder, logged = tmp_path_factory.mktemp("readers"), []
    answers = []
    for name, coded in (("few", [*shown(), *hidden()]), ("nobody", shown())):
        with heard() as lines, house_of(folder / name, sqlite_template, coded) as house:
            answers.append(reached(house))
        logged.append(lines)
    return answers[0], answers[1], logged


@contextmanager
def heard() -> Iterator[list[str]]:
    """What is logged meanwhile, by whom, with every word of it but identifiers and times."""
    lines: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            told = record.getMessage()
            lines.append(f"{record.name} {re.sub(r'[0-9a-f-]{32,}|[0-9.]+ ?ms', '', told)}")

    ear, root = Ear(logging.INFO), logging.getLogger()
    root.addHandler(ear)
    try:
        yield lines
    finally:
        root.removeHandler(ear)


def test_a_few_and_nobody_are_the_same_to_whoever_reads(
    both: tuple[Mapping[str, Answer], Mapping[str, Answer], list[list[str]]],
) -> None:
    few, nobody, _ = both
    assert {path for path in few if "GD-3" in path}
    assert any(status == 200 and b"lt_k" in body for status, body, _ in few.values())
    assert list(few) == list(nobody)
    assert [path for path in few if few[path] != nobody[path]] == []


def test_what_nobody_offers_changes_nothing(
    both: tuple[Mapping[str, Answer], Mapping[str, Answer], list[list[str]]],
) -> None:
    few, _, _ = both
    for path, (status, body, _) in few.items():
        plain, asked, _ = path.partition("?")
        if asked and f"?{asked}" in NOBODY_OFFERS:
            assert (path, status, body) == (path, *few[plain][:2])


def test_logs_tell_them_apart_neither(
    both: tuple[Mapping[str, Answer], Mapping[str, Answer], list[list[str]]],
) -> None:
    _, _, (few, nobody) = both
    assert few == nobody
