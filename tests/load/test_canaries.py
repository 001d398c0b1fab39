"""What workers say and counsellors write is planted through each channel, and found nowhere."""

import io
import re
import wave
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from helpline.cases.models import Case
from helpline.columns import utc_now
from helpline.errors import NotAllowed, NotFound
from helpline.extensions import db
from helpline.keys.rules import Role
from helpline.keys.service import boxes
from helpline.register.models import Factory
from telephony.sandbox.handset import Call
from tests.installation import FACTORY_CODE, LINE, MISSED, Installation, Person
from tests.load.storms import drain, read_cases, storm
from tests.thief import search, write_ahead_log
from tests.visitor import Visitor

pytestmark = storm
CALLER, WRITER, MISSER, VISITING = (f"+8600009137{n}41" for n in range(4))
KEYED = "93715528"
NAME = "Xiulan Papercrane"
SAID = f"I am {NAME} and the fire door is locked 门锁着"
SPOKEN = "sound of a voice that says the fire door is locked"
NOTED = "She wants no visit at the dormitory"
ANSWERED = "We have read your message, thank you kindly"
LETTER = "The inspector comes on Thursday at nine"
RECORDED = "Overtime was not paid to the night shift"
MUST_KNOW = "Her brother answers this telephone"
SUMMARY = "The door was opened and stays open"
REASON = "Return the call that was cut off"
CATEGORY = "E8"


def test_nothing_planted_is_found_by_a_thief_or_told_by_the_server(
    installation: Installation,
) -> None:
    installation.start()
    receipt = _plant_by_telephone(installation)
    browser = _plant_at_the_desk(installation)
    drain(installation)
    words = [n.lstrip("+") for n in (CALLER, WRITER, MISSER, VISITING)]
    words += [KEYED, NAME, SAID, SPOKEN, NOTED, ANSWERED, LETTER, RECORDED, MUST_KNOW]
    words += [SUMMARY, REASON, receipt]
    told = {
        "addresses of pages": "\n".join(browser.urls).encode(),
        "addresses of webhooks": "\n".join(
            one.url for one in installation.carrier.travelled
        ).encode(),
    }
    _everything_can_be_read_by_the_right_people(installation)
    if "sqlite" in installation.config.database.url:
        assert write_ahead_log(installation) > 0
    assert search(installation, words, told) == []
    installation.stop()
    assert search(installation, words, told) == []
    assert search(installation, ["counsellor.number1"], {}), "the search finds nothing at all"


def test_coded_facts_stand_in_no_row_of_a_case(installation: Installation) -> None:
    """Factory and category stand in the register, as they must, and nowhere beside it."""
    installation.start(worker=False)
    _plant_by_telephone(installation)
    _plant_at_the_desk(installation)
    found = {place for place, _ in search(installation, [FACTORY_CODE], {}) if "." in place}
    with installation.work():
        assert db.session.scalars(select(Factory)).one().code == FACTORY_CODE
    columns = {place for place in found if place.partition(".")[2] in {"code", "name", "label"}}
    assert {place for place in columns if place.startswith("factories.")} == {"factories.code"}
    assert not any(place.startswith(_OF_CASES) for place in found), found
    category = {place for place, _ in search(installation, [f'"{CATEGORY}"'], {})}
    assert not any(place.startswith(_OF_CASES) for place in category), category


_OF_CASES = ("cases", "entries", "facts", "cards", "headers", "digests", "jobs", "audit", "live")


def test_administrator_and_idle_server_open_nothing(installation: Installation) -> None:
    installation.start()
    _plant_by_telephone(installation)
    [administrator] = installation.of(Role.ADMINISTRATOR)
    browser = installation.log_in(administrator)
    with installation.work():
        cases = list(db.session.scalars(select(Case.id)))
    assert cases
    for case_id in cases:
        assert browser.get(f"/cases/{case_id}").status_code in {403, 404}
        assert _refuses_to_open(installation, administrator, case_id)
    assert "/login" in installation.visitor().get(f"/cases/{cases[0]}").url


def _refuses_to_open(installation: Installation, person: Person, case_id: UUID) -> bool:
    with installation.work(), pytest.raises((NotFound, NotAllowed)):
        boxes.open_one(installation.principal(person), case_id)
    return True


