"""The check in a process of its own: it is handed what it needs, holds no key, and reports.

    start(handed, database_url)      after the commit of `closing.prepare`

What the process does stands in `attacking`.
"""

import json
import subprocess
import sys
import threading

from helpline.reports.service.closing import Handed


def start(handed: Handed, database: str) -> None:
    """Start the process; what it is handed goes through a pipe."""
    given = {
        "database": database,
        "period": handed.period,
        "bodies": [body.decode() for body in handed.bodies],
        "shared": handed.shared,
        "token": handed.token.hex(),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "helpline.reports.service.attacking"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    if process.stdin is None:
        raise AssertionError("a pipe was asked for")
    with process.stdin as pipe:
        pipe.write(json.dumps(given).encode())
    # Waited for, so that it leaves no dead process behind; its report is in the database.
    threading.Thread(target=process.wait, daemon=True).start()
