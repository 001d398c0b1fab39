"""Releases as everybody who may reads them: the chain, and each body byte for byte."""

from flask import Blueprint, make_response, render_template
from flask.typing import ResponseReturnValue

from helpline.keys.rules import Role
from helpline.reports.service import published
from helpline.security import allow

READERS = (Role.AUDITOR, Role.SUPERVISOR)


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    add = blueprint.add_url_rule
    add("/reports", "start", start)
    add("/reports/releases/<int:number>.json", "body", body)
    add("/reports/releases/<int:number>.signatures.json", "signed", signed)


@allow(*READERS)
def start() -> ResponseReturnValue:
    """Which releases there are."""
    return render_template("reports/start.html", releases=published.chain())


@allow(*READERS)
def body(number: int) -> ResponseReturnValue:
    """The bytes that are hashed and signed."""
    return _file(published.row(number).body, f"release-{number}.json")


@allow(*READERS)
def signed(number: int) -> ResponseReturnValue:
    """The digest of a release, and both signatures with their keys."""
    return _file(published.signed(number), f"release-{number}.signatures.json")


def _file(data: bytes, name: str) -> ResponseReturnValue:
    answer = make_response(data)
    answer.mimetype = "application/json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