def _plant_by_telephone(installation: Installation) -> str:
    """A talk, a message, a missed call, texts; returns a receipt that was spoken."""
    ada = installation.counsellors[0]
    installation.on_duty(ada)
    call = _press(installation.carrier.ring(CALLER, LINE), "3", "2", *KEYED, "#")
    installation.phone(ada).pick_up().press("1")
    second = _press(installation.carrier.ring(WRITER, LINE), "3", "2", "#", "5")
    spoken = "".join(re.findall(r"\d", _receipt_words(second)))
    receipt = spoken[:16]
    assert len(receipt) == 16, second.heard
    _press(second, "1")
    _press(second, "1", "#", "3", "3")
    for _ in range(30):
        if second.doing == "recording":
            break
        installation.carrier.advance(1)
    second.say(_sound(SPOKEN))
    second.press("#")
    installation.carrier.advance(3)
    second.hang_up()
    call.hang_up()
    installation.carrier.advance(5)
    installation.carrier.ring(MISSER, MISSED)
    writer = installation.carrier.handset(WRITER)
    writer.text(LINE, SAID)
    writer.text(LINE, f"CASE {receipt}")
    installation.ready_again(ada)
    return receipt


def _receipt_words(call: Call) -> str:
    """What was said from the number's introduction on, up to its repetition."""
    spoken = [caption.text for caption in call.captions]
    return next((text for text in spoken if len(re.findall(r"\d", text)) == 16), "")


def _plant_at_the_desk(installation: Installation) -> Visitor:
    """A counsellor takes the text's case, writes everything there is to write, and closes it."""
    ada = installation.counsellors[0]
    browser = installation.log_in(ada)
    case_id = next(case.id for case in read_cases(installation, ada) if case.bodies("sms"))
    case = f"/cases/{case_id}"

    def fill(step: str, **fields: str) -> None:
        has_form = browser.get(f"{case}{step}").status_code == 200
        revision = _revision(installation, case_id)
        page = "" if has_form else case
        answer = browser.fill(f"{case}{step}", {"revision": revision, **fields}, page)
        assert answer.status_code == 200, (step, answer.status_code, answer.text[-1500:])

    fill("/take")
    fill("/note", text=NOTED)
    fill("/policy", ring="yes", text="yes", message="no", must_know=MUST_KNOW)
    fill("/coding", main=CATEGORY, severity="4", factory=FACTORY_CODE, reporter="self")
    fill("/text", text=ANSWERED)
    fill("/letter", text=LETTER, by_phone="y")
    fill("/number", reason=REASON)
    fill("/close", outcome="advice_sufficient", summary=SUMMARY)
    _record(installation, browser)
    return browser


def _record(installation: Installation, browser: Visitor) -> None:
    at = utc_now().astimezone(ZoneInfo("Asia/Shanghai"))
    fields = {
        "kind": "walk_in",
        "at": datetime.strftime(at, "%Y-%m-%dT%H:%M"),
        "line": str(installation.lines[LINE]),
        "language": "en",
        "text": RECORDED,
        "number": VISITING,
        "factory": FACTORY_CODE,
        "severity": "2",
        "ring": "yes",
        "text_ok": "no",
        "message": "no",
        "receipt": "y",
        "once": "a form of its own",
    }
    answer = browser.fill("/cases/record", fields)
    assert answer.status_code == 200, answer.text[-1500:]


def _revision(installation: Installation, case_id: UUID) -> str:
    with installation.work():
        return str(db.session.get_one(Case, case_id).revision)


def _everything_can_be_read_by_the_right_people(installation: Installation) -> None:
    """The same words, opened with a counsellor's key: they did arrive."""
    cases = read_cases(installation, installation.counsellors[0])
    everything = str([case.entries for case in cases])
    numbers = {number for case in cases for number in case.numbers}
    assert {CALLER, WRITER, MISSER, VISITING} <= numbers
    for word in (KEYED, SAID, NOTED, ANSWERED, LETTER, RECORDED, FACTORY_CODE, CATEGORY):
        assert word in everything, word
    assert sum(case.kinds().count("voicemail") for case in cases) == 1


def _press(call: Call, *keys: str) -> Call:
    for key in keys:
        call.press(key)
    return call


def _sound(words: str) -> bytes:
    """A WAV file in whose samples the words can be read."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes((words * 2).encode() * 400)
    return out.getvalue()
