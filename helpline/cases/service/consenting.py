"""The worker's consents: written down, taken back; and what must never leave the case."""

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

from helpline.cases.rules.consents import Consent, Way, problem_with
from helpline.cases.rules.disclosures import Protected
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.plain import to_plain
from helpline.cases.service.acts import act, given, new_mark
from helpline.errors import BadInput, Conflict
from helpline.keys.service.principal import Principal

WORDS_LENGTH = 2_000
FACT_LENGTH = 4_000
MOST_WORDS = 20
NAME_LENGTH = 80


def give(principal: Principal, case_id: uuid.UUID, consent: Consent, now: datetime) -> str:
    """Write down a yes or a no of the worker; returns its id. Raises BadInput."""
    consent = replace(consent, id=new_mark(), at=now, ground=None, withdrawn=None)
    problem = problem_with(consent)
    if problem is not None:
        raise BadInput(*problem)
    _check_lengths(consent)
    with act(principal, case_id, "case.consent", now) as file:
        file.append(EntryKind.CONSENT, as_body(consent), now)
    return consent.id


def withdraw(
    principal: Principal,
    case_id: uuid.UUID,
    consent_id: str,
    words: str,
    way: Way,
    now: datetime,
) -> None:
    """The worker takes one consent back. Raises Conflict where it does not stand."""
    words = given(words, "words", WORDS_LENGTH)
    with act(principal, case_id, "case.consent_withdrawn", now) as file:
        meant = [one for one in file.state.consents if one.id == consent_id and one.stands]
        if not meant or meant[0].ground is not None:
            raise Conflict("This consent does not stand any more.")
        body = {"id": consent_id, "words": words, "way": way.value}
        file.append(EntryKind.CONSENT_WITHDRAWN, body, now)


def protect(
    principal: Principal,
    case_id: uuid.UUID,
    protected: Protected,
    now: datetime,
    revision: int | None = None,
) -> None:
    """Keep the worker's name and the words that no letter may hold. Raises BadInput, Conflict."""
    words = tuple(dict.fromkeys(word.strip() for word in protected.words if word.strip()))
    name = protected.name.strip()
    if len(words) > MOST_WORDS:
        raise BadInput("Give at most %(most)s words.", "words", most=MOST_WORDS)
    if any(len(text) > NAME_LENGTH for text in (name, *words)):
        raise BadInput("Write at most %(most)s characters.", "words", most=NAME_LENGTH)
    with act(principal, case_id, "case.protected", now, revision) as file:
        kept = {"name": name, "words": list(words)}
        file.append(EntryKind.PROTECTED, kept, now)


def as_body(consent: Consent) -> dict[str, Any]:
    """A consent as the body of its entry, which has the time."""
    body: dict[str, Any] = to_plain(consent)
    return {name: value for name, value in body.items() if name != "at"}


def _check_lengths(consent: Consent) -> None:
    given(consent.words, "words", WORDS_LENGTH)
    for group, text in consent.facts.items():
        if len(text) > FACT_LENGTH:
            raise BadInput("Write at most %(most)s characters.", group.value, most=FACT_LENGTH)
    if len(consent.whom) > NAME_LENGTH:
        raise BadInput("Write at most %(most)s characters.", "whom", most=NAME_LENGTH)
