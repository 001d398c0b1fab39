"""Promises about the templates and static files that need no browser."""

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
STATIC = ROOT / "helpline/static"
TEMPLATES = sorted((ROOT / "helpline/templates").rglob("*.html"))


@pytest.mark.parametrize("folder", [STATIC / "vendor", ROOT / "tests/browser/vendor"], ids=str)
def test_foreign_files_are_unchanged_and_bring_their_licence(folder: Path) -> None:
    lines = (folder / "CHECKSUMS").read_text().splitlines()
    sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
    files = {str(path.relative_to(folder)) for path in folder.glob("*/*")}
    assert set(sums) == files
    for name, digest in sums.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name
        assert (folder / name).with_name("LICENSE").exists(), name


def test_stylesheets_ask_nothing_of_another_host() -> None:
    for path in STATIC.rglob("*.css"):
        text = path.read_text(encoding="utf-8")
        targets = re.findall(r"url\(\s*[\"']?([^\"')]{0,30})", text)
        assert [url for url in targets if re.match(r"(https?:)?//", url)] == [], path.name
        assert re.findall(r"@import\s+[\"']", text) == [], path.name


def test_templates_carry_no_inline_script_or_style() -> None:
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        assert re.search(r"<script(?![^>]*\bsrc=)", text) is None, path
        assert re.search(r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|\bhx-on", text) is None, path


def test_every_icon_that_a_template_names_stands_in_the_sprite() -> None:
    known = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text()))
    named: set[str] = set()
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        named |= set(re.findall(r"""\bicon\(["']([a-z0-9-]+)["']""", text))
        named |= set(re.findall(r"""\bicon_name=["']([a-z0-9-]+)["']""", text))
        named |= set(re.findall(r"""\bmeta_icon=["']([a-z0-9-]+)["']""", text))
    assert named - known == set()
