"""Forms of the register; what they hold is checked by the services."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext as pgettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
    TextAreaField,
    widgets,
)
from wtforms.validators import InputRequired, Length

from helpline.register.rules.lines import MESSAGE_LENGTH, TEXT_LENGTH
from helpline.register.rules.reach import TODO, Reached, ReachKind, fields_of
from helpline.register.rules.services import ServiceKind
from helpline.register.service.line_upkeep import WEEKDAYS
from telephony.flow import LineKind

_NEEDED = InputRequired(_("Fill this in."))
_LONG = Length(max=TEXT_LENGTH + MESSAGE_LENGTH)
LANGUAGE_FIELDS = ("language_1", "language_2", "language_3", "language_4", "language_5")
KINDS = {
    LineKind.ANSWERING: _("Answering line: calls are picked up"),
    LineKind.MISSED_CALL: _("Missed-call line: never picks up, each call asks to be rung back"),
}

SERVICE_KINDS = {
    ServiceKind.LEGAL_AID: _("Legal aid"),
    ServiceKind.HEALTH: _("Health"),
    ServiceKind.COUNSELLING: _("Counselling, crisis"),
    ServiceKind.SHELTER: _("Shelter"),
    ServiceKind.LABOUR_AUTHORITY: _("Labour authority"),
    ServiceKind.UNION: _("Union or NGO"),
    ServiceKind.CHILD: _("Child services"),
    ServiceKind.FAMILY_SPACE: _("Our programme: family space"),
    ServiceKind.PARENTS_TRAINING: _("Our programme: parents' training"),
    ServiceKind.WOMENS_PROGRAMME: _("Our programme: women"),
    ServiceKind.OTHER: _("Something else"),
}

COUNTED = {
    ReachKind.CARDS: _("Cards handed out"),
    ReachKind.POSTERS: _("Posters found hanging"),
    ReachKind.TRAINING: _("Workers who took part"),
}


class _Marked:
    """Marks a field as needed and leaves the refusal to the service, which tells all at once."""

    field_flags: ClassVar = {"required": True}

    def __call__(self, form: FlaskForm, field: Field) -> None:
        return None


_MARKED = _Marked()


class EmptyForm(FlaskForm):
    """Only the token against forged requests."""


class FactoryForm(FlaskForm):
    """One factory."""

    code = StringField(_("Code"), [_MARKED, Length(max=40)])
    key_code = StringField(_("Digits on the poster"), [Length(max=40)])
    name = StringField(_("Name"), [_MARKED, Length(max=400)])
    country = StringField(_("Country"), [_MARKED, Length(max=40)])
    province = StringField(_("Province or state"), [_MARKED, Length(max=400)])
    region = StringField(_("Region"), [Length(max=400)])
    workers = StringField(_("Workers"), [_MARKED, Length(max=40)])
    certified_until = StringField(_("Certified until"), [Length(max=40)])
    brands = TextAreaField(_("Brands"), [Length(max=1000)])
    active = BooleanField(_("Workers of this factory are served"), default=True)
    revision = HiddenField()


class ImportForm(FlaskForm):
    """A file of factories."""

    file = FileField(_("CSV file"), [_NEEDED])
    update = BooleanField(_("Update factories that are in the register already"))


class ReachForm(FlaskForm):
    """A fact of reach; `keep` leaves what its kind asks."""

    day = StringField(_("Day"), [_MARKED, Length(max=40)])
    number = StringField(_("How many"), [_MARKED, Length(max=40)])
    expected = StringField(_("How many should hang"), [_MARKED, Length(max=40)])
    todo = SelectMultipleField(
        _("Still to do"),
        choices=[SelectChoice(todo.value, _(sentence)) for todo, sentence in TODO.items()],
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
    )
    reached = RadioField(
        _("Whom did it reach?"),
        choices=[
            SelectChoice(Reached.COUNSELLOR.value, _("A counsellor")),
            SelectChoice(Reached.VOICEMAIL.value, _("The voicemail")),
            SelectChoice(Reached.NOBODY.value, _("Nobody")),
        ],
        validate_choice=False,
    )
    inside = RadioField(
        _("Was it made from inside the factory?"),
        choices=[SelectChoice("yes", _("Yes")), SelectChoice("no", _("No"))],
        validate_choice=False,
    )

    def keep(self, kind: ReachKind) -> None:
        """Ask what a fact of this kind holds, besides its day."""
        for name in ("number", "expected", "todo", "reached", "inside"):
            if name not in fields_of(kind):
                del self[name]
        if "number" in self:
            self.number.label.text = COUNTED[kind]


class ReachFileForm(FlaskForm):
    """A file of facts of reach."""

    file = FileField(_("CSV file"), [_NEEDED])


class AssignForm(FlaskForm):
    """Factories by what they have in common; they are assigned, or taken back."""

    code = StringField(_("Code"), [Length(max=40)])
    province = SelectField(_("Province"), choices=[], validate_choice=False)
    brand = SelectField(_("Brand"), choices=[], validate_choice=False)
    take_back = SubmitField(_("Take back"))

    def offer(self, provinces: Iterable[str], brands: Iterable[str]) -> None:
        """Let any of these be chosen, or none."""
        for field, every in ((self.province, provinces), (self.brand, brands)):
            choices = [SelectChoice(one, one) for one in every]
            field.choices = [SelectChoice("", _("any")), *choices]


class ServiceForm(FlaskForm):
    """One entry of the directory of services and programmes."""

    name = StringField(_("Name"), [_MARKED, Length(max=400)])
    kind = SelectField(
        _("Kind"),
        [_MARKED],
        choices=[
            SelectChoice("", _("Choose one")),
            *(SelectChoice(kind.value, label) for kind, label in SERVICE_KINDS.items()),
        ],
    )
    country = StringField(_("Country"), [_MARKED, Length(max=40)])
    region = StringField(_("Region"), [Length(max=400)])
    languages = SelectMultipleField(
        _("Languages"),
        choices=[],
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
    )
    hours = StringField(_("Opening hours"), [Length(max=400)])
    phone = StringField(_("Telephone"), [Length(max=400)])
    address = StringField(_("Address"), [Length(max=800)])
    web = StringField(_("Web page"), [Length(max=400)])
    audience = StringField(_("For whom"), [Length(max=400)])
    cost = StringField(_("Cost"), [Length(max=400)])
    notes = TextAreaField(_("Notes"), [Length(max=4000)])
    checked = BooleanField(_("I have checked this today"))
    active = BooleanField(_("Workers are sent there"), default=True)
    revision = HiddenField()

    def offer_languages(self, codes: Iterable[str], names: Mapping[str, str]) -> None:
        """Let each of these languages be ticked, named where it has a name."""
        found = dict.fromkeys((*names, *codes))
        self.languages.choices = [SelectChoice(code, names.get(code, code)) for code in found]


class ServicesForm(FlaskForm):
    """A file of services and programmes."""

    file = FileField(_("CSV file"), [_NEEDED])
    update = BooleanField(_("Update entries that are in the directory already"))


class LineForm(FlaskForm):
    """One line with its languages and its calendar."""

    name = StringField(_("Name"), [_MARKED, Length(max=200)])
    number = StringField(_("Telephone number"), [_MARKED, Length(max=40)])
    country = StringField(_("Country"), [_MARKED, Length(max=40)])
    kind = RadioField(
        _("Kind"),
        choices=[SelectChoice(kind.value, label) for kind, label in KINDS.items()],
        default=LineKind.ANSWERING.value,
    )
    language_1 = SelectField(_("Key 1, and when no key is pressed"))
    language_2 = SelectField(_("Key 2"))
    language_3 = SelectField(_("Key 3"))
    language_4 = SelectField(_("Key 4"))
    language_5 = SelectField(_("Key 5"))
    zone = StringField(_("Time zone"), [_MARKED, Length(max=64)])
    mon = StringField(_("Monday"), [Length(max=200)])
    tue = StringField(_("Tuesday"), [Length(max=200)])
    wed = StringField(_("Wednesday"), [Length(max=200)])
    thu = StringField(_("Thursday"), [Length(max=200)])
    fri = StringField(_("Friday"), [Length(max=200)])
    sat = StringField(_("Saturday"), [Length(max=200)])
    sun = StringField(_("Sunday"), [Length(max=200)])
    holidays = TextAreaField(_("Holidays"), [Length(max=20_000)])
    emergency_numbers = StringField(_("Emergency numbers"), [_MARKED, Length(max=80)])
    recording_offered = BooleanField(_("Callers may allow a recording"))
    active = BooleanField(_("The line takes calls"), default=True)
    revision = HiddenField()

    def offer_languages(self, names: Mapping[str, str]) -> None:
        """Let each key choose one of these languages; all keys but the first may stay empty."""
        choices = [SelectChoice(code, name) for code, name in names.items()]
        for name in LANGUAGE_FIELDS:
            field = self[name]
            field.choices = (
                choices if name == LANGUAGE_FIELDS[0] else [SelectChoice("", "–"), *choices]
            )
            field.validate_choice = False

    def chosen_languages(self) -> tuple[str, ...]:
        """The languages in the order of their keys."""
        return tuple(self[name].data for name in LANGUAGE_FIELDS if self[name].data)

    def hours(self) -> dict[str, str]:
        """Hours by weekday."""
        return {day: self[day].data or "" for day in WEEKDAYS}


class TextForm(FlaskForm):
    """What a line says: words, or a sound file."""

    text = TextAreaField(_("Own text"), [_LONG])
    sound = FileField(_("Sound file"))


class CannedForm(FlaskForm):
    """A canned answer in one language."""

    title = StringField(_("Title"), [Length(max=200)])
    category = StringField(_("Group"), [Length(max=200)])
    text = TextAreaField(pgettext("prompt", "Text"), [_MARKED, _LONG])


class NewCannedForm(CannedForm):
    """A canned answer of our own."""

    language = SelectField(_("Language"), choices=[])
    title = StringField(_("Title"), [_MARKED, Length(max=200)])

    def offer_languages(self, names: Mapping[str, str]) -> None:
        """Let it be written in one of these."""
        self.language.choices = [SelectChoice(code, name) for code, name in names.items()]


class LabelForm(FlaskForm):
    """The names of a code."""

    en = StringField(_("English"), [Length(max=400)])
    zh_hans = StringField("简体中文", [Length(max=400)])
    hi = StringField("हिन्दी", [Length(max=400)])

    def labels(self) -> dict[str, str]:
        """Names by language."""
        typed = {"en": self.en.data, "zh-Hans": self.zh_hans.data, "hi": self.hi.data}
        return {language: text or "" for language, text in typed.items()}


class CodeForm(LabelForm):
    """A new sub-code."""

    code = StringField(_("Code"), [_NEEDED, Length(max=40)])
