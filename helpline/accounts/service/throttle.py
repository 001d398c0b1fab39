"""Pauses that grow with failures, per name, per address and per browser that is known.

Whoever guesses from a strange browser is slowed down by name and by address. A browser that has
logged in before is counted by itself, so that strangers cannot keep the owner of a name out.
Nothing here depends on whether a name exists.
"""

import base64
import binascii
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from helpline.accounts.models import Throttle
from helpline.accounts.rules import FORGET_AFTER, Bucket, pause_after
from helpline.errors import Throttled
from helpline.extensions import db
from helpline.keys.service.site import Site

_NONCE_BYTES = 16


class TooSoon(Throttled):
    """Too many attempts failed; `pause` is how long to wait."""

    def __init__(self, pause: timedelta) -> None:
        super().__init__("Too many attempts. Wait a little, then try again.")
        self.pause = pause


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from: its address, its known-browser cookie, and what it calls itself.

    Only keyed hashes of the first two are stored; `device` is sealed to the person.
    """

    address: str = ""
    browser: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """The buckets in which one attempt counts."""

    keys: tuple[tuple[bytes, Bucket], ...]


def counted(site: Site, name: str, origin: Origin) -> Counted:
    """Where an attempt on `name` (folded) from `origin` counts."""
    nonce = _known_nonce(site, name, origin.browser)
    if nonce is not None:
        return Counted(((site.throttle_hash("browser", nonce), Bucket.BROWSER),))
    return Counted(
        (
            (site.throttle_hash("name", name), Bucket.NAME),
            (site.throttle_hash("address", origin.address), Bucket.ADDRESS),
        )
    )


def check(counted: Counted, now: datetime) -> None:
    """Raise `TooSoon` if one of the buckets asks for a pause."""
    rows = {row.key: row for row in _rows(counted)}
    longest = timedelta(0)
    for key, bucket in counted.keys:
        row = rows.get(key)
        if row is not None and now - row.failed_at < FORGET_AFTER:
            longest = max(longest, row.failed_at + pause_after(row.failures, bucket) - now)
    if longest > timedelta(0):
        raise TooSoon(longest)


def failed(counted: Counted, now: datetime) -> None:
    """Count a failure in every bucket; failures of yesterday are forgotten."""
    known = {row.key: row.failed_at for row in _rows(counted)}
    for key, _ in counted.keys:
        if key not in known:
            db.session.add(Throttle(key=key, failures=1, failed_at=now))
            continue
        stale = now - known[key] >= FORGET_AFTER
        db.session.execute(
            update(Throttle)
            .where(Throttle.key == key)
            .values(failures=1 if stale else Throttle.failures + 1, failed_at=now)
            .execution_options(synchronize_session=False)
        )
    db.session.flush()


def passed(site: Site, counted: Counted, name: str) -> int:
    """Begin anew for the owner of `name`; returns how many attempts had failed on it.

    The address is not forgiven: otherwise one account of one's own would pay for guessing others.
    """
    own = site.throttle_hash("name", name)
    failures = 0
    for key in {own, *(key for key, bucket in counted.keys if bucket is Bucket.BROWSER)}:
        row = db.session.get(Throttle, key)
        if row is not None:
            failures += row.failures
            db.session.delete(row)
    return failures


def purge(now: datetime) -> None:
    """Forget failures of yesterday."""
    db.session.execute(
        delete(Throttle)
        .where(Throttle.failed_at < now - FORGET_AFTER)
        .execution_options(synchronize_session=False)
    )


def new_browser(site: Site, name: str) -> str:
    """A value for a cookie that makes a browser known for `name`, and for no other."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    mark = site.throttle_hash("known browser", name, nonce.hex())
    return base64.urlsafe_b64encode(nonce + mark).decode()


def _known_nonce(site: Site, name: str, browser: str) -> str | None:
    try:
        value = base64.urlsafe_b64decode(browser.encode())
    except (ValueError, binascii.Error):
        return None
    nonce, mark = value[:_NONCE_BYTES].hex(), value[_NONCE_BYTES:]
    ours = hmac.compare_digest(site.throttle_hash("known browser", name, nonce), mark)
    return nonce if ours else None


def _rows(counted: Counted) -> Sequence[Throttle]:
    """The buckets' rows, locked, so that parallel guesses are judged one after the other."""
    keys = sorted(key for key, _ in counted.keys)
    query = select(Throttle).where(Throttle.key.in_(keys)).order_by(Throttle.key).with_for_update()
    return db.session.scalars(query, execution_options={"populate_existing": True}).all()
