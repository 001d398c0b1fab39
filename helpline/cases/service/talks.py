"""What the worker hears of a talk that was agreed, and what they answer with the receipt."""

import uuid
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from helpline.cases.rules.agenda import Appointment, Meeting, open_appointments
from helpline.cases.service import intake, receipts
from helpline.cases.service.files import CaseFile
from helpline.keys.service.site import Site
from helpline.register.service import prompts as line_prompts
from telephony.flow import Wish
from telephony.prompts import LANGUAGES, Prompts

_HOW: Final = {
    Meeting.WE_RING: "text_talk_we_ring",
    Meeting.WORKER_RINGS: "text_talk_worker_rings",
    Meeting.VISIT: "text_talk_visit",
}


def tell(
    file: CaseFile,
    talk: Appointment,
    now: datetime,
    *,
    off: bool = False,
    only: uuid.UUID | None = None,
) -> bool:
    """Put into the worker's letterbox when the talk is, in their language; may be spoken.

    `off`: it was cancelled. `only`: into this letterbox alone. Returns whether there is one.
    """
    site, state = file.principal.site, file.state
    line = file.calendars.line(state.line)
    prompts = line_prompts.of_line(line, "") if line else Prompts.load()
    fallback = line.default_language if line else LANGUAGES[0]
    language = state.language if state.language in LANGUAGES else fallback
    when = said(prompts, language, talk.at, file.calendars.zone(state.line))
    if off:
        text = prompts.text(language, "text_talk_cancelled", when=when)
    else:
        text = prompts.text(language, _HOW[talk.how], when=when)
        text = f"{prompts.text(language, 'text_talk_moved')} {text}" if talk.moved else text
    about = {"id": talk.id, "at": "" if off else talk.at.isoformat()}
    where = receipts.put_letter(
        site, file.case.id, text, language, now, by_phone=True, talk=about, only=only
    )
    return bool(where)


def tell_newcomer(file: CaseFile, box_id: uuid.UUID, now: datetime) -> None:
    """Put every talk to come into a letterbox that has just been made."""
    for talk in open_appointments(file.state.appointments):
        if talk.at > now:
            tell(file, talk, now, only=box_id)


def wish(
    site: Site, case_id: uuid.UUID, talk_id: str, wanted: Wish, line_id: uuid.UUID, now: datetime
) -> None:
    """The worker, receipt in hand, cancels a talk or asks for another time.

    The case waits for an answer from now on; the letterbox remembers that it was asked.
    """
    intake.add_wish(site, case_id, talk_id, wanted.value, line_id, now)
    receipts.mark_wish(site, case_id, talk_id, wanted.value)


def said(prompts: Prompts, language: str, at: datetime, zone: str) -> str:
    """A moment by the clock on the wall of a line: "Monday 23 November, 18:00"."""
    return prompts.moment(language, at.astimezone(ZoneInfo(zone)))
