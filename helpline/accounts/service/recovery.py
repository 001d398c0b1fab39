"""What recovery by paper shares means for accounts: the directory has changed already."""

import uuid
from datetime import datetime

from sqlalchemy import delete

from helpline.accounts.models import Account, Invitation
from helpline.accounts.rules import State
from helpline.accounts.service import kept, proofs, sessions
from helpline.audit import service as audit
from helpline.errors import NotFound
from helpline.extensions import db
from helpline.keys.service.site import Site


def admitted(site: Site, person: uuid.UUID, now: datetime) -> None:
    """Somebody was admitted by the shares."""
    db.session.get_one(Account, person).state = State.ADMITTED
    audit.record(site, "recovery.admitted", now, object_id=person)


def removed(site: Site, person: uuid.UUID, now: datetime) -> None:
    """Somebody was removed by the shares: no session, invitation or second factor stays."""
    account = db.session.get(Account, person)
    if account is None:
        raise NotFound
    account.state = State.REMOVED
    proofs.forget(account)
    kept.forget(account.id)
    sessions.end_all(person)
    db.session.execute(delete(Invitation).where(Invitation.account_id == person))
    audit.record(site, "recovery.removed", now, object_id=person)
