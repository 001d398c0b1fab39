"""Where everything that this room seals belongs. These names are for ever: data outlives code.

Every sealed value opens only at its place: purpose, table, row, revision, besides its box and that
box's generation. JSON contents carry "v": 1.

| what (purpose) | row | revision | box, way in | written by | read by |
|---|---|---|---|---|---|
| `entry:<kind>` | entry | its sequence | case; slot, shelf | webhook, holder | holders |
| `number` | number | its sequence | case; slot | webhook, holder | holders, audited |
| `sound` | sound | 1 | case; slot | webhook, worker process | holders, audited |
| `header` | case | counts writes | case; shelf | holder | holders |
| `digest` | case | counts writes | case; shelf | holder | holders |
| `timeline` | case | counts writes | case; shelf | holder | holders |
| `draft:<kind>` | person:case | counts writes | person; shelf | its writer | its writer |
| `card` | case | counts writes | intake; shelf | holder in intake | intake, audited |
| `letter` | letter | its sequence | worker; slot | holder, webhook | the receipt |
| `certifier` | certifier letter | counts writes | letter; shelf | holder, certifier | certifiers |
| `fact:opening` | case | counts writes | reporting; slot | holder | publishers |
| `fact:ending` | case | counts writes | reporting; slot | holder | publishers |

The row is the id of what the column names. The table is the one that holds the bytes.
An entry's kind and sequence stand in clear and inside its place, so neither can be changed. The
secret of a worker's box lies in `receipts` as the keys room locks it.
"""

import uuid
from typing import Final

from helpline.keys.rules import Place
from helpline.keys.service.bulk import Kind


def entry(entry_id: uuid.UUID, sequence: int, kind: str) -> Place:
    return Place(f"entry:{kind}", "entries", str(entry_id), sequence)


def number(number_id: uuid.UUID, sequence: int) -> Place:
    return Place("number", "numbers", str(number_id), sequence)


def sound(sound_id: uuid.UUID) -> Place:
    return Place("sound", "sounds", str(sound_id))


def header(case_id: uuid.UUID, revision: int) -> Place:
    return Place("header", "headers", str(case_id), revision)


def digest(case_id: uuid.UUID, revision: int) -> Place:
    return Place("digest", "digests", str(case_id), revision)


def timeline(case_id: uuid.UUID, revision: int) -> Place:
    return Place("timeline", "timelines", str(case_id), revision)


def draft(person: uuid.UUID, case_id: uuid.UUID, kind: str, revision: int) -> Place:
    return Place(f"draft:{kind}", "drafts", f"{person}:{case_id}", revision)


def card(case_id: uuid.UUID, revision: int) -> Place:
    return Place("card", "cards", str(case_id), revision)


def letter(letter_id: uuid.UUID, sequence: int) -> Place:
    return Place("letter", "letters", str(letter_id), sequence)


def certifier_letter(letter_id: uuid.UUID, revision: int) -> Place:
    return Place("certifier", "certifier_letters", str(letter_id), revision)


OPENING_CODES: Final = Kind("fact:opening", "facts")
ENDING_CODES: Final = Kind("fact:ending", "facts")


def opening_codes(case_id: uuid.UUID, revision: int) -> Place:
    return OPENING_CODES.at(case_id, revision)


def ending_codes(case_id: uuid.UUID, revision: int) -> Place:
    return ENDING_CODES.at(case_id, revision)
