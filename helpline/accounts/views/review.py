"""The access review, a supervisor's page: who may enter, since when, with which second factor."""

from flask import Blueprint, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, lazy_gettext
from flask_babel import gettext as _

from helpline.accounts.forms import ROLE_LABELS, ReviewForm
from helpline.accounts.service import review
from helpline.accounts.service.review import Review
from helpline.accounts.views import visit
from helpline.accounts.views.visit import principal, see_other
from helpline.keys.rules import Role, Team
from helpline.keys.views import site
from helpline.security import allow

TEAM_LABELS = {
    Team.SUPERVISION: lazy_gettext("Supervision"),
    Team.INTAKE: lazy_gettext("Inbox"),
    Team.REPORTING: lazy_gettext("Figures"),
    Team.CERTIFIER: lazy_gettext("Certifier"),
}


def register(blueprint: Blueprint) -> None:
    """Add this page to the room's blueprint."""
    blueprint.add_url_rule("/people/review", "review", look_through, methods=["GET", "POST"])


def standing() -> Review:
    """How the review stands today."""
    days = visit.config().security.access_review_days
    return review.standing(site(), days, visit.now().date())


@allow(Role.SUPERVISOR)
def look_through() -> ResponseReturnValue:
    """Who may enter; confirm that each of them still should."""
    form = ReviewForm()
    if form.validate_on_submit():
        review.confirm(principal(), form.head.data or "", visit.now())
        flash(_("The review is recorded."))
        return see_other(url_for("accounts.review"))
    stands = standing()
    form.head.data = stands.head
    page = render_template(
        "accounts/review.html",
        form=form,
        rows=review.rows(site()),
        stands=stands,
        days=visit.config().security.access_review_days,
        me=principal().person,
        role_labels=ROLE_LABELS,
        team_labels=TEAM_LABELS,
        written=lambda day: format_date(day, _("d MMMM yyyy")),
    )
    return make_response(page, 400 if request.method == "POST" else 200)
