"""Which language and zone a page speaks: the person's choice, else what the browser asks for."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from babel.support import NullTranslations, Translations
from flask import Flask, g, request, session
from flask_babel import Domain, force_locale, format_date, get_locale
from markupsafe import Markup

from helpline.config import Config
from helpline.extensions import babel

# Locale as Babel names it -> (tag for `lang` attributes, the language's own name).
LANGUAGES = {
    "en": ("en", "English"),
    "zh_Hans": ("zh-Hans", "简体中文"),
    "hi": ("hi", "हिन्दी"),
}
LOCALES = {tag: locale for locale, (tag, _name) in LANGUAGES.items()}
"""Language tag -> locale."""


class _Messages(Domain):  # type: ignore[misc]  # flask_babel has no types
    """The messages, whose catalogue is looked up once a request: a page asks some hundred times."""

    def get_translations(self) -> Translations | NullTranslations:
        return _words()[0] if g else super().get_translations()


Words = tuple[Translations | NullTranslations, dict[str, Markup]]
"""The catalogue of a language, and what it said to templates already: they ask for little else."""
_SAID: dict[str, dict[str, Markup]] = {}


def _words() -> Words:
    """Those of this request."""
    try:
        kept: Words = g.words
    except AttributeError:
        catalogue = super(_Messages, babel.domain_instance).get_translations()
        kept = g.words = catalogue, _SAID.setdefault(str(get_locale()), {})
    return kept


def _in_page(text: str, **values: object) -> Markup:
    """`_` of a template: markup, with its values escaped; a format string even without any."""
    catalogue, said = _words()
    if values:
        return Markup(catalogue.gettext(text)) % values  # noqa: S704  our words
    found = said.get(text)
    if found is None:
        found = said[text] = Markup(catalogue.gettext(text) % values)  # noqa: S704  our words
    return found


def init_app(app: Flask, config: Config) -> None:
    """Translate pages; templates find `page_language` and `page_languages`."""
    app.config["BABEL_DEFAULT_LOCALE"] = "en"
    app.config["BABEL_DEFAULT_TIMEZONE"] = config.site.time_zone
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(Path(__file__).parent / "translations")
    babel.init_app(app, locale_selector=chosen)
    babel.domain_instance = _Messages()
    app.jinja_env.globals["_"] = _in_page
    app.add_template_filter(short_day, "short_day")
    app.context_processor(
        lambda: {
            "html_lang": LANGUAGES[spoken()][0],
            "page_language": LANGUAGES[spoken()][0],
            "page_languages": LANGUAGES,
        }
    )


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Words inside are those of this language, also where nobody asks: for the worker process."""
    kept = g.pop("words", None)
    try:
        with force_locale(language):
            yield
    finally:
        g.pop("words", None)
        if kept is not None:
            g.words = kept


def short_day(day: date) -> str:
    """23 Nov 2026, in the page's language."""
    return str(format_date(day, "medium"))


def chosen() -> str:
    """The locale of this request."""
    wanted = session.get("language")
    if wanted in LANGUAGES:
        return str(wanted)
    tags = {tag: name for name, (tag, _) in LANGUAGES.items()} | {
        "zh": "zh_Hans",
        "zh-CN": "zh_Hans",
    }
    return tags.get(request.accept_languages.best_match(list(tags)) or "en", "en")


def choose(language: str) -> None:
    """Remember a language in the browser's own cookie."""
    if language in LANGUAGES:
        session["language"] = language


def spoken() -> str:
    """The locale that Babel uses now."""
    locale = get_locale()
    return str(locale) if locale and str(locale) in LANGUAGES else "en"
