"""What a line says: own words and sounds over the standard; texts on which a life hangs wait."""

import uuid
from datetime import UTC, datetime

import pytest

from helpline.errors import BadInput, NotFound
from helpline.extensions import db
from helpline.register.models import Sound
from helpline.register.service import (
    changes,
    line_upkeep,
    lines,
    overview,
    prompts,
    taxonomy,
    texts,
)
from helpline.register.service.author import Author
from helpline.register.service.line_upkeep import LineInput
from telephony.flow import Prompt
from telephony.prompts import Prompts
from telephony.prompts import Sound as SoundAt
from tests.organisation import Organisation

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
BASE = "https://helpline.example"
MP3 = bytes((0xFF, 0xFB, 0x90, 0x64)) + b"\0" * 60


@pytest.fixture
def line(organisation: Organisation, command: Author) -> uuid.UUID:
    with organisation.work():
        typed = LineInput(
            number="+860000000042",
            name="Lantern line",
            kind="answering",
            languages=("zh-Hans", "en"),
            zone="Asia/Shanghai",
            country="CN",
            hours={"mon": "09:00-18:00"},
            emergency_numbers="110",
        )
        return line_upkeep.add(command, typed, NOW).line_id


def view_of(line: uuid.UUID) -> lines.LineView:
    found = lines.by_id(line)
    assert found is not None
    return found


def spoken(line: uuid.UUID, key: str) -> object:
    return prompts.of_line(view_of(line), BASE).speak(Prompt(key, "en"))[0]


def test_own_words_are_spoken_until_the_standard_is_wanted_again(
    organisation: Organisation, administrator: Author, line: uuid.UUID
) -> None:
    with organisation.work():
        waits = texts.say_text(administrator, line, "en", "rights_information", " Ask  us. ", NOW)
        assert not waits
        assert prompts.overrides(line, BASE) == {("en", "rights_information"): "Ask us."}
        found = texts.one(line, "en", "rights_information")
        assert (found.source, found.text) == (texts.Source.OWN, "Ask us.")
    with organisation.work():
        assert not texts.use_standard(administrator, line, "en", "rights_information", NOW)
        assert prompts.overrides(line, BASE) == {}


def test_a_sound_is_served_at_an_opaque_address_and_goes_when_it_is_replaced(
    organisation: Organisation, administrator: Author, line: uuid.UUID
) -> None:
    with organisation.work():
        texts.play_sound(administrator, line, "en", "closed", MP3, NOW)
        sound = texts.one(line, "en", "closed").sound_id
        assert sound is not None
        assert spoken(line, "closed") == SoundAt(f"{BASE}/telephony/sound/{sound}")
        stored = prompts.sound(sound)
        assert stored is not None
        assert (stored.media_type, stored.data) == ("audio/mpeg", MP3)
    with organisation.work():
        texts.say_text(administrator, line, "en", "closed", "Come back tomorrow.", NOW)
        assert prompts.sound(sound) is None


def test_an_emergency_text_waits_for_a_supervisor(
    organisation: Organisation, administrator: Author, supervisor: Author, line: uuid.UUID
) -> None:
    words = "Police and doctors: {numbers}."
    with organisation.work():
        assert texts.say_text(administrator, line, "en", "emergency", words, NOW)
        assert prompts.overrides(line, BASE) == {}
        assert texts.one(line, "en", "emergency").waits
        (change,) = changes.waiting()
        assert (change.language, change.key, change.old, change.new) == (
            "en",
            "emergency",
            "",
            words,
        )
    with organisation.work():
        changes.confirm(supervisor, change.id, NOW)
        assert prompts.overrides(line, BASE) == {("en", "emergency"): words}
        found = lines.by_id(line)
        assert found is not None
        assert found.emergency == {"en": words}
    with organisation.work():
        assert texts.use_standard(administrator, line, "en", "emergency", NOW)
        assert prompts.overrides(line, BASE) == {("en", "emergency"): words}


