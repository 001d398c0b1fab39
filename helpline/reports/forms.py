"""Forms of the reports; what they hold is checked by the services."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from helpline.reports.rules.remarks import LANGUAGES, LENGTH, field_of

_LONG = Length(max=4 * LENGTH)


class StoryForm(FlaskForm):
    """What changed since workers called, in each language."""

    words_en = TextAreaField(_("English"), [_LONG])
    words_zh = TextAreaField(_("Chinese"), [_LONG])
    words_hi = TextAreaField(_("Hindi"), [_LONG])

    @property
    def words(self) -> dict[str, str]:
        """Language tag -> what was typed."""
        return {tag: self[field_of(tag)].data or "" for tag in LANGUAGES}


class NoticeForm(StoryForm):
    """An error in a release, of one unit's numbers or of all of them."""

    release = SelectField(_("Release"), coerce=int)
    unit = StringField(_("Factory or group"), [Length(max=100)])

    def offer(self, releases: Iterable[tuple[int, str]]) -> None:
        """Let each of these be chosen: number and period."""
        self.release.choices = [
            SelectChoice(number, f"{number} ({period})") for number, period in releases
        ]
