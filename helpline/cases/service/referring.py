"""Referring a worker to a service or programme of the directory, and what became of it."""

import uuid
from datetime import datetime

from helpline.cases.rules.consents import Purpose, standing
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.plain import to_plain
from helpline.cases.rules.referrals import Became, Passed, Referral
from helpline.cases.service.acts import act, new_mark
from helpline.cases.service.files import CaseFile
from helpline.errors import BadInput, Conflict
from helpline.keys.service.principal import Principal
from helpline.register.service import services

WORDS_LENGTH = 2_000
NOT_AGREED = "The worker has not agreed that this service is told. Ask first, or give the address."


def refer(
    principal: Principal,
    case_id: uuid.UUID,
    service_id: uuid.UUID,
    passed: Passed,
    words: str,
    now: datetime,
) -> str:
    """Send the worker somewhere; returns the referral's id.

    Where we pass the worker on ourselves, a consent for this service must stand. Raises BadInput,
    Conflict.
    """
    service = services.by_id(service_id)
    if service is None or not service.active:
        raise BadInput("Choose a service of the directory.", "service")
    if len(words) > WORDS_LENGTH:
        raise BadInput("Write at most %(most)s characters.", "words", most=WORDS_LENGTH)
    sent = Referral(new_mark(), now, str(service.id), service.name, passed)
    with act(principal, case_id, "case.referred", now) as file:
        if passed is Passed.BY_US and not agreed(file, service.name):
            raise Conflict(NOT_AGREED)
        body = to_plain(sent) | {"words": words.strip()}
        body.pop("at")
        file.append(EntryKind.REFERRAL, body, now)
    return sent.id


def became(
    principal: Principal,
    case_id: uuid.UUID,
    referral_id: str,
    what: Became,
    words: str,
    now: datetime,
) -> None:
    """What became of a referral; it may be accepted first, and help later. Raises BadInput."""
    if what is Became.OPEN:
        raise BadInput("Say what became of it.", "became")
    if len(words) > WORDS_LENGTH:
        raise BadInput("Write at most %(most)s characters.", "words", most=WORDS_LENGTH)
    with act(principal, case_id, "case.referral_answered", now) as file:
        known = {one.id: one for one in file.state.referrals}
        if referral_id not in known:
            raise Conflict("There is no such referral in this case.")
        body = {"referral": referral_id, "became": what.value, "words": words.strip()}
        file.append(EntryKind.REFERRAL_ANSWER, body | {"name": known[referral_id].name}, now)


def agreed(file: CaseFile, name: str) -> bool:
    """Whether the worker lets this service be told."""
    wanted = name.strip().casefold()
    found = standing(file.state.consents, Purpose.REFER)
    return any(consent.whom.strip().casefold() == wanted for consent in found)
