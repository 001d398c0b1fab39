"""The yardstick: a bare Flask application that checks the signature and commits one row, and one
page that selects plain rows and renders them.

The same stack as ours (Flask-SQLAlchemy, Jinja, the vendor's validator, the same settings of the
database), and nothing else. Served by gunicorn with the settings of `helpline serve`:
`python -m tests.load.reference PORT URL`.
"""

import sys
import uuid

from flask import Flask, render_template_string, request
from flask_sqlalchemy import SQLAlchemy
from gunicorn.app.base import BaseApplication
from sqlalchemy import create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from twilio.request_validator import RequestValidator

from helpline import sqlite
from helpline.cli.serve import options
from helpline.config import Config, Server
from tests.installation import TOKEN

ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response><Say>Hello</Say></Response>'


PAGE = """<!doctype html>
<html lang="en"><head><title>Rows</title></head><body><h1>Rows</h1>
{% for row in rows %}<article id="row-{{ row.id }}">
<h2><a href="/reference/{{ row.id }}">{{ row.name }}</a></h2>
<p>{{ row.text }}</p><p>{{ row.day }}</p></article>
{% endfor %}</body></html>"""
ROWS = 1000


class Base(DeclarativeBase):
    """The reference's own tables."""


db = SQLAlchemy(model_class=Base)


class Kept(Base):
    """What a webhook brought."""

    __tablename__ = "reference"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    digits: Mapped[str]


class Plain(Base):
    """A row of a list, in clear."""

    __tablename__ = "reference_rows"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    text: Mapped[str]
    day: Mapped[str]


def make_app(base: str, database_url: str) -> Flask:
    """One route that writes: the row is durable before the answer, as ours are. One that reads."""
    app = Flask("reference")
    app.config["SQLALCHEMY_DATABASE_URI"] = _url(database_url)
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            sqlite.prepare(db.engine)
    validator = RequestValidator(TOKEN)

    @app.post("/reference/<uuid:call>")
    def reference(call: uuid.UUID) -> tuple[str, int, dict[str, str]]:
        url = f"{base}{request.path}?{request.query_string.decode()}"
        if not validator.validate(url, request.form, request.headers["X-Twilio-Signature"]):
            return "", 403, {}
        db.session.add(Kept(id=call, digits=request.form["Digits"]))
        db.session.commit()
        return ANSWER, 200, {"Content-Type": "text/xml"}

    @app.get("/reference/rows/<int:count>")
    def rows(count: int) -> str:
        found = db.session.scalars(select(Plain).order_by(Plain.id.desc()).limit(count)).all()
        return render_template_string(PAGE, rows=found)

    return app


def make_table(database_url: str) -> None:
    """The reference's own tables, and a thousand rows to show."""
    engine = create_engine(_url(database_url))
    Base.metadata.create_all(engine)
    rows = [
        {"id": number, "name": f"Row {number}", "text": f"Some words {number} " * 5, "day": "today"}
        for number in range(1, ROWS + 1)
    ]
    with engine.begin() as connection:
        connection.execute(insert(Plain), rows)
    engine.dispose()


def _url(database_url: str) -> str:
    return database_url.replace("postgresql://", "postgresql+psycopg://")


class _Server(BaseApplication):
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
