"""What an auditor reads: every page and file, of published numbers alone, the same for all."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from helpline import jobs
from helpline.cases import views as cases
from helpline.extensions import db
from helpline.keys.rules import Role
from helpline.register import views as register_room
from helpline.reports.models import ChartRow, PortraitRow
from helpline.reports.rules.expecting import Certified
from helpline.reports.rules.layout import Kind
from helpline.reports.rules.periods import Grain
from helpline.reports.rules.release import Release, atoms_of
from helpline.reports.rules.tiers import Tier
from helpline.reports.service import drawing, portraying
from helpline.reports.views import words
from helpline.reports.views.jobs import PAGES
from helpline.unit_of_work import unit_of_work
from tests.web.accounts.accounts_house import START, Browser, House, opened
from tests.web.reports.published import invented, publish, register, releases_of


@pytest.fixture(scope="module")
def releases() -> list[Release]:
    return releases_of(invented())


@pytest.fixture
def house(tmp_path: Path, sqlite_url: str, releases: list[Release]) -> Iterator[House]:
    people = {"iris.ledger": Role.AUDITOR}
    with opened(tmp_path, sqlite_url, register_room, cases, people=people) as found:
        publish(releases)
        yield found


@pytest.fixture
def iris(house: House) -> Browser:
    browser = house.browser()
    browser.log_in("iris.ledger")
    return browser


def draw_all(app: Flask) -> None:
    """What the worker does, again and again."""
    waits = db.select(db.func.count()).select_from(PortraitRow).where(PortraitRow.drawn.is_(False))
    while True:
        with app.app_context():
            others = jobs.registered()[1] - {PAGES}
            jobs.run_periodic(START, dict.fromkeys(others, START))
            if not db.session.scalar(waits):
                return


def one(releases: list[Release], kind: Kind, tier: str) -> str:
    """A factory's or a group's code."""
    units = releases[-1].layout.units
    return next(unit.code for unit in units if unit.kind is kind and unit.tier.value == tier)


def test_every_subject_has_its_page(iris: Browser, releases: list[Release]) -> None:
    iris.get("/reports/places")
    found = re.findall(
        r'href="(/reports/(?:groups|provinces|countries|brands|programme)/[^"]*)"', iris.text
    )
    assert {path.split("/")[2] for path in found} == {
        "groups", "provinces", "countries", "brands", "programme",
    }  # fmt: skip
    for path in found:
        assert iris.get(path.replace("&#39;", "'")).status_code == 200, path
    assert any("%252F" in path for path in found), "a brand whose name has a slash has a page"
    assert iris.get("/reports/groups/nowhere").status_code == 404
    assert iris.get("/reports/brands/Nobody").status_code == 404


def test_a_factory_of_which_nothing_is_said_alone_leads_to_its_group(
    iris: Browser, releases: list[Release]
) -> None:
    group = next(unit for unit in releases[-1].layout.units if unit.kind is Kind.GROUP)
    iris.get(f"/reports/factories/{group.members[0]}")
    assert "No number is stated for this factory alone" in iris.text
    assert f'href="/reports/groups/{group.code}"' in iris.text
    assert "When a statement may become possible" in iris.text
    iris.get(f"/reports/groups/{group.code}")
    for code in group.members:
        assert f'href="/reports/factories/{code}"' in iris.text


def test_numbers_of_a_file_are_those_of_the_releases(
    iris: Browser, releases: list[Release]
) -> None:
    code = one(releases, Kind.FACTORY, "quarter")
    said = json.loads(iris.get(f"/reports/factories/{code}/numbers.json").data)
    assert said["read"].startswith("Counts are reported contacts")
    assert said["release"]["digest"] != ""
    assert said["release"]["rules"]["k"] == 5
    published = {
        (unit, period, part): value
        for release in releases
        for unit, period, part, value in atoms_of(release)
    }
    checked = 0
    for cell in said["cells"]:
        at = cell["at"]
        part = f"{at['attribute']}={at['code']}" if "attribute" in at else ""
        if cell["value"] is not None and cell["table"] != "T5":
            assert cell["value"] == published[at["subject"], at["period"], part]
            checked += 1
        else:
            assert (cell["rate"], cell["share"]) == (None, None)
    assert checked > 10


def test_the_table_and_the_json_are_the_same(iris: Browser, releases: list[Release]) -> None:
    for path in (f"factories/{one(releases, Kind.FACTORY, 'quarter')}", "programme/all"):
        said = json.loads(iris.get(f"/reports/{path}/numbers.json").data)["cells"]
        text = iris.get(f"/reports/{path}/numbers.csv").data.decode()
        rows = list(csv.DictReader(io.StringIO(text)))
        assert [row["value"] for row in rows] == [
            "" if cell["value"] is None else str(cell["value"]) for cell in said
        ]
        assert {row["read"] for row in rows} == {words.SENTENCE}


def test_files_of_a_tier_have_the_same_rows_in_the_same_order(
    iris: Browser, releases: list[Release]
) -> None:
    """Whatever is hidden: of two factories of one tier in both years only values differ."""
    tiers: dict[str, list[tuple[Kind, Tier]]] = {}
    for layout in (releases[0].layout, releases[-1].layout):
        for unit in layout.units:
            for code in unit.members:
                tiers.setdefault(code, []).append((unit.kind, unit.tier))
    shapes: dict[str, set[tuple[str, ...]]] = {}
    for code, of_years in tiers.items():
        if len(of_years) == 2 and all(kind is Kind.FACTORY for kind, _ in of_years):
            cells = json.loads(iris.get(f"/reports/factories/{code}/numbers.json").data)["cells"]
            shape = tuple(
                " ".join(cell["at"].get(name, "") for name in ("period", "attribute", "code"))
                for cell in cells
            )
            shapes.setdefault(str(of_years), set()).add(shape)
    assert sum(map(len, shapes.values())) == len(shapes) > 1


def test_a_factory_without_a_release_has_files_that_say_so(iris: Browser) -> None:
    with unit_of_work():
        register([Certified("Z-9", "CN", "P00", 450)], first=9000)
    iris.get("/reports/factories/Z-9")
    assert "No release speaks of this factory, alone or in a group." in iris.text
    assert json.loads(iris.get("/reports/factories/Z-9/numbers.json").data)["cells"] == []
    assert iris.get("/reports/factories/Z-9/page.pdf").status_code == 200
    assert iris.get("/reports/factories/Z-9/charts/rates.vl.json").status_code == 404


def test_charts_are_drawn_once_in_three_languages_and_go_with_the_next_release(
    house: House, iris: Browser, releases: list[Release]
) -> None:
    code = one(releases, Kind.FACTORY, "quarter")
    page = f"/reports/factories/{code}"
    iris.get(page)
    assert "<img" not in iris.text
    assert iris.get(f"{page}/charts/rates.svg").status_code == 404
    with unit_of_work():
        others = db.delete(PortraitRow).where(PortraitRow.code != code)
        db.session.execute(others)
    db.session.remove()
    draw_all(house.app)
    iris.get(page)
    assert f'src="{page}/charts/rates.svg"' in iris.text
    answer = iris.get(f"{page}/charts/rates.svg")
    assert answer.mimetype == "image/svg+xml"
    assert b"for each 1,000 workers" in answer.data
    found = {
        row.language: drawing.chart("factory", code, row.language, "category")
        for row in db.session.scalars(db.select(ChartRow).where(ChartRow.name == "category"))
    }
    assert set(found) == {"en", "zh-Hans", "hi"}
    assert len(set(found.values())) == 3
    described = json.loads(iris.get(f"{page}/charts/rates.vl.json").data)
    assert described["$schema"].startswith("https://vega.github.io/schema/vega-lite/")
    paper = iris.get(f"{page}/page.pdf").data
    assert paper.startswith(b"%PDF-")
    assert paper == iris.get(f"{page}/page.pdf").data, "the same for every reader"
    with unit_of_work():
        assert not portraying.keep_up()
        db.session.execute(db.update(PortraitRow).values(release=1))
    with unit_of_work():
        assert portraying.keep_up(), "as after another publication"
    assert db.session.scalar(db.select(db.func.count()).select_from(ChartRow)) == 0


def test_pages_that_an_upgrade_emptied_are_written_anew(house: House) -> None:
    with unit_of_work():
        db.session.execute(db.delete(PortraitRow))
    with unit_of_work():
        assert portraying.keep_up()
    assert portraying.of("programme", "all")


def test_factories_are_compared_in_the_order_of_codes(
    iris: Browser, releases: list[Release]
) -> None:
    units = [unit for unit in releases[-1].layout.units if unit.kind is Kind.FACTORY]
    codes = [unit.code for unit in units if unit.tier.value == "quarter"][:2]
    iris.get(f"/reports/compare?f={codes[1]}&f={codes[0]},NO-1")
    assert "This is not a ranking" in iris.text
    assert re.findall(r'href="/reports/factories/(F-\d+)"', iris.text)[:2] == codes
    assert "NO-1" in iris.text
    assert (
        iris.get("/reports/compare?f=" + "+".join(f"F-{n:04}" for n in range(7))).status_code == 400
    )


def test_a_total_is_what_anybody_can_add_up(iris: Browser, releases: list[Release]) -> None:
    checked = 0
    for country in ("CN", "IN", "VN"):
        cells = json.loads(iris.get(f"/reports/countries/{country}/numbers.json").data)["cells"]
        said = {cell["at"]["period"]: cell["value"] for cell in cells if "code" not in cell["at"]}
        for release in releases:
            assert said[release.closed.name] == added_up(release, country)
            checked += 1
    assert checked == 3 * len(releases)


def added_up(release: Release, country: str) -> int:
    """The contacts of a country in the quarter of a release, months in the place of their sum."""
    own = [
        row
        for row in release.contacts
        if row.value is not None and release.layout.by_code[row.unit].country == country
    ]
    quarters = [row.value or 0 for row in own if row.period.grain is Grain.QUARTER]
    pools = [
        pool.contacts
        for pool in release.pools
        if pool.country == country and pool.period.grain is Grain.QUARTER
    ]
    return sum(quarters) + sum(pools)
