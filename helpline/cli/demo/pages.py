"""`/sandbox/codes`: every demo login's current second-factor code; never outside the demo."""

from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from crypto import totp
from helpline.cli.demo import build
from helpline.columns import utc_now
from helpline.security import public

codes = Blueprint("demo", __name__, template_folder="templates")
STEP_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Code:
    """A login with its code of this half minute."""

    login: str
    role: str
    password: str
    code: str


@codes.get("/sandbox/codes")
@public
def show() -> ResponseReturnValue:
    """The codes of this half minute."""
    now = int(utc_now().timestamp())
    folder = Path(current_app.extensions["helpline.config"].site.state_folder)
    rows = [
        Code(
            entry.login,
            entry.role,
            entry.password,
            totp.code_at(bytes.fromhex(entry.factor), now),
        )
        for entry in build.logins(folder)
    ]
    left = STEP_SECONDS - now % STEP_SECONDS
    page = "demo/codes_part.html" if request.headers.get("HX-Request") else "demo/codes.html"
    return render_template(page, rows=rows, left=left)
