"""The yardstick: a bare Flask application that checks the signature and commits one row.

Served by gunicorn with the settings of `helpline serve`: `python -m tests.load.reference PORT URL`.
"""

import sys

from flask import Flask, request
from gunicorn.app.base import BaseApplication
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import Engine
from twilio.request_validator import RequestValidator

from helpline.cli.serve import options
from helpline.config import Config, Server
from tests.installation import TOKEN

ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response><Say>Hello</Say></Response>'


def make_app(base: str, database_url: str) -> Flask:
    """One route; the row is durable before the answer, as ours are."""
    app = Flask("reference")
    engine = create_engine(
        database_url.replace("postgresql://", "postgresql+psycopg://"), pool_size=10
    )
    if engine.dialect.name == "sqlite":
        _durable(engine)
    validator = RequestValidator(TOKEN)

    @app.post("/reference/<uuid:call>")
    def reference(call: object) -> tuple[str, int, dict[str, str]]:
        url = f"{base}{request.path}?{request.query_string.decode()}"
        if not validator.validate(url, request.form, request.headers["X-Twilio-Signature"]):
            return "", 403, {}
        with engine.begin() as connection:
            row = {"id": str(call), "digits": request.form["Digits"]}
            connection.execute(text("INSERT INTO reference VALUES (:id, :digits)"), row)
        return ANSWER, 200, {"Content-Type": "text/xml"}

    return app


def make_table(database_url: str) -> None:
    """The reference's only table."""
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE reference (id TEXT PRIMARY KEY, digits TEXT)"))
    engine.dispose()


def _durable(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def pragmas(connection: object, _record: object) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, port: str, database_url: str) -> None:
        self._bind, self._database_url = f"127.0.0.1:{port}", database_url
        super().__init__()

    def load_config(self) -> None:
        for name, value in options(Config(server=Server(bind=self._bind))).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return make_app(f"http://{self._bind}", self._database_url)


if __name__ == "__main__":
    _Server(sys.argv[1], sys.argv[2]).run()
