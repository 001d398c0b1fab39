"""Each webhook three times more and shuffled gives one result; what is wrong changes nothing."""

import base64
import hmac
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import inspect, select, text
from werkzeug.test import TestResponse

from helpline.extensions import db
from helpline.hotline.models import Guest, LiveCall, SeenEvent
from helpline.hotline.service import roster
from telephony.sandbox.webhooks import Faults, sign
from tests.hotline.world import ACCOUNT, BASE, LINE, MISSED, OTHER, TOKEN, WORKER, World, through


def story(world: World) -> None:
    """A talk, a message, a missed call and two texts."""
    ada = world.counsellor()
    call = through(world.worker().ring(LINE), "3", "#", "2", "4711#")
    world.phone(ada).pick_up().press("1")
    world.pass_time(30)
    call.hang_up()
    world.pass_time(40)
    with world.work():
        roster.off_duty(ada, world.now)
    call = through(world.worker(OTHER).ring(LINE), "3", "#", "2", "1", "#", "#")
    world.pass_time(8, 1)
    call.say("Please ring me", 4)
    call.press("#")
    world.pass_time(2, 1)
    call.hang_up()
    world.worker("+860000000051").ring(MISSED)
    world.worker("+860000000052").text(LINE, "They did not pay us")
    world.worker("+860000000052").text(LINE, "CALL")
    world.pass_time(60)
    world.do_jobs()


def story_of_three(world: World) -> None:
    """A talk passed on: nobody answers, then a colleague joins, then they are left together; a
    supervisor listens to the rest; the colleague hangs up first, and the worker hears the number.
    """
    from helpline.hotline.service import listening, transfers
    from helpline.hotline.service.transfers import Wish

    ada, bo = world.counsellor(), world.counsellor()
    call = through(world.worker().ring(LINE), "3", "#", "2", "#")
    first = ada if world.phone(ada).ringing else bo
    second = bo if first == ada else ada
    world.phone(first).pick_up().press("1")
    principal = world.organisation.principal
    for tries in range(2):
        with world.work():
            wish = Wish(second, "Safe until six.", consent=True, gives_case=True)
            transfers.begin(world.setting(), principal(first), wish, world.now)
        world.pass_time(30 if tries == 0 else 2)
    world.phone(second).pick_up().press("1")
    world.pass_time(20)
    assert len(call.company) == 2
    with world.work():
        transfers.leave(world.setting(), principal(first), _guest(world), world.now)
    world.pass_time(20)
    assert call.company == [world.phone_number(second)]
    lead = world.organisation.first
    with world.work():
        roster.on_duty(world.site, lead, "+860000000999", None, world.now)
        roster.take_break(lead, world.now)
        listening.ask(world.setting(), principal(lead), second, world.now)
    with world.work():
        listening.agree(world.setting(), principal(second), _guest(world), world.now)
    world.pass_time(2)
    world.carrier.handset("+860000000999").pick_up().press("1")
    world.pass_time(20)
    assert len(call.company) == 2
    world.phone(second).hang_up()
    world.pass_time(40)
    assert call.company == []
    assert call.doing == "waiting for keys" or call.ended
    call.hang_up()
    world.pass_time(60)
    world.do_jobs()


def story_of_a_talk(world: World) -> None:
    """A talk that was agreed is moved by telephone, then cancelled by text."""
    from tests.hotline.test_talks import agreed, asks_again

    digits, _case, _talk = agreed(world)
    call = asks_again(world, digits)
    call.press("2")
    world.pass_time(2, 1)
    call.press("3")
    call.hang_up()
    world.worker(OTHER).text(LINE, f"3 {digits}")
    world.worker(OTHER).text(LINE, f"3 {digits} 1")
    world.pass_time(60)
    world.do_jobs()


def _guest(world: World) -> UUID:
    query = select(Guest.id).where(Guest.state.in_(("asked", "ringing", "joined")))
    return db.session.scalars(query).one()


