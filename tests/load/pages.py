"""Measured tables in the documents, between markers, with commit, date and machine."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def write(page: Path, title: str, table: str) -> None:
    """Put the table between the page's markers; a page that is missing is begun."""
    text = page.read_text("utf-8") if page.exists() else f"# {title}\n\n{BEGIN}\n{END}\n"
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    page.parent.mkdir(exist_ok=True)
    page.write_text(f"{before}{BEGIN}\n{origin()}\n\n{table}\n{END}{after}", "utf-8")


def origin() -> str:
    """Commit, date and machine of the figures."""
    command = ["git", "rev-parse", "--short=12", "HEAD"]
    commit = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    cores = len(os.sched_getaffinity(0))
    return (
        f"Commit {commit.stdout.strip() or 'unknown'}, {datetime.now(UTC):%Y-%m-%d}, "
        f"{cores} cores, Python {platform.python_version()}."
    )


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
