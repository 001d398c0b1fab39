"""What all releases say of the whole programme: sums that anybody can make of them, nothing else.

    programme(releases).contacts        of everything that was ever published

Atoms and pools do not overlap, so their sum is a number of contacts. What is withheld is not in it,
and of how many factories nothing is said yet is told beside it (REPORTS.md 3.2 T5).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from helpline.reports.rules.bodies import percent
from helpline.reports.rules.periods import Grain
from helpline.reports.rules.release import Contacts, Release, Status

ATTRIBUTES: Final = ("category", "outcome")


@dataclass(frozen=True, slots=True)
class Year:
    """One year of releases. told: factories of which, alone or with others, a number is said."""

    year: int
    contacts: int
    told: int
    factories: int


@dataclass(frozen=True, slots=True)
class Share:
    """One value of an attribute, "" for what is not shown: its contacts, and its share."""

    code: str
    contacts: int
    percent: int


@dataclass(frozen=True, slots=True)
class Programme:
    """The newest year first. divided: attribute -> its values as they are printed."""

    contacts: int
    years: tuple[Year, ...]
    divided: dict[str, tuple[Share, ...]]


def programme(releases: Sequence[Release]) -> Programme:
    """Sum up."""
    contacts: Counter[int] = Counter()
    told: dict[int, set[str]] = {}
    factories: dict[int, set[str]] = {}
    for release in releases:
        year = release.layout.year
        members = {unit.code: unit.members for unit in release.layout.units}
        factories.setdefault(year, set()).update(*members.values())
        said = told.setdefault(year, set())
        for row in _atoms(release):
            contacts[year] += row.value or 0
            said.update(members[row.unit])
        for pool in release.pools:
            contacts[year] += pool.contacts
            said.update(*(members[code] for code in pool.members))
    years = (
        Year(year, contacts[year], len(told[year]), len(factories[year]))
        for year in sorted(told, reverse=True)
    )
    divided = {name: _divided(releases, name) for name in ATTRIBUTES}
    return Programme(contacts.total(), tuple(years), divided)


def _atoms(release: Release) -> list[Contacts]:
    """The rows that are no sum of others: a quarter whose months are said is one."""
    said = [row for row in release.contacts if row.status is Status.OK]
    monthly = {row.unit for row in said if row.period.grain is Grain.MONTH}
    return [row for row in said if row.unit not in monthly or row.period.grain is Grain.MONTH]


def _divided(releases: Sequence[Release], attribute: str) -> tuple[Share, ...]:
    """Published parts of all units added up; what each did not show is "" together."""
    found: Counter[str] = Counter()
    printed: dict[str, None] = {}
    for release in releases:
        if attribute in release.attributes:
            printed |= dict.fromkeys(release.attributes[attribute].values)
        for cut in release.divided:
            if cut.attribute == attribute and cut.said is not None:
                found.update(cut.said.listed)
                found[""] += cut.said.other
    whole = found.total()
    codes = (code for code in (*printed, "") if code in found)
    return tuple(Share(code, found[code], percent(found[code] / whole)) for code in codes)
