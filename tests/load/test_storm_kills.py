"""The server is killed again and again under load: whatever was acknowledged is there, once."""

import random
import time

from sqlalchemy import select

from helpline.extensions import db
from helpline.hotline.models import Recording
from helpline.keys.rules import Role
from tests.installation import Installation
from tests.load.contacts import Storm, Told
from tests.load.storms import (
    PROVE,
    OpenedCase,
    beside,
    drain,
    figure,
    read_cases,
    storm,
    table_counts,
)

pytestmark = storm
KILLS = 200 if PROVE else 5
SEED = 20251009


def test_nothing_acknowledged_is_lost_or_doubled_by_kills(installation: Installation) -> None:
    chance = random.Random(time.time_ns() if PROVE else SEED)
    began = time.monotonic()
    installation.start()
    workers = Storm(installation.url, installation.carrier, SEED)
    with beside(workers.run):
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.05, 0.9))
            installation.kill()
            installation.start()
        time.sleep(0.5)
    drain(installation)
    assert workers.refused == []
    assert workers.cut_off > 0
    assert len(workers.told) > KILLS
    cases = read_cases(installation, installation.of(Role.COUNSELLOR)[0])
    for worker in workers.told:
        _is_there_once(worker, [case for case in cases if worker.number in case.numbers])
    known = {worker.number for worker in workers.told}
    assert {number for case in cases for number in case.numbers} <= known
    _nothing_hangs(installation, workers)
    figure(
        "kills",
        database=installation.config.database.url.partition(":")[0],
        kills=KILLS,
        contacts=len(workers.told),
        answers=workers.requests,
        cut_off=workers.cut_off,
        cases=len(cases),
        lost=0,
        doubled=0,
        seconds=round(time.monotonic() - began),
    )


def _is_there_once(worker: Told, cases: list[OpenedCase]) -> None:
    """Each thing that had a success answer, exactly once; what had none at most once."""
    kinds = [kind for case in cases for kind in case.kinds()]
    single = {"sms": "text", "voice_in": "wants a person", "keyed": "keyed", "voicemail": "message"}
    for kind, what in single.items():
        found = kinds.count(kind)
        assert found == 1 if what in worker.taken else found <= (what in worker.tried), (
            worker.kind,
            kind,
            found,
            sorted(worker.taken),
        )
    assert len(cases) <= 1, "a worker's contact lies in two cases"
    for case in cases:
        assert [body["digits"] for body in case.bodies("keyed")] in ([], [worker.keyed])
        for body in case.bodies("sms"):
            assert body["text"] == f"please help {worker.word}"
        if "ended" in worker.taken and case.bodies("voice_in"):
            assert len(case.bodies("call_record")) == 1


def _nothing_hangs(installation: Installation, workers: Storm) -> None:
    """What is waited for is only what nobody told of: its caller is rung back the next day."""
    counts = table_counts(installation)
    assert counts["jobs"] == 0
    assert counts["legs"] == 0
    with installation.work():
        expected = db.session.scalars(select(Recording.provider_id)).all()
    assert set(expected) <= {None}, "a recording was told of and is not fetched"
    untold = [one for one in workers.told if one.kind == "message" and "message" not in one.taken]
    assert len(expected) <= len(untold)
    kept = [one.sid for one in installation.carrier.recordings if one.sid in workers.told_of]
    assert kept == [], "a carrier's copy was not deleted"
