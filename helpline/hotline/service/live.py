"""The call of a step's webhook, by far the most frequent one: read and saved past the session.

What is read here belongs to no session and is written by `save` alone, with one statement of the
columns that were set; the session's own way costs twice as much.
"""

import uuid
from dataclasses import dataclass

from sqlalchemy import bindparam, inspect, select, update
from sqlalchemy.orm import object_session
from sqlalchemy.orm.attributes import instance_dict, set_committed_value

from helpline.extensions import db
from helpline.hotline.models import LiveCall
from helpline.hotline.service import rows
from helpline.register.models import Line
from helpline.register.service import lines
from helpline.register.service.lines import LineView

_CALLS, _LINES = rows.table(LiveCall), rows.table(Line)
_NAMES = tuple(_CALLS.c.keys())
_READ = (
    select(_CALLS, _LINES.c.revision, _LINES.c.texts_revision)
    .join(_LINES, _LINES.c.id == _CALLS.c.line_id)
    .where(_CALLS.c.id == bindparam("call"))
    .with_for_update(of=_CALLS)
)
_SAVE = update(_CALLS).where(_CALLS.c.id == bindparam("call"))


@dataclass(frozen=True, slots=True)
class Found:
    """A call that lives, and its line."""

    call: LiveCall
    line: LineView


def read(call_id: uuid.UUID) -> Found | None:
    """The call if it lives, locked against other webhooks of it."""
    found = rows.ask(_READ, {"call": call_id})
    if not found:
        return None
    row, call = found[0], LiveCall()
    instance_dict(call).update(zip(_NAMES, row, strict=False))  # the rest is the line's
    line = lines.as_of(call.line_id, row.revision, row.texts_revision)
    return Found(call, line)


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
