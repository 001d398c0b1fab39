"""A release's bytes are what was signed: however they are written, they stay the same."""

import hashlib
from datetime import date

from helpline.reports.rules.attributes import Attribute
from helpline.reports.rules.breakdowns import Breakdown
from helpline.reports.rules.canonical import body, read
from helpline.reports.rules.counts import NEVER
from helpline.reports.rules.layout import Kind, Layout, Unit
from helpline.reports.rules.periods import Period
from helpline.reports.rules.pools import Pool
from helpline.reports.rules.release import Contacts, Divided, Release, Status
from helpline.reports.rules.tiers import Tier

QUARTER, YEAR = Period.named("2025-Q4"), Period.named("2025")
GROUP = Unit("G-1", Kind.GROUP, "CN", "灯省", Tier.YEAR, 900, ("A", "B", "C"), ("Kite",), "灯省")
SMALL = Release(
    number=4,
    previous="ab" * 32,
    closed=QUARTER,
    prepared=date(2026, 2, 16),
    rules={"k": 5, "lag_days": 45},
    layout=Layout(
        2025, (Unit("A", Kind.FACTORY, "CN", "Lampshire", Tier.MONTH, 4000, ("A",)), GROUP)
    ),
    attributes={"category": Attribute("category", {"W": 5, "S": 10, "H": 5, "-": NEVER})},
    contacts=(
        Contacts("A", QUARTER, Status.OK, 12),
        Contacts("A", Period.named("2025-10"), Status.WITHHELD, None),
        Contacts("G-1", YEAR, Status.POOLED, None, "CN-all"),
        Contacts("G-1", QUARTER, Status.LT_K, None),
    ),
    pools=(Pool("CN", "", YEAR, ("G-1", "G-2", "G-3"), 7),),
    divided=(
        Divided("A", YEAR, "category", Breakdown({"W": 6}, 6, ("S", "H", "-"))),
        Divided("G-1", YEAR, "category", None),
    ),
)


def test_the_bytes_of_a_release_are_those_that_were_signed_before() -> None:
    assert hashlib.sha256(body(SMALL)).hexdigest() == (
        "5ea0a87c1eccda3368e8307598224ac0dfe3dfcad9f831c04989c12cc4f968b2"
    )
    assert body(SMALL).startswith(b'{"attributes":[{"groups":[],"name":"category","values":[')
    assert read(body(SMALL)) == SMALL
