"""What is wrong, in English with its values; a page says it in its reader's language."""

from collections.abc import Mapping


class Sentence(str):
    """`english` holds %(name)s for `values`, which may be sentences themselves."""

    __slots__ = ("english", "values")

    english: str
    values: Mapping[str, object]

    def __new__(cls, english: str, **values: object) -> "Sentence":
        made = super().__new__(cls, english % values if values else english)
        made.english, made.values = english, values
        return made


class Unfit(ValueError):
    """What was typed cannot be taken; `sentence` says why."""

    def __init__(self, english: str, **values: object) -> None:
        self.sentence = Sentence(english, **values)
        super().__init__(self.sentence)
