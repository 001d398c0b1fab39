"""Asking, in the closing session, how it went; the answer comes to supervisors, not to the case."""

import uuid
from datetime import datetime

from helpline.cases.rules.consents import Purpose, standing
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.policy import Act
from helpline.cases.rules.state import State
from helpline.cases.service import files, numbers, reaching, writing
from helpline.cases.service.writing import Carrier
from helpline.errors import Conflict
from helpline.keys.service.principal import Principal
from helpline.surveys.rules import AFTER_CLOSE
from helpline.surveys.service.answers import current
from helpline.surveys.service.invitations import invite


def may_ask(state: State) -> bool:
    """Whether the worker agreed to be asked, the case is closed, and nobody has asked yet."""
    agreed = standing(state.consents, Purpose.SURVEY)
    return state.closed is not None and bool(agreed) and not state.surveyed


def ask(principal: Principal, case_id: uuid.UUID, now: datetime, send: Carrier) -> None:
    """Text the questions to the worker; never against the contact policy, with no override.

    Raises Conflict, ContactRefused.
    """
    file = files.open_file(principal, case_id)
    if not may_ask(file.state):
        raise Conflict("Ask only once, after the end, and if the worker agreed to be asked.")
    reaching.reach(file, Act.TEXT, now)
    instrument = current(AFTER_CLOSE)
    known = numbers.current(file.opened, file.state.number)
    file.append(EntryKind.SURVEY_ASKED, {}, now)
    file.save()
    if known is not None:
        invite(known.handle, instrument, file.state.language, now.date())
    writing.text_worker(principal, case_id, instrument.asked(file.state.language), now, send)
