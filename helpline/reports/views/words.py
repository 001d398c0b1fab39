"""What codes of a release are called on a page."""

from collections.abc import Iterable, Mapping

from flask_babel import LazyString, get_locale
from flask_babel import lazy_gettext as _

from helpline.cases.forms import ACCEPTED, FINDINGS, OUTCOMES, REMEDIES, SEVERITIES
from helpline.reports.rules.attributes import NOT_CODED, STILL_OPEN

Words = Mapping[str, LazyString | str]

SENTENCE = (
    "Counts are reported contacts, not how often something happens. "
    "A low number may mean low trust."
)
"""What every file carries, which is the same in all languages."""
ATTRIBUTES: Words = {
    "category": _("What it was about"),
    "severity": _("How serious it was"),
    "channel": _("How it came in"),
    "outcome": _("How it ended"),
    "remedy": _("What the worker got"),
    "finding": _("What was found"),
    "accepted": _("What the worker says of the end"),
    "first_answer_days": _("Days to the first answer"),
    "days_to_close": _("Days to the end"),
}
TIERS: Words = {
    "month": _("by month"),
    "quarter": _("by quarter"),
    "year": _("by year"),
    "three_years": _("over three years together"),
}
GRAINS: Words = {
    "month": _("by month"),
    "quarter": _("by quarter"),
    "year": _("by year"),
    "three_years": _("by three years"),
}
WHY: Words = {
    "whole": _("All of the period is counted"),
    "part": _("A part of the period is counted"),
    "pooled": _("0 to 4, counted in a pool"),
    "few": _("0 to 4, not distinguished, not counted"),
    "longer": _("Told over a longer time, not counted"),
    "together": _("In a group that reaches further, not counted"),
    "unspoken": _("No release speaks of it, not counted"),
}
WHOLE: Words = {
    "few": _("0 to 4, not distinguished, in all or a part of it"),
    "group": _("counted in a group"),
    "longer": _("told over three years together"),
    "open": _("not over yet"),
}
SORTS: Words = {
    "factories": _("Factory"),
    "groups": _("Group"),
    "provinces": _("Province"),
    "countries": _("Country"),
    "brands": _("Brand"),
    "programme": _("The whole programme"),
}
CHANNELS: Words = {
    "voice_in": _("Call"),
    "missed_call": _("Missed call"),
    "callback_out": _("Call back"),
    "voicemail": _("Voice message"),
    "sms": _("Text message"),
    "web_form": _("Web form"),
    "walk_in": _("Visit"),
    "email": _("E-mail"),
    "referral_in": _("Sent by somebody"),
}
_BANDS: Words = {
    "0-2": _("up to 2 days"),
    "3-7": _("3 to 7 days"),
    "8-14": _("8 to 14 days"),
    "15-30": _("15 to 30 days"),
    "31-60": _("31 to 60 days"),
    "60+": _("more than 60 days"),
}
_NONE: Words = {NOT_CODED: _("Not coded"), STILL_OPEN: _("Still open"), "": _("Other, not shown")}


def labels(categories: Mapping[str, str]) -> Mapping[str, Words]:
    """attribute -> code -> its name; what no table names is called by its code."""
    return {
        "category": {**categories, **_NONE},
        "severity": {**{f"S{level}": text for level, text in SEVERITIES}, **_NONE},
        "channel": {**CHANNELS, **_NONE},
        "outcome": {**dict(OUTCOMES), **_NONE},
        "remedy": {**dict(REMEDIES), **_NONE},
        "finding": {**dict(FINDINGS), **_NONE},
        "accepted": {**dict(ACCEPTED), **_NONE},
        "first_answer_days": {**_BANDS, **_NONE},
        "days_to_close": {**_BANDS, **_NONE},
    }


def of_charts(labels: Mapping[str, Words], places: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """The words of charts, see `rules.charts`. places: bodies of provinces and countries."""
    found = {
        "per_1000": _("for each 1,000 workers"),
        "few": _("0 to 4"),
        "own": _("This factory"),
        "read": _(SENTENCE),
    }
    for attribute, names in labels.items():
        found |= {f"{attribute} {code}": name for code, name in names.items()}
    for place in places:
        found[f"{place['kind']} {place['code']}"] = place_name(place)
    return {name: str(text) for name, text in found.items()}


def place_name(body: Mapping[str, str]) -> str:
    """What a province, a country, a brand or the programme is called."""
    if body["kind"] == "country":
        return country(body["code"])
    return (
        str(SORTS["programme"]) if body["kind"] == "programme" else body.get("name", body["code"])
    )


def country(code: str) -> str:
    """A country's name in the page's language; its code where there is none."""
    locale = get_locale()
    return str(locale.territories.get(code, code)) if locale else code
