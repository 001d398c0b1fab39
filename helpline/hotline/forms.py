"""Forms of duty, callbacks, the on-call plan and flags."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

QUALITIES = {
    "greeting": _("Neutral greeting"),
    "safety": _("Asked if it is safe"),
    "listened": _("Listened"),
    "information": _("Information right"),
    "next_step": _("Said what happens next"),
}
MARKS = {
    "yes": _("Yes"),
    "partly": _("Partly"),
    "no": _("No"),
    "not-seen": _("Not seen"),
}
_NEEDED = InputRequired(_("Fill this in."))
_CHOSEN = InputRequired(_("Choose an answer; “not seen” is one."))
_PHONE = Length(max=32, message=_("A phone has at most 15 digits."))


class DutyForm(FlaskForm):
    """On duty at a phone, on break, off."""

    duty = SelectField(
        _("Duty"),
        choices=[
            SelectChoice("on", _("On duty")),
            SelectChoice("break", _("Break")),
            SelectChoice("off", _("Off")),
        ],
    )
    phone = StringField(_("Your phone for this shift"), [Optional(), _PHONE])
    softphone = BooleanField(_("Ring in this browser"))


class OnCallForm(FlaskForm):
    """The phone for a planned span."""

    phone = StringField(_("Your phone for these hours"), [_NEEDED, _PHONE])


class RingForm(FlaskForm):
    """Ringing a worker; the reason is for what the contact policy lets one override."""

    reason = StringField(_("Reason"), [Optional(), Length(max=200)])


class OutcomeForm(FlaskForm):
    """How ringing from the desk phone went."""

    reached = SelectField(
        _("What happened"),
        choices=[
            SelectChoice("no", _("Nobody, or somebody else, answered")),
            SelectChoice("yes", _("We talked")),
        ],
    )
    text = TextAreaField(_("Note for the case"), [Optional(), Length(max=4000)])


class TransferForm(FlaskForm):
    """Passing a talk on to a colleague on duty."""

    to = RadioField(_("To whom"), [InputRequired(_("Choose a colleague."))])
    brief = TextAreaField(_("Brief for your colleague"), [_NEEDED, Length(max=1000)])
    consent = BooleanField(_("The worker agrees to be passed on"))
    gives_case = BooleanField(_("Give the case to this colleague when I leave"))
    cold = BooleanField(_("I leave as soon as my colleague answers"))


def _mark(question: str) -> RadioField:
    choices = [SelectChoice(mark, label) for mark, label in MARKS.items()]
    return RadioField(QUALITIES[question], [_CHOSEN], choices=choices)


class QualityForm(FlaskForm):
    """How a counsellor talked; nothing of the worker."""

    basis = RadioField(
        _("I know the talk because I"),
        choices=[
            SelectChoice("listened", _("listened to it")),
            SelectChoice("wrap-up", _("went through it with them in the wrap-up")),
        ],
    )
    greeting = _mark("greeting")
    safety = _mark("safety")
    listened = _mark("listened")
    information = _mark("information")
    next_step = _mark("next_step")
    remark = TextAreaField(_("Remark"), [Optional(), Length(max=1000)])


class ShiftForm(FlaskForm):
    """Somebody expected at the phone of a line."""

    line = SelectField(_("Line"))
    person = SelectField(_("Who"))
    starts_at = DateTimeLocalField(_("From"), [_NEEDED], format="%Y-%m-%dT%H:%M")
    ends_at = DateTimeLocalField(_("To"), [_NEEDED], format="%Y-%m-%dT%H:%M")


class PlanForm(ShiftForm):
    """Somebody on call for a line."""

    position = IntegerField(_("Order"), [_NEEDED, NumberRange(1, 9)], default=1)


class FlagForm(FlaskForm):
    """Putting a caller's number aside for a while."""

    hours = IntegerField(_("Hours"), [_NEEDED, NumberRange(1, 720)], default=24)
    sure = BooleanField(_("I have warned the caller"))
