"""Two clocks for the carrier: one that a test moves by hand, one that runs by itself.

Both run *tasks*: functions without arguments that are due at a time (seconds since the epoch).
"""

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

VIRTUAL_START = 1_760_000_000.0
"""Where virtual time begins unless told otherwise (9 October 2025, UTC)."""

Task = Callable[[], None]


class Timer:
    """A task that has not run yet and may be cancelled."""

    __slots__ = ("_cancelled", "due", "task")

    def __init__(self, due: float, task: Task) -> None:
        self.due = due
        self.task = task
        self._cancelled = False

    def cancel(self) -> None:
        """Keep the task from running; harmless when it already ran."""
        self._cancelled = True

    @property
    def cancelled(self) -> bool:
        return self._cancelled


class Clock(Protocol):
    """What the carrier asks of time."""

    def now(self) -> float:
        """Seconds since the epoch."""

    def later(self, delay: float, task: Task) -> Timer:
        """Run `task` after `delay` seconds, in the order of their times."""

    def settle(self) -> None:
        """Return when nothing that is due now is left to do (virtual time only)."""

    def advance(self, seconds: float) -> None:
        """Move virtual time on; a clock that runs by itself refuses."""


class _Agenda:
    """Timers in the order of their time, then in the order they were made."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Timer]] = []
        self._count = itertools.count()

    def add(self, timer: Timer) -> None:
        heapq.heappush(self._heap, (timer.due, next(self._count), timer))

    def next_due(self) -> float | None:
        """The time of the first timer that is still wanted."""
        while self._heap and self._heap[0][2].cancelled:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def pop(self, now: float) -> Timer | None:
        """The first timer that is due, taken off the agenda."""
        due = self.next_due()
        if due is None or due > now:
            return None
        return heapq.heappop(self._heap)[2]


class VirtualClock:
    """Time that stands still until `advance`; tasks run in the thread that settles.

    Several threads may settle at once (storms): each takes tasks, and all return when none is due
    and none is running. A task that settles by itself returns at once.
    """

    def __init__(self, start: float = VIRTUAL_START) -> None:
        self._now = start
        self._agenda = _Agenda()
        self._changed = threading.Condition()
        self._running = 0
        self._inside = threading.local()
        self._moving = threading.RLock()

    def now(self) -> float:
        return self._now

    def later(self, delay: float, task: Task) -> Timer:
        with self._changed:
            timer = Timer(self._now + max(0.0, delay), task)
            self._agenda.add(timer)
            self._changed.notify()
        return timer

    def settle(self) -> None:
        if getattr(self._inside, "task", False):
            return
        while True:
            with self._changed:
                timer = self._agenda.pop(self._now)
                if timer is None:
                    if self._running == 0:
                        return
                    self._changed.wait()
                    continue
                self._running += 1
            self._run(timer)

    def _run(self, timer: Timer) -> None:
        self._inside.task = True
        try:
            timer.task()
        finally:
            self._inside.task = False
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def advance(self, seconds: float) -> None:
        with self._moving:
            self.settle()
            end = self._now + seconds
            while True:
                with self._changed:
                    due = self._agenda.next_due()
                    if due is None or due > end:
                        self._now = end
                        return
                    self._now = max(self._now, due)
                self.settle()


class RealClock:
    """Time as it passes: a thread that sleeps until the next task and a few that run them."""

    def __init__(self, workers: int = 8) -> None:
        self._agenda = _Agenda()
        self._changed = threading.Condition()
        self._workers = workers
        self._pool: ThreadPoolExecutor | None = None
        self._stopped = False

    def now(self) -> float:
        return time.time()

    def later(self, delay: float, task: Task) -> Timer:
        with self._changed:
            timer = Timer(self.now() + max(0.0, delay), task)
            self._agenda.add(timer)
            self._start()
            self._changed.notify()
        return timer

    def settle(self) -> None:
        """Nothing to do: the tasks run by themselves."""

    def advance(self, seconds: float) -> None:
        raise RuntimeError(f"A real clock cannot be moved by {seconds} s; use a VirtualClock.")

    def stop(self) -> None:
        """Run nothing more."""
        with self._changed:
            self._stopped = True
            self._changed.notify()
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def _start(self) -> None:
        """Start the threads at first use, so that a server may fork before."""
        if self._pool is None and not self._stopped:
            self._pool = ThreadPoolExecutor(self._workers, thread_name_prefix="carrier")
            threading.Thread(target=self._loop, name="carrier-clock", daemon=True).start()

    def _loop(self) -> None:
        while True:
            with self._changed:
                if self._stopped:
                    return
                timer = self._agenda.pop(self.now())
                if timer is None:
                    due = self._agenda.next_due()
                    self._changed.wait(None if due is None else max(0.0, due - self.now()))
                    continue
                pool = self._pool
            if pool is not None:
                pool.submit(timer.task)
