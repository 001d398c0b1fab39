"""The rules of the house that no linter knows."""

import ast
import dataclasses
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from helpline import config
from helpline.config import SECTIONS, Config

ROOT = Path(__file__).parent.parent.parent
OURS = ("crypto", "telephony", "helpline")


def sources() -> list[Path]:
    return [path for room in OURS for path in sorted((ROOT / room).rglob("*.py"))]


def test_imports_run_one_way() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_commit_stands_in_one_file() -> None:
    with_commit = [
        str(path.relative_to(ROOT))
        for path in sources()
        if re.search(r"\.commit\(", path.read_text("utf-8"))
    ]
    assert with_commit == ["helpline/unit_of_work.py"]


def test_the_environment_is_read_in_one_file() -> None:
    readers = [
        str(path.relative_to(ROOT))
        for path in sources()
        if re.search(r"os\.(environ|getenv)", path.read_text("utf-8"))
    ]
    assert readers == ["helpline/config.py"]


def test_no_hidden_imports_against_a_circle() -> None:
    """Imports inside functions hide circles; only commands may delay what they need."""
    hidden = []
    for path in sources():
        if "cli" in path.parts or "twilio" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                hidden += [
                    f"{path.relative_to(ROOT)}:{inner.lineno}"
                    for inner in ast.walk(node)
                    if isinstance(inner, ast.Import | ast.ImportFrom)
                ]
    assert hidden == []


def test_the_example_configuration_is_the_configuration() -> None:
    text = (ROOT / "config.example.toml").read_text("utf-8")
    example = tomllib.loads(text)
    assert list(example) == list(SECTIONS)
    for name, section in SECTIONS.items():
        defaults = dataclasses.asdict(section())
        shown = {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in example[name].items()
        }
        assert shown == defaults
    for line in text.splitlines():
        if "=" in line and not line.startswith("#"):
            assert "  # " in line, f"no reason given: {line}"


def test_the_example_configuration_loads() -> None:
    loaded = config.load(ROOT / "config.example.toml", environment={})
    assert loaded.hotline == Config().hotline


@pytest.mark.parametrize("path", ["requirements/runtime.txt", "requirements/dev.txt"])
def test_lock_files_pin_by_hash_and_name_no_address(path: str) -> None:
    text = (ROOT / path).read_text("utf-8")
    assert "://" not in text
    assert "--index-url" not in text
    pins = [line for line in text.splitlines() if "==" in line]
    assert pins
    assert text.count("--hash=sha256:") >= len(pins)


def test_no_source_speaks_of_the_machine_it_was_written_on() -> None:
    named = [
        str(path.relative_to(ROOT))
        for path in sources()
        if re.search(r"(?<![\w.])/(work|root|home)/", path.read_text("utf-8"))
    ]
    assert named == []
