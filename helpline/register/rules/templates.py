"""Texts with values in braces, as {numbers}."""

import string


def names_in(template: str) -> set[str]:
    """Names of the values in a template. Raises ValueError for anything but plain `{name}`."""
    found: set[str] = set()
    for _, name, form, conversion in string.Formatter().parse(template):
        if name is None:
            continue
        if form or conversion or not name.isidentifier():
            raise ValueError("only plain names")
        found.add(name)
    return found
