"""How many facts a second a publisher's session opens, beside the library alone."""

import secrets
import time
from collections.abc import Callable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey
from sqlalchemy import select

from crypto.suite import SUITES, VERSION
from helpline.cases.models import Fact
from helpline.cases.service.content import pack
from helpline.cases.service.places import OPENING_CODES
from helpline.columns import new_id
from helpline.extensions import db
from helpline.keys.rules import Team
from helpline.keys.service import boxes, bulk
from helpline.keys.service.bulk import Found
from helpline.keys.service.site import Site
from helpline.reports.rules.periods import Grain, Period
from helpline.reports.service import facts
from tests.load.closings import Closings

FACT = pack({"factory": "SD-00001", "main": "W1", "worker": 2**55, "codes": ["W1"]})


class Shelf(NamedTuple):
    """Facts a second: opened alone, and with what the database takes to hand them over."""

    alone: float
    whole: float


def first_time(made: Closings, many: int) -> float:
    """Facts a second that are opened as counsellors put them, in as many processes as there are
    cores."""
    rows = [new_id() for _ in range(many)]
    with made.house.work() as site:
        team = boxes.team_box(made.house.principal(made.publishers[0]), Team.REPORTING)
        found = [_put(site, row) for row in rows]
        began = time.perf_counter()
        assert all(one == FACT for _, one in bulk.read(team, OPENING_CODES, found))
        return many / (time.perf_counter() - began)


def on_the_shelf(made: Closings, first: date) -> Shelf:
    """Frozen facts of the year that begins on this day."""
    year = Period.of(Grain.YEAR, first).split(Grain.QUARTER)
    rows = select(
        Fact.case_id,
        Fact.opening_revision,
        Fact.opening_sealed,
        Fact.opening_generation,
        Fact.opening_stamp,
    ).where(Fact.opening_closed_in.in_([quarter.name for quarter in year]))
    with made.house.work():
        who = made.house.principal(made.publishers[0])
        team = boxes.team_box(who, Team.REPORTING)
        found = [Found._make(row) for row in db.session.execute(rows)]
        began = time.perf_counter()
        opened = sum(1 for _ in bulk.read(team, OPENING_CODES, found))
        alone, began = time.perf_counter() - began, time.perf_counter()
        assert sum(1 for _ in facts.openings(who, year)) == opened > 0
        return Shelf(opened / alone, opened / (time.perf_counter() - began))


def bare_first_time(many: int) -> float:
    """The library alone, one core: so many bytes put into a slot by HPKE."""
    private = MLKEM768X25519PrivateKey(MLKEM768PrivateKey.generate(), X25519PrivateKey.generate())
    suite, plain, place = SUITES[VERSION], bytes(256), bytes(150)
    sealed = suite.encrypt(plain, private.public_key(), place)
    return _a_second(lambda: suite.decrypt(sealed, private, place), many)


def bare_on_the_shelf(many: int) -> float:
    """The library alone, one core: as many bytes by AES-256-GCM."""
    cipher, nonce, place = AESGCM(secrets.token_bytes(32)), secrets.token_bytes(12), bytes(150)
    sealed = cipher.encrypt(nonce, bytes(256), place)
    return _a_second(lambda: cipher.decrypt(nonce, sealed, place), many)


def _a_second(act: Callable[[], object], many: int) -> float:
    began = time.perf_counter()
    for _ in range(many):
        act()
    return many / (time.perf_counter() - began)


def _put(site: Site, row: UUID) -> Found:
    sealed = boxes.put_to_team(site, Team.REPORTING, FACT, OPENING_CODES.at(row, 1))
    return Found(row, 1, sealed.data, sealed.generation, sealed.stamp)
