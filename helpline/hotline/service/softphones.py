"""Counsellors who are rung in their browser instead of at a telephone."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from helpline.errors import Conflict, NotFound
from helpline.hotline import rules
from helpline.hotline.service import roster, shifts
from helpline.hotline.service.setting import Setting
from telephony.provider import Ability

RINGS_NONE = "This carrier rings no browser. Use your phone."
NOT_HERE = "You are not on duty in a browser."


@dataclass(frozen=True, slots=True)
class Ticket:
    """What lets a browser ring, for so many seconds; shown to nobody but that browser."""

    token: str = field(repr=False)
    seconds: int


def wanted(setting: Setting) -> bool:
    """Whether the settings allow phones in the browser; the carrier may still have none."""
    return setting.telephony.softphone


def offered(setting: Setting) -> bool:
    """Whether somebody can be rung in a browser here."""
    return wanted(setting) and setting.carrier.can(Ability.SOFTPHONE)


def begin(setting: Setting, person: uuid.UUID, now: datetime) -> None:
    """On duty in this browser. Raises NotFound where it is off, Conflict where it cannot be."""
    _check(setting)
    roster.on_duty_at_softphone(setting.site, person, now)


def ticket(setting: Setting, person: uuid.UUID, now: datetime) -> Ticket:
    """The next token of the person's own browser phone. Raises NotFound, Conflict."""
    _check(setting)
    phone = roster.softphone_of(setting.site, person)
    if phone is None:
        raise Conflict(NOT_HERE)
    ends = [row.ends_at for row in shifts.of_person(person, now) if row.starts_at <= now]
    seconds = rules.token_seconds(ends, now)
    return Ticket(setting.carrier.softphone_token(phone, seconds), seconds)


def _check(setting: Setting) -> None:
    if not wanted(setting):
        raise NotFound
    if not offered(setting):
        raise Conflict(RINGS_NONE)
