"""Frozen dataclasses as plain JSON values and back, by their type hints.

What equals its default is left out; what a later version added is skipped on reading. Serves
texts, numbers, truth values, moments, enumerations, tuples, mappings, "or None", and dataclasses.
"""

import types
from collections.abc import Callable, Hashable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

Value = TypeVar("Value")
Read = Callable[[Any], Any]


def to_plain(value: object) -> Any:  # noqa: ANN401  JSON values have no narrower type
    """The value in dicts, lists, texts, numbers and None."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):  # a datetime is a date
        return value.isoformat()
    if isinstance(value, Mapping):
        return {to_plain(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    if not is_dataclass(value):
        return value
    present = ((one.name, getattr(value, one.name), _default(one)) for one in fields(value))
    return {name: to_plain(item) for name, item, default in present if item != default}


def from_plain(kind: type[Value], stored: object) -> Value:
    """What `to_plain` made of a value of this type; raises KeyError, TypeError or ValueError."""
    found: Value = _reader(cast(Hashable, kind))(stored)
    return found


@lru_cache(maxsize=256)
def _reader(kind: Hashable) -> Read:
    if kind is Any:
        return lambda stored: stored
    origin, inner = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        read = _reader(next(one for one in inner if one is not type(None)))
        return lambda stored: None if stored is None else read(stored)
    if origin is tuple:
        item = _reader(inner[0])
        return lambda stored: tuple(item(one) for one in stored)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        key, item = _reader(inner[0]), _reader(inner[1])
        return lambda stored: {key(name): item(one) for name, one in stored.items()}
    if not isinstance(kind, type):
        raise TypeError(f"{kind} has no plain form")
    if issubclass(kind, date):
        return kind.fromisoformat
    if is_dataclass(kind):
        return _reader_of_fields(kind)
    return kind if issubclass(kind, Enum) else lambda stored: stored


def _reader_of_fields(kind: type[Any]) -> Read:
    hints = get_type_hints(kind)
    readers = {one.name: _reader(hints[one.name]) for one in fields(kind)}
    return lambda stored: kind(
        **{name: readers[name](item) for name, item in stored.items() if name in readers}
    )


def _default(one: Field[Any]) -> object:
    return one.default if one.default_factory is MISSING else one.default_factory()


def moment(text: object) -> datetime | None:
    """A moment from its text, None for anything else."""
    return datetime.fromisoformat(text) if isinstance(text, str) else None
