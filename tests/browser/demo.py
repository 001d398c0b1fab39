"""The whole demo for a browser: an invented organisation, built once, served as `make run` does.

The carrier is the demo's own: what a worker's browser phone does travels as signed webhooks over
HTTP, and what the helpline rings, rings on a desk phone of the same page.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from crypto import totp
from helpline.cli.demo import build, cast
from tests.browser.wire import Wire
from tests.carrier_rest import free_port

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
STEP_SECONDS = 30


@dataclass
class Demo:
    """One running demo. `used`: the last second-factor step of each login; a code is good once."""

    folder: Path
    url: str
    logins: dict[str, build.Login]
    process: "subprocess.Popen[bytes]"
    wire: Wire
    used: dict[str, int] = field(default_factory=dict)

    @classmethod
    def start(cls, folder: Path, contacts: int) -> "Demo":
        """Build and serve; returns when it answers."""
        port = free_port()
        build.ensure(folder, contacts, port)
        wire = Wire(port)
        log = (folder / "demo.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", "helpline.cli", "demo", "--folder", str(folder)],
            cwd=ROOT,
            stdout=log,
            stderr=log,
            env=os.environ
            | {"HELPLINE_TELEPHONY_REST_URL": f"http://{wire.address}/sandbox/carrier"},
            start_new_session=True,
        )
        log.close()
        logins = {entry.login: entry for entry in build.logins(folder)}
        demo = cls(folder, f"http://127.0.0.1:{port}", logins, process, wire)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            with suppress(URLError, OSError), urlopen(f"{demo.url}/healthz", timeout=2):
                return demo
            time.sleep(0.05)
        demo.stop()
        raise AssertionError(f"the demo did not answer:\n{demo.log()[-4000:]}")

    def stop(self) -> None:
        """An orderly end; it ends its server and worker."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(30)
        self.wire.close()

    def log(self) -> str:
        """What its processes have written."""
        return (self.folder / "demo.log").read_text("utf-8", "replace")

    def phone_of(self, login: str) -> str:
        """The number of somebody's desk phone."""
        return next(figure.phone for figure in (cast.FIRST, *cast.OTHERS) if figure.login == login)

    def code(self, login: str) -> str:
        """A code that this login has not used yet."""
        return self.unused_code(login, bytes.fromhex(self.logins[login].factor))

    def unused_code(self, login: str, factor: bytes) -> str:
        """The same for a factor that the demo's file does not know.

        Codes of the half minute before and of the one after count too, each once. The older one
        is given only while there is time left to type it.
        """
        while True:
            now, gone = divmod(int(time.time()), STEP_SECONDS)
            oldest = now - 1 if gone < STEP_SECONDS // 2 else now
            step = max(oldest, self.used.get(login, 0) + 1)
            if step <= now + 1:
                self.used[login] = step
                return totp.code_at(factor, step * STEP_SECONDS)
            time.sleep(0.2)