def test_an_emergency_sound_waits_and_vanishes_when_it_is_refused(
    organisation: Organisation, administrator: Author, supervisor: Author, line: uuid.UUID
) -> None:
    with organisation.work():
        assert texts.play_sound(administrator, line, "en", "danger", MP3, NOW)
        (first,) = changes.waiting()
        assert first.sound_id is not None
    with organisation.work():
        assert texts.play_sound(administrator, line, "en", "danger", MP3 + MP3, NOW)
        (second,) = changes.waiting()
        assert prompts.sound(first.sound_id) is None
    with organisation.work():
        changes.refuse(supervisor, second.id, NOW)
    with organisation.work():
        assert db.session.query(Sound).count() == 0
        assert texts.play_sound(administrator, line, "en", "danger", MP3, NOW)
        (third,) = changes.waiting()
        changes.confirm(supervisor, third.id, NOW)
    with organisation.work():
        assert spoken(line, "danger") == SoundAt(f"{BASE}/telephony/sound/{third.sound_id}")
        assert texts.use_standard(administrator, line, "en", "danger", NOW)
        (fourth,) = changes.waiting()
        changes.confirm(supervisor, fourth.id, NOW)
        assert db.session.query(Sound).count() == 0


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("closed", " "),
        ("closed", "x" * 2001),
        ("text_help", "x" * 481),
        ("closed", "We are {closed}."),
        ("closed", "We are {"),
        ("queue_position", "You wait."),
        ("queue_position", "You are {position!r}."),
        ("queue_position", "You are {position:>99999999}."),
        ("queue_position", "You are {position.__class__}."),
        ("closed", "bell \x07"),
    ],
)
def test_texts_that_could_not_be_spoken_are_refused(
    organisation: Organisation, administrator: Author, line: uuid.UUID, key: str, text: str
) -> None:
    with organisation.work(), pytest.raises(BadInput):
        texts.say_text(administrator, line, "en", key, text, NOW)


def test_what_is_no_sound_or_no_prompt_is_refused(
    organisation: Organisation, administrator: Author, line: uuid.UUID
) -> None:
    with organisation.work():
        with pytest.raises(BadInput, match="neither WAV nor MP3"):
            texts.play_sound(administrator, line, "en", "closed", b"<script>", NOW)
        with pytest.raises(BadInput, match="texted"):
            texts.play_sound(administrator, line, "en", "text_help", MP3, NOW)
        with pytest.raises(BadInput, match="2 MB"):
            texts.play_sound(administrator, line, "en", "closed", MP3 + bytes(2**21), NOW)
        for language, key in (("hi", "closed"), ("en", "nothing")):
            with pytest.raises(NotFound):
                texts.say_text(administrator, line, language, key, "x", NOW)
        with pytest.raises(NotFound):
            texts.one(uuid.uuid4(), "en", "closed")
        assert db.session.query(Sound).count() == 0


def test_standard_words_typed_again_are_no_own_words(
    organisation: Organisation, administrator: Author, line: uuid.UUID
) -> None:
    with organisation.work():
        for found in texts.of_line(line, "en"):
            if not found.guarded:
                texts.say_text(administrator, line, "en", found.key, found.standard, NOW)
        assert prompts.overrides(line, BASE) == {}
        assert prompts.of_line(view_of(line), BASE) == Prompts.load()


def test_the_overview_says_what_is_missing(
    organisation: Organisation, administrator: Author, line: uuid.UUID
) -> None:
    with organisation.work():
        seen = overview.overview(NOW, 180)
        assert (seen.factories, seen.codes, seen.waiting) == (0, 0, 0)
        assert not seen.complete
        (state,) = seen.lines
        assert state.open_now
        assert not state.holidays
        assert state.unspeakable == ()
        taxonomy.install(NOW.date())
        texts.use_standard(administrator, line, "en", "danger", NOW)
        assert overview.overview(NOW, 180).codes == 118
