"""What one person asks and another decides: four eyes, kept in the case. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Act(StrEnum):
    """What needs a second person: closing S3 and S4, telling without the worker's consent."""

    CLOSE = "close"
    TELL = "tell"


@dataclass(frozen=True, slots=True)
class Question:
    """Something that waits for a second person; `body` is the entry to be written if they agree."""

    id: str
    act: Act
    by: str
    at: datetime
    reason: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
