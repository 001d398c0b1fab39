"""How an administrator words canned answers, adds to them and takes them off the offer."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from helpline.errors import BadInput, NotFound
from helpline.extensions import db
from helpline.register.models import CannedAnswer
from helpline.register.rules import canned as rules
from helpline.register.rules.sentences import Unfit
from helpline.register.rules.templates import names_in
from helpline.register.rules.values import Wrong, tidy
from helpline.register.service import canned
from helpline.register.service.author import Author
from helpline.register.service.canned import Canned
from telephony import texting
from telephony.prompts import Prompts
from telephony.texting import Segments

_LENGTHS = {"title": rules.TITLE_LENGTH, "category": rules.GROUP_LENGTH}
_USUAL = {rules.LINE: "+860000000000", rules.NUMBERS: "110, 119, 120"}


@dataclass(frozen=True, slots=True)
class Typed:
    """What an administrator typed; the title of a shipped answer may stay empty."""

    text: str
    title: str = ""
    category: str = ""


def everything() -> dict[str, dict[str, Canned]]:
    """key -> language -> answer, shipped ones first."""
    found: dict[str, dict[str, Canned]] = {}
    for language in Prompts.load().languages:
        for entry in canned.in_language(language):
            found.setdefault(entry.key, {})[language] = entry
    return found


def add(author: Author, language: str, typed: Typed, now: datetime) -> str:
    """Add an answer of our own in one language; returns its key. Raises BadInput."""
    key = f"own-{secrets.token_hex(4)}"
    _write(author, key, language, typed, now)
    return key


def change(author: Author, key: str, language: str, typed: Typed, now: datetime) -> None:
    """Word an answer in one language, also one in which it is missing. Raises BadInput, NotFound.

    Words and title equal to the shipped ones bring the shipped ones back.
    """
    _known(key, language)
    _write(author, key, language, typed, now)


def use_standard(author: Author, key: str, language: str, now: datetime) -> None:
    """Go back to the shipped text. Raises NotFound where there is none."""
    if key not in canned.shipped(language):
        raise NotFound
    db.session.execute(
        delete(CannedAnswer).where(CannedAnswer.key == key, CannedAnswer.language == language)
    )
    _record(author, "register.canned.changed", now, key, language)


def offer(author: Author, key: str, language: str, now: datetime, *, offered: bool) -> None:
    """Let counsellors choose it, or not. Raises NotFound."""
    row = _row(key, language)
    if row is None:
        if key not in canned.shipped(language):
            raise NotFound
        row = CannedAnswer(key=key, language=language)
        db.session.add(row)
    row.offered = offered
    _record(author, "register.canned.offered", now, key, language)


def size(text: str) -> Segments:
    """How long a text becomes on its way, with values of usual length."""
    try:
        return texting.segments(rules.fill(text, _USUAL) or text)
    except (KeyError, ValueError):
        return texting.segments(text)


def _write(author: Author, key: str, language: str, typed: Typed, now: datetime) -> None:
    if language not in Prompts.load().languages:
        raise BadInput("Choose a language.", "language")
    standard = canned.shipped(language).get(key, "")
    text, title, category = _checked(typed, key, language)
    row = _row(key, language)
    if text == standard and not (title or category) and row is None:
        return
    if row is None:
        row = CannedAnswer(key=key, language=language)
        db.session.add(row)
    row.text = "" if text == standard else text
    row.title, row.category = title, category
    db.session.flush()
    _record(author, "register.canned.changed", now, key, language)


def _checked(typed: Typed, key: str, language: str) -> tuple[str, str, str]:
    text = " ".join(typed.text.split())
    standard = canned.shipped(language).get(key)
    try:
        rules.check(text, frozenset(names_in(standard)) if standard else None)
    except Unfit as unfit:
        raise BadInput(unfit.sentence.english, "text", **unfit.sentence.values) from None
    parts = size(text).parts
    if parts > rules.MOST_PARTS:
        raise BadInput(
            "It would travel as %(parts)s messages; at most %(most)s.",
            "text",
            parts=parts,
            most=rules.MOST_PARTS,
        )
    if not typed.title.strip() and not _is_shipped(key):
        raise BadInput("The title is missing.", "title")
    try:
        return (
            text,
            tidy("title", typed.title, _LENGTHS),
            tidy("category", typed.category, _LENGTHS),
        )
    except Wrong as wrong:
        raise BadInput(wrong.sentence.english, wrong.field, **wrong.sentence.values) from None


def _known(key: str, language: str) -> None:
    if language not in Prompts.load().languages:
        raise NotFound
    wanted = select(CannedAnswer.key).where(CannedAnswer.key == key).limit(1)
    if not _is_shipped(key) and db.session.scalar(wanted) is None:
        raise NotFound


def _is_shipped(key: str) -> bool:
    return key in canned.shipped(canned.FALLBACK)


def _row(key: str, language: str) -> CannedAnswer | None:
    return db.session.get(CannedAnswer, (key, language), with_for_update=True)


def _record(author: Author, act: str, now: datetime, key: str, language: str) -> None:
    author.record(act, now, detail={"key": key, "language": language})
