"""Each event once: the keyed hash of an event stays, its answer as long as the call lives."""

import uuid

from sqlalchemy import bindparam, insert, select, update

from helpline.extensions import db
from helpline.hotline.models import SeenEvent
from helpline.hotline.service import rows
from helpline.keys.rules import Place
from helpline.keys.service.site import Site
from telephony.events import EventKey

ENDED = "ended"
_EVENTS = rows.table(SeenEvent)
_SEEN = select(_EVENTS.c.hash).where(_EVENTS.c.hash == bindparam("event"))
_KEEP = insert(_EVENTS)


def key_hash(site: Site, key: EventKey) -> bytes:
    """What stays of an event: 32 bytes that nobody can join to the carrier's log."""
    return site.event_hash(*key)


def find(event_hash: bytes) -> SeenEvent | None:
    """The event if it was handled before."""
    return db.session.get(SeenEvent, event_hash)


def is_known(event_hash: bytes) -> bool:
    """Whether the event was handled before."""
    return bool(rows.ask(_SEEN, {"event": event_hash}))


def is_new(event_hash: bytes) -> bool:
    """Remember the event; False if it was handled before. It lasts if the transaction does."""
    if is_known(event_hash):
        return False
    rows.write(_KEEP, {"hash": event_hash, "call_id": None, "answer": None})
    return True


def keep_with_answer(
    site: Site, event_hash: bytes, call_id: uuid.UUID | None, answer: bytes
) -> None:
    """Remember the event and its answer at once; for events of a call whose row is locked."""
    sealed = site.seal_for_site(answer, _place(event_hash))
    values = {"hash": event_hash, "call_id": call_id, "answer": sealed}
    rows.write(_KEEP, values)


def keep(event_hash: bytes, call_id: uuid.UUID | None = None) -> SeenEvent:
    """Remember the event; of two at once the second waits here and is run again as a repetition."""
    row = SeenEvent(hash=event_hash, call_id=call_id)
    db.session.add(row)
    db.session.flush()
    return row


def seal_answer(site: Site, row: SeenEvent, answer: bytes) -> None:
    """Keep what was answered, for a repetition; it may name a counsellor's phone."""
    row.answer = site.seal_for_site(answer, _place(row.hash))


def answer_of(site: Site, event_hash: bytes | None) -> bytes | None:
    """What was answered to this event, while its call lives."""
    row = find(event_hash) if event_hash is not None else None
    if row is None or row.answer is None:
        return None
    return site.open_for_site(row.answer, _place(row.hash))


def forget_answers(call_id: uuid.UUID) -> None:
    """The call is over: its answers go, the hashes stay and no longer name the call."""
    db.session.execute(
        update(SeenEvent)
        .where(SeenEvent.call_id == call_id)
        .values(answer=None, call_id=None)
        .execution_options(synchronize_session=False)
    )


def mark_ended(site: Site, provider_id: str) -> None:
    """Remember that this call is over, for what arrives too late."""
    is_new(key_hash(site, (provider_id, ENDED)))


def has_ended(site: Site, provider_id: str) -> bool:
    """Whether the end of this call has been seen."""
    return is_known(key_hash(site, (provider_id, ENDED)))


def _place(event_hash: bytes) -> Place:
    return Place("answer", "seen_events", event_hash.hex())
