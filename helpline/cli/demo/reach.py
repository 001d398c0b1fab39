"""What the demo's auditor and administrator have recorded at the invented factories."""

import random
import uuid
from collections.abc import Mapping
from datetime import date, timedelta

from helpline.cli.demo import cast
from helpline.columns import utc_now
from helpline.keys.rules import Role
from helpline.keys.service.site import Site
from helpline.register.rules.reach import Reached, ReachKind, ReachValues, Todo
from helpline.register.service import assigned, factories, reach_upkeep
from helpline.register.service.assigned import Choice
from helpline.register.service.author import Author

_UNTOUCHED = 5
"""Every fifth factory has nothing recorded: that is what most look like at first."""


def fill(site: Site, people: Mapping[Role, uuid.UUID]) -> None:
    """Assign the auditor a province and the sponsor a brand; record what was done there."""
    chance = random.Random(5)  # noqa: S311  the same invented facts each time
    keeper = Author(site, people[Role.ADMINISTRATOR], Role.ADMINISTRATOR)
    auditor = Author(site, people[Role.AUDITOR], Role.AUDITOR)
    now = utc_now()
    assigned.assign(keeper, people[Role.AUDITOR], Choice(province=cast.PROVINCES[0]), now)
    assigned.assign(keeper, people[Role.SPONSOR], Choice(brand=cast.BRANDS[0]), now)
    for number, factory in enumerate(factories.all_factories()):
        if number % _UNTOUCHED == _UNTOUCHED - 1:
            continue
        day = now.date() - timedelta(days=chance.randrange(20, 500))
        for values in _by_keeper(chance, day, factory.workers):
            reach_upkeep.record(keeper, factory.id, values, now)
    for number, factory in enumerate(factories.all_factories(auditor.person)):
        if number % _UNTOUCHED != _UNTOUCHED - 1:
            day = now.date() - timedelta(days=chance.randrange(20, 450))
            for values in _by_auditor(chance, day, factory.workers):
                reach_upkeep.record(auditor, factory.id, values, now)


def _by_keeper(chance: random.Random, day: date, workers: int) -> list[ReachValues]:
    later = day + timedelta(days=3)
    return [
        ReachValues(ReachKind.CARDS, day, round(workers * chance.uniform(0.5, 1))),
        ReachValues(ReachKind.TRAINING, later, round(workers * chance.uniform(0.1, 0.8))),
    ]


def _by_auditor(chance: random.Random, day: date, workers: int) -> list[ReachValues]:
    expected = 3 + workers // 200
    found = expected - chance.choice((0, 0, 1, 2))
    todo = (Todo.HANG,) if found < expected else ()
    reached = chance.choice((Reached.COUNSELLOR, Reached.COUNSELLOR, Reached.VOICEMAIL))
    return [
        ReachValues(ReachKind.POSTERS, day, found, expected, todo),
        ReachValues(ReachKind.TEST_CALL, day, reached=reached, inside=chance.random() < 0.8),
    ]
