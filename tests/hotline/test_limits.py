"""What must hold whatever happens: nothing in clear, alerts in time, a node without a directory."""

import re
from pathlib import Path

from sqlalchemy import delete, select

from helpline.extensions import db
from helpline.hotline.models import LiveCall, StaffAlert
from helpline.keys.models import DirectoryStatement
from helpline.keys.service.site import Site
from helpline.keys.views import keep_site
from helpline.register.models import Factory
from tests.hotline.world import LINE, OTHER, WORKER, World, through

SENTENCE = "canary sentence of a worker"
UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
DIGITS = "48151623"


def test_nothing_that_a_worker_says_or_keys_stands_in_clear(world: World, tmp_path: Path) -> None:
    with world.work():
        db.session.add(
            Factory(
                code="GD-0417",
                key_code="77310",
                name="Papercrane Toys",
                country="CN",
                province="Lantern",
                workers=400,
            )
        )
    ada = world.counsellor()
    call = through(world.worker().ring(LINE), "3", "#", "2", f"{DIGITS}#")
    during = everything(tmp_path)
    world.phone(ada).pick_up().press("1")
    call.say("canary spoken", 3)
    world.pass_time(20)
    call.hang_up()
    world.worker(OTHER).text(LINE, SENTENCE)
    world.do_jobs()
    after = everything(tmp_path)
    for canary in (WORKER[1:], OTHER[1:], SENTENCE, DIGITS, world.phone_number(ada)[1:]):
        assert canary.encode() not in during, canary
        assert canary.encode() not in after, canary
    for travelled in world.carrier.travelled:
        opaque = re.sub(UUID, "", travelled.url.partition("/telephony")[2])
        assert not re.search(r"\d{5}", opaque)


def everything(folder: Path) -> bytes:
    """Database file, write-ahead log, state folder."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_the_row_of_a_live_call_is_gone_with_the_call(world: World) -> None:
    call = through(world.worker().ring(LINE), "3")
    with world.work():
        row = db.session.scalars(select(LiveCall)).one()
        assert row.provider_id == call.sid
    call.hang_up()
    assert world.count(LiveCall) == 0


def test_a_node_without_a_directory_apologises_and_takes_nothing_in(
    world: World, tmp_path: Path
) -> None:
    with world.work():
        db.session.execute(delete(DirectoryStatement))
    folder = tmp_path / "fresh node"
    folder.mkdir()
    fresh = Site(world.site.key, folder, world.site.root, world.site.costs)
    keep_site(world.organisation.app, fresh)
    call = world.worker().ring(LINE)
    assert call.ended
    assert "1 1 0" in call.heard
    assert world.count(LiveCall) == 0
    world.worker().text(LINE, SENTENCE)
    assert [made.status for made in world.carrier.travelled][-1] == 503


def test_a_contact_nobody_has_rated_alerts_the_duty_phone_in_time(world: World) -> None:
    ada = world.counsellor(duty=False)
    world.worker().text(LINE, SENTENCE)
    with world.work():
        from helpline.hotline.service import roster

        roster.on_duty(world.site, ada, world.phone_number(ada), None, world.now)
    world.tick()
    assert not world.phone(ada).ringing
    world.pass_time(1800, 60)
    world.tick()
    assert world.count(StaffAlert, StaffAlert.kind == "unrated") == 1
    heard = world.phone(ada).pick_up()
    world.pass_time(4)
    assert heard.heard
    assert WORKER not in heard.heard


def test_an_earlier_language_is_remembered(world: World) -> None:
    world.counsellor(duty=False)
    call = through(world.worker().ring(LINE), "2", "#", "2", "2", "1")
    call.hang_up()
    again = world.worker().ring(LINE)
    world.pass_time(6, 1)
    assert not again.ended
    again.hang_up()
    assert [record["language"] for record in world.records()] == ["yue", "yue"]


def test_the_fallback_document_is_valid_for_the_carrier() -> None:
    from telephony.sandbox import twiml

    path = Path(__file__).parents[2] / "telephony/twilio/fallback.xml"
    document = twiml.read(path.read_bytes(), "text/xml", twiml.VOICE)
    assert [verb.name for verb in document.verbs] == ["Say", "Say", "Say", "Hangup"]
