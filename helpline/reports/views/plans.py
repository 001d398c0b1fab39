"""What a closing would publish, unit by unit, for the publisher who made it and the one who reads
it before it is published. Nothing stands here that readers would not see."""

from collections import defaultdict
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from helpline.accounts.views import principal
from helpline.errors import NotFound
from helpline.keys.rules import Role
from helpline.reports.rules.layout import Unit
from helpline.reports.rules.release import Contacts, Divided, Release
from helpline.reports.service import closing
from helpline.reports.views import words
from helpline.security import allow
from helpline.unit_of_work import reads

UNITS_A_PAGE = 40


@dataclass(frozen=True, slots=True)
class Row:
    """A unit, and what is said of it."""

    unit: Unit
    contacts: tuple[Contacts, ...]
    divided: tuple[Divided, ...]


def register(blueprint: Blueprint) -> None:
    """Add this page to the room's blueprint."""
    blueprint.add_url_rule("/reports/close/plan", "plan", plan)


@reads
@allow(Role.SUPERVISOR)
def plan() -> ResponseReturnValue:
    """The plan of the quarter that is being closed."""
    row = closing.under_way()
    if row is None:
        raise NotFound
    release = closing.look(principal(), row).release
    wanted = request.args.get("q", "")[:100].strip()
    units = [one for one in release.layout.units if wanted.lower() in _known_as(one)]
    number = max(1, request.args.get("page", 1, type=int))
    first = (number - 1) * UNITS_A_PAGE
    return render_template(
        "reports/plan.html",
        release=release,
        rows=_rows(release, units[first : first + UNITS_A_PAGE]),
        wanted=wanted,
        number=number,
        first=first,
        total=len(units),
        tiers=words.TIERS,
        attributes=words.ATTRIBUTES,
    )


def _known_as(unit: Unit) -> str:
    return " ".join((unit.code, unit.province, *unit.members)).lower()


def _rows(release: Release, units: list[Unit]) -> list[Row]:
    contacts: defaultdict[str, list[Contacts]] = defaultdict(list)
    divided: defaultdict[str, list[Divided]] = defaultdict(list)
    for said in release.contacts:
        contacts[said.unit].append(said)
    for cut in release.divided:
        divided[cut.unit].append(cut)
    return [Row(one, tuple(contacts[one.code]), tuple(divided[one.code])) for one in units]
