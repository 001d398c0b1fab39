"""The call of a step's webhook, by far the most frequent one: read and saved past the session.

What is read here belongs to no session and is written by `save` alone, with one statement of the
columns that were set; the session's own way costs twice as much.
"""

import uuid
from dataclasses import dataclass

from sqlalchemy import bindparam, exists, inspect, select, update
from sqlalchemy.orm import object_session
from sqlalchemy.orm.attributes import set_committed_value

from helpline.extensions import db
from helpline.hotline.models import LiveCall, SeenEvent
from helpline.hotline.service import rows
from helpline.register.models import Line
from helpline.register.service import lines
from helpline.register.service.lines import LineView

_CALLS, _EVENTS, _LINES = rows.table(LiveCall), rows.table(SeenEvent), rows.table(Line)
_NAMES = tuple(_CALLS.c.keys())
_READ = (
    select(
        _CALLS,
        exists().where(_EVENTS.c.hash == bindparam("event")).label("seen"),
        _LINES.c.revision,
        _LINES.c.texts_revision,
    )
    .join(_LINES, _LINES.c.id == _CALLS.c.line_id)
    .where(_CALLS.c.id == bindparam("call"))
    .with_for_update(of=_CALLS)
)
_SAVE = update(_CALLS).where(_CALLS.c.id == bindparam("call"))


@dataclass(frozen=True, slots=True)
class Found:
    """A call that lives, its line, and whether this event was handled before."""

    call: LiveCall
    line: LineView
    seen: bool


def read(call_id: uuid.UUID, event_hash: bytes) -> Found | None:
    """The call if it lives, locked against other webhooks of it."""
    found = rows.ask(_READ, {"call": call_id, "event": event_hash})
    if not found:
        return None
    row, call = found[0], LiveCall()
    for name, value in zip(_NAMES, row, strict=False):  # what follows is not the call's
        set_committed_value(call, name, value)
    line = lines.as_of(call.line_id, row.revision, row.texts_revision)
    return Found(call, line, bool(row.seen))


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
