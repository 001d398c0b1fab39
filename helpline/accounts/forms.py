"""Forms of login, invitation, the own account and the list of people."""

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext
from flask_wtf import FlaskForm
from wtforms import (
    HiddenField,
    PasswordField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    widgets,
)
from wtforms.validators import InputRequired, Length

from helpline.accounts.rules import (
    KEY_NAME_LENGTH,
    LANGUAGES,
    LONGEST_ANSWER,
    NAME_LENGTH,
    PASSWORD_LONGEST,
)
from helpline.keys.rules import Role

ROLE_LABELS = {
    Role.COUNSELLOR: _("Counsellor"),
    Role.SUPERVISOR: _("Supervisor"),
    Role.ADMINISTRATOR: _("Administrator"),
    Role.AUDITOR: _("Auditor"),
    Role.CERTIFIER: _("Certifier"),
    Role.SPONSOR: _("Sponsor"),
}
_NEEDED = InputRequired(_("Fill this in."))
_CODE = Length(max=32, message=_("A code has six digits."))


class PasswordForm(FlaskForm):
    """First step of logging in."""

    login_name = StringField(_("Login name"), [_NEEDED, Length(max=NAME_LENGTH)])
    password = PasswordField(_("Password"), [_NEEDED, Length(max=PASSWORD_LONGEST)])
    next = HiddenField()


class CodeForm(FlaskForm):
    """The first code of a new app."""

    code = StringField(lazy_pgettext("login", "Code"), [_NEEDED, _CODE])
    next = HiddenField()


class ProofForm(FlaskForm):
    """Second step of logging in: a code, a security key's answer, or a recovery code."""

    code = StringField(lazy_pgettext("login", "Code"), [_CODE])
    recovery = StringField(_("Recovery code"), [Length(max=NAME_LENGTH)])
    answer = HiddenField(validators=[Length(max=LONGEST_ANSWER)])
    next = HiddenField()

    def validate(self, extra_validators: object = None) -> bool:
        """One of the three must be there."""
        sound: bool = super().validate(extra_validators)
        if sound and not (self.code.data or self.recovery.data or self.answer.data):
            self.code.errors = [_("Fill this in.")]
            return False
        return sound


class ConfirmForm(ProofForm):
    """Password and second proof again, before something that matters."""

    password = PasswordField(_("Password"), [_NEEDED, Length(max=PASSWORD_LONGEST)])


class KeyForm(FlaskForm):
    """A new security key: its name, and its answer, which a script puts there."""

    name = StringField(_("Name of the key"), [_NEEDED, Length(max=KEY_NAME_LENGTH)])
    answer = HiddenField(validators=[Length(max=LONGEST_ANSWER)])


class NewPasswordForm(FlaskForm):
    """A password that is set for the first time, or changed."""

    password = PasswordField(_("New password"), [_NEEDED])
    again = PasswordField(_("The same password again"), [_NEEDED])


class InviteForm(FlaskForm):
    """Whom to invite as what."""

    login_name = StringField(_("Login name"), [_NEEDED, Length(max=NAME_LENGTH)])
    role = SelectField(
        _("Role"),
        choices=[SelectChoice(role.value, label) for role, label in ROLE_LABELS.items()],
        validate_choice=True,
    )
    languages = SelectMultipleField(
        _("Answers in"),
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
    )


class LanguagesForm(FlaskForm):
    """In which languages somebody answers."""

    languages = SelectMultipleField(
        _("Answers in"),
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
    )


class DigitsForm(FlaskForm):
    """The 24 digits that somebody reads out; `role` is the one the supervisor is shown."""

    digits = StringField(_("The 24 digits"), [_NEEDED, Length(max=64)])
    role = HiddenField()


class ReviewForm(FlaskForm):
    """That the team was looked through; `head` is the state of the directory that was shown."""

    head = HiddenField()


class EmptyForm(FlaskForm):
    """A button: nothing but the token against forged requests."""
