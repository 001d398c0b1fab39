"""What each line says instead of the standard texts, as `telephony.prompts` wants it."""

import uuid
from dataclasses import dataclass

from sqlalchemy import select

from helpline.extensions import db
from helpline.register.models import LineText
from helpline.register.models import Sound as StoredSound
from helpline.register.service.lines import LineView, OwnText
from telephony.prompts import Override, Overrides, Prompts, Sound

SOUND_PATH = "/telephony/sound"


@dataclass(frozen=True, slots=True)
class SoundFile:
    """An uploaded sound; `media_type` is what the bytes are, whatever they were called."""

    media_type: str
    data: bytes


def overrides(line_id: uuid.UUID, base_url: str) -> Overrides:
    """(language, key) -> a line's own text, or its sound at an absolute address.

    `base_url` is the public address without a slash at its end.
    """
    rows = db.session.scalars(select(LineText).where(LineText.line_id == line_id))
    return {(row.language, row.key): _override(row, base_url) for row in rows}


def of_line(line: LineView, base_url: str) -> Prompts:
    """All prompts with the line's own on top; texts whose key no longer exists are left out."""
    standard = Prompts.load()
    own = {
        (one.language, one.key): _override(one, base_url)
        for one in line.own
        if one.language in standard.languages and one.key in standard.languages[one.language].texts
    }
    return standard.with_overrides(own) if own else standard


def sound(sound_id: uuid.UUID) -> SoundFile | None:
    """The sound of an opaque id, or None."""
    row = db.session.get(StoredSound, sound_id)
    return SoundFile(row.media_type, row.data) if row else None


def _override(row: LineText | OwnText, base_url: str) -> Override:
    if row.sound_id:
        return Sound(f"{base_url}{SOUND_PATH}/{row.sound_id}")
    return row.text
