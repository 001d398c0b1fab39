"""The composer offers canned answers in the worker's language, readable without script."""

import re

from helpline.cases.rules.kinds import EntryKind
from helpline.register.service import canned_upkeep
from helpline.register.service.author import Author
from helpline.register.service.canned_upkeep import Typed
from helpline.unit_of_work import unit_of_work
from tests.web.cases.conftest import Desk


def test_answers_in_the_workers_language_stand_beside_a_text_and_a_letter(desk: Desk) -> None:
    case_id = desk.receive(kind=EntryKind.SMS, text="你好")
    ada = desk.login("ada.lantern")
    ada.send(f"/cases/{case_id}/take")
    for way in ("text", "letter"):
        ada.get(f"/cases/{case_id}?write={way}")
        details = re.search(r'<details class="canned-read">.*?</details>', ada.text, re.DOTALL)
        assert details is not None
        assert '<dd lang="zh-Hans" dir="auto">紧急请拨打110。</dd>' in details[0]
        assert "How to come back with the number" in details[0]
        assert '<option value="紧急请拨打110。">Emergency numbers</option>' in ada.text
    ada.get(f"/cases/{case_id}?write=note")
    assert "canned" not in ada.text


def test_a_chosen_answer_is_never_sent_with_the_form(desk: Desk) -> None:
    """The list has no name: what leaves is the box alone."""
    case_id = desk.receive(kind=EntryKind.SMS, text="你好")
    ada = desk.login("ada.lantern")
    ada.send(f"/cases/{case_id}/take")
    ada.get(f"/cases/{case_id}?write=text")
    chosen = re.search(r'<select[^>]*id="canned"[^>]*>', ada.text)
    assert chosen is not None
    assert "name=" not in chosen[0]


def test_groups_of_answers_stand_together(desk: Desk) -> None:
    with unit_of_work():
        author = Author(desk.house.site)
        for title in ("Noon", "Evening"):
            typed = Typed("请中午来。", title, "Visits")
            canned_upkeep.add(author, "zh-Hans", typed, desk.house.now)
    case_id = desk.receive(kind=EntryKind.SMS, text="你好")
    ada = desk.login("ada.lantern")
    ada.send(f"/cases/{case_id}/take")
    ada.get(f"/cases/{case_id}?write=letter")
    group = re.search(r'<optgroup label="Visits">(.*?)</optgroup>', ada.text, re.DOTALL)
    assert group is not None
    assert group[1].count("<option") == 2
