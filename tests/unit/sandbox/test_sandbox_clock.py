"""Time that is moved by hand, and time that passes."""

import threading
import time

import pytest

from telephony.sandbox.calls import Line
from telephony.sandbox.carrier import Carrier
from telephony.sandbox.clock import RealClock, VirtualClock
from tests.unit.sandbox.scripted_app import ACCOUNT, BASE, LINE, TOKEN, App, carrier_for


def test_tasks_run_in_the_order_of_their_time() -> None:
    clock = VirtualClock(1000)
    ran: list[tuple[str, float]] = []
    clock.later(2, lambda: ran.append(("late", clock.now())))

    def nest() -> None:
        clock.later(0.5, lambda: ran.append(("nested", clock.now())))

    clock.later(1, nest)
    clock.later(1, lambda: ran.append(("early", clock.now()))).cancel()
    clock.settle()
    assert ran == []
    clock.advance(3)
    assert ran == [("nested", 1001.5), ("late", 1002)]
    assert clock.now() == 1003


def test_a_task_that_settles_does_not_wait_for_itself() -> None:
    clock = VirtualClock()
    clock.later(0, clock.settle)
    clock.settle()


def test_many_phones_ring_at_once_from_many_threads(app: App) -> None:
    app.answers |= {"/voice": '<Gather numDigits="1" action="/key"/>', "/key": "<Say>ok</Say>"}
    carrier = carrier_for(app)

    def visit(index: int) -> None:
        carrier.handset(f"+8600000{index:05}").ring(LINE).press("2")

    threads = [threading.Thread(target=visit, args=(index,)) for index in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(app.asked("/key")) == 50
    assert all(call.status == "completed" for call in carrier.calls)


def test_a_real_clock_runs_by_itself(app: App) -> None:
    app.answers["/voice"] = '<Pause length="0.05"/><Say>hello</Say>'
    clock = RealClock(workers=2)
    carrier = Carrier(ACCOUNT, TOKEN, app, clock, lines=[Line(LINE, f"{BASE}/voice")])
    call = carrier.handset("+860000000042").ring(LINE)
    deadline = time.monotonic() + 5
    while not call.ended and time.monotonic() < deadline:
        time.sleep(0.01)
    assert call.heard == "hello"
    with pytest.raises(RuntimeError, match="VirtualClock"):
        carrier.advance(1)
    clock.stop()
