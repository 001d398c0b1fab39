"""Sealed contents as bytes and back: JSON with a version, UTF-8."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.state import Event
from helpline.cases.rules.words import folded
from helpline.keys.service.site import Tampered

VERSION = 1
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
TEXT_FIELDS = ("text", "summary", "name", "reason", "words", "whom", "what", "planned")


def pack(values: Mapping[str, Any]) -> bytes:
    """JSON bytes of `values` with the version."""
    return _ENCODER.encode({"v": VERSION, **values}).encode()


def unpack(data: bytes) -> dict[str, Any]:
    """What `pack` packed; raises `Tampered` for anything else, a later version too."""
    try:
        values = json.loads(data.decode())  # it guesses no encoding
    except ValueError:
        raise Tampered("a sealed content cannot be read") from None
    if not isinstance(values, dict) or values.pop("v", None) != VERSION:
        raise Tampered("a sealed content has an unknown version")
    return values


def pack_event(event: Event) -> bytes:
    """An entry's content: when, who, what."""
    return pack({"at": event.at.isoformat(), "by": event.by, "body": dict(event.body)})


def unpack_event(kind: str, data: bytes) -> Event:
    """What `pack_event` packed."""
    values = unpack(data)
    try:
        at = datetime.fromisoformat(values["at"])
        return Event(EntryKind(kind), at, values["by"], values["body"])
    except (KeyError, TypeError, ValueError):
        raise Tampered("an entry's content cannot be read") from None


def searchable(event: Event) -> str:
    """The words of an entry that search finds, folded."""
    words = [str(event.body[name]) for name in TEXT_FIELDS if event.body.get(name)]
    words += [str(text) for text in event.body.get("facts", {}).values()]
    return folded("\n".join(words))
