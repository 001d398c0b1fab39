"""Finds the messages of a Python file, for `pybabel extract`.

Besides the calls of gettext, under the names by which our views import it, it takes whole
sentences: use cases and rules raise or return them in English, and the page that shows one
translates it. Rules whose sentences begin with a value name them `Sentence` or raise them.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from typing import IO

# How a file calls a function -> what Babel calls it.
OURS: Mapping[str, str] = {
    "_": "gettext",
    "gettext": "gettext",
    "lazy_gettext": "gettext",
    "later": "gettext",
    "spoken": "gettext",
    "ngettext": "ngettext",
    "pgettext": "pgettext",
    "lazy_pgettext": "pgettext",
    "Sentence": "gettext",
    "NotReadable": "gettext",
    "Wrong": "gettext",
}
SENTENCE = re.compile(r"[A-Z0-9][^\n]* [^\n]*[.?]")

Found = tuple[int, str | None, tuple[str, ...], list[str]]


def messages(
    file: IO[bytes], keywords: object, comment_tags: object, options: object
) -> Iterator[Found]:
    """Line, function, texts and comments, as Babel's extraction interface wants them."""
    del keywords, comment_tags, options
    tree = ast.parse(file.read())
    apart = set(_apart(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node) in OURS:
            texts = tuple(filter(None, map(_text, node.args)))
            if texts:
                yield node.lineno, OURS[_name(node)], texts, []
        elif isinstance(node, ast.Constant) and node not in apart and _is_sentence(node):
            yield node.lineno, None, (_text(node),), []


def _apart(tree: ast.AST) -> Iterator[ast.AST]:
    """Texts that are no sentence of their own: documentation, parts of f-strings, arguments."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield from node.values
        elif isinstance(node, ast.Call) and _name(node) in OURS:
            yield from node.args


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _is_sentence(node: ast.Constant) -> bool:
    return SENTENCE.fullmatch(_text(node)) is not None


def _text(node: ast.AST) -> str:
    found = node.value if isinstance(node, ast.Constant) else ""
    return found if isinstance(found, str) else ""
