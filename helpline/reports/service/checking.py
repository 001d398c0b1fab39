"""The check in a process of its own: it is handed what it needs, holds no key, and reports.

    start(handed, database_url)      after the commit of `closing.prepare`

What the process does stands in `attacking`.
"""

import json
import subprocess
import sys
import threading
from typing import Any

from helpline.reports.service.closing import Handed


def given(handed: Handed, database: str) -> dict[str, Any]:
    """What the process reads: releases, and where its report goes."""
    return {
        "database": database,
        "period": handed.period,
        "body": handed.body.decode(),
        "shared": handed.shared,
        "token": handed.token.hex(),
    }


def start(handed: Handed, database: str) -> "subprocess.Popen[bytes]":
    """Start the process; what it is handed goes through a pipe."""
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
        pipe.write(json.dumps(given(handed, database)).encode())
    # Waited for, so that it leaves no dead process behind; its report is in the database.
    threading.Thread(target=process.wait, daemon=True).start()
    return process
