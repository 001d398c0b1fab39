"""The numbers of the whole programme: written after each publication, read by the public page."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from helpline.extensions import db
from helpline.reports.models import ProgrammeNumbers
from helpline.reports.rules.programme import programme
from helpline.reports.rules.release import Release

_NAME: Final = "all"


def refresh(releases: Sequence[Release]) -> None:
    """Write them anew, from all releases."""
    db.session.merge(ProgrammeNumbers(name=_NAME, body=asdict(programme(releases))))


def numbers() -> Mapping[str, Any] | None:
    """A `Programme` as JSON; None before the first release."""
    row = db.session.get(ProgrammeNumbers, _NAME)
    return row.body if row else None
