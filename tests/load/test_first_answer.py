"""The greeting waits for nothing: no number is stretched before it is spoken."""

import time
from pathlib import Path
from typing import Any

from tests.installation import LINE, Installation

LONG_STRETCH: dict[str, Any] = {"handle_memory_kib": 262_144, "handle_passes": 12}
GREETING_SECONDS = 1.5


def test_the_first_answer_contains_no_stretching(sqlite_url: str, tmp_path: Path) -> None:
    """With a stretch of several seconds the greeting still comes at once; the next answer waits."""
    installation = Installation.found(tmp_path / "slow", sqlite_url, **LONG_STRETCH)
    try:
        installation.start(worker=False)
        installation.carrier.ring("+860000040001", LINE).hang_up()
        began = time.monotonic()
        call = installation.carrier.ring("+860000040002", LINE)
        greeted = time.monotonic() - began
        assert "110" in call.heard.replace(" ", "")
        call.press("3")
        stretched = time.monotonic() - began - greeted
        assert greeted < GREETING_SECONDS < stretched
    finally:
        installation.close()
