"""Some open cases of the demo on their way: the worker agreed, a letter went out, a plan came."""

import uuid
from datetime import datetime, timedelta

from helpline.cases.rules.agenda import Appointment, Meeting
from helpline.cases.rules.consents import Consent, Group, Purpose, Recipient, Way
from helpline.cases.rules.disclosures import Protected
from helpline.cases.rules.status import Status
from helpline.cases.service import agenda, coding, consenting, disclosing, planning
from helpline.cases.service.disclosing import Letter
from helpline.columns import utc_now
from helpline.keys.service.principal import Principal

WORDS = "Yes. Ask them, but do not say who."
LETTER = "Workers of one hall have not been paid for October."
PLAN = "The wages of October are paid, and a payslip is given to each worker of the hall."


def go(counsellor: Principal, case_id: uuid.UUID, now: datetime, how_far: int) -> None:
    """Bring a case along: 0 not at all, 1 the worker agreed, 2 told, 3 a plan, 4 agreed to it."""
    if how_far == 0:
        return
    for status in (Status.ADMISSIBLE, Status.AWAITING_CONSENT):
        coding.change_status(counsellor, case_id, status, now)
    consenting.protect(counsellor, case_id, Protected("Mei Crane", ("bed 12",)), now)
    whom = Recipient.CERTIFIER if how_far == 2 else Recipient.FACTORY
    consenting.give(counsellor, case_id, _consent(Recipient.FACTORY, now), now)
    if how_far == 1:
        return
    if whom is Recipient.CERTIFIER:
        consenting.give(counsellor, case_id, _consent(whom, now), now)
    disclosing.send(counsellor, case_id, Letter(whom, LETTER), now)
    talk = Appointment("", utc_now() + timedelta(days=2), Meeting.WORKER_RINGS)
    agenda.arrange(counsellor, case_id, talk, utc_now())
    if how_far < 3:
        return
    plan = planning.propose(counsellor, case_id, PLAN, utc_now() + timedelta(days=30), now)
    if how_far == 4:
        planning.word(
            counsellor, case_id, plan, agreed=True, words="So be it.", way=Way.TALK, now=now
        )


def _consent(recipient: Recipient, now: datetime) -> Consent:
    facts = {Group.WHAT: LETTER, Group.WISH: "Pay, and say when."}
    return Consent("", Purpose.TELL, now, True, recipient, facts=facts, words=WORDS)
