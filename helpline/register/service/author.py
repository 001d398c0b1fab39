"""Who changes the register, and the trail of it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from helpline.audit.service import record
from helpline.keys.rules import Role
from helpline.keys.service.principal import Principal
from helpline.keys.service.site import Site


@dataclass(frozen=True, slots=True)
class Author:
    """A person in their role, or the command line of the server (`person` and `role` None)."""

    site: Site
    person: uuid.UUID | None = None
    role: Role | None = None

    @classmethod
    def of(cls, principal: Principal) -> "Author":
        return cls(principal.site, principal.person, principal.role)

    def record(
        self,
        act: str,
        now: datetime,
        object_id: uuid.UUID | None = None,
        detail: Mapping[str, str] | None = None,
    ) -> None:
        """Write the act into the audit trail, in the act's own transaction."""
        record(self.site, act, now, actor=self.person, object_id=object_id, detail=detail)
