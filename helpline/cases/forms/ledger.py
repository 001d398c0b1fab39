"""Forms of what the worker lets us tell, of letters, plans, minutes, and of second people."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from helpline.cases.forms import OnceForm, options
from helpline.cases.rules.clocks import WATCH_DAYS
from helpline.cases.rules.consents import Ground, Group, Purpose, Recipient, Way
from helpline.cases.rules.disclosures import Sent
from helpline.cases.rules.keeping import Ground as End
from helpline.cases.rules.referrals import Became, Passed
from helpline.cases.service.afterwards import Harm

_NEEDED = InputRequired(_("Fill this in."))
_LONG = Length(max=20_000)
_SHORT = Length(max=2_000)

PURPOSES = (
    (Purpose.TELL.value, _("Tell somebody")),
    (Purpose.REFER.value, _("Refer the worker to a service")),
    (Purpose.SURVEY.value, _("Ask how it went, after the end")),
    (Purpose.RECORDING.value, _("Keep a recording")),
)
RECIPIENTS = (
    (Recipient.FACTORY.value, _("The factory")),
    (Recipient.CERTIFIER.value, _("The certifier")),
    (Recipient.AUTHORITY.value, _("An authority")),
    (Recipient.PARTNER.value, _("A partner")),
)
GROUPS = (
    (Group.WHAT.value, _("What happened")),
    (Group.WHEN.value, _("When")),
    (Group.WHERE.value, _("Where in the factory")),
    (Group.WISH.value, _("What the worker asks for")),
    (Group.PAPERS.value, _("Papers")),
    (Group.NAME.value, _("The worker's name")),
    (Group.NUMBER.value, _("How to reach the worker")),
    (Group.CALLED.value, _("That the worker turned to us")),
)
WAYS = (
    (Way.TALK.value, _("In a talk")),
    (Way.VISIT.value, _("At a visit")),
    (Way.TEXT.value, _("By text")),
    (Way.LETTERBOX.value, _("On the receipt page")),
)
ALL_WAYS = (*WAYS, (Way.KEYS.value, _("By keys on the telephone")))
SENT = (
    (Sent.EMAIL.value, _("By e-mail")),
    (Sent.POST.value, _("By post")),
    (Sent.BY_HAND.value, _("By hand")),
    (Sent.READ_OUT.value, _("Read out")),
)
GROUNDS = (
    (Ground.LIFE.value, _("Danger to life")),
    (Ground.CHILD.value, _("A child in danger")),
)
GROUNDS_OF_END = (
    (End.OVER.value, _("Its time is over")),
    (End.ASKED.value, _("The worker asked for it")),
)
HARMS = (
    (Harm.NONE.value, _("Nothing was done to the worker")),
    (Harm.SUSPECTED.value, _("Perhaps something was done")),
    (Harm.YES.value, _("Something was done")),
    (Harm.NOT_REACHED.value, _("Could not be reached")),
)
PASSED = (
    (Passed.ADDRESS.value, _("The worker has the address and goes there")),
    (Passed.BY_US.value, _("We tell the service, with the worker's consent")),
)
BECAME = (
    (Became.ACCEPTED.value, _("They take the worker")),
    (Became.DECLINED.value, _("They do not take the worker")),
    (Became.HELPED.value, _("It helped")),
    (Became.NOT_HELPED.value, _("It did not help")),
    (Became.NOT_GONE.value, _("The worker did not go")),
)
YES_NO = (("yes", _("Yes")), ("no", _("No")))


class ConsentForm(OnceForm):
    """One word of the worker. A group of facts counts if there are words for it."""

    purpose = SelectField(_("For what"), choices=options(PURPOSES), default=Purpose.TELL.value)
    recipient = SelectField(
        _("Who may be told"),
        choices=options((("", _("Choose")), *RECIPIENTS)),
        default="",
    )
    whom = StringField(_("Name of the authority, partner or service"), [Length(max=80)])
    given = RadioField(_("What does the worker say?"), [_NEEDED], choices=options(YES_NO))
    words = TextAreaField(_("In the worker's words"), [_NEEDED, _SHORT])
    way = SelectField(_("How it was said"), choices=options(WAYS), default=Way.TALK.value)
    what = TextAreaField(GROUPS[0][1], [Length(max=4_000)])
    when = TextAreaField(GROUPS[1][1], [Length(max=4_000)])
    where = TextAreaField(GROUPS[2][1], [Length(max=4_000)])
    wish = TextAreaField(GROUPS[3][1], [Length(max=4_000)])
    papers = TextAreaField(GROUPS[4][1], [Length(max=4_000)])
    name = StringField(GROUPS[5][1], [Length(max=200)])
    number = StringField(GROUPS[6][1], [Length(max=200)])
    called = BooleanField(GROUPS[7][1])


class PermitForm(ConsentForm):
    """Telling without the worker's consent: two supervisors, a ground, a reason."""

    purpose = None
    given = None
    words = None
    way = None
    ground = RadioField(_("Why"), [_NEEDED], choices=options(GROUNDS))
    reason = TextAreaField(_("Reason"), [_NEEDED, _SHORT])


