"""The call of a step's webhook, by far the most frequent one: read and saved past the session.

What is read here belongs to no session and is written by `save` alone, with one statement of the
columns that were set; the session's own way costs three times as much.
"""

import uuid

from sqlalchemy import bindparam, exists, inspect, select, update
from sqlalchemy.orm import object_session
from sqlalchemy.orm.attributes import set_committed_value

from helpline.extensions import db
from helpline.hotline.models import LiveCall, SeenEvent
from helpline.hotline.service import rows

_CALLS, _EVENTS = rows.table(LiveCall), rows.table(SeenEvent)
_NAMES = tuple(_CALLS.c.keys())
_READ = (
    select(_CALLS, exists().where(_EVENTS.c.hash == bindparam("event")).label("seen"))
    .where(_CALLS.c.id == bindparam("call"))
    .with_for_update(of=_CALLS)
)
_SAVE = update(_CALLS).where(_CALLS.c.id == bindparam("call"))


def read(call_id: uuid.UUID, event_hash: bytes) -> tuple[LiveCall | None, bool]:
    """The call if it lives, locked against other webhooks of it, and whether the event was seen."""
    found = rows.ask(_READ, {"call": call_id, "event": event_hash})
    if not found:
        return None, False
    call = LiveCall()
    for name, value in zip(_NAMES, found[0], strict=False):  # the last one is `seen`
        set_committed_value(call, name, value)
    return call, bool(found[0].seen)


def save(call: LiveCall) -> None:
    """Write what was set on the call, so that every question that follows sees it."""
    if object_session(call) is not None:
        db.session.flush()
        return
    changed = {name: getattr(call, name) for name in set(_NAMES) - inspect(call).unmodified}
    if not changed:
        return
    rows.write(_SAVE, {"call": call.id, **changed})
    for name, value in changed.items():
        set_committed_value(call, name, value)
