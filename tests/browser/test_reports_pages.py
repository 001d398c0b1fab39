"""Auditors' pages with two years of releases: axe finds nothing, nothing scrolls sideways; charts
are drawn by the worker; what is read on paper stands in the PDF."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import func, select, update

from helpline.cli.common import make_app, read_config
from helpline.extensions import db
from helpline.reports.models import PortraitRow
from helpline.reports.rules.layout import Kind
from helpline.reports.rules.release import Release
from helpline.reports.service import portraying
from helpline.unit_of_work import unit_of_work
from tests.browser.demo import Demo
from tests.browser.looks import complaints
from tests.browser.navigators.house import House
from tests.load.storms import storm
from tests.web.reports.published import invented, register, releases_of, stand

pytestmark = [pytest.mark.browser, *storm]
PATIENCE_SECONDS = 120


class Readings:
    """A demo in which two years of releases were published."""

    def __init__(self, demo: Demo, releases: list[Release]) -> None:
        self.demo, self._units = demo, releases[-1].layout.units

    def code(self, kind: Kind, tier: str = "") -> str:
        """A unit's code."""
        return next(
            one.code for one in self._units if one.kind is kind and tier in ("", one.tier.value)
        )

    @property
    def pages(self) -> tuple[str, ...]:
        """Each kind of page."""
        group = next(one for one in self._units if one.kind is Kind.GROUP)
        alone, quarterly = self.code(Kind.FACTORY, "year"), self.code(Kind.FACTORY, "quarter")
        return (
            "/reports", "/reports/places", f"/reports/factories/{group.members[0]}",
            f"/reports/factories/{quarterly}", f"/reports/factories/{alone}",
            f"/reports/groups/{group.code}", "/reports/programme/all",
            f"/reports/countries/{group.country}", "/reports/brands/Lantern",
            f"/reports/compare?f={alone},{quarterly},{group.members[0]}",
        )  # fmt: skip


@pytest.fixture(scope="module")
def readings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Readings]:
    demo = Demo.start(tmp_path_factory.mktemp("readings") / "state", 1)
    releases = releases_of(invented())
    found = Readings(demo, releases)
    app = make_app(read_config(Path(demo.folder) / "config.toml"))
    looked_at = [page.rpartition("/")[2] for page in found.pages]
    waits = select(func.count()).select_from(PortraitRow).where(PortraitRow.drawn.is_(False))
    with app.app_context():
        with unit_of_work():
            register(invented())
            stand(releases)
        with unit_of_work():
            portraying.keep_up()
        with unit_of_work():
            others = update(PortraitRow).where(PortraitRow.code.not_in(looked_at))
            db.session.execute(others.values(drawn=True))
        until = time.monotonic() + PATIENCE_SECONDS
        while db.session.scalar(waits) and time.monotonic() < until:
            db.session.remove()
            time.sleep(0.5)
        db.session.remove()
    yield found
    demo.stop()


@pytest.fixture
def iris(browser: Browser, readings: Readings) -> Iterator[House]:
    made = House(browser, readings.demo, {}, bypass_csp=True)
    yield made
    made.close()


def test_every_page_of_published_numbers_is_looked_at(iris: House, readings: Readings) -> None:
    auditor = iris.auditor()
    found, pictures = [], 0
    for path in readings.pages:
        auditor.opens(path)
        found += complaints(auditor.page)
        broken = "[...document.images].filter(one => one.naturalWidth === 0).map(one => one.src)"
        assert auditor.page.evaluate(broken) == []
        pictures += auditor.page.locator(".chart img").count()
    assert found == []
    assert pictures >= 6


def test_a_chart_has_its_numbers_as_a_table(iris: House, readings: Readings) -> None:
    auditor = iris.auditor()
    auditor.opens(f"/reports/factories/{readings.code(Kind.FACTORY, 'quarter')}")
    page = auditor.page
    table = page.locator("#numbers table")
    assert not table.is_visible()
    page.locator("#numbers summary").click()
    assert table.is_visible()
    assert "for each 1,000 workers" in (page.locator("#numbers img").get_attribute("alt") or "")
