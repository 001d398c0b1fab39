"""How an administrator changes what a line says and texts."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select

from helpline.columns import new_id
from helpline.errors import BadInput, NotFound
from helpline.extensions import db
from helpline.register.models import Line, LineText, PendingChange, Sound
from helpline.register.rules import sounds
from helpline.register.rules.lines import (
    GUARDED_KEYS,
    MESSAGE_LENGTH,
    TEXT_LENGTH,
    ChangeKind,
)
from helpline.register.rules.templates import names_in
from helpline.register.service import changes
from helpline.register.service.author import Author
from telephony.prompts import Prompts

TEXT_PREFIX: Final = "text_"


class Source(StrEnum):
    """Where the words of a prompt come from."""

    STANDARD = "standard"
    OWN = "own"
    SOUND = "sound"


@dataclass(frozen=True, slots=True)
class TextView:
    """One prompt of a line: the standard words, and what the line says instead.

    waits   a change of it waits for a supervisor;  guarded: it needs one
    """

    key: str
    standard: str
    text: str
    source: Source
    sound_id: uuid.UUID | None
    guarded: bool
    waits: bool

    @property
    def texted(self) -> bool:
        return self.key.startswith(TEXT_PREFIX)


def of_line(line_id: uuid.UUID, language: str) -> tuple[TextView, ...]:
    """Every prompt of a line in one of its languages, in the order of the standard file."""
    line = _line(line_id, language)
    own = {
        row.key: row
        for row in db.session.scalars(
            select(LineText).where(LineText.line_id == line.id, LineText.language == language)
        )
    }
    waiting = {found.key for found in changes.waiting(line.id) if found.language == language}
    standard = Prompts.load().language(language).texts
    return tuple(_view(key, text, own.get(key), waiting) for key, text in standard.items())


def one(line_id: uuid.UUID, language: str, key: str) -> TextView:
    """One prompt of a line. Raises NotFound."""
    for found in of_line(line_id, language):
        if found.key == key:
            return found
    raise NotFound


def say_text(
    author: Author, line_id: uuid.UUID, language: str, key: str, text: str, now: datetime
) -> bool:
    """Say these words; True if that waits for a supervisor. Raises BadInput, NotFound.

    Words equal to the standard ones bring the standard back.
    """
    standard = one(line_id, language, key).standard
    text = " ".join(text.split())
    _check_text(key, text, standard)
    return _change(author, line_id, (language, key), "" if text == standard else text, None, now)


def play_sound(
    author: Author, line_id: uuid.UUID, language: str, key: str, data: bytes, now: datetime
) -> bool:
    """Play this file; True if that waits for a supervisor. Raises BadInput, NotFound."""
    if one(line_id, language, key).texted:
        raise BadInput("This is texted, not spoken: it cannot be a sound.", "sound")
    if len(data) > sounds.LARGEST:
        raise BadInput("The file is larger than 2 MB.", "sound")
    media_type = sounds.media_type(data)
    if media_type is None:
        raise BadInput("The file is neither WAV nor MP3.", "sound")
    sound = Sound(id=new_id(), media_type=media_type, data=data)
    db.session.add(sound)
    db.session.flush()
    return _change(author, line_id, (language, key), "", sound.id, now)


def use_standard(
    author: Author, line_id: uuid.UUID, language: str, key: str, now: datetime
) -> bool:
    """Go back to the standard text; True if that waits for a supervisor. Raises NotFound."""
    one(line_id, language, key)
    return _change(author, line_id, (language, key), "", None, now)


def unspeakable(line_id: uuid.UUID, languages: tuple[str, ...]) -> tuple[str, ...]:
    """Languages that no carrier's voice speaks and for which sounds are missing."""
    rows = db.session.execute(
        select(LineText.language, LineText.key).where(
            LineText.line_id == line_id, LineText.sound_id.is_not(None)
        )
    )
    recorded = {(row.language, row.key) for row in rows}
    return tuple(code for code in languages if not _speakable(code, recorded))


def _speakable(code: str, recorded: set[tuple[str, str]]) -> bool:
    language = Prompts.load().language(code)
    spoken = (key for key in language.texts if not key.startswith(TEXT_PREFIX))
    return bool(language.voice) or all((code, key) in recorded for key in spoken)


def _change(
    author: Author,
    line_id: uuid.UUID,
    place: tuple[str, str],
    text: str,
    sound_id: uuid.UUID | None,
    now: datetime,
) -> bool:
    language, key = place
    if key in GUARDED_KEYS and author.person is not None:
        change = PendingChange(line_id=line_id, kind=ChangeKind.TEXT, language=language, key=key)
        change.old = changes.shown(changes.text_row(line_id, language, key))
        change.new, change.sound_id = text, sound_id
        return changes.propose(author, change, now)
    changes.write_text(line_id, language, key, text, sound_id)
    detail: Mapping[str, str] = {"language": language, "key": key}
    author.record("register.text.changed", now, line_id, detail)
    return False


def _line(line_id: uuid.UUID, language: str) -> Line:
    line = db.session.get(Line, line_id)
    if line is None or language not in line.languages:
        raise NotFound
    return line


def _view(key: str, standard: str, row: LineText | None, waiting: set[str]) -> TextView:
    source, text = Source.STANDARD, standard
    if row is not None:
        source, text = (Source.SOUND, "") if row.sound_id else (Source.OWN, row.text)
    return TextView(
        key,
        standard,
        text,
        source,
        row.sound_id if row else None,
        key in GUARDED_KEYS,
        key in waiting,
    )


def _check_text(key: str, text: str, standard: str) -> None:
    longest = MESSAGE_LENGTH if key.startswith(TEXT_PREFIX) else TEXT_LENGTH
    if not 1 <= len(text) <= longest:
        raise BadInput("A text has 1 to %(most)s characters.", "text", most=longest)
    if not text.isprintable():
        raise BadInput("The text holds characters that cannot be spoken.", "text")
    needed = names_in(standard)
    try:
        used = names_in(text)
    except ValueError:
        raise BadInput("Braces { } stand only around a value's name.", "text") from None
    if used != needed:
        if not needed:
            raise BadInput("No value in braces stands in this text.", "text")
        names = ", ".join(f"{{{name}}}" for name in sorted(needed))
        raise BadInput(
            "These values must stand in the text, and no others: %(names)s.", "text", names=names
        )
