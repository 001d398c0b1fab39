"""A part of a release for a reader of some factories: the same rows, and no others.

    part(json.loads(body), digest(body), ["GD-0417"], {2025: ["GD-g2"]})

Whatever can be learned from it can be learned from the release. It names the release's digest,
which is what is signed; a reader of the whole can tell whether a part's rows stand in it.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from helpline.reports.rules.periods import Period

SCHEMA: Final = "helpline-release-part/1"
_AS_THEY_ARE: Final = ("method", "number", "period", "prepared", "rules", "attributes")


def part(
    whole: Mapping[str, Any],
    digest: str,
    factories: Collection[str],
    before: Mapping[int, Collection[str]],
) -> dict[str, Any]:
    """The rows that speak of these factories, in the order of the whole.

    before: the units by which they were spoken of in earlier years; of its own year a release says
    it itself.
    """
    year = whole["layout"]["year"]
    codes = frozenset(factories)
    spoken = [one for one in whole["layout"]["units"] if not codes.isdisjoint(one["members"])]
    now = frozenset(unit["code"] for unit in spoken)
    units = {**before, year: now}
    return {
        "schema": SCHEMA,
        "release": digest,
        **{name: whole[name] for name in _AS_THEY_ARE},
        "layout": {"year": year, "units": spoken},
        "contacts": [row for row in whole["contacts"] if row["unit"] in now],
        "pools": [pool for pool in whole["pools"] if not now.isdisjoint(pool["members"])],
        "divided": [
            row
            for row in whole["divided"]
            if row["unit"] in units.get(Period.named(row["period"]).last_year, ())
        ],
    }
