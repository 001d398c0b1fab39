"""Forms of the desk. Choices that depend on the register are given by the views."""

from collections.abc import Iterable

from flask_babel import LazyString, lazy_pgettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from helpline.accounts.service import once
from helpline.cases.rules.status import Accepted, Finding, Outcome, Remedy
from helpline.cases.service.cards import MUST_KNOW_LENGTH
from helpline.cases.service.writing import NOTE_LENGTH, TEXT_LENGTH

_NEEDED = InputRequired(_("Fill this in."))
_WORD = Length(max=60, message=_("At most 60 characters."))

Pairs = Iterable[tuple[str, LazyString | str]]


def options(pairs: Pairs, group: str | None = None) -> list[SelectChoice]:
    """Values with their labels as choices of a field."""
    return [SelectChoice(value, label, optgroup=group) for value, label in pairs]


SEVERITIES = (
    ("4", _("S4 Danger now")),
    ("3", _("S3 Serious harm")),
    ("2", _("S2 Right withheld")),
    ("1", _("S1 Unclear")),
    ("0", _("S0 Information")),
)
REPORTERS = (
    ("self", _("The worker")),
    ("co_worker", _("A co-worker")),
    ("family", _("Family")),
    ("group", _("A group of workers")),
    ("representative", _("A representative")),
    ("factory_management", _("Factory management")),
    ("anonymous", _("Nobody said")),
)
OUTCOMES = (
    (Outcome.ADVICE_SUFFICIENT.value, _("Advice was enough")),
    (Outcome.REMEDIED_FULL.value, _("Put right, in full")),
    (Outcome.REMEDIED_PART.value, _("Put right, in part")),
    (Outcome.IMPROVED_PRACTICE.value, _("The factory's practice improved")),
    (Outcome.MEDIATED.value, _("Mediated")),
    (Outcome.SUBSTANTIATED_NO_REMEDY.value, _("True, but not put right")),
    (Outcome.NOT_SUBSTANTIATED.value, _("Not confirmed")),
    (Outcome.INSUFFICIENT_INFORMATION.value, _("Too little information")),
    (Outcome.WITHDRAWN_BY_WORKER.value, _("The worker withdrew it")),
    (Outcome.WITHDRAWN_FEAR.value, _("The worker withdrew it out of fear")),
    (Outcome.UNREACHABLE.value, _("The worker could not be reached")),
    (Outcome.REFERRED_AUTHORITY.value, _("Referred to an authority")),
    (Outcome.DUPLICATE.value, _("The same as another case")),
    (Outcome.OUT_OF_SCOPE.value, _("Not ours, referred elsewhere")),
)
REMEDIES = (
    (Remedy.NONE.value, _("None")),
    (Remedy.MONEY.value, _("Money")),
    (Remedy.REINSTATEMENT.value, _("Taken back to work")),
    (Remedy.DOCUMENT_RETURNED.value, _("Document returned")),
    (Remedy.LEAVE_GRANTED.value, _("Leave granted")),
    (Remedy.HAZARD_FIXED.value, _("Hazard fixed")),
    (Remedy.APOLOGY.value, _("Apology or discipline")),
    (Remedy.POLICY.value, _("Rule or training")),
)
FINDINGS = (
    (Finding.NOT_INVESTIGATED.value, _("Not investigated")),
    (Finding.GROUNDED.value, _("Grounded")),
    (Finding.NOT_GROUNDED.value, _("Not grounded")),
    (Finding.INCONCLUSIVE.value, _("Inconclusive")),
)
ACCEPTED = (
    (Accepted.NOT_ASKED.value, _("Not asked")),
    (Accepted.YES.value, _("Says it is settled")),
    (Accepted.NO.value, _("Says it is not settled")),
    (Accepted.NOT_REACHED.value, _("Could not be reached")),
)
RECORDED = (
    ("voice_in", _("A call on another phone")),
    ("walk_in", _("A visit")),
    ("sms", _("A message on another phone")),
    ("email", _("An e-mail")),
    ("referral_in", _("Sent to us by somebody")),
)
WORDS = (("yes", _("Yes")), ("no", _("No")), ("unknown", _("Not asked")))


class OnceForm(FlaskForm):
    """A form that acts once, however often it is sent: each page that shows it has a new token."""

    once = HiddenField(default=once.new_token, render_kw={"autocomplete": "off"})


class NoteForm(OnceForm):
    """A note that only we read."""

    text = TextAreaField(_("Note"), [_NEEDED, Length(max=NOTE_LENGTH)])


class TextForm(OnceForm):
    """A text to the worker."""

    text = TextAreaField(_("Text to the worker"), [_NEEDED, Length(max=TEXT_LENGTH)])
    override = StringField(_("Reason"), [Length(max=500)])


class LetterForm(OnceForm):
    """Something on the worker's receipt page."""

    text = TextAreaField(_("On the receipt page"), [_NEEDED, Length(max=NOTE_LENGTH)])
    by_phone = BooleanField(_("May be read aloud to whoever keys in the number"))


class CallForm(OnceForm):
    """How ringing the worker went."""

    reached = RadioField(
        _("Did you reach the worker?"), choices=options((("yes", _("Yes")), ("no", _("No"))))
    )
    text = TextAreaField(_("What was said"), [Length(max=NOTE_LENGTH)])


