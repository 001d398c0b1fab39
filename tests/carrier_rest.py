"""The carrier's REST interface on a port of this machine, with the troubles it can have."""

import socket
import threading
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from telephony.sandbox.carrier import Carrier
from telephony.sandbox.rest import StartResponse


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no news."""


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Say nothing."""


class CarrierRest:
    """Serves `carrier.rest` once a carrier is given; the address is known before.

    status    0: as the carrier answers; 429, 500 ...: every request is refused so
    hangs     seconds a request is kept before its connection is dropped, as a timeout is seen
    """

    def __init__(self) -> None:
        self.carrier: Carrier | None = None
        self.status = 0
        self.hangs = 0.0
        self.asked = 0
        self._server = make_server(
            "127.0.0.1", 0, self._answer, server_class=_Server, handler_class=_Quiet
        )
        thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, environ: Mapping[str, object], start: StartResponse) -> Iterable[bytes]:
        self.asked += 1
        if self.hangs:
            time.sleep(self.hangs)
            self._drop(environ)
        if self.status or self.hangs or self.carrier is None:
            start(f"{self.status or 503} Trouble", [("Content-Type", "text/plain")])
            return [b"trouble"]
        return self.carrier.rest(environ, start)

    @staticmethod
    def _drop(environ: Mapping[str, object]) -> None:
        """Shut the connection under the request, so that the client hears nothing."""
        stream = getattr(environ["wsgi.input"], "raw", None)
        connection = getattr(stream, "_sock", None)
        if isinstance(connection, socket.socket):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
