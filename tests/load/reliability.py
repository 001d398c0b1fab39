"""Put the figures of the long storms into docs/reliability.md: `python -m tests.load.reliability`.

The storms leave one JSON object a line in `.make/reliability.jsonl` (or `FIGURES`).
"""

import json
import sys
from typing import Any

from tests.load import pages
from tests.load.storms import FIGURES

PAGE = pages.ROOT / "docs" / "reliability.md"
HOURS = 24
TITLES = {
    "queue": "All calls at once for few counsellors",
    "kills": "Killed (SIGKILL) under a storm of calls, messages and texts",
    "closing": "Killed (SIGKILL) at every statement of a quarter's closing",
    "once": "Every webhook repeated and shuffled, against the plain run",
    "carrier down": "The carrier's REST interface fails",
    "reader": "A reader with a solver, who holds every release",
    "worlds": "A reader who tries every world that a division leaves",
    "reports": "Years of history entered, closed and read",
    "any order": "One case, whatever people do in whatever order",
}

_APART = ("database", "trouble", "seed", "history")


def main() -> int:
    """Write the page from the latest figures of each storm; status 1 if there are none."""
    if not FIGURES.exists():
        print(f"There are no figures in {FIGURES}: run the storms with PROVE=1 first.")
        return 1
    found = [json.loads(line) for line in FIGURES.read_text("utf-8").splitlines() if line]
    newest = max(one["at"] for one in found)
    recent = [one for one in found if newest - one["at"] < HOURS * 3600]
    parts = []
    for storm in dict.fromkeys(one["storm"] for one in recent):
        lines = _latest([one for one in recent if one["storm"] == storm])
        head = [name for name in lines[0] if name not in {"storm", "at"}]
        rows = [[str(line.get(name, "")) for name in head] for line in lines]
        names = [name.replace("_", " ") for name in head]
        parts += [f"## {TITLES.get(storm, storm)}", pages.table(names, rows)]
    text = "\n\n".join(parts)
    pages.write(PAGE, "Reliability", text)
    print(text)
    return 0


def _latest(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The newest line for each database and kind of trouble, seed or size."""
    kept: dict[tuple[object, ...], dict[str, Any]] = {}
    for line in sorted(lines, key=lambda one: one["at"]):
        kept[tuple(line.get(name) for name in _APART)] = line
    return _without_seeds(list(kept.values()))


def _without_seeds(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One line for each database where each seed left one."""
    if "seed" not in lines[0]:
        return lines
    found = []
    for database in dict.fromkeys(line["database"] for line in lines):
        same = [line for line in lines if line["database"] == database]
        differences = sum(line["differences"] for line in same)
        first = {name: same[0][name] for name in same[0] if name != "seed"}
        found.append({**first, "seeds": len(same), "differences": differences})
    return found


if __name__ == "__main__":
    sys.exit(main())
