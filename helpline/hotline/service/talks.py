"""The counsellor's side: whisper, the key that takes the call, the end of a ring or talk."""

import uuid
from datetime import datetime, timedelta

from helpline.accounts.service import people
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.service import assignment, intake
from helpline.config import Hotline
from helpline.errors import Conflict
from helpline.extensions import db
from helpline.hotline import rules
from helpline.hotline.models import Leg, LiveCall
from helpline.hotline.service import casework, counts, guests, recordings, roster
from helpline.hotline.service.guests import ACCEPTED, ASKED, PASSED_ON, RINGING
from helpline.hotline.service.handling import Handling, Reply, load
from helpline.hotline.service.setting import Setting
from telephony import flow
from telephony.events import WhisperAsked, WhisperKey
from telephony.flow import Step
from telephony.prompts import Prompts

STAFF_LANGUAGES = ("en", "zh-Hans", "hi")


def whisper(event: WhisperAsked, leg_id: uuid.UUID) -> Reply:
    """The phone was picked up, by a person or a machine: whose language, and "press 1"."""
    leg, call = _leg(leg_id), None
    if leg is not None:
        call = load(leg.call_id, lock=True)
    if leg is None or call is None or not _holds(call, leg):
        return gone("en")
    leg.provider_id = leg.provider_id or event.provider_id
    leg.result = ASKED if leg.result == RINGING else leg.result
    language = staff_language(leg.person_id)
    turn = flow.whisper(str(leg.id), language, call.language, danger=call.danger)
    return Reply(call.id, turn, Prompts.load())


def accept(setting: Setting, event: WhisperKey, leg_id: uuid.UUID, now: datetime) -> Reply:
    """A key after the whisper: 1 takes the call, for exactly one person."""
    leg = _leg(leg_id)
    call = load(leg.call_id, lock=True) if leg is not None else None
    if leg is None or call is None:
        return gone("en")
    leg = db.session.get(Leg, leg_id, populate_existing=True) or leg
    taken = event.digits[:1] == "1" and _has_or_takes(setting, call, leg, now)
    turn = flow.accept(event.digits, taken=taken, staff_language=staff_language(leg.person_id))
    return Reply(call.id, turn, Prompts.load())


def leg_over(handling: Handling, leg: Leg, told: str) -> None:
    """The dial is over: whoever took the call gets the protected time, whoever did not is free."""
    call, now = handling.call, handling.now
    if leg.result == ACCEPTED:
        _talk_over(handling, leg)
        return
    passed = leg.result == PASSED_ON
    handling.note("not answered", person=str(leg.person_id), told="passed on" if passed else told)
    roster.not_taken(leg.person_id, leg.id, now, passed_on=passed)
    leg.result = f"over {told}"[:16]
    if call.person_id == leg.person_id and not call.outbound:
        call.person_id = None


def pass_on(setting: Setting, person: uuid.UUID) -> None:
    """The counsellor sends a ringing call to the next one; raises Conflict if none rings."""
    row = roster.row_of(person)
    leg = _leg(row.leg_id) if row.leg_id else None
    if leg is None or row.talking or leg.result == ACCEPTED:
        raise Conflict("No call rings for you.")
    leg.result = PASSED_ON
    guests.hang_up_later(setting.carrier, leg)


def end_call(setting: Setting, person: uuid.UUID) -> None:
    """The counsellor ends the talk from the page; raises Conflict if there is none."""
    row = roster.row_of(person)
    leg = _leg(row.leg_id) if row.leg_id else None
    if leg is None or not row.talking or leg.provider_id is None:
        raise Conflict("You are in no call.")
    guests.hang_up_later(setting.carrier, leg)


def is_heavy(call: LiveCall) -> bool:
    """Whether the call weighs on whoever takes it: danger, or a case at S3 or S4."""
    return call.danger or casework.is_heavy(call.case_id)


def _has_or_takes(setting: Setting, call: LiveCall, leg: Leg, now: datetime) -> bool:
    """Whether the call is this leg's; a key told twice takes it once."""
    if leg.result == ACCEPTED:
        return True
    return _holds(call, leg) and _take(setting, call, leg, now)


def _take(setting: Setting, call: LiveCall, leg: Leg, now: datetime) -> bool:
    if leg.result == PASSED_ON:
        return False
    if not roster.accept(leg.person_id, leg.id, now + rules.LONGEST_TALK, now):
        return False
    leg.result = ACCEPTED
    call.person_id, call.answered_at = leg.person_id, call.answered_at or now
    waited = (now - (call.wanted_at or call.arrived_at)).total_seconds()
    call.path = [
        *call.path,
        [
            "answered",
            round((now - call.arrived_at).total_seconds()),
            {"person": str(leg.person_id)},
        ],
    ]
    call.queued_at = None
    if call.case_id is not None:
        body = {"by": str(leg.person_id), "waited": round(waited)}
        intake.add(setting.site, call.case_id, EntryKind.TALKED, body, now)
        assignment.reserve(call.case_id, leg.person_id, now)
    if call.state.get("recording_allowed"):
        recordings.expect(call, "talk", now)
    return True


def _talk_over(handling: Handling, leg: Leg) -> None:
    call, now, hotline = handling.call, handling.now, handling.setting.hotline
    heavy = is_heavy(call)
    minutes = hotline.wrap_up_heavy_minutes if heavy else hotline.wrap_up_minutes
    roster.talk_over(leg.person_id, leg.id, now, timedelta(minutes=minutes), heavy=heavy)
    leg.result = "talked"
    call.talk_ended_at = now
    handling.note("talk over", person=str(leg.person_id))
    counts.talk(leg.person_id, now.date(), heavy=heavy)


def rated_heavy(hotline: Hotline, person: uuid.UUID, now: datetime) -> None:
    """In wrap-up the person rated a case S3 or S4: the talk was heavy, and counts as such."""
    if roster.lengthen_wrap_up(person, timedelta(minutes=hotline.wrap_up_heavy_minutes), now):
        counts.weighs_more(person, now.date())


def _holds(call: LiveCall, leg: Leg) -> bool:
    """Whether the call still rings for this leg, and the ring has not been lost meanwhile."""
    row = roster.row_of(leg.person_id)
    present = call.state.get("step") == Step.RING and call.state.get("leg") == str(leg.id)
    return present and row.leg_id == leg.id


def _leg(leg_id: uuid.UUID) -> Leg | None:
    return db.session.get(Leg, leg_id, populate_existing=True)


def gone(language: str) -> Reply:
    """What a phone hears whose call is not there any more."""
    turn = flow.accept("1", taken=False, staff_language=language)
    return Reply(uuid.uuid4(), turn, Prompts.load())


def staff_language(person: uuid.UUID) -> str:
    """In which language somebody's own phone speaks to them."""
    spoken = people.languages_of(person)
    return next((code for code in spoken if code in STAFF_LANGUAGES), "en")
