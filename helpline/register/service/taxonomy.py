"""The taxonomy as other rooms read it."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import bindparam, select

from helpline.extensions import db
from helpline.register.models import Category, CategoryLabel

DATA = Path(__file__).parent.parent / "data" / "taxonomy.csv"
LANGUAGES = ("en", "zh-Hans", "hi")
_LABELS = (
    select(CategoryLabel.code, CategoryLabel.language, CategoryLabel.text)
    .where(CategoryLabel.language.in_(bindparam("languages", expanding=True)))
    .order_by(CategoryLabel.version)
)
FALLBACKS: Mapping[str, str] = {"yue": "zh-Hans", "zh": "zh-Hans"}


@dataclass(frozen=True, slots=True)
class SubCategory:
    """A sub-code with its label; `offered` false: kept for old cases only."""

    code: str
    label: str
    offered: bool = True


@dataclass(frozen=True, slots=True)
class MainCategory:
    """A main category; `group` is WORK, SAFE, LIFE, or "" for the non-substantive X."""

    code: str
    label: str
    group: str
    subs: tuple[SubCategory, ...]


def install(today: date) -> int:
    """Add what the shipped taxonomy holds and the table lacks; returns how many codes it added.

    Labels that administrators have changed stay.
    """
    present = set(db.session.scalars(select(Category.code)))
    added = [entry for entry in _shipped() if entry.code not in present]
    for entry in added:
        db.session.add(
            Category(
                code=entry.code,
                parent=entry.parent,
                group=entry.group,
                position=entry.position,
                built_in=True,
            )
        )
    db.session.flush()
    for entry in added:
        for language, text in entry.labels.items():
            db.session.add(
                CategoryLabel(code=entry.code, language=language, version=1, text=text, since=today)
            )
    return len(added)


def tree(language: str, *, all_codes: bool = False) -> tuple[MainCategory, ...]:
    """Main categories with their sub-codes, in order, labelled in `language` or else in English.

    `all_codes` also shows sub-codes that are no longer offered.
    """
    labels = labels_in(language)
    rows = list(db.session.scalars(select(Category).order_by(Category.position, Category.code)))
    subs: dict[str, list[SubCategory]] = {}
    for row in rows:
        if row.parent and (row.offered or all_codes):
            found = SubCategory(row.code, labels.get(row.code, row.code), row.offered)
            subs.setdefault(row.parent, []).append(found)
    return tuple(
        MainCategory(
            row.code, labels.get(row.code, row.code), row.group, tuple(subs.get(row.code, ()))
        )
        for row in rows
        if not row.parent
    )


def label(code: str, language: str) -> str:
    """The present label of a code, in `language` or else in English; the code if it has none."""
    for wanted in _wanted(language):
        text = db.session.scalar(
            select(CategoryLabel.text)
            .where(CategoryLabel.code == code, CategoryLabel.language == wanted)
            .order_by(CategoryLabel.version.desc())
            .limit(1)
        )
        if text:
            return text
    return code


def exists(code: str) -> bool:
    """Whether it is a code of the taxonomy, offered or not."""
    return db.session.get(Category, code) is not None


def labels_in(language: str) -> Mapping[str, str]:
    """code -> present label of every code, in `language` or else in English."""
    wanted = _wanted(language)
    rows = db.session.execute(_LABELS, {"languages": wanted})
    found: dict[str, dict[str, str]] = {spoken: {} for spoken in wanted}
    for code, spoken, text in rows:
        found[spoken][code] = text  # the newest version comes last
    merged: dict[str, str] = {}
    for spoken in reversed(wanted):
        merged |= found[spoken]
    return MappingProxyType(merged)


def _wanted(language: str) -> tuple[str, ...]:
    tag = language.replace("_", "-")
    return tuple(dict.fromkeys((FALLBACKS.get(tag, tag), "en")))


@dataclass(frozen=True, slots=True)
class _Entry:
    code: str
    parent: str
    group: str
    position: int
    labels: Mapping[str, str]


@cache
def _shipped() -> tuple[_Entry, ...]:
    """The file's rows in order; a code's first letter is its main category."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return tuple(
            _Entry(
                code=row["code"],
                parent=row["code"][0] if len(row["code"]) > 1 else "",
                group=row["group"],
                position=position,
                labels={language: row[language] for language in LANGUAGES},
            )
            for position, row in enumerate(csv.DictReader(file, strict=True))
        )
