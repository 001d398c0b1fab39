"""A browser without a window: follows redirects, keeps cookies, fills forms with their tokens.

The staff's cookies are `__Host-` and Secure; over http on the loopback a browser's jar would not
send them, so they are kept and sent by hand.
"""

import re
import time
from collections.abc import Mapping
from html import unescape
from urllib.parse import urljoin

import requests

from crypto import totp

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
MOST_REDIRECTS = 8
STEP_SECONDS = 30


class Visitor:
    """One browser at one address."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.cookies: dict[str, str] = {}
        self.urls: list[str] = []
        self._session = requests.Session()

    def get(self, path: str, **headers: str) -> requests.Response:
        """Load a page, following redirects."""
        return self._follow("GET", urljoin(self.base, path), None, headers)

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> requests.Response:
        """Send fields as they are, following redirects."""
        return self._follow("POST", urljoin(self.base, path), dict(fields), headers)

    def fill(self, path: str, fields: Mapping[str, str], page: str = "") -> requests.Response:
        """Load the page that has the form (`page`, or the form's own), and send it filled."""
        shown = self.get(page or path)
        found = _TOKEN.search(shown.text)
        assert found is not None, f"no form on {page or path}: {shown.status_code}"
        return self.post(path, {"csrf_token": unescape(found[1]), **fields})

    def log_in(self, login: str, password: str, factor: bytes) -> None:
        """Both steps; waits for the next code if this one was used already."""
        self.fill("/login", {"login_name": login, "password": password})
        for _ in range(2):
            now = int(time.time())
            answer = self.fill("/login/code", {"code": totp.code_at(factor, now)})
            if "/login" not in answer.url:
                return
            time.sleep(STEP_SECONDS - now % STEP_SECONDS + 0.1)
        raise AssertionError(f"{login} was not let in")

    def close(self) -> None:
        self._session.close()

    def _follow(
        self, method: str, url: str, fields: dict[str, str] | None, headers: Mapping[str, str]
    ) -> requests.Response:
        for _ in range(MOST_REDIRECTS):
            self.urls.append(url)
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            answer = self._session.request(
                method, url, data=fields, headers=sent, allow_redirects=False, timeout=30
            )
            self._session.cookies.clear()
            self._keep(answer)
            if answer.status_code not in {301, 302, 303, 307, 308}:
                return answer
            url, method, fields = urljoin(url, answer.headers["Location"]), "GET", None
        raise AssertionError(f"too many redirects from {url}")

    def _keep(self, answer: requests.Response) -> None:
        for line in answer.raw.headers.getlist("Set-Cookie"):
            name, _, rest = line.partition("=")
            value = rest.partition(";")[0]
            if value and "Max-Age=0" not in line:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
