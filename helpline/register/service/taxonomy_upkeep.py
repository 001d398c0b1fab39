"""How an administrator words the taxonomy and adds to it; codes in use never vanish."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from helpline.errors import BadInput, Conflict, NotFound
from helpline.extensions import db
from helpline.register.models import Category, CategoryLabel
from helpline.register.rules.values import Wrong, tidy
from helpline.register.service.author import Author
from helpline.register.service.taxonomy import LANGUAGES

LABEL_LENGTH = 120


@dataclass(frozen=True, slots=True)
class LabelVersion:
    """A label as it once stood."""

    language: str
    version: int
    text: str
    since: date


@dataclass(frozen=True, slots=True)
class CategoryView:
    """A code with its present labels by language, and all versions, newest first."""

    code: str
    parent: str
    built_in: bool
    offered: bool
    labels: Mapping[str, str]
    versions: tuple[LabelVersion, ...]


def one(code: str) -> CategoryView:
    """A code with its labels. Raises NotFound."""
    row = db.session.get(Category, code)
    if row is None:
        raise NotFound
    found = db.session.scalars(
        select(CategoryLabel)
        .where(CategoryLabel.code == code)
        .order_by(CategoryLabel.version.desc(), CategoryLabel.language)
    )
    versions = tuple(LabelVersion(one.language, one.version, one.text, one.since) for one in found)
    labels = {version.language: version.text for version in reversed(versions)}
    return CategoryView(row.code, row.parent, row.built_in, row.offered, labels, versions)


def relabel(author: Author, code: str, labels: Mapping[str, str], now: datetime) -> int:
    """Give a code other names; returns how many changed. Raises BadInput, NotFound.

    An empty name changes nothing, since what was once named stays readable.
    """
    present = one(code)
    changed = 0
    for language in LANGUAGES:
        text = _label(language, labels.get(language, ""))
        if text and text != present.labels.get(language):
            _add_version(code, language, text, now.date())
            changed += 1
    if changed:
        author.record("register.category.relabelled", now, detail={"code": code})
    return changed


def add_sub(author: Author, code: str, labels: Mapping[str, str], now: datetime) -> None:
    """Add a sub-code such as W8 to its main category. Raises BadInput, Conflict."""
    code = code.strip().upper()
    if not re.fullmatch(r"[A-Z][0-9]{1,2}", code):
        raise BadInput("A sub-code is the category's letter and one or two digits, as W8.", "code")
    if db.session.get(Category, code) is not None:
        raise Conflict("This code exists already.")
    parent = db.session.get(Category, code[0])
    if parent is None:
        raise BadInput("There is no category %(name)s.", "code", name=code[0])
    texts = {language: _label(language, labels.get(language, "")) for language in LANGUAGES}
    if not texts["en"]:
        raise BadInput("A new code needs a name in English.", "en")
    last = db.session.scalar(
        select(func.max(Category.position)).where(Category.parent == parent.code)
    )
    position = parent.position if last is None else last
    db.session.add(Category(code=code, parent=parent.code, group="", position=position))
    db.session.flush()
    for language, text in texts.items():
        if text:
            _add_version(code, language, text, now.date())
    author.record("register.category.added", now, detail={"code": code})


def offer(author: Author, code: str, now: datetime, *, offered: bool) -> None:
    """Offer an added sub-code for new codings, or no longer. Raises BadInput, NotFound."""
    row = db.session.get(Category, code)
    if row is None:
        raise NotFound
    if row.built_in:
        raise BadInput("Codes that came with the program stay on offer: rules depend on them.")
    row.offered = offered
    author.record("register.category.offered", now, detail={"code": code, "offered": str(offered)})


def _add_version(code: str, language: str, text: str, today: date) -> None:
    last = db.session.scalar(
        select(func.max(CategoryLabel.version)).where(
            CategoryLabel.code == code, CategoryLabel.language == language
        )
    )
    db.session.add(
        CategoryLabel(code=code, language=language, version=(last or 0) + 1, text=text, since=today)
    )
    db.session.flush()


def _label(language: str, text: str) -> str:
    try:
        return tidy("label", text, {"label": LABEL_LENGTH})
    except Wrong as wrong:
        raise BadInput(wrong.sentence.english, language, **wrong.sentence.values) from None
