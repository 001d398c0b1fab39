"""What the checking process does: `python -m helpline.reports.service.attacking < handed`.

It reads releases as anybody may, attacks them (`gate`), and writes what it found into the closing's
row, with a stamp by the token it was handed; if it dies there is none, and the check is started
again.
"""

import json
import sys
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import create_engine, make_url, update

from helpline.reports.models import Closing
from helpline.reports.rules import canonical
from helpline.reports.service import gate, planning
from helpline.reports.service.closing import CHECKED, REFUSED, stamp

PATIENCE_SECONDS: Final = 60
"""For whoever writes just then."""


def run(given: Mapping[str, Any]) -> None:
    """Attack, and write the report."""
    releases = [canonical.read(body.encode()) for body in given["bodies"]]
    audit = gate.attack(releases, planning.read_shared(given["shared"]))
    report = {
        "tested": audit.tested.total(),
        "rules": dict(audit.tested),
        "solved": audit.solved,
        "findings": len(audit.findings),
    }
    digest = canonical.digest(given["bodies"][-1].encode())
    token = bytes.fromhex(given["token"])
    stamped = report | {"stamp": stamp(token, given["period"], digest, report)}
    state = CHECKED if audit.clean else REFUSED
    url = make_url(given["database"])
    patience = {"timeout": PATIENCE_SECONDS} if url.get_backend_name() == "sqlite" else {}
    engine = create_engine(url, connect_args=patience)
    with engine.begin() as connection:
        connection.execute(
            update(Closing)
            .where(Closing.period == given["period"], Closing.digest == digest)
            .values(state=state, report=stamped)
        )
    engine.dispose()


if __name__ == "__main__":
    run(json.load(sys.stdin))
