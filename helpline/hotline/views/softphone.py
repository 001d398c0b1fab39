"""The phone in the browser: its page, its token, and whether its owner is still on duty."""

from flask import Blueprint, Response, jsonify, render_template

from helpline.accounts.views import now, polling, principal
from helpline.errors import NotFound
from helpline.extensions import db, provider
from helpline.hotline.models import Duty
from helpline.hotline.service import roster, softphones
from helpline.hotline.views import fragments
from helpline.hotline.views.context import config, setting
from helpline.keys.rules import Role
from helpline.security import allow
from helpline.unit_of_work import reads
from telephony.provider import Ability

WORK = (Role.COUNSELLOR, Role.SUPERVISOR)


def register(blueprint: Blueprint) -> None:
    """Add these addresses to the room's blueprint."""
    add = blueprint.add_url_rule
    add("/hotline/softphone", "softphone", softphone)
    add("/hotline/softphone/duty", "softphone_duty", softphone_duty)
    add("/hotline/softphone/token", "softphone_token", softphone_token, methods=["POST"])


@allow(*WORK)
def softphone() -> str:
    """The one page that may speak with the carrier; see `helpline.security.WIDER`."""
    here, who = setting(), principal()
    if not softphones.wanted(here):
        raise NotFound
    return render_template(
        "hotline/softphone.html",
        can=softphones.offered(here),
        here=roster.softphone_of(here.site, who.person) is not None,
        row=db.session.get(Duty, who.person),
        idle_minutes=config().security.idle_minutes,
    )


@reads
@allow(*WORK)
@polling
def softphone_duty() -> Response:
    """One's duty as the page of the phone shows it; `off` tells its script to hang up for good."""
    who = principal()
    here = roster.softphone_of(who.site, who.person) is not None
    row = db.session.get(Duty, who.person)
    key = (here, row and (row.state, row.reason))
    return fragments.answer(key, "hotline/softphone_duty.html", here=here, row=row)


@allow(*WORK)
@polling
def softphone_token() -> Response:
    """The next token, asked for by the page itself and so no sign that somebody is there."""
    made = softphones.ticket(setting(), principal().person, now())
    return jsonify(token=made.token, seconds=made.seconds)


def offered() -> dict[str, bool]:
    """For pages of other rooms: whether a phone may be a browser here."""
    may = config().telephony.softphone and provider().can(Ability.SOFTPHONE)
    return {"softphone_offered": may}
