"""Hours and holidays as administrators write them: "09:00-12:00, 13:00-18:00"."""

import itertools
import re
from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from helpline.register.rules.calendar import DAY, Holiday, Span, Spans
from helpline.register.rules.sentences import Unfit

CLOSED: Final = frozenset({"", "-", "closed"})
LONGEST_HOLIDAY: Final = 60
MOST_HOLIDAYS: Final = 400
NAME_LENGTH: Final = 80

_WIDE = str.maketrans("：，；、－～–—~", ":,;,-----")
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_DATES = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\s*(?:\.\.|to)\s*(\d{4}-\d{2}-\d{2}))?")


class NotReadable(Unfit):
    """Hours or holidays that cannot be read; told to whoever wrote them."""


def parse_hours(text: str) -> Spans:
    """Split shifts of one day; empty or "closed" is no hours. Raises NotReadable."""
    text = text.translate(_WIDE).strip()
    if text.lower() in CLOSED:
        return ()
    spans = sorted(_span(part.strip()) for part in text.split(",") if part.strip())
    for earlier, later in itertools.pairwise(spans):
        if later.start < earlier.end:
            raise NotReadable(
                "%(one)s and %(other)s overlap.", one=_show(earlier), other=_show(later)
            )
    return tuple(spans)


def show_hours(spans: Spans) -> str:
    """What `parse_hours` reads again; "" for no hours."""
    return ", ".join(_show(span) for span in spans)


def parse_holidays(text: str) -> Mapping[date, Holiday]:
    """One holiday a line: `2027-02-06 to 2027-02-12; Chinese New Year; 10:00-12:00`.

    The end date and the hours may be left out. Raises NotReadable naming the line.
    """
    found: dict[date, Holiday] = {}
    for number, line in enumerate(text.translate(_WIDE).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            days, holiday = _holiday(line)
            twice = [day for day in days if day in found]
            if twice:
                raise NotReadable("%(day)s stands twice.", day=twice[0].isoformat())
        except NotReadable as error:
            raise NotReadable(
                "Line %(number)s: %(reason)s", number=number, reason=error.sentence
            ) from None
        found.update(dict.fromkeys(days, holiday))
    if len(found) > MOST_HOLIDAYS:
        raise NotReadable("At most %(most)s days can be entered.", most=MOST_HOLIDAYS)
    return MappingProxyType(dict(sorted(found.items())))


def show_holidays(holidays: Mapping[date, Holiday]) -> str:
    """What `parse_holidays` reads again; days in a row with the same name share a line."""
    lines: list[str] = []
    runs: list[tuple[date, date, Holiday]] = []
    for day, holiday in sorted(holidays.items()):
        if runs and runs[-1][2] == holiday and day - runs[-1][1] == timedelta(days=1):
            runs[-1] = (runs[-1][0], day, holiday)
        else:
            runs.append((day, day, holiday))
    for first, last, holiday in runs:
        dates = first.isoformat() if first == last else f"{first} to {last}"
        hours = f"; {show_hours(holiday.spans)}" if holiday.spans else ""
        lines.append(f"{dates}; {holiday.name}{hours}")
    return "\n".join(lines)


def _span(text: str) -> Span:
    match = _SPAN.fullmatch(text)
    if match is None:
        raise NotReadable('"%(text)s" is not written like 09:00-12:00.', text=text[:20])
    first, last = (_minute(match[n], match[n + 1]) for n in (1, 3))
    if first >= last:
        raise NotReadable(
            "%(hours)s ends before it begins. Hours past midnight are written as 24:00 "
            "here and from 00:00 on the next day.",
            hours=text,
        )
    return Span(first, last)


def _minute(hour: str, minute: str) -> int:
    total = int(hour) * 60 + int(minute)
    if int(minute) > 59 or total > DAY:
        raise NotReadable("%(time)s is no time of day.", time=f"{hour}:{minute}")
    return total


def _show(span: Span) -> str:
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (span.start, span.end))


def _holiday(line: str) -> tuple[list[date], Holiday]:
    dates, _, rest = line.partition(";")
    name, _, hours = rest.partition(";")
    match = _DATES.fullmatch(dates.strip())
    if match is None or not name.strip():
        raise NotReadable("write a date, a semicolon and a name, as 2027-02-06; New Year.")
    if len(name.strip()) > NAME_LENGTH:
        raise NotReadable("the name is longer than %(most)s characters.", most=NAME_LENGTH)
    first = _date(match[1])
    last = _date(match[2]) if match[2] else first
    count = (last - first).days + 1
    if not 1 <= count <= LONGEST_HOLIDAY:
        raise NotReadable(
            "the days must be 1 to %(most)s in a row, the earlier first.", most=LONGEST_HOLIDAY
        )
    days = [first + timedelta(days=n) for n in range(count)]
    return days, Holiday(name.strip(), parse_hours(hours))


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotReadable("%(day)s is not in the calendar.", day=text) from None
