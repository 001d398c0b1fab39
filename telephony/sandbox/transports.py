"""Ways to carry a webhook to the application: over HTTP, or straight into a WSGI application."""

import http.client
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import unquote, urlencode, urlsplit

Pairs = Iterable[tuple[str, str]]
WsgiApplication = Callable[..., Iterable[bytes]]

ANSWER_WITHIN = 15.0
"""Seconds a carrier waits for an answer to a request about a call."""


@dataclass(frozen=True, slots=True)
class Response:
    """What the application answered."""

    status: int
    body: bytes = b""
    content_type: str = ""


class UnreachableError(Exception):
    """The application could not be reached."""


class LateError(Exception):
    """The application was reached but no whole answer came in time."""


class Transport(Protocol):
    """Posts a form to a URL; raises UnreachableError or LateError."""

    def __call__(self, url: str, form: Pairs, headers: Mapping[str, str]) -> Response: ...


@dataclass(frozen=True, slots=True)
class HttpTransport:
    """Real HTTP. `routes` maps a public base address to the one that is really connected to."""

    routes: Mapping[str, str] | None = None
    timeout: float = ANSWER_WITHIN

    def __call__(self, url: str, form: Pairs, headers: Mapping[str, str]) -> Response:
        public = urlsplit(url)
        parts = urlsplit(self._route(url))
        kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        connection = kind(parts.netloc, timeout=self.timeout)
        try:
            try:
                connection.connect()
            except OSError as error:
                raise UnreachableError from error
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            sent = {**headers, "Host": public.netloc}
            connection.request("POST", target or "/", urlencode(list(form)).encode(), sent)
            answer = connection.getresponse()
            return Response(answer.status, answer.read(), answer.getheader("Content-Type", ""))
        except (OSError, http.client.HTTPException) as error:
            raise LateError from error
        finally:
            connection.close()

    def _route(self, url: str) -> str:
        for public, local in (self.routes or {}).items():
            if url.startswith(public):
                return local + url[len(public) :]
        return url


@dataclass(frozen=True, slots=True)
class WsgiTransport:
    """In the same process: calls a WSGI application as a server would."""

    application: WsgiApplication

    def __call__(self, url: str, form: Pairs, headers: Mapping[str, str]) -> Response:
        seen: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, answered: list[tuple[str, str]], _error: object = None) -> None:
            seen.append((status, answered))

        chunks = self.application(self._environ(url, form, headers), start)
        try:
            body = b"".join(chunks)
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()
        status, answered = seen[-1]
        types = [value for name, value in answered if name.lower() == "content-type"]
        return Response(int(status.split()[0]), body, types[0] if types else "")

    @staticmethod
    def _environ(url: str, form: Pairs, headers: Mapping[str, str]) -> dict[str, object]:
        parts = urlsplit(url)
        body = urlencode(list(form)).encode()
        port = parts.port or (443 if parts.scheme == "https" else 80)
        environ: dict[str, object] = {
            "REQUEST_METHOD": "POST",
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(parts.path, "latin-1"),
            "RAW_URI": parts.path + (f"?{parts.query}" if parts.query else ""),
            "QUERY_STRING": parts.query,
            "SERVER_NAME": parts.hostname or "localhost",
            "SERVER_PORT": str(port),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": parts.netloc,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": parts.scheme,
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        return environ
