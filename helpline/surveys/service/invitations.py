"""Asking by text: who was asked, and the digits that come back."""

from datetime import date, timedelta

from sqlalchemy import delete

from helpline.extensions import db
from helpline.keys.service.site import Site
from helpline.surveys import rules
from helpline.surveys.models import SurveyInvitation
from helpline.surveys.rules import Instrument
from helpline.surveys.service.answers import count_asked, current, record_answer

WAITS = timedelta(days=14)


def invite(handle: bytes, instrument: Instrument, language: str, day: date) -> None:
    """Somebody is asked by text: for two weeks a reply of digits from this number answers."""
    db.session.execute(delete(SurveyInvitation).where(SurveyInvitation.until < day))
    until = day + WAITS
    row = SurveyInvitation(handle=handle, kind=instrument.kind, language=language, until=until)
    db.session.merge(row)
    count_asked(instrument.kind, day)


def take_reply(site: Site, handle: bytes | None, text: str, day: date) -> str | None:
    """Take a text as the answer of whoever was asked; what is left for a person to read.

    None if it answers nothing. Words after the digits are returned, not kept with the answer: they
    may be a call for help, and go where every message goes.
    """
    row = db.session.get(SurveyInvitation, handle) if handle is not None else None
    if row is None or row.until < day:
        return None
    instrument = current(row.kind)
    found = rules.parse_reply(instrument, text)
    if found is None:
        return None
    remark = found.pop(instrument.written.key, "") if instrument.written else ""
    record_answer(site, instrument, found, day, row.language)
    db.session.delete(row)
    return str(remark)
