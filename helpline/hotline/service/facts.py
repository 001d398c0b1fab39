"""What the flow asks about the world, found out when it asks: most steps need none of it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from helpline.hotline import rules
from helpline.hotline.models import LiveCall
from helpline.hotline.service import casework, queue, roster
from helpline.hotline.service.casework import Standing
from helpline.hotline.service.setting import Setting
from helpline.register.service import lines
from helpline.register.service.lines import LineView
from telephony.flow import Hours, LineKind, WaitBand
from telephony.numbers import CallerNumber


@dataclass(frozen=True)
class LiveFacts:
    """`telephony.flow.Facts` of one call at one moment; each is asked of the database once."""

    setting: Setting
    call: LiveCall
    line: LineView
    caller: CallerNumber
    now: datetime
    known_language: str | None = None

    @property
    def languages(self) -> tuple[str, ...]:
        return self.line.languages

    @property
    def emergency(self) -> tuple[str, ...]:
        return self.line.emergency_numbers

    @property
    def kind(self) -> LineKind:
        return self.line.kind

    @property
    def hours(self) -> Hours:
        return lines.hours_at(self.line, self.now)

    @property
    def staffed(self) -> bool:
        return self.call.outbound or roster.staffed(self.call.language)

    @property
    def can_text(self) -> bool:
        if not self.setting.may_text(self.caller):
            return False
        flags = self._standing.flags
        return not (flags.stopped or flags.never_text)

    @property
    def can_ring_back(self) -> bool:
        return not self.caller.withheld and not self._standing.flags.never_ring

    @property
    def abusive(self) -> bool:
        return self._standing.abusive

    @cached_property
    def position(self) -> int:
        return queue.position(self.call, self.now) if self._waits else 1

    @property
    def wait(self) -> WaitBand:
        staff = roster.staff_count(self.call.language) if self._waits else 0
        return WaitBand(rules.expected_wait(self.position, staff))

    @property
    def receipt_given(self) -> bool:
        return self.call.receipt_given or casework.has_receipt(self.call.case_id)

    @property
    def safety_asked(self) -> bool:
        return self.call.safety_asked

    @property
    def ring_seconds(self) -> int:
        return self.setting.hotline.ring_seconds

    @property
    def _waits(self) -> bool:
        return self.call.queued_at is not None

    @cached_property
    def _standing(self) -> Standing:
        return casework.standing(self.call.handle, self.line.id, self.now)
