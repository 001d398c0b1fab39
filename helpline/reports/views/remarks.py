"""Words beside the numbers: one publisher writes them, another approves; readers take the files."""

from collections.abc import Callable

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from helpline.accounts.service import people
from helpline.accounts.views import now, principal
from helpline.accounts.views.visit import see_other
from helpline.keys.rules import Role, Team
from helpline.register.forms import EmptyForm
from helpline.register.rules.values import Wrong
from helpline.register.views.common import language, page, show_mistakes
from helpline.reports.forms import NoticeForm, StoryForm
from helpline.reports.service import published, remarks
from helpline.reports.views.readers import WITH_SPONSORS, own_units
from helpline.reports.views.releases import as_file
from helpline.security import allow


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    both = ["GET", "POST"]
    add = blueprint.add_url_rule
    add("/reports/remarks", "remarks", listing)
    add("/reports/remarks/notice", "write_notice", write_notice, methods=both)
    add("/reports/remarks/story", "write_story", write_story, methods=both)
    add("/reports/remarks/<int:number>/approve", "approve_remark", approve, methods=both)
    add("/reports/remarks/<int:number>/discard", "discard_remark", discard, methods=["POST"])
    add("/reports/remarks/<int:number>/take-back", "take_back", take_back, methods=both)
    add("/reports/remarks/<int:number>.json", "remark_body", body)
    add("/reports/remarks/<int:number>.signatures.json", "remark_signed", signed)


@allow(Role.SUPERVISOR)
def listing() -> ResponseReturnValue:
    """What waits for its second person, and what was published."""
    who = principal()
    if Team.REPORTING not in who.teams:
        return render_template("reports/no_publisher.html")
    waiting = remarks.waiting(who)
    writer = waiting.row.publisher_id if waiting else None
    return render_template(
        "reports/remarks.html",
        waiting=waiting.remark if waiting else None,
        mine=writer == who.person,
        writer=people.display_names([writer]).get(writer) if writer else None,
        notices=remarks.notices(),
        stories=remarks.stories(),
        tag=language(),
        releases={digest: (number, period) for number, period, digest in published.chain()},
    )


@allow(Role.SUPERVISOR)
def write_notice() -> ResponseReturnValue:
    """An error in a release."""
    form = NoticeForm()
    form.offer((number, period) for number, period, _digest in published.chain())
    return _write(
        form,
        "reports/write_notice.html",
        lambda: remarks.write_notice(
            principal(), form.release.data, (form.unit.data or "").strip(), form.words, now()
        ),
    )


@allow(Role.SUPERVISOR)
def write_story() -> ResponseReturnValue:
    """What changed since workers called."""
    form = StoryForm()
    return _write(
        form,
        "reports/write_story.html",
        lambda: remarks.write_story(principal(), form.words, now()),
    )


@allow(Role.SUPERVISOR, fresh=True)
def approve(number: int) -> ResponseReturnValue:
    """Sign as the second person; a notice stays for good."""
    if EmptyForm().validate_on_submit():
        remarks.approve(principal(), number, now())
        flash(_("Published."))
    return see_other(url_for("reports.remarks"))


@allow(Role.SUPERVISOR)
def discard(number: int) -> ResponseReturnValue:
    """Throw away what nobody has approved."""
    if EmptyForm().validate_on_submit():
        remarks.discard(principal(), number, now())
        flash(_("Discarded. Nothing was published."))
    return see_other(url_for("reports.remarks"))


@allow(Role.SUPERVISOR, fresh=True)
def take_back(number: int) -> ResponseReturnValue:
    """Delete the words of a story."""
    if EmptyForm().validate_on_submit():
        remarks.take_back(principal(), number, now())
        flash(_("The story is taken back. Its words are deleted."))
    return see_other(url_for("reports.remarks"))


@allow(*WITH_SPONSORS)
def body(number: int) -> ResponseReturnValue:
    """The bytes that are hashed and signed."""
    return as_file(remarks.body(number, own_units()), f"remark-{number}.json")


@allow(*WITH_SPONSORS)
def signed(number: int) -> ResponseReturnValue:
    """The digest of a remark, and both signatures with their keys."""
    return as_file(remarks.signed(number, own_units()), f"remark-{number}.signatures.json")


def _write(form: StoryForm, template: str, keep: Callable[[], None]) -> ResponseReturnValue:
    if form.validate_on_submit():
        try:
            keep()
        except Wrong as wrong:
            show_mistakes(form, {wrong.field: wrong.sentence})
        else:
            flash(_("It waits for its second person."))
            return see_other(url_for("reports.remarks"))
    return page(template, form)
