"""What stands by a number's handle, so that the server keeps to it with nobody logged in."""

import uuid
from typing import Final

from sqlalchemy import bindparam, delete, select

from helpline.cases.models import NeverContact, OptOut
from helpline.cases.rules.policy import Act, Flags, Policy, Word
from helpline.extensions import db

BY_PHONE: Final = uuid.UUID(int=0)
"""Said by telephone before there was a case."""

_SAID: Final = select(NeverContact.act, NeverContact.case_id).where(
    NeverContact.handle == bindparam("handle")
)
_STOPS: Final = select(OptOut.line_id).where(OptOut.handle == bindparam("handle"))


def policy_flags(
    handle: bytes | None,
    line_id: uuid.UUID | None = None,
    *,
    apart_from: uuid.UUID | None = None,
) -> Flags:
    """What stands by a handle. STOP counts for one line, or for any if `line_id` is None.

    `apart_from`: a case whose own worker's word is not meant.
    """
    if handle is None:
        return Flags()
    said = db.session.execute(_SAID, {"handle": handle})
    acts = {act for act, case_id in said if case_id != apart_from}
    stops = db.session.scalars(_STOPS, {"handle": handle}).all()
    stopped = line_id in stops if line_id is not None else bool(stops)
    return Flags(Act.RING.value in acts, Act.TEXT.value in acts, stopped)


def stop(handle: bytes, line_id: uuid.UUID) -> None:
    """STOP: no more texts from this line to this number. The case goes on."""
    if db.session.get(OptOut, (handle, line_id)) is None:
        db.session.add(OptOut(handle=handle, line_id=line_id))
        db.session.flush()


def start(handle: bytes, line_id: uuid.UUID) -> None:
    """START: texts may be sent again, as far as the contact policy allows."""
    row = db.session.get(OptOut, (handle, line_id))
    if row is not None:
        db.session.delete(row)
        db.session.flush()


def never(handle: bytes, act: Act, case_id: uuid.UUID = BY_PHONE) -> None:
    """The worker of this case said no: nobody rings (or texts) this number."""
    key = (handle, act.value, case_id)
    if db.session.get(NeverContact, key) is None:
        db.session.add(NeverContact(handle=handle, act=act.value, case_id=case_id))
        db.session.flush()


def allow(handle: bytes, act: Act, case_id: uuid.UUID = BY_PHONE) -> None:
    """The worker of this case takes that no back; what others said stands."""
    db.session.execute(
        delete(NeverContact).where(
            NeverContact.handle == handle,
            NeverContact.act == act.value,
            NeverContact.case_id == case_id,
        )
    )


def keep(handle: bytes, policy: Policy, case_id: uuid.UUID) -> None:
    """Make the handle's marks say what this case's policy says."""
    for act in (Act.RING, Act.TEXT):
        if policy.word(act) is Word.NO:
            never(handle, act, case_id)
        else:
            allow(handle, act, case_id)
