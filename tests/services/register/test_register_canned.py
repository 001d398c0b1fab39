"""Canned answers: in the worker's language, worded by administrators, back to standard at will."""

import uuid
from datetime import UTC, datetime

import pytest

from helpline.audit.models import AuditRow
from helpline.errors import BadInput, NotFound
from helpline.extensions import db
from helpline.register.models import Line
from helpline.register.service import canned, canned_upkeep
from helpline.register.service.author import Author
from helpline.register.service.canned_upkeep import Typed
from tests.organisation import Organisation

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def line(organisation: Organisation) -> uuid.UUID:
    ident = uuid.uuid4()
    with organisation.work():
        db.session.add(
            Line(
                id=ident,
                number="+860000000001",
                name="Guangdong line",
                kind="answering",
                languages=["zh-Hans", "en"],
                zone="Asia/Shanghai",
                country="CN",
                week=["09:00-21:00"] * 7,
                emergency_numbers=["110", "120"],
            )
        )
    return ident


def texts(language: str, line: uuid.UUID | None = None) -> dict[str, str]:
    return {entry.key: entry.text for entry in canned.for_language(language, line)}


def test_answers_speak_the_workers_language_with_the_lines_numbers(
    organisation: Organisation, line: uuid.UUID
) -> None:
    with organisation.work():
        found = texts("zh-Hans", line)
        assert found["emergency"] == "紧急请拨打110, 120。"
        assert "+860000000001" in found["come_back"]
        assert texts("ta", line)["received"] == canned.shipped("ta")["received"]
        assert texts("my", line) == texts("en", line)


def test_without_a_line_answers_that_need_one_are_left_out(organisation: Organisation) -> None:
    with organisation.work():
        assert set(texts("hi")) == {"received", "when", "your_word"}
        assert set(texts("hi", uuid.uuid4())) == {"received", "when", "your_word"}


def test_own_words_take_the_place_of_the_shipped_ones_until_the_standard_comes_back(
    organisation: Organisation, administrator: Author
) -> None:
    with organisation.work():
        typed = Typed("We  have it.", "Got it", "First")
        canned_upkeep.change(administrator, "received", "en", typed, NOW)
    with organisation.work():
        entry = canned.for_language("en")[0]
        assert (entry.text, entry.title, entry.category) == ("We have it.", "Got it", "First")
        assert texts("hi")["received"] == canned.shipped("hi")["received"]
        canned_upkeep.use_standard(administrator, "received", "en", NOW)
    with organisation.work():
        assert texts("en")["received"] == canned.shipped("en")["received"]
        assert canned.for_language("en")[0].title == ""
        acts = db.session.scalars(db.select(AuditRow.act)).all()
        assert acts == ["register.canned.changed"] * 2


def test_an_answer_of_our_own_is_added_translated_and_withdrawn(
    organisation: Organisation, administrator: Author
) -> None:
    with organisation.work():
        typed = Typed("Come to the gate at noon.", "Meet", "Visits")
        key = canned_upkeep.add(administrator, "en", typed, NOW)
        again = Typed("请中午到门口。", "见面", "")
        canned_upkeep.change(administrator, key, "zh-Hans", again, NOW)
    with organisation.work():
        assert texts("en")[key] == "Come to the gate at noon."
        assert texts("zh-Hans")[key] == "请中午到门口。"
        assert key not in texts("hi")
        canned_upkeep.offer(administrator, key, "en", NOW, offered=False)
        canned_upkeep.offer(administrator, "when", "en", NOW, offered=False)
    with organisation.work():
        assert not {key, "when"} & set(texts("en"))
        assert canned_upkeep.everything()[key]["en"].offered is False
        canned_upkeep.offer(administrator, "when", "en", NOW, offered=True)
        assert texts("en")["when"] == canned.shipped("en")["when"]


@pytest.mark.parametrize(
    ("key", "typed", "field"),
    [
        ("emergency", Typed("Ring the police."), "text"),
        ("received", Typed("Your case is open."), "text"),
        ("received", Typed("收到" * 150), "text"),
        ("received", Typed("Fine.", title="x" * 61), "title"),
        ("", Typed("Fine."), "title"),
    ],
)
def test_what_cannot_be_sent_is_refused_at_its_field(
    organisation: Organisation, administrator: Author, key: str, typed: Typed, field: str
) -> None:
    def write() -> None:
        if key:
            canned_upkeep.change(administrator, key, "en", typed, NOW)
        else:
            canned_upkeep.add(administrator, "en", typed, NOW)

    with organisation.work(), pytest.raises(BadInput) as refused:
        write()
    assert refused.value.field == field
    with organisation.work():
        assert texts("en")["received"] == canned.shipped("en")["received"]


def test_what_does_not_exist_is_not_found(
    organisation: Organisation, administrator: Author
) -> None:
    with organisation.work():
        for key, language in (("own-0", "en"), ("when", "xx")):
            with pytest.raises(NotFound):
                canned_upkeep.change(administrator, key, language, Typed("a", "b"), NOW)
            with pytest.raises(NotFound):
                canned_upkeep.use_standard(administrator, key, language, NOW)
            with pytest.raises(NotFound):
                canned_upkeep.offer(administrator, key, language, NOW, offered=True)
