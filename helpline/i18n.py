"""Which language and zone a page speaks: the person's choice, else what the browser asks for."""

from datetime import date
from pathlib import Path

from flask import Flask, request, session
from flask_babel import format_date, get_locale

from helpline.config import Config
from helpline.extensions import babel

# Locale as Babel names it -> (tag for `lang` attributes, the language's own name).
LANGUAGES = {
    "en": ("en", "English"),
    "zh_Hans": ("zh-Hans", "简体中文"),
    "hi": ("hi", "हिन्दी"),
}


def init_app(app: Flask, config: Config) -> None:
    """Translate pages; templates find `page_language` and `page_languages`."""
    app.config["BABEL_DEFAULT_LOCALE"] = "en"
    app.config["BABEL_DEFAULT_TIMEZONE"] = config.site.time_zone
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(Path(__file__).parent / "translations")
    babel.init_app(app, locale_selector=chosen)
    app.add_template_filter(short_day, "short_day")
    app.context_processor(
        lambda: {
            "html_lang": LANGUAGES[spoken()][0],
            "page_language": LANGUAGES[spoken()][0],
            "page_languages": LANGUAGES,
        }
    )


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
