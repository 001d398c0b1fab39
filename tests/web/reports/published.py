"""Releases of a synthetic world as they stand in a database, for whoever reads them."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from hashlib import sha256
from uuid import UUID

from helpline.extensions import db
from helpline.register.models import Factory
from helpline.register.service import taxonomy
from helpline.reports.models import ReleaseRow
from helpline.reports.rules.canonical import body, digest
from helpline.reports.rules.expecting import Certified
from helpline.reports.rules.release import Release
from helpline.reports.service import portraying
from helpline.unit_of_work import unit_of_work
from tests.unit.reports.closing import Publisher
from tests.unit.reports.synthetic import world
from tests.web.accounts.accounts_house import START

SOMEBODY = UUID(int=7)
YEARS = (2024, 2025)


@cache
def releases_of(certified: tuple[Certified, ...], years: tuple[int, ...] = YEARS) -> list[Release]:
    """What two years of these factories would have published."""
    found = replace(world(3, factories=len(certified), years=years), factories=certified)
    publisher = Publisher(found, rate=20.0)
    publisher.close_years(*years)
    return publisher.releases


def invented(many: int = 60) -> tuple[Certified, ...]:
    """Factories of several provinces, sizes and brands; one name holds a slash."""
    return tuple(
        replace(one, brands=("Kite / Sail",) if n % 2 else ("Lantern",))
        for n, one in enumerate(world(3, factories=many, years=YEARS).factories)
    )


def register(certified: Sequence[Certified], first: int = 5000) -> None:
    """Put factories into the register; `first`: the digits of the first one's poster."""
    for n, one in enumerate(certified, first):
        row = Factory(code=one.code, key_code=f"{n}", name=f"Papercrane {one.code}")
        row.country, row.province, row.workers = one.country, one.province, one.workers
        row.brands = list(one.brands)
        db.session.add(row)


def stand(releases: Sequence[Release]) -> None:
    """Let these releases be published; their signatures are nobody's, and no page reads them. The
    pages come with the worker's next round."""
    for release in releases:
        data = body(release)
        row = ReleaseRow(
            number=release.number,
            period=release.closed.name,
            previous=release.previous,
            digest=digest(data),
            body=data,
            published=release.prepared,
            audit={"tested": 1000, "findings": 0},
            sealed=b"",
            generation=1,
        )
        for part in ("publisher", "approver"):
            setattr(row, f"{part}_id", SOMEBODY)
            setattr(row, f"{part}_key", sha256(part.encode()).digest())
            setattr(row, f"{part}_signature", bytes(64))
        db.session.add(row)


def publish(releases: Sequence[Release]) -> None:
    """The taxonomy, the invented register, these releases, and the worker's round after them."""
    with unit_of_work():
        taxonomy.install(START.date())
        register(invented())
        stand(releases)
    with unit_of_work():
        assert portraying.keep_up()
