"""Forms by their content, sealed answers, and how often was asked.

An answer names no case and no day in clear: it is sealed to supervision, not to whoever helped.
"""

import uuid
from datetime import date

from sqlalchemy import Date, ForeignKey, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from helpline.columns import new_id
from helpline.extensions import Model


class SurveyInstrument(Model):
    """A form that was answered at least once; its id is the hash of `body`."""

    __tablename__ = "survey_instruments"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32), index=True)
    body: Mapped[str] = mapped_column(Text)


class SurveyAnswer(Model):
    """What one person answered, with day and language inside."""

    __tablename__ = "survey_answers"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    instrument_id: Mapped[str] = mapped_column(ForeignKey("survey_instruments.id"), index=True)
    generation: Mapped[int] = mapped_column(Integer)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    stamp: Mapped[bytes | None] = mapped_column(LargeBinary)


class SurveyInvitation(Model):
    """Somebody was asked by text and has not answered; `handle` as of a telephone number."""

    __tablename__ = "survey_invitations"

    handle: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(12))
    until: Mapped[date] = mapped_column(Date, index=True)


class SurveyMonth(Model):
    """How often a kind of survey was asked within a month, given by its first day."""

    __tablename__ = "survey_months"

    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    month: Mapped[date] = mapped_column(Date, primary_key=True)
    asked: Mapped[int] = mapped_column(Integer, default=0)
