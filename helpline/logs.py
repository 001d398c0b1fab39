"""What the server writes down about itself: never a number, name, receipt, key or case text."""

import logging
import re
import sys
from typing import TextIO

_DIGITS = re.compile(r"\+?\d(?:[\s\-.()]{0,2}\d){5,}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
HIDDEN = "[digits]"


class MaskingFormatter(logging.Formatter):
    """Masks every run of six or more digits; when masking fails, the line is withheld."""

    def format(self, record: logging.LogRecord) -> str:
        head = f"{self.formatTime(record)} {record.levelname} {record.name}:"
        try:
            lines = [f"{head} {mask(record.getMessage())}"]
            if record.exc_info:
                lines.append(self.formatException(record.exc_info))
        except Exception:  # noqa: BLE001  whatever went wrong, the line does not go out
            return f"{head} a line was withheld because it could not be masked"
        return "\n".join(lines)

    def formatException(self, ei: object) -> str:  # noqa: N802  name given by logging
        """Where it happened, without the exception's text, which may quote what was typed."""
        if not isinstance(ei, tuple) or ei[2] is None:
            return ""
        lines = []
        traceback = ei[2]
        while traceback is not None:
            code = traceback.tb_frame.f_code
            lines.append(f"  {code.co_filename}:{traceback.tb_lineno} in {code.co_name}")
            traceback = traceback.tb_next
        return "\n".join([*lines, ei[0].__name__])


def mask(text: str) -> str:
    """Replace what could be a phone number or a receipt; random ids stay readable."""
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match.group())
        return f"\x00{len(kept) - 1}\x00"

    masked = _DIGITS.sub(HIDDEN, _UUID.sub(keep, text))
    return re.sub("\x00(\\d+)\x00", lambda found: kept[int(found.group(1))], masked)


class _StandardError(logging.StreamHandler[TextIO]):
    """Writes to whatever standard error is when the line comes."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


def configure(level: str) -> None:
    """Send every log line to standard error through the mask."""
    handler = _StandardError()
    handler.setFormatter(MaskingFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
