"""Surveys: which form is asked now, keeping an answer, and what supervisors read of many.

The rooms above ask. When they do they call `count_asked`; when an answer comes, `record_answer`.
Neither needs a person: an answer is put through supervision's slot and bound to no case.
"""

import json
import tomllib
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

from sqlalchemy import CursorResult, select, update

from helpline.audit.service import record
from helpline.columns import new_id
from helpline.errors import BadInput, NotFound
from helpline.extensions import db
from helpline.keys.rules import Place, Sealed, Team
from helpline.keys.service import boxes
from helpline.keys.service.boxes import OpenBox
from helpline.keys.service.principal import Principal
from helpline.keys.service.site import Site, Tampered
from helpline.surveys import rules
from helpline.surveys.models import SurveyAnswer, SurveyInstrument, SurveyMonth
from helpline.surveys.rules import Answer, BadAnswer, Instrument, Question, QuestionKind, Share

DATA = Path(__file__).parent.parent / "data"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody wrote, and in which language they were asked."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """Answers to one question: how many chose what; `share` None: no statement possible.

    `share` is of the top two of a scale, or of yes.
    """

    question: Question
    counts: Mapping[Answer, int]
    share: Share | None

    @property
    def answered(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class FormResult:
    """Everything that was answered to one form."""

    instrument: Instrument
    current: bool
    answered: int
    questions: tuple[QuestionResult, ...]
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """A month, by its first day."""

    month: date
    asked: int
    answered: int


@dataclass(frozen=True, slots=True)
class Results:
    """A kind of survey: the present form first, then older ones; the newest month first.

    `faults` are answers that we did not write, or that do not fit their form: they are not counted.
    """

    forms: tuple[FormResult, ...]
    months: tuple[Month, ...]
    faults: int

    @property
    def asked(self) -> int:
        return sum(month.asked for month in self.months)

    @property
    def answered(self) -> int:
        return sum(form.answered for form in self.forms)

    @property
    def response(self) -> Share | None:
        """How many of those asked answered; None below ten, or if more answered than were asked."""
        if self.answered > self.asked:
            return None
        return rules.share(self.answered, self.asked)


def current(kind: str) -> Instrument:
    """The form that is asked now. Raises NotFound for an unknown kind."""
    if kind != rules.AFTER_CLOSE:
        raise NotFound
    return _shipped(kind)


def count_asked(kind: str, day: date) -> None:
    """One more was asked in this month; nobody knows afterwards in which case."""
    month = day.replace(day=1)
    more = (
        update(SurveyMonth)
        .where(SurveyMonth.kind == kind, SurveyMonth.month == month)
        .values(asked=SurveyMonth.asked + 1)
        .execution_options(synchronize_session=False)
    )
    done = cast("CursorResult[tuple[()]]", db.session.execute(more))
    if not done.rowcount:
        db.session.add(SurveyMonth(kind=kind, month=month, asked=1))
        db.session.flush()


def record_answer(
    site: Site, instrument: Instrument, answers: Mapping[str, Answer], day: date, language: str
) -> None:
    """Seal an answer to supervision. Raises BadInput for what the form does not know."""
    try:
        checked = rules.check(instrument, answers)
    except BadAnswer:
        raise BadInput("This is no answer to these questions.") from None
    _keep_form(instrument)
    content = {
        "v": VERSION,
        "form": instrument.id,
        "day": day.isoformat(),
        "language": language,
        "answers": checked,
    }
    row = SurveyAnswer(id=new_id(), instrument_id=instrument.id)
    plain = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    _lay(row, boxes.put_to_team(site, Team.SUPERVISION, plain, _place(row.id)))
    db.session.add(row)


def results(principal: Principal, kind: str, now: datetime) -> Results:
    """What was answered, opened and counted in this request; NotFound for all but supervisors."""
    present = current(kind)
    opened = boxes.team_box(principal, Team.SUPERVISION)
    found = _forms(kind) | {present.id: present}
    query = (
        select(SurveyAnswer)
        .join(SurveyInstrument, SurveyInstrument.id == SurveyAnswer.instrument_id)
        .where(SurveyInstrument.kind == kind)
    )
    given: dict[str, list[dict[str, Any]]] = {}
    faults = 0
    for row in db.session.scalars(query.order_by(SurveyAnswer.id)):
        try:
            given.setdefault(row.instrument_id, []).append(_open(opened, row, found))
        except Tampered:
            faults += 1
    record(principal.site, "surveys.read", now, actor=principal.person, detail={"survey": kind})
    forms = [_form_result(form, given.get(ident, []), present) for ident, form in found.items()]
    forms = [form for form in forms if form.current or form.answered]
    return Results(
        tuple(sorted(forms, key=lambda form: (not form.current, form.instrument.id))),
        _months(kind, [content for contents in given.values() for content in contents]),
        faults,
    )


def _form_result(form: Instrument, given: Sequence[dict[str, Any]], now: Instrument) -> FormResult:
    answers = [content["answers"] for content in given]
    remarks = [
        Remark(content["answers"][form.written.key], content["language"])
        for content in given
        if form.written and form.written.key in content["answers"]
    ]
    return FormResult(
        form,
        form.id == now.id,
        len(given),
        tuple(_question(one, answers) for one in form.keyed),
        tuple(remarks),
    )


def _question(question: Question, answers: Iterable[Mapping[str, Answer]]) -> QuestionResult:
    found = [given[question.key] for given in answers if question.key in given]
    choices = (True, False) if question.kind is QuestionKind.YES_NO else rules.SCALE
    counted = Counter(found)
    return QuestionResult(
        question,
        {choice: counted[choice] for choice in choices},
        rules.share(rules.hits(question.kind, found), len(found)),
    )


def _months(kind: str, given: Iterable[Mapping[str, Any]]) -> tuple[Month, ...]:
    answered = Counter(date.fromisoformat(content["day"]).replace(day=1) for content in given)
    rows = db.session.scalars(select(SurveyMonth).where(SurveyMonth.kind == kind))
    asked = {row.month: row.asked for row in rows}
    return tuple(
        Month(month, asked.get(month, 0), answered[month])
        for month in sorted(asked.keys() | answered.keys(), reverse=True)
    )


def _open(opened: OpenBox, row: SurveyAnswer, forms: Mapping[str, Instrument]) -> dict[str, Any]:
    """An answer's content. Raises Tampered.

    What came through the slot moves to supervision's shelf, which opens fifty times as fast.
    """
    form, place = forms.get(row.instrument_id), _place(row.id)
    if form is None:
        raise Tampered("an answer to a form of a survey that was changed")
    plain = opened.read(Sealed(row.sealed, row.generation, row.stamp), place)
    content = _content(plain, form)
    if row.stamp is not None:
        _lay(row, opened.write(plain, place))
    return content


def _content(plain: bytes, form: Instrument) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(plain)
        date.fromisoformat(content["day"])
        fits = (content["v"], content["form"]) == (VERSION, form.id)
        answers = rules.check(form, content["answers"])
    except (ValueError, KeyError, TypeError, AttributeError):
        fits = False
    if not fits:
        raise Tampered("an answer to a survey does not fit its form")
    return content | {"answers": answers}


def _forms(kind: str) -> dict[str, Instrument]:
    """Every form of this kind that was ever answered, as it was then; without those changed."""
    found: dict[str, Instrument] = {}
    for row in db.session.scalars(select(SurveyInstrument).where(SurveyInstrument.kind == kind)):
        try:
            form = rules.parse(json.loads(row.body))
        except ValueError:
            continue
        if form.id == row.id:
            found[form.id] = form
    return found


def _keep_form(instrument: Instrument) -> None:
    if db.session.get(SurveyInstrument, instrument.id) is None:
        body = rules.canonical(instrument)
        db.session.add(SurveyInstrument(id=instrument.id, kind=instrument.kind, body=body))
        db.session.flush()


def _lay(row: SurveyAnswer, sealed: Sealed) -> None:
    row.sealed, row.generation, row.stamp = sealed.data, sealed.generation, sealed.stamp


def _place(answer: uuid.UUID) -> Place:
    return Place("survey answer", "survey_answers", str(answer))


@cache
def _shipped(kind: str) -> Instrument:
    return rules.parse(tomllib.loads((DATA / f"{kind}.toml").read_text(encoding="utf-8")))