class ReasonForm(FlaskForm):
    """A reason that is recorded."""

    reason = StringField(_("Reason"), [_NEEDED, Length(min=3, max=500)])


class PolicyForm(FlaskForm):
    """How the worker may be reached; no answer means no."""

    revision = IntegerField(widget=HiddenInput())
    ring = RadioField(_("May we ring this number?"), choices=options(WORDS), default="unknown")
    text = RadioField(_("May we text it?"), choices=options(WORDS), default="unknown")
    message = RadioField(_("May we leave a message?"), choices=options(WORDS), default="unknown")
    hours_from = TimeField(_("Safe from"), [Optional()])
    hours_to = TimeField(_("Safe until"), [Optional()])
    call_ourselves = StringField(_("What do we call ourselves?"), [_WORD])
    safe_word = StringField(_("Safe word"), [_WORD])
    others = StringField(_("Who else uses the phone?"), [_WORD])
    must_know = TextAreaField(_("What whoever answers must know"), [Length(max=MUST_KNOW_LENGTH)])


class CodingForm(FlaskForm):
    """What the case is about."""

    revision = IntegerField(widget=HiddenInput())
    main = SelectField(_("Mainly about"), [_NEEDED], validate_choice=False)
    also = SelectMultipleField(_("Also about"), validate_choice=False)
    severity = RadioField(_("How serious"), [_NEEDED], choices=options(SEVERITIES))
    factory = StringField(_("Factory"), [Length(max=20)])
    reporter = SelectField(_("Who contacted us"), choices=options(REPORTERS), default="self")
    reason = StringField(_("Reason for a lower severity"), [Length(max=500)])


class StatusForm(FlaskForm):
    """The next status."""

    revision = IntegerField(widget=HiddenInput())
    status = RadioField(_("Status"), [_NEEDED], validate_choice=False)
    reason = StringField(_("Reason"), [Length(max=500)])
    until = DateField(_("On hold until"), [Optional()])


class CloseForm(FlaskForm):
    """How the case ended."""

    revision = IntegerField(widget=HiddenInput())
    outcome = SelectField(_("Outcome"), [_NEEDED], choices=options(OUTCOMES))
    accepted = RadioField(
        _("The worker"), choices=options(ACCEPTED), default=Accepted.NOT_ASKED.value
    )
    remedy = SelectField(
        _("What the worker got"), choices=options(REMEDIES), default=Remedy.NONE.value
    )
    finding = SelectField(
        _("Finding"), choices=options(FINDINGS), default=Finding.NOT_INVESTIGATED.value
    )
    summary = TextAreaField(_("In one sentence"), [Length(max=500)])


class RecordForm(FlaskForm):
    """A contact on an ordinary phone, or a visit."""

    once = HiddenField(render_kw={"autocomplete": "off"})
    kind = SelectField(_("How it came"), [_NEEDED], choices=options(RECORDED))
    at = DateTimeLocalField(_("When, by the line's clock"), [_NEEDED], format="%Y-%m-%dT%H:%M")
    line = SelectField(_("Line"), [_NEEDED], validate_choice=False)
    language = SelectField(_("Language"), [_NEEDED], validate_choice=False)
    text = TextAreaField(_("What was said"), [_NEEDED, Length(max=NOTE_LENGTH)])
    number = PasswordField(_("Telephone number"), [Length(max=24)])
    factory = StringField(_("Factory"), [Length(max=20)])
    severity = SelectField(
        _("How serious"), choices=options((("", _("Not rated yet")), *SEVERITIES)), default=""
    )
    ring = RadioField(_("May we ring this number?"), choices=options(WORDS), default="unknown")
    text_ok = RadioField(_("May we text it?"), choices=options(WORDS), default="unknown")
    message = RadioField(_("May we leave a message?"), choices=options(WORDS), default="unknown")
    hours_from = TimeField(_("Safe from"), [Optional()])
    hours_to = TimeField(_("Safe until"), [Optional()])
    call_ourselves = StringField(_("What do we call ourselves?"), [_WORD])
    must_know = TextAreaField(_("What whoever answers must know"), [Length(max=MUST_KNOW_LENGTH)])
    receipt = BooleanField(_("Give the worker a number to come back with"), default=True)


class AssignForm(FlaskForm):
    """To whom a case goes."""

    revision = IntegerField(widget=HiddenInput())
    person = SelectField(_("Counsellor"), [_NEEDED], validate_choice=False)


class NamedForm(FlaskForm):
    """Who alone may hold a case."""

    revision = IntegerField(widget=HiddenInput())
    people = SelectMultipleField(_("Who may read it"), validate_choice=False)


class HandOverForm(FlaskForm):
    """One person's cases, all of them, to another."""

    giver = SelectField(lazy_pgettext("person", "From"), [_NEEDED], validate_choice=False)
    taker = SelectField(lazy_pgettext("person", "To"), [_NEEDED], validate_choice=False)


class SearchForm(FlaskForm):
    """Words to look for in the cases one may read."""

    words = StringField(_("Words or case"), [_NEEDED, Length(max=200)])
