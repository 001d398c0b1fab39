"""Names that several pages show."""

from datetime import date, datetime

from flask import Flask
from flask_babel import format_date, format_datetime
from flask_babel import gettext as spoken
from flask_babel import lazy_gettext as _

LANGUAGES = {
    "en": _("English"),
    "zh-Hans": _("Mandarin"),
    "yue": _("Cantonese"),
    "hi": _("Hindi"),
    "ta": _("Tamil"),
}
ENDINGS = {
    "answered": _("Answered"),
    "message": _("Message left"),
    "callback": _("Callback asked for"),
    "abandoned": _("Hung up while waiting"),
    "information": _("Information only"),
    "silent": _("Silent"),
    "hung-up": _("Hung up early"),
    "missed": _("Missed call"),
    "refused": _("Not put through"),
    "outbound-reached": _("Rung back, reached"),
    "outbound-unanswered": _("Rung back, not reached"),
    "letters": _("Heard what we had for them"),
}
WAITS = {
    "wait_0_20": _("under 20 seconds"),
    "wait_20_60": _("20 to 60 seconds"),
    "wait_60_180": _("1 to 3 minutes"),
    "wait_180_600": _("3 to 10 minutes"),
    "wait_over_600": _("over 10 minutes"),
}
STEPS = {
    "language": _("greeting"),
    "notice": _("notice"),
    "menu": _("menu"),
    "silent": _("silence"),
    "rights": _("rights"),
    "programmes": _("programmes"),
    "factory": _("factory"),
    "queue": _("queue"),
    "ring": _("ringing"),
    "rung": _("rung"),
    "not answered": _("not answered"),
    "answered": _("answered"),
    "talk over": _("talk over"),
    "together": _("three at the talk"),
    "joined": _("a colleague joined"),
    "listens": _("a supervisor listens"),
    "passed on": _("passed on"),
    "closed": _("closed"),
    "abusive": _("not put through"),
    "receipt-entry": _("number keyed in"),
    "letters": _("letters"),
    "safety-ring": _("safe to ring?"),
    "safety-message": _("message safe?"),
    "safety-text": _("text safe?"),
    "receipt-offer": _("number offered"),
    "receipt": _("number given"),
    "voicemail": _("message"),
    "callback": _("callback opening"),
    "goodbye": _("goodbye"),
    "hang-up": _("end"),
    "refused": _("not picked up"),
}


BASES = {
    "listened": _("listened to the talk"),
    "wrap-up": _("from the wrap-up"),
}


def init_app(app: Flask) -> None:
    """Let templates write moments in words, by the zone and language of the page."""
    app.add_template_filter(at_moment, "at_moment")
    app.add_template_filter(at_time, "at_time")
    app.add_template_filter(on_day, "on_day")


def at_moment(moment: datetime) -> str:
    """Monday 23 November, 18:00."""
    return str(format_datetime(moment, spoken("EEEE d MMMM, HH:mm")))


def at_time(moment: datetime) -> str:
    """18:00."""
    return str(format_datetime(moment, "HH:mm"))


def on_day(day: date) -> str:
    """Monday 23 November 2026."""
    return str(format_date(day, spoken("EEEE d MMMM yyyy")))
