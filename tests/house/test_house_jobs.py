"""Whatever is enqueued has a handler, and the worker's rounds are all registered."""

from helpline import jobs
from helpline.hotline.service import alerts, ending, recordings, texts
from tests.whole import Whole


def test_every_job_that_is_enqueued_has_a_handler(house: Whole) -> None:
    handlers, _ = jobs.registered()
    enqueued = {
        recordings.FETCH,
        recordings.DELETE,
        ending.DELETE_CALL,
        texts.REDACT,
        alerts.JOB,
    }
    assert enqueued <= handlers


def test_the_worker_looks_after_lost_calls_alerts_and_the_trail(house: Whole) -> None:
    _, rounds = jobs.registered()
    assert {"hotline.tick", "hotline.tidy"} <= rounds
    assert any("audit" in name for name in rounds)
