"""A stolen database names nobody: what people said and coded stands in it nowhere."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from crypto.receipts import Receipt
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.policy import Policy, Word
from helpline.cases.rules.status import Accepted, Outcome
from helpline.cases.service import assignment, by_hand, coding, intake, reaching, receipts, writing
from helpline.cases.service import closing as endings
from helpline.cases.service.by_hand import RecordedContact
from helpline.cases.service.closing import Ending
from helpline.cases.service.coding import Coding
from helpline.keys.service import letterboxes
from helpline.register.service import taxonomy
from tests.services.cases.conftest import MONDAY, NUMBER, Desk, later

CANARIES = (
    "zebra sentence",
    "zebra note",
    "zebra letter",
    "zebra text",
    "zebra reason",
    "zebra draft",
    "zebra must know",
    "zebra library",
    "zebra word",
    "zebra visit",
    "zebra summary",
    "73914682",
    "remedied_part",
    "substantiat",
)


def live(desk: Desk, receipt: Receipt) -> UUID:
    """One case with something of everything in it."""
    case_id = desk.receive(kind=EntryKind.SMS, content={"text": "zebra sentence"}).case_id
    keys = letterboxes.stretch(desk.site, receipt)
    with desk.work():
        taxonomy.install(MONDAY.date())
        intake.add(desk.site, case_id, EntryKind.KEYED, {"digits": "73914682"}, MONDAY)
        receipts.issue(desk.site, case_id, keys, MONDAY)
        intake.add_sound(desk.site, case_id, b"RIFF zebra word")
    with desk.work():
        assignment.claim(desk.ada, case_id, MONDAY)
    policy = Policy(
        Word.YES, Word.YES, Word.NO, call_ourselves="zebra library", safe_word="zebra word"
    )
    with desk.work():
        writing.note(desk.ada, case_id, "zebra note", MONDAY)
        writing.keep_draft(desk.ada, case_id, "note", "zebra draft")
        reaching.save_policy(desk.ada, case_id, policy, "zebra must know", MONDAY)
        reaching.show_number(desk.ada, case_id, "zebra reason", MONDAY)
        writing.letter(desk.ada, case_id, "zebra letter", MONDAY, by_phone=True)
        writing.text_worker(desk.ada, case_id, "zebra text", MONDAY, lambda *_: "SM1")
    with desk.work():
        coding.code(desk.ada, case_id, Coding("V4", 4), MONDAY)
    with desk.work():
        ending = Ending(Outcome.REMEDIED_PART, accepted=Accepted.YES, summary="zebra summary")
        endings.close(desk.ada, case_id, ending, later(days=2))
    visit = RecordedContact(
        EntryKind.WALK_IN, MONDAY, desk.line, "yue", "zebra visit", NUMBER, desk.handle(NUMBER)
    )
    with desk.work():
        by_hand.record_contact(desk.ada, replace(visit, severity=1), None, later(hours=1))
    return case_id


def test_nothing_that_was_said_stands_in_the_database_or_its_log(
    desk: Desk, sqlite_url: str
) -> None:
    receipt = Receipt.new()
    live(desk, receipt)
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    raw = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    for canary in (*CANARIES, NUMBER, NUMBER[1:], receipt.digits):
        assert canary.encode() not in raw, canary
        assert canary.encode("utf-16-le") not in raw, canary


def test_a_category_stands_in_the_taxonomy_alone(desk: Desk, sqlite_url: str) -> None:
    live(desk, Receipt.new())
    path = sqlite_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection:
        tables = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
            if name not in {"categories", "category_labels"}
        ]
        for table in tables:
            for row in connection.execute(f"SELECT * FROM {table}"):
                assert all(cell != "V4" for cell in row), table
