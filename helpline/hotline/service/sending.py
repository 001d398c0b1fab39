"""Texts of the server itself: sent after the commit, never kept in clear, never queued."""

import logging
import uuid
from datetime import datetime

from helpline.cases.rules.kinds import EntryKind
from helpline.cases.service import outreach
from helpline.hotline.service import casework
from helpline.hotline.service.setting import Setting
from helpline.register.service.lines import LineView
from helpline.unit_of_work import after_commit as leave_after_commit
from helpline.unit_of_work import unit_of_work
from telephony.numbers import CallerNumber
from telephony.provider import CarrierError, OptedOut

log = logging.getLogger(__name__)


def after_commit(
    setting: Setting,
    to: CallerNumber,
    line: LineView,
    body: str,
    case_id: uuid.UUID | None,
    now: datetime,
    handle: bytes | None = None,
) -> None:
    """Send once the transaction stands; what fails is written into the case, if there is one."""
    sender = CallerNumber.parse(line.number)

    def leave() -> None:
        try:
            setting.carrier.send_text(to, sender, body, setting.urls)
        except CarrierError as error:
            log.info("a text was not taken: %s", type(error).__name__)
            _failed(setting, error, line, case_id, handle, now)

    leave_after_commit(leave)


def _failed(
    setting: Setting,
    error: CarrierError,
    line: LineView,
    case_id: uuid.UUID | None,
    handle: bytes | None,
    now: datetime,
) -> None:
    with unit_of_work():
        if isinstance(error, OptedOut) and handle is not None:
            outreach.stop(handle, line.id)
        casework.add(setting.site, case_id, EntryKind.DELIVERY, {"state": "failed"}, now)
