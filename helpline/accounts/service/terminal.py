"""Somebody who gives login name, password and code to a command: who they are, and nothing stays.

Counted, paused and written to the trail as a login by a page is; the session is ended at once.
"""

from datetime import datetime
from typing import Final

from helpline.accounts.service import factors, login, sessions, throttle
from helpline.accounts.service.throttle import Origin
from helpline.audit import service as audit
from helpline.keys.service.principal import Principal, principal_of, unwrap
from helpline.keys.service.site import Site

_ORIGIN: Final = Origin(device="a command")


def principal(
    site: Site, typed_name: str, password: str, code: str, now: datetime
) -> Principal | None:
    """The person, or None alike for a wrong name, password or code. Raises `TooSoon`."""
    attempt = login.begin(site, typed_name, _ORIGIN, now)
    box = unwrap(site, attempt.wrap, password)
    cookie = login.finish(site, attempt, box, _ORIGIN, now)
    if cookie is None or box is None or attempt.account is None:
        return None
    sessions.end_behind(cookie)
    if not factors.use_code(attempt.account, box, code, now):
        throttle.failed(attempt.counted, now)
        audit.record(site, "login.failed", now, object_id=attempt.account)
        return None
    audit.record(site, "login.succeeded", now, actor=attempt.account, detail={"by": "code"})
    return principal_of(site, attempt.account, box)
