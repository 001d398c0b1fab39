"""Changes of a line's number or emergency texts: proposed by one person, confirmed by another."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, update

from helpline.columns import new_id
from helpline.errors import Conflict, NotAllowed, NotFound
from helpline.extensions import db
from helpline.keys.rules import Role
from helpline.keys.service import directory
from helpline.register.models import Line, LineText, PendingChange, Sound
from helpline.register.rules.lines import ChangeKind, ChangeState
from helpline.register.service.author import Author

_WAITING = (
    select(func.count())
    .select_from(PendingChange)
    .where(PendingChange.state == ChangeState.WAITING)
)


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change with the line it concerns; `old` and `new` as people read them, "" for none."""

    id: uuid.UUID
    line_id: uuid.UUID
    line_name: str
    kind: ChangeKind
    language: str
    key: str
    old: str
    new: str
    sound_id: uuid.UUID | None
    state: ChangeState
    proposed_by: uuid.UUID | None
    proposed_on: date
    decided_by: uuid.UUID | None
    decided_on: date | None


def waiting(line_id: uuid.UUID | None = None) -> tuple[ChangeView, ...]:
    """Changes that wait for a supervisor, of one line or of all; oldest first."""
    wanted = [PendingChange.state == ChangeState.WAITING]
    wanted += [PendingChange.line_id == line_id] if line_id else []
    return _views(
        db.session.execute(
            select(PendingChange, Line.name)
            .join(Line, Line.id == PendingChange.line_id)
            .where(*wanted)
            .order_by(PendingChange.proposed_on, PendingChange.id)
        ).all()
    )


def waiting_count() -> int:
    """How many changes wait for a supervisor."""
    return db.session.scalar(_WAITING) or 0


def recent(today: date, days: int = 7) -> tuple[ChangeView, ...]:
    """Changes confirmed in the last days, newest first; the wall board shows them."""
    return _views(
        db.session.execute(
            select(PendingChange, Line.name)
            .join(Line, Line.id == PendingChange.line_id)
            .where(
                PendingChange.state == ChangeState.CONFIRMED,
                PendingChange.decided_on >= today - timedelta(days=days),
            )
            .order_by(PendingChange.decided_on.desc(), PendingChange.id)
        ).all()
    )


def propose(author: Author, change: PendingChange, now: datetime) -> bool:
    """Let a change wait; an older one for the same thing is replaced. True if one waits now.

    What equals the present state only takes the older proposal back.
    """
    older = db.session.scalars(
        select(PendingChange)
        .where(
            PendingChange.line_id == change.line_id,
            PendingChange.kind == change.kind,
            PendingChange.language == change.language,
            PendingChange.key == change.key,
            PendingChange.state == ChangeState.WAITING,
        )
        .with_for_update()
    ).all()
    if any(_same(row, change) for row in older):
        return True
    for row in older:
        row.state, row.decided_by, row.decided_on = ChangeState.REPLACED, author.person, now.date()
        forget_sound(row)
    if change.old == change.new and change.sound_id is None:
        return False
    change.id, change.state = new_id(), ChangeState.WAITING
    change.proposed_by, change.proposed_on = author.person, now.date()
    db.session.add(change)
    db.session.flush()
    author.record("register.change.proposed", now, change.id, {"kind": change.kind})
    return True


def confirm(author: Author, change_id: uuid.UUID, now: datetime) -> ChangeView:
    """Let a change count. Raises NotAllowed, NotFound, or Conflict if things moved meanwhile."""
    change, line = _undecided(author, change_id)
    if _present(change, line) != change.old:
        raise Conflict("The line has changed since this was proposed. Propose it again.")
    _apply(change, line)
    return _decide(author, change, line, ChangeState.CONFIRMED, now)


def refuse(author: Author, change_id: uuid.UUID, now: datetime) -> ChangeView:
    """Drop a change: everything stays as it is. Raises NotAllowed, NotFound, Conflict."""
    change, line = _undecided(author, change_id)
    forget_sound(change)
    return _decide(author, change, line, ChangeState.REFUSED, now)


def summary(line: Line) -> str:
    """What a supervisor must have seen of a new line before it takes calls."""
    return f"{line.number}; {', '.join(line.emergency_numbers)}"


def text_row(line_id: uuid.UUID, language: str, key: str) -> LineText | None:
    """The line's own text or sound for a prompt, if it has one."""
    return db.session.scalar(
        select(LineText).where(
            LineText.line_id == line_id, LineText.language == language, LineText.key == key
        )
    )


