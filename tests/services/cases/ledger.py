"""Steps that the tests of the ledger share: a case that somebody handles, a consent, a letter."""

import dataclasses
from datetime import datetime
from uuid import UUID

from helpline.cases.rules.consents import Consent, Group, Purpose, Recipient
from helpline.cases.rules.policy import Policy
from helpline.cases.rules.state import State
from helpline.cases.rules.status import Status
from helpline.cases.service import assignment, coding, consenting, disclosing, files, reaching
from helpline.cases.service.coding import Coding
from helpline.cases.service.disclosing import Letter
from helpline.keys.service.principal import Principal
from helpline.register.service import taxonomy
from tests.services.cases.conftest import MONDAY, Desk, later

TELL = Consent(
    id="",
    purpose=Purpose.TELL,
    at=MONDAY,
    given=True,
    recipient=Recipient.FACTORY,
    facts={Group.WHAT: "The wages of October were not paid."},
    words="Yes, ask them to pay.",
)
CERTIFIER = dataclasses.replace(TELL, recipient=Recipient.CERTIFIER)


def taken(desk: Desk, severity: int = 2, main: str = "W1") -> UUID:
    """A case that Ada handles, coded."""
    case_id = desk.receive().case_id
    with desk.work():
        taxonomy.install(MONDAY.date())
        assignment.claim(desk.ada, case_id, MONDAY)
    with desk.work():
        coding.code(desk.ada, case_id, Coding(main=main, severity=severity), later(minutes=5))
    with desk.work():
        reaching.save_policy(desk.ada, case_id, Policy(), "Speak to nobody else.", MONDAY)
    return case_id


def agreed(desk: Desk, case_id: UUID, consent: Consent = TELL) -> str:
    with desk.work():
        return consenting.give(desk.ada, case_id, consent, later(minutes=10))


def told(
    desk: Desk,
    case_id: UUID,
    text: str = "The wages of October were not paid.",
    recipient: Recipient = Recipient.FACTORY,
    now: datetime | None = None,
) -> str:
    with desk.work():
        letter = Letter(recipient, text)
        return disclosing.send(desk.ada, case_id, letter, now or later(minutes=20))


def moved(desk: Desk, case_id: UUID, *way: Status) -> None:
    for status in way:
        with desk.work():
            coding.change_status(desk.ada, case_id, status, later(minutes=15))


def state_of(desk: Desk, case_id: UUID, who: Principal | None = None) -> State:
    with desk.work():
        file = files.open_file(who or desk.ada, case_id)
        assert file.faults == []
        return file.state
