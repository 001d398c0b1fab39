"""What a case's entries add up to. Pure: the same entries in order always give the same state.

The state is what the case's header keeps, so that lists and clocks need not open every entry. It
also says which status, severity and assignee the case's outer row must show: another one there was
not written by us.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from helpline.cases.rules.agenda import Appointment, NextStep, Plan
from helpline.cases.rules.consents import Ledger, Purpose, Recipient, may_tell, standing
from helpline.cases.rules.disclosures import Disclosure, Protected
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.plain import from_plain, to_plain
from helpline.cases.rules.policy import Policy
from helpline.cases.rules.referrals import Referral
from helpline.cases.rules.second import Question
from helpline.cases.rules.status import Guard, Status, ways_from

VERSION: Final = 3
"""Of the folding: a header that an older one wrote is folded again from every entry."""

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """One opened entry: its kind, when it happened, who wrote it (a person's id, or None)."""

    kind: EntryKind
    at: datetime
    by: str | None
    body: Body


@dataclass(frozen=True, slots=True)
class Hold:
    """A time in which most clocks stood still."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Rating:
    """A severity that the case was given."""

    severity: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How a case stood when it was joined into another, so that a wrong join is undone whole."""

    status: Status
    stood: str = ""
    waiting_since: datetime | None = None
    reopened: datetime | None = None
    resolved: datetime | None = None
    acted: datetime | None = None
    held_since: datetime | None = None
    hold_until: datetime | None = None
    holds: tuple[Hold, ...] = ()
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class Minutes:
    """Minutes of a talk, offered to the worker; `agreed` is None until they have said so."""

    id: str
    at: datetime
    agreed: bool | None = None


@dataclass(frozen=True, slots=True)
class State:
    """Everything a list, a clock or the composer asks of a case.

    caller         masked number, "" if there is none; `withheld` says that it was withheld
    about          size of the latest contact: {"chars": 48} or {"seconds": 72}
    waiting_since  the worker's oldest contact that nobody has answered yet
    attempts       when somebody tried to reach the worker, oldest first
    number         row of the number that counts, None for the first one
    passed         statuses that the case stood in before the present one, each once
    stood          the status from which it was put on hold or escalated
    planned        the plan put before the worker; `plan` is when they agreed to one
    acted          when somebody first acted in the factory or the field
    heavy_since    when it was first rated S3 or S4
    ratings        its severities since it was last lowered, oldest first
    joined         how it stood when it was joined into another case
    reviewed       when a supervisor first looked at it since
    watch          whether somebody asks 30 and 90 days after the end; `watched` are days done
    surveyed       whether the worker was asked how it went
    opened_by      supervisors who opened it with a reason -> when
    """

    status: Status = Status.NEW
    severity: int | None = None
    assignee: str | None = None
    line: str = ""
    language: str = ""
    channel: str = ""
    caller: str = ""
    withheld: bool = False
    contacts: int = 0
    about: Mapping[str, int] = field(default_factory=dict)
    last_kind: str = ""
    opened: datetime | None = None
    last: datetime | None = None
    last_contact: datetime | None = None
    waiting_since: datetime | None = None
    first_answer: datetime | None = None
    last_update: datetime | None = None
    taken: datetime | None = None
    plan: datetime | None = None
    resolved: datetime | None = None
    closed: datetime | None = None
    reopened: datetime | None = None
    heavy_since: datetime | None = None
    held_since: datetime | None = None
    hold_until: datetime | None = None
    holds: tuple[Hold, ...] = ()
    attempts: tuple[datetime, ...] = ()
    main: str = ""
    codes: tuple[str, ...] = ()
    factory: str = ""
    keyed: str = ""
    reporter: str = ""
    outcome: str = ""
    remedy: str = ""
    finding: str = ""
    accepted: str = ""
    policy: Policy = Policy()
    number: str | None = None
    receipts: int = 0
    passed: tuple[str, ...] = ()
    stood: str = ""
    consents: Ledger = ()
    protected: Protected = Protected()
    disclosures: tuple[Disclosure, ...] = ()
    planned: Plan | None = None
    acted: datetime | None = None
    reviewed: datetime | None = None
    question: Question | None = None
    appointments: tuple[Appointment, ...] = ()
    steps: tuple[NextStep, ...] = ()
    minutes: tuple[Minutes, ...] = ()
    referrals: tuple[Referral, ...] = ()
    watch: bool = False
    watched: tuple[int, ...] = ()
    surveyed: bool = False
    legal_hold: bool = False
    opened_by: Mapping[str, datetime] = field(default_factory=dict)
    ratings: tuple[Rating, ...] = ()
    joined: Standing | None = None

    @property
    def shell(self) -> tuple[str, int | None, str | None]:
        """What the case's outer row must show: status, severity, assignee."""
        return self.status.value, self.severity, self.assignee

    @property
    def begun(self) -> datetime | None:
        """When the work on it began: opened, or opened again."""
        return self.reopened or self.opened

    @property
    def all_holds(self) -> tuple[Hold, ...]:
        """Past holds, and the present one as long as it is meant to last."""
        if self.held_since is None or self.hold_until is None:
            return self.holds
        return (*self.holds, Hold(self.held_since, self.hold_until))

    @property
    def recording_allowed(self) -> bool:
        return bool(standing(self.consents, Purpose.RECORDING))

    @property
    def guards(self) -> frozenset[Guard]:
        """What is given of that on which some statuses wait."""
        given = {
            Guard.CONSENT: may_tell(self.consents, Recipient.FACTORY),
            Guard.PLAN: self.planned is not None and self.planned.agreed is not None,
        }
        return frozenset(guard for guard, holds in given.items() if holds)

    @property
    def ways(self) -> tuple[Status, ...]:
        """The statuses that may come next by hand."""
        return ways_from(self.status, self.guards, Status(self.stood) if self.stood else None)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        plain: dict[str, Any] = to_plain(self)
        return plain

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "State":
        """Read `to_dict`'s output; fields of a later version are left out."""
        return from_plain(cls, stored)


Folds = Mapping[EntryKind, Callable[[State, Event], State]]
