"""What waits for a supervisor's word: line numbers and emergency texts."""

import uuid

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as later

from helpline.accounts.service import admission, people
from helpline.accounts.views import now, principal
from helpline.accounts.views.visit import see_other
from helpline.keys.rules import Role
from helpline.register.forms import EmptyForm
from helpline.register.rules.lines import ChangeKind
from helpline.register.service import changes
from helpline.register.views.common import author, language_names
from helpline.register.views.texts import title_of
from helpline.security import allow

WHAT = {
    ChangeKind.NEW_LINE: later("New line"),
    ChangeKind.NUMBER: later("Telephone number"),
    ChangeKind.EMERGENCY_NUMBERS: later("Emergency numbers"),
    ChangeKind.TEXT: later("Emergency text"),
}


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    add = blueprint.add_url_rule
    add("/approvals", "approvals", approvals)
    add("/approvals/<uuid:change_id>/confirm", "confirm", confirm, methods=["POST"])
    add("/approvals/<uuid:change_id>/refuse", "refuse", refuse, methods=["POST"])


def waiting_count() -> int:
    """How many changes wait."""
    return changes.waiting_count()


@allow(Role.SUPERVISOR)
def approvals() -> ResponseReturnValue:
    """Each change with what stands and what shall stand."""
    waiting, recent = changes.waiting(), changes.recent(now().date())
    who = {change.proposed_by for change in waiting} | {change.decided_by for change in recent}
    return render_template(
        "register/approvals.html",
        waiting=waiting,
        recent=recent,
        names=people.display_names(person for person in who if person),
        proposals=len([item for item in admission.proposals() if item.by != principal().person]),
        me=principal().person,
        what=WHAT,
        title_of=title_of,
        language_names=language_names(),
    )


@allow(Role.SUPERVISOR)
def confirm(change_id: uuid.UUID) -> ResponseReturnValue:
    """From now on it counts."""
    if EmptyForm().validate_on_submit():
        changes.confirm(author(), change_id, now())
        flash(_("Confirmed. It counts from now on."))
    return see_other(url_for("register.approvals"))


@allow(Role.SUPERVISOR)
def refuse(change_id: uuid.UUID) -> ResponseReturnValue:
    """Everything stays as it is."""
    if EmptyForm().validate_on_submit():
        changes.refuse(author(), change_id, now())
        flash(_("Refused. Everything stays as it is."))
    return see_other(url_for("register.approvals"))