def picture(world: World) -> dict[str, Any]:
    """How many rows each table has, and each case's kinds, sorted."""
    with world.work():
        tables = inspect(db.engine).get_table_names()
        rows = {
            name: db.session.scalar(text(f'SELECT count(*) FROM "{name}"'))
            for name in sorted(tables)
        }
    kinds = Counter(tuple(sorted(world.kinds(case))) for case in world.cases())
    return {"rows": rows, "kinds": kinds, "how": Counter(r["how"] for r in world.records())}


@pytest.mark.parametrize("tell", [story, story_of_three, story_of_a_talk])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_replays_and_shuffling_change_nothing(
    seed: int, tell: Callable[[World], None], tmp_path: Path, sqlite_template: Path
) -> None:
    import shutil

    from tests.hotline.world import open_world

    pictures = []
    for name, faults in (
        ("plain", Faults()),
        ("storm", Faults(seed=seed, replays=3, shuffle=True, spread=5)),
    ):
        folder = tmp_path / name
        folder.mkdir()
        shutil.copy(sqlite_template, folder / "db.sqlite3")
        world = open_world(f"sqlite:///{folder}/db.sqlite3", folder, faults=faults)
        try:
            tell(world)
            world.pass_time(30)
            world.do_jobs()
            pictures.append(picture(world))
            assert world.alerts() == []
        finally:
            world.close()
    assert pictures[0] == pictures[1]


def test_a_replay_gets_the_very_same_answer(world: World) -> None:
    world.counsellor()
    call = through(world.worker().ring(LINE), "3", "#", "2", "#")
    done = [made for made in world.carrier.travelled if "/telephony/voice" in made.url]
    for made in done:
        first = world.carrier.send_again(made)
        second = world.carrier.send_again(made)
        assert first is not None
        assert second is not None
        assert first.status == second.status == 200
        assert first.body == second.body
        assert b"/dialled?turn=" in first.body, "late, it is not what the caller hears now"
    assert len(world.cases()) == 1
    call.hang_up()
    assert world.count(SeenEvent) == 1, "a call leaves more than one hash"


def test_a_key_that_takes_the_call_is_told_twice_and_takes_it_once(world: World) -> None:
    ada = world.counsellor()
    call = through(world.worker().ring(LINE), "3", "#", "2", "#")
    world.phone(ada).pick_up().press("1")
    pressed = next(made for made in world.carrier.travelled if made.url.endswith("/accept"))
    before = picture(world)
    again = world.carrier.send_again(pressed)
    assert again is not None
    assert b"Hangup" not in again.body
    assert call.talking
    assert picture(world) == before
    assert world.kinds(world.cases()[0]).count("talked") == 1
    call.hang_up()
    late = world.carrier.send_again(pressed)
    assert late is not None
    assert b"Hangup" in late.body


def test_an_empty_recording_told_again_after_the_call_does_not_end_the_next_one(
    world: World,
) -> None:
    """The first try said nothing; in the second the caller hung up, and its recording is due."""
    call = through(world.worker().ring(LINE), "3", "#", "2", "1", "#", "#")
    world.pass_time(8, 1)
    assert call.doing == "recording"
    tone = _turn(world)
    empty = ringing(CallSid=call.sid, RecordingSid="RE1", RecordingDuration="0", Digits="#")
    assert post(world, tone, empty).status_code == 200
    assert _turn(world) != tone
    ended = ringing(CallSid=call.sid, CallStatus="completed")
    assert post(world, "/telephony/status", ended).status_code == 204
    before = picture(world)
    assert before["rows"]["recordings"] == 1
    assert post(world, tone, empty).status_code == 200
    assert picture(world) == before


def _turn(world: World) -> str:
    """The address of the question that the only live call is at."""
    with world.work():
        call = db.session.scalars(select(LiveCall)).one()
        return f"/telephony/voice/{call.id}/{call.state['step']}?turn={call.state['turn']}"


