"""Events that no live call remembers, each once: their keyed hashes, which stay."""

from sqlalchemy import bindparam, delete, insert, select

from helpline.hotline.models import SeenEvent
from helpline.hotline.service import rows
from helpline.keys.service.site import Site
from telephony.events import EventKey, ring_key

ENDED = "ended"
_EVENTS = rows.table(SeenEvent)
_SEEN = select(_EVENTS.c.hash).where(_EVENTS.c.hash == bindparam("event"))
_KEEP = insert(_EVENTS)
_FORGET = delete(_EVENTS).where(_EVENTS.c.hash == bindparam("event"))


def is_known(site: Site, key: EventKey) -> bool:
    """Whether the event was handled before."""
    return bool(rows.ask(_SEEN, _hashed(site, key)))


def is_new(site: Site, key: EventKey) -> bool:
    """Remember the event; False if it was handled before. It lasts if the transaction does."""
    if is_known(site, key):
        return False
    rows.write(_KEEP, {"hash": site.event_hash(*key)})
    return True


def mark_over(site: Site, provider_id: str) -> None:
    """Remember that this call was rung and is over: whoever tells of it again opens none."""
    is_new(site, ring_key(provider_id))


def mark_ended(site: Site, provider_id: str) -> None:
    """The end of a call that does not live was told: remember it if the call never began."""
    if not is_known(site, ring_key(provider_id)):
        is_new(site, (provider_id, ENDED))


def ended_before_it_began(site: Site, provider_id: str) -> bool:
    """Whether the end of this call was told already; what remembered it is gone then."""
    return rows.write(_FORGET, _hashed(site, (provider_id, ENDED))) == 1


def _hashed(site: Site, key: EventKey) -> dict[str, bytes]:
    """What stays of an event: 32 bytes that nobody can join to the carrier's log."""
    return {"event": site.event_hash(*key)}
