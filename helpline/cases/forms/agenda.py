"""Forms of talks agreed with the worker, and of next steps."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    DateTimeLocalField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.validators import InputRequired, Length, NumberRange

from helpline.cases.forms import OnceForm, options
from helpline.cases.rules.agenda import Held, Meeting

_NEEDED = InputRequired(_("Fill this in."))
_MOMENT = "%Y-%m-%dT%H:%M"

MEETINGS = (
    (Meeting.WE_RING.value, _("We ring the worker")),
    (Meeting.WORKER_RINGS.value, _("The worker rings us")),
    (Meeting.VISIT.value, _("Visit")),
)
HELD = (
    (Held.HELD.value, _("We talked")),
    (Held.MISSED.value, _("It did not come about")),
    (Held.CANCELLED.value, _("Cancelled")),
)


class TalkForm(OnceForm):
    """The next talk."""

    at = DateTimeLocalField(_("When, by the line's clock"), [_NEEDED], format=_MOMENT)
    how = SelectField(_("How"), choices=options(MEETINGS), default=Meeting.WE_RING.value)
    minutes = IntegerField(_("How many minutes"), [_NEEDED, NumberRange(5, 240)], default=50)
    override = StringField(_("Reason, if it is outside the safe hours"), [Length(max=500)])


class MoveTalkForm(FlaskForm):
    """Another time for a talk."""

    at = DateTimeLocalField(_("When, by the line's clock"), [_NEEDED], format=_MOMENT)
    override = StringField(_("Reason, if it is outside the safe hours"), [Length(max=500)])


class TalkEndForm(FlaskForm):
    """What became of a talk."""

    state = RadioField(_("What became of it?"), [_NEEDED], choices=options(HELD))


class StepForm(OnceForm):
    """Something to do by a day."""

    what = StringField(_("What is to be done"), [_NEEDED, Length(max=500)])
    due = DateField(_("By which day"), [_NEEDED])
