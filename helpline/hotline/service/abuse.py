"""Silent calls that repeat, and flags on numbers that abuse the line; both end by themselves."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from helpline.audit import service as audit
from helpline.errors import BadInput, NotFound
from helpline.extensions import db
from helpline.hotline import rules
from helpline.hotline.models import AbuseFlag, SilentHour
from helpline.hotline.service import alerts, rows
from helpline.keys.service.principal import Principal
from helpline.register.service.lines import LineView

LONGEST_HOURS = 24 * 30


def count_silent(handle: bytes | None, line: LineView, now: datetime) -> None:
    """Another silent call; the third within 24 hours raises a welfare review."""
    if handle is None:
        return
    hour = rules.hour_before(now)
    changed = rows.changed(
        update(SilentHour)
        .where(SilentHour.handle == handle, SilentHour.hour == hour)
        .values(count=SilentHour.count + 1)
    )
    if not changed:
        db.session.add(SilentHour(handle=handle, hour=hour, count=1))
        db.session.flush()
    since = rules.hour_before(now - rules.SILENT_WINDOW)
    query = select(func.sum(SilentHour.count)).where(
        SilentHour.handle == handle, SilentHour.hour >= since
    )
    if (db.session.scalar(query) or 0) == rules.SILENT_CALLS:
        alerts.raise_welfare(line, handle, now)


def flag(principal: Principal, handle: bytes, hours: int, now: datetime) -> None:
    """Put a number's calls aside for a while; the emergency message and voicemail stay open."""
    if not 1 <= hours <= LONGEST_HOURS:
        raise BadInput("A flag lasts from one hour to thirty days.", "hours")
    row = db.session.get(AbuseFlag, handle)
    if row is None:
        row = AbuseFlag(handle=handle)
        db.session.add(row)
    row.until, row.person_id = rules.flag_until(now, hours), principal.person
    row.day = now.date()
    audit.record(principal.site, "abuse.flagged", now, actor=principal.person)


def lift(principal: Principal, handle: bytes, now: datetime) -> None:
    """Take a flag back: a distressed worker may have been misjudged."""
    row = db.session.get(AbuseFlag, handle)
    if row is None:
        raise NotFound
    db.session.delete(row)
    audit.record(principal.site, "abuse.lifted", now, actor=principal.person)


def flags(now: datetime) -> Sequence[AbuseFlag]:
    """The flags that stand, for the review list."""
    query = select(AbuseFlag).where(AbuseFlag.until > now).order_by(AbuseFlag.until)
    return db.session.scalars(query).all()


def forget(now: datetime) -> None:
    """Delete flags that are over and silent calls of more than a day ago."""
    db.session.execute(delete(AbuseFlag).where(AbuseFlag.until <= now))
    old = rules.hour_before(now - rules.SILENT_WINDOW - timedelta(hours=1))
    db.session.execute(delete(SilentHour).where(SilentHour.hour < old))


def token(handle: bytes) -> str:
    """How a page names a flag: the handle itself, which is no number."""
    return handle.hex()


def from_token(text: str) -> bytes:
    """What `token` made; raises NotFound."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise NotFound from None