class TakeBackForm(FlaskForm):
    """A consent that the worker takes back."""

    words = TextAreaField(_("In the worker's words"), [_NEEDED, _SHORT])
    way = SelectField(_("How it was said"), choices=options(WAYS), default=Way.TALK.value)


class ProtectedForm(FlaskForm):
    """What no letter may hold."""

    revision = IntegerField(widget=HiddenInput())
    name = StringField(_("The worker's name"), [Length(max=80)])
    words = TextAreaField(_("Words that never leave this case"), [_SHORT])


class OutwardLetterForm(OnceForm):
    """A letter to whom the worker lets us tell."""

    text = TextAreaField(_("Letter"), [_NEEDED, _LONG])
    sent = SelectField(_("How it goes"), choices=options(SENT), default=Sent.EMAIL.value)


class AnswerForm(OnceForm):
    """What a recipient answered."""

    text = TextAreaField(_("What they answered"), [_LONG])
    planned = TextAreaField(_("What they plan"), [Length(max=4_000)])
    planned_for = DateField(_("By which day"), [Optional()])


class PlanForm(FlaskForm):
    """What the factory puts right."""

    revision = IntegerField(widget=HiddenInput())
    text = TextAreaField(_("What is put right, and by whom"), [_NEEDED, Length(max=8_000)])
    due = DateField(_("All of it by"), [_NEEDED])


class WordForm(FlaskForm):
    """What the worker says to a plan or to minutes."""

    agreed = RadioField(_("Does the worker agree?"), [_NEEDED], choices=options(YES_NO))
    words = TextAreaField(_("In the worker's words"), [_SHORT])


class ReferralForm(OnceForm):
    """Where the worker is sent."""

    service = RadioField(_("Where"), [_NEEDED], validate_choice=False)
    passed = RadioField(_("How"), [_NEEDED], choices=options(PASSED))
    words = TextAreaField(_("What we said to the worker"), [_SHORT])


class ReferralAnswerForm(FlaskForm):
    """What became of a referral."""

    became = RadioField(_("What became of it?"), [_NEEDED], choices=options(BECAME))
    words = TextAreaField(_("In the worker's words"), [_SHORT])


class RelateForm(FlaskForm):
    """Another case that has to do with this one."""

    reference = StringField(_("Name of the other case"), [_NEEDED, Length(max=8)])


class MinutesForm(OnceForm):
    """Minutes of a talk."""

    text = TextAreaField(_("Minutes of the talk"), [_NEEDED, _LONG])


class DecisionForm(FlaskForm):
    """A second person agrees or does not."""

    agreed = RadioField(_("Do you agree?"), [_NEEDED], choices=options(YES_NO))
    reason = TextAreaField(_("Reason"), [_SHORT])


class EraseForm(FlaskForm):
    """Why a case is destroyed."""

    ground = RadioField(_("Why"), [_NEEDED], choices=options(GROUNDS_OF_END))


class WatchForm(FlaskForm):
    """What the worker says some time after the end."""

    days = RadioField(
        _("Asked after"),
        [_NEEDED],
        choices=options((str(days), _("%(num)s days", num=days)) for days in WATCH_DAYS),
    )
    harm = RadioField(_("Since the end"), [_NEEDED], choices=options(HARMS))
    words = TextAreaField(_("In the worker's words"), [_SHORT])


class ResponseForm(OnceForm):
    """What the certifier plans, or answers."""

    planned = TextAreaField(_("What you plan"), [Length(max=4_000)])
    planned_for = DateField(_("By which day"), [Optional()])
    words = TextAreaField(_("An answer in words"), [Length(max=4_000)])
