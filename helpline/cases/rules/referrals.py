"""Where a worker was sent, and what became of it. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Passed(StrEnum):
    """How a referral is made: the worker goes there, or we pass the worker on by their consent."""

    ADDRESS = "address"
    BY_US = "by_us"


class Became(StrEnum):
    """What became of a referral."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    HELPED = "helped"
    NOT_HELPED = "not_helped"
    NOT_GONE = "not_gone"


@dataclass(frozen=True, slots=True)
class Referral:
    """A service or programme to which the worker was sent; `service` is its id in the directory."""

    id: str
    at: datetime
    service: str
    name: str
    passed: Passed = Passed.ADDRESS
    became: Became = Became.OPEN
