"""Releases: the chain, and each body byte for byte; a sponsor has the rows of their factories."""

from flask import Blueprint, make_response, render_template
from flask.typing import ResponseReturnValue

from helpline.keys.rules import Role
from helpline.register.views.common import language
from helpline.reports.rules import canonical
from helpline.reports.service import parts, published, remarks
from helpline.reports.views.readers import READERS, WITH_SPONSORS, only, own_codes, own_units
from helpline.security import allow


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    add = blueprint.add_url_rule
    add("/reports", "start", start)
    add("/reports/releases/<int:number>.json", "body", body)
    add("/reports/releases/<int:number>.signatures.json", "signed", signed)
    add("/reports/releases/<int:number>/own.json", "part", part)


@allow(*WITH_SPONSORS)
def start() -> ResponseReturnValue:
    """Which releases there are."""
    return render_template(
        "reports/start.html",
        releases=published.chain(),
        file="reports.part" if only() else "reports.body",
        notices=remarks.notices(own_units()),
        tag=language(),
    )


@allow(Role.SPONSOR)
def part(number: int) -> ResponseReturnValue:
    """The same rows as in the release, of this sponsor's factories alone."""
    found = parts.of(number, own_codes() or ())
    return as_file(canonical.canonical(found), f"release-{number}-own.json")


@allow(*READERS)
def body(number: int) -> ResponseReturnValue:
    """The bytes that are hashed and signed."""
    return as_file(published.row(number).body, f"release-{number}.json")


@allow(*WITH_SPONSORS)
def signed(number: int) -> ResponseReturnValue:
    """The digest of a release, and both signatures with their keys."""
    return as_file(published.signed(number), f"release-{number}.signatures.json")


def as_file(data: bytes, name: str) -> ResponseReturnValue:
    """JSON that is downloaded under this name."""
    answer = make_response(data)
    answer.mimetype = "application/json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
