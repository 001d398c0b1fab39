"""Cases for the benchmarks of the desk, made by the code that makes them in truth.

    made = make(house, house.counsellors[0], cases=1000, entries=10)
    fill(house, up_to=100_000)

Contacts come in through `intake.receive`; the counsellor claims each, codes it and writes notes,
and texts come in between. Many to a transaction, since nobody waits for these.
"""

import itertools
import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import func, select

from helpline.cases.models import Case
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.service import assignment, coding, intake, writing
from helpline.cases.service.coding import Coding
from helpline.cases.service.intake import Contact
from helpline.columns import utc_now
from helpline.extensions import db
from helpline.keys.service.principal import Principal
from helpline.keys.service.site import Site
from helpline.register.service import taxonomy
from tests.installation import LINE, Installation, Person

RARE = "papercrane"
"""Stands in every `EVERY`th case that `make` makes: what the search looks for."""
EVERY = 20
LONG = 30
"""Entries of the cases that are opened."""
LONG_CASES = 20
RECEIVED, WORKED = 500, 25
"""Cases to a transaction."""
FIRST_ENTRIES = 3
"""The contact, the claim, the coding."""
_CODES = (("W1", 1), ("W1", 2), ("H1", 2), ("S1", 1))
_VOCABULARY = (
    "wages overtime dormitory canteen supervisor shift night contract copy deposit passport fine "
    "toilet fan heat gloves glue smell fire exit locked stairs gate clinic leave letter signed "
    "quota line leader shouted month late bank card cash slip hours counted wrong asked answered "
    "afraid roommate sister village train home festival "
    "工资 加班 宿舍 组长 合同 迟发 वेतन मज़दूरी छुट्टी"
)
_WORDS = tuple(_VOCABULARY.split())

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Made:
    """What a counsellor holds now; `long`: the cases of `LONG` entries among `cases`."""

    cases: tuple[uuid.UUID, ...]
    long: tuple[uuid.UUID, ...]


def make(
    house: Installation, person: Person, cases: int, entries: int, long: int = LONG_CASES
) -> Made:
    """Give a counsellor so many cases of so many entries each; the first `long` have `LONG`."""
    chance = random.Random(cases)
    _taxonomy(house)
    ids = _receive(house, cases, chance, rare=True)
    for part in _parts(ids, WORKED):
        with house.work() as site:
            principal = house.principal(person)
            for case_id in part:
                many = LONG if case_id in ids[:long] else entries
                _work_on(site, principal, case_id, many, chance)
    return Made(tuple(ids), tuple(ids[:long]))


def fill(house: Installation, up_to: int) -> int:
    """Let contacts come in that nobody takes, until the database has so many cases."""
    with house.work():
        missing = up_to - (db.session.scalar(select(func.count()).select_from(Case)) or 0)
    _receive(house, max(0, missing), random.Random(up_to), rare=False)
    return max(0, missing)


def hand_over(house: Installation, giver: Person, taker: Person) -> int:
    """A supervisor passes all cases on: the taker's grants are in the slot again."""
    with house.work():
        supervisor = house.principal(house.staff[0])
        return assignment.hand_over(supervisor, giver.id, taker.id, utc_now())


def _taxonomy(house: Installation) -> None:
    with house.work():
        if not taxonomy.labels_in("en"):
            taxonomy.install(utc_now().date())


def _receive(
    house: Installation, count: int, chance: random.Random, *, rare: bool
) -> list[uuid.UUID]:
    found: list[uuid.UUID] = []
    numbers = itertools.count(1)
    for part in _parts(range(count), RECEIVED):
        with house.work() as site:
            for number in part:
                words = _sentence(chance, 30)
                if rare and number % EVERY == 0:
                    words += f" {RARE}"
                contact = _contact(house, site, words, next(numbers) if rare else 0)
                found.append(intake.receive(site, contact, _moment(chance)).case_id)
    return found


def _contact(house: Installation, site: Site, words: str, number: int) -> Contact:
    """A text; of a number of its own, or of a number that was withheld."""
    called = f"+8608{number:08}" if number else None
    return Contact(
        kind=EntryKind.SMS,
        line_id=house.lines[LINE],
        language="zh-Hans",
        content={"text": words},
        number=called,
        handle=site.handle(called) if called else None,
        thread="new",
    )


def _work_on(
    site: Site, principal: Principal, case_id: uuid.UUID, entries: int, chance: random.Random
) -> None:
    """Claim, code, then notes and texts in turn."""
    now = utc_now()
    assignment.claim(principal, case_id, now)
    main, severity = chance.choice(_CODES)
    coding.code(principal, case_id, Coding(main, severity), now)
    for turn in range(entries - FIRST_ENTRIES):
        if turn % 2:
            body = {"text": _sentence(chance, 30)}
            intake.add(site, case_id, EntryKind.SMS, body, now)
        else:
            writing.note(principal, case_id, _sentence(chance, 60), now)


def _sentence(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(_WORDS, k=words))


def _moment(chance: random.Random) -> datetime:
    """Some minute of the last twenty days."""
    return utc_now() - timedelta(minutes=chance.randrange(20 * 24 * 60))


def _parts(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    return (items[start : start + size] for start in range(0, len(items), size))