def post(
    world: World, path: str, form: dict[str, str], signature: str | None = None
) -> TestResponse:
    url = BASE + path
    client = world.organisation.app.test_client()
    headers = {}
    if signature != "":
        headers["X-Twilio-Signature"] = signature or sign(TOKEN, url, form.items())
    return client.post(path, base_url=BASE, data=form, headers=headers)


def ringing(**changes: str) -> dict[str, str]:
    return {
        "CallSid": "CA1",
        "AccountSid": ACCOUNT,
        "From": WORKER,
        "To": LINE,
        "CallStatus": "ringing",
        "Direction": "inbound",
    } | changes


PATHS = [
    "/telephony/voice",
    "/telephony/voice/00000000-0000-4000-8000-000000000000/menu?turn=1",
    "/telephony/voice/00000000-0000-4000-8000-000000000000/dialled?turn=1",
    "/telephony/voice/00000000-0000-4000-8000-000000000000/recording",
    "/telephony/leg/00000000-0000-4000-8000-000000000000/whisper",
    "/telephony/leg/00000000-0000-4000-8000-000000000000/accept",
    "/telephony/leg/00000000-0000-4000-8000-000000000000/meet",
    "/telephony/leg/00000000-0000-4000-8000-000000000000/status",
    "/telephony/status",
    "/telephony/text",
    "/telephony/text/status",
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("signature", ["", "nonsense", base64.b64encode(b"0" * 20).decode()])
def test_unsigned_and_wrongly_signed_requests_are_refused(
    world: World, path: str, signature: str
) -> None:
    answer = post(world, path, ringing(), signature)
    assert answer.status_code == 403
    assert answer.mimetype == "text/plain"
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("path", PATHS)
def test_missing_fields_are_a_clear_error(world: World, path: str) -> None:
    answer = post(world, path, {"AccountSid": ACCOUNT})
    assert answer.status_code == 400
    assert answer.mimetype == "text/plain"


@pytest.mark.parametrize("path", PATHS)
def test_a_wrong_method_is_405(world: World, path: str) -> None:
    client = world.organisation.app.test_client()
    assert client.get(path, base_url=BASE).status_code == 405


def test_an_oversized_request_is_413(world: World) -> None:
    answer = post(world, "/telephony/text", ringing(Body="x" * 300_000))
    assert answer.status_code == 413
    assert answer.mimetype == "text/plain"


def test_an_unknown_line_or_account_is_no_call(world: World) -> None:
    assert post(world, "/telephony/voice", ringing(To="+860000000099")).status_code == 404
    other = "AC" + "9" * 32
    assert post(world, "/telephony/voice", ringing(AccountSid=other)).status_code == 403
    assert world.live() == 0


def test_duplicate_and_broken_fields_are_a_clear_error(world: World) -> None:
    url = f"{BASE}/telephony/voice"
    body = "CallSid=CA1&CallSid=CA2&From=%FF%FE&To=%2B860000000001&AccountSid=" + ACCOUNT
    pairs = {("CallSid", "CA1"), ("CallSid", "CA2"), ("AccountSid", ACCOUNT)}
    client = world.organisation.app.test_client()
    for signature in (sign(TOKEN, url, pairs), hmac.digest(b"x", b"y", "sha1").hex()):
        answer = client.post(
            "/telephony/voice",
            base_url=BASE,
            data=body,
            content_type="application/x-www-form-urlencoded",
            headers={"X-Twilio-Signature": signature},
        )
        assert answer.status_code in {400, 403}


def test_events_of_calls_that_are_over_change_nothing(world: World) -> None:
    world.counsellor()
    call = through(world.worker().ring(LINE), "3", "#", "2", "#")
    call.hang_up()
    before = picture(world)
    for made in list(world.carrier.travelled):
        answer = world.carrier.send_again(made)
        assert answer is not None
        assert answer.status < 300
    assert picture(world) == before
