"""Forms that act once: what is sent again, by reloading or by a double click, does nothing.

A form carries a random token. The act and the token's row are one transaction, so of two requests
with the same token one acts, on whichever node; the other is told what the first one made.
"""

import secrets
import uuid
from datetime import datetime

from sqlalchemy import delete

from helpline.accounts.models import SpentForm
from helpline.accounts.rules import Lifetimes
from helpline.errors import BadInput
from helpline.extensions import db
from helpline.keys.service.principal import Principal

FIELD = "once"
_TOKEN_BYTES = 16


def new_token() -> str:
    """A token for one rendering of a form."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def made_before(principal: Principal, token: str) -> uuid.UUID | None:
    """What this person made with this token; None while it was not sent."""
    row = db.session.get(SpentForm, _key(principal, token))
    return row.made if row else None


def spend(principal: Principal, token: str, made: uuid.UUID, now: datetime) -> None:
    """Use the token up. Raises IntegrityError if another request did so meanwhile: run again."""
    if not token:
        raise BadInput("This form was open for too long. Load the page again, then send it.")
    db.session.add(SpentForm(key=_key(principal, token), made=made, day=now.date()))
    db.session.flush()


def purge(now: datetime, lifetimes: Lifetimes) -> None:
    """Forget what no open page can send again: a form's CSRF token lives as long as a session."""
    last = (now - lifetimes.longest).date()
    db.session.execute(
        delete(SpentForm).where(SpentForm.day < last).execution_options(synchronize_session=False)
    )


def _key(principal: Principal, token: str) -> bytes:
    return principal.site.event_hash("form", str(principal.person), token)
