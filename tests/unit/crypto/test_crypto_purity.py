"""The package is functions over bytes: it imports nothing of ours, no framework, no clock."""

import ast
from collections.abc import Iterator
from pathlib import Path

import crypto
from crypto import errors

FOLDER = Path(crypto.__file__).parent
ALLOWED = {"crypto", "cryptography", "shamir_mnemonic"} | {
    "base64",
    "binascii",
    "collections",
    "contextlib",
    "dataclasses",
    "functools",
    "hashlib",
    "hmac",
    "importlib",
    "json",
    "re",
    "secrets",
    "threading",
    "types",
    "typing",
    "unicodedata",
}


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "crypto").split(".")[0]


def test_only_bytes_come_in() -> None:
    for path in FOLDER.glob("*.py"):
        imported = set(_imported(ast.parse(path.read_text(encoding="utf-8"))))
        assert imported <= ALLOWED, path.name


def test_every_error_has_one_root() -> None:
    made = [value for value in vars(errors).values() if isinstance(value, type)]
    assert len(made) > 10
    assert all(issubclass(value, errors.CryptoError) for value in made)