def shown(row: LineText | None) -> str:
    """A text as a change states it: words, a sound's id, or "" for the standard text."""
    if row is None:
        return ""
    return f"sound:{row.sound_id}" if row.sound_id else row.text


def write_text(
    line_id: uuid.UUID, language: str, key: str, text: str, sound_id: uuid.UUID | None
) -> None:
    """Let a line say these words or play this sound; neither of them: the standard text."""
    row = text_row(line_id, language, key)
    former = row.sound_id if row else None
    if not text and sound_id is None:
        if row is not None:
            db.session.delete(row)
    elif row is None:
        row = LineText(id=new_id(), line_id=line_id, language=language, key=key)
        row.text, row.sound_id = text, sound_id
        db.session.add(row)
    else:
        row.text, row.sound_id = text, sound_id
    _count_change_of_texts(line_id)
    db.session.flush()
    if former and former != sound_id:
        db.session.delete(db.session.get_one(Sound, former))


def _count_change_of_texts(line_id: uuid.UUID) -> None:
    db.session.execute(
        update(Line)
        .where(Line.id == line_id)
        .values(texts_revision=Line.texts_revision + 1)
        .execution_options(synchronize_session=False)
    )


def forget_sound(change: PendingChange) -> None:
    """Delete the sound of a change that will never count."""
    sound, change.sound_id = change.sound_id, None
    if sound:
        db.session.flush()
        db.session.delete(db.session.get_one(Sound, sound))


def _undecided(author: Author, change_id: uuid.UUID) -> tuple[PendingChange, Line]:
    state = directory.read(author.site).state
    if author.person is None or state.role_of(author.person) is not Role.SUPERVISOR:
        raise NotAllowed("Only a supervisor decides about this.")
    change = db.session.get(PendingChange, change_id, with_for_update=True)
    if change is None:
        raise NotFound
    if change.proposed_by == author.person:
        raise NotAllowed("Another person must confirm what you have proposed.")
    if change.state != ChangeState.WAITING:
        raise Conflict("This was decided meanwhile.")
    return change, db.session.get_one(Line, change.line_id, with_for_update=True)


def _decide(
    author: Author, change: PendingChange, line: Line, state: ChangeState, now: datetime
) -> ChangeView:
    change.state, change.decided_by, change.decided_on = state, author.person, now.date()
    db.session.flush()
    author.record(f"register.change.{state}", now, change.id, {"kind": change.kind})
    return _view(change, line.name)


def _present(change: PendingChange, line: Line) -> str:
    """What stands now where `change` would write; it must still be what was proposed against."""
    match ChangeKind(change.kind):
        case ChangeKind.NEW_LINE:
            return change.old if change.new == summary(line) else summary(line)
        case ChangeKind.NUMBER:
            return line.number
        case ChangeKind.EMERGENCY_NUMBERS:
            return ", ".join(line.emergency_numbers)
        case ChangeKind.TEXT:
            return shown(text_row(line.id, change.language, change.key))


def _apply(change: PendingChange, line: Line) -> None:
    match ChangeKind(change.kind):
        case ChangeKind.NEW_LINE:
            line.ready = True
        case ChangeKind.NUMBER:
            if db.session.scalar(select(Line.id).where(Line.number == change.new)):
                raise Conflict("Another line has this number now.")
            line.number = change.new
        case ChangeKind.EMERGENCY_NUMBERS:
            line.emergency_numbers = change.new.split(", ")
        case ChangeKind.TEXT:
            text = "" if change.sound_id else change.new
            sound, change.sound_id = change.sound_id, None
            write_text(line.id, change.language, change.key, text, sound)
    line.revision += 1


def _same(row: PendingChange, change: PendingChange) -> bool:
    return (row.old, row.new, row.sound_id) == (change.old, change.new, change.sound_id)


def _views(rows: Sequence[tuple[PendingChange, str]]) -> tuple[ChangeView, ...]:
    return tuple(_view(change, name) for change, name in rows)


def _view(change: PendingChange, line_name: str) -> ChangeView:
    return ChangeView(
        change.id,
        change.line_id,
        line_name,
        ChangeKind(change.kind),
        change.language,
        change.key,
        change.old,
        change.new,
        change.sound_id,
        ChangeState(change.state),
        change.proposed_by,
        change.proposed_on,
        change.decided_by,
        change.decided_on,
    )
