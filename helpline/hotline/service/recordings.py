"""Voicemails and recorded talks: expected, fetched into memory, sealed, deleted at the carrier."""

import uuid
from datetime import datetime

from sqlalchemy import select, update

from helpline.cases.rules.kinds import EntryKind
from helpline.cases.service import intake
from helpline.extensions import db
from helpline.hotline.models import Leg, LiveCall, Recording
from helpline.hotline.service import callbacks, casework, seen
from helpline.hotline.service.handling import Handling, load
from helpline.hotline.service.setting import Setting
from helpline.jobs import Arguments, NotYet, enqueue
from helpline.register.service import lines
from helpline.unit_of_work import release
from telephony.events import RecordingDone, RecordingReady
from telephony.flow import Step
from telephony.provider import CarrierDown, CarrierRefused

VOICEMAIL, TALK = "voicemail", "talk"
FETCH, DELETE = "hotline.fetch_recording", "hotline.delete_recording"


def leg_of(leg_id: str) -> Leg:
    """The leg of an id that the queue has just given."""
    return db.session.get_one(Leg, uuid.UUID(leg_id))


def expect(call: LiveCall, kind: str, now: datetime) -> Recording:
    """The carrier will tell of a recording of this call, perhaps after the call's end."""
    found = _of_call(call.id, kind)
    if found is not None:
        return found
    row = Recording(
        call_id=call.id,
        case_id=call.case_id,
        kind=kind,
        wanted=True,
        seconds=0,
        line_id=call.line_id,
        language=call.language,
        expected_on=now.date(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def done(handling: Handling, event: RecordingDone) -> None:
    """The caller stopped speaking; what is too short is no message."""
    if event.seconds < 1:
        return
    casework.ensure_contact(
        handling.site, handling.call, handling.caller, EntryKind.VOICE_IN, handling.now
    )
    row = expect(handling.call, VOICEMAIL, handling.now)
    row.case_id, row.ring_back = handling.call.case_id, None
    _found(row, event.recording_id, event.seconds)


def done_late(call_id: uuid.UUID, event: RecordingDone, now: datetime) -> None:
    """The same, told after the call's end was told."""
    row = _of_call(call_id, VOICEMAIL)
    if row is None:
        return
    if event.seconds < 1:
        _empty(row, now)
        return
    row.ring_back = None
    _found(row, event.recording_id, event.seconds)


def ready(setting: Setting, event: RecordingReady, call_id: uuid.UUID, now: datetime) -> None:
    """The carrier has the recording, or found it empty; before or after everything else."""
    if not seen.is_new(setting.site, event.event_key):
        return
    call = load(call_id, lock=True)
    row = db.session.scalar(select(Recording).where(Recording.provider_id == event.recording_id))
    row = row or _waiting(call_id)
    if not event.usable:
        if row is not None and row.provider_id in {None, event.recording_id} and call is None:
            _empty(row, now)
        return
    if row is None and call is not None and call.state.get("step") == Step.VOICEMAIL:
        row = expect(call, VOICEMAIL, now)
    if row is None:
        enqueue(DELETE, {"recording": event.recording_id})
        return
    _found(row, event.recording_id, event.seconds)


def withdraw(call_id: uuid.UUID) -> None:
    """The caller took the consent back: what was or will be recorded of the talk is not kept."""
    db.session.execute(
        update(Recording)
        .where(Recording.call_id == call_id, Recording.kind == TALK)
        .values(wanted=False)
        .execution_options(synchronize_session=False)
    )


def fetch(setting: Setting, arguments: Arguments, now: datetime) -> None:
    """Job: into memory, into the case's slot; the carrier's copy is deleted after the commit."""
    row = db.session.get(Recording, uuid.UUID(arguments["row"]))
    if row is None or row.provider_id is None:
        return
    provider_id, wanted = row.provider_id, row.wanted and row.case_id is not None
    release()
    sound = _sound(setting, provider_id) if wanted else None
    row = db.session.get(Recording, uuid.UUID(arguments["row"]), with_for_update=True)
    if row is None:
        return
    if sound is not None and row.wanted and row.case_id is not None:
        _seal(setting, row, sound, now)
    enqueue(DELETE, {"recording": provider_id})
    db.session.delete(row)


def delete_copy(setting: Setting, arguments: Arguments) -> None:
    """Job: delete the carrier's copy and ask whether it is really gone."""
    setting.carrier.delete_recording(arguments["recording"])
    if not setting.carrier.recording_gone(arguments["recording"]):
        raise NotYet


def forget_unheard(now: datetime) -> None:
    """What was expected the day before yesterday and never came does not come any more."""
    query = select(Recording).where(Recording.provider_id.is_(None))
    for row in db.session.scalars(query):
        if (now.date() - row.expected_on).days >= 1:
            _empty(row, now)


def _seal(setting: Setting, row: Recording, sound: bytes, now: datetime) -> None:
    if row.case_id is None:
        return
    kind = EntryKind.VOICEMAIL if row.kind == VOICEMAIL else EntryKind.RECORDING
    sound_id = intake.add_sound(setting.site, row.case_id, sound)
    body = {
        "sound": str(sound_id),
        "seconds": row.seconds,
        "line": str(row.line_id),
        "language": row.language,
    }
    intake.add(setting.site, row.case_id, kind, body, now)


def _sound(setting: Setting, provider_id: str) -> bytes | None:
    """The sound; None if the carrier has none. One that is not there yet is asked for again."""
    try:
        return setting.carrier.fetch_recording(provider_id)
    except CarrierDown:
        raise NotYet from None
    except CarrierRefused as refusal:
        if refusal.gone:
            raise NotYet from None
        raise


def _found(row: Recording, provider_id: str, seconds: int) -> None:
    row.seconds = row.seconds or seconds
    if row.provider_id is None and provider_id:
        row.provider_id = provider_id
        db.session.flush()
        enqueue(FETCH, {"row": str(row.id)})


def _empty(row: Recording, now: datetime) -> None:
    """Nothing was said: whoever had wanted a person is rung back."""
    line = lines.by_id(row.line_id)
    if row.ring_back is not None and row.case_id is not None and line is not None:
        callbacks.enter(row.ring_back, row.case_id, line, row.language, now)
    db.session.delete(row)


def _of_call(call_id: uuid.UUID, kind: str) -> Recording | None:
    query = select(Recording).where(Recording.call_id == call_id, Recording.kind == kind)
    return db.session.scalars(query.limit(1)).one_or_none()


def _waiting(call_id: uuid.UUID) -> Recording | None:
    """The recording of this call of which the carrier has not told yet."""
    query = select(Recording).where(Recording.call_id == call_id, Recording.provider_id.is_(None))
    return db.session.scalars(query.limit(1)).one_or_none()
