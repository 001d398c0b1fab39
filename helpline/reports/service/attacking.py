"""What the checking process does: `python -m helpline.reports.service.attacking < handed`.

It is handed the planned release, reads the others as anybody may, attacks them (`gate`), and
writes what it found into the closing's row, with a stamp by the token it was handed; if it dies
there is none, and the check is started again.
"""

import json
import sys
import time
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Engine, create_engine, make_url, select, update

from helpline.reports.models import Closing, ReleaseRow
from helpline.reports.rules import canonical
from helpline.reports.service import gate, planning
from helpline.reports.service.closing import CHECKED, CHECKING, REFUSED, named, stamp

PATIENCE_SECONDS: Final = 60
"""For whoever writes just then."""
BETWEEN_SECONDS: Final = 2.0
"""At least, between two words on how far it is."""


def run(given: Mapping[str, Any]) -> None:
    """Attack, tell how far it is, and write the report."""
    engine, planned = _engine(given["database"]), given["body"].encode()
    with engine.connect() as connection:
        rows = connection.execute(select(ReleaseRow.body).order_by(ReleaseRow.number))
        releases = [canonical.read(body) for (body,) in rows.yield_per(1)]
    releases.append(canonical.read(planned))
    row = _Row(engine, given["period"], canonical.digest(planned), bytes.fromhex(given["token"]))
    audit = gate.attack(releases, planning.read_shared(given["shared"]), going=row.going)
    row.through(audit)
    engine.dispose()


class _Row:
    """The closing's row, as long as it holds the plan that is checked."""

    def __init__(self, engine: Engine, period: str, digest: str, token: bytes) -> None:
        self._engine, self._token = engine, token
        self._period, self._digest = period, digest
        self._told = -BETWEEN_SECONDS

    def going(self, audit: gate.Audit, share: float) -> None:
        """Write how far it is, from time to time."""
        if time.monotonic() > self._told + BETWEEN_SECONDS:
            self._told = time.monotonic()
            report = {"tested": audit.tested.total(), "percent": int(100 * share)}
            self._write(CHECKING, {"plan": named(self._token)} | report)

    def through(self, audit: gate.Audit) -> None:
        """Write what was found, with the stamp."""
        report: dict[str, Any] = {
            "plan": named(self._token),
            "tested": audit.tested.total(),
            "rules": dict(audit.tested),
            "solved": audit.solved,
            "findings": len(audit.findings),
        }
        made = stamp(self._token, self._period, self._digest, report)
        self._write(CHECKED if audit.clean else REFUSED, report | {"stamp": made})

    def _write(self, state: str, report: dict[str, Any]) -> None:
        with self._engine.begin() as connection:
            connection.execute(
                update(Closing)
                .where(Closing.period == self._period, Closing.digest == self._digest)
                .where(Closing.report["plan"].as_string() == named(self._token))
                .where(Closing.state == CHECKING)
                .values(state=state, report=report)
            )


def _engine(database: str) -> Engine:
    url = make_url(database)
    patience = {"timeout": PATIENCE_SECONDS} if url.get_backend_name() == "sqlite" else {}
    return create_engine(url, connect_args=patience)


if __name__ == "__main__":
    run(json.load(sys.stdin))
