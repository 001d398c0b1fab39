"""Wrong receipts are counted per caller, never per receipt; nobody is told why one is refused."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from helpline.extensions import db
from helpline.hotline.models import LiveCall, WrongReceipts
from helpline.hotline.rules import RECEIPT_TRIES, hour_before
from helpline.hotline.service import rows
from helpline.keys.service.site import Site
from telephony.numbers import CallerNumber

ONE_HOUR = timedelta(hours=1)


def too_many(site: Site, caller: CallerNumber, call: LiveCall | None, now: datetime) -> bool:
    """Whether this caller has tried too many in the last hour."""
    return _tries(_key(site, caller, call), now) >= RECEIPT_TRIES


def count(site: Site, caller: CallerNumber, call: LiveCall | None, now: datetime) -> None:
    """Another wrong one."""
    key, hour = _key(site, caller, call), hour_before(now)
    changed = rows.changed(
        update(WrongReceipts)
        .where(WrongReceipts.caller == key, WrongReceipts.hour == hour)
        .values(count=WrongReceipts.count + 1)
    )
    if not changed:
        db.session.add(WrongReceipts(caller=key, hour=hour, count=1))
        db.session.flush()


def forget(now: datetime) -> None:
    """Delete counts that no longer matter."""
    old = hour_before(now) - ONE_HOUR
    db.session.execute(delete(WrongReceipts).where(WrongReceipts.hour < old))


def _tries(key: bytes, now: datetime) -> int:
    """In this hour and the one before: at least the last sixty minutes."""
    since = hour_before(now) - ONE_HOUR
    query = select(func.sum(WrongReceipts.count)).where(
        WrongReceipts.caller == key, WrongReceipts.hour >= since
    )
    return db.session.scalar(query) or 0


def _key(site: Site, caller: CallerNumber, call: LiveCall | None) -> bytes:
    """A withheld caller is known by the call alone; all withheld callers together by one key."""
    if not caller.withheld:
        return site.throttle_hash("receipt", caller.reveal())
    return site.throttle_hash("receipt call", str(call.id) if call is not None else "")
