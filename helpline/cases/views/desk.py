"""The desk: what needs me now; my cases; search."""

import hashlib
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as later

from helpline.accounts.views import now, optional_principal, page_of, polling, principal
from helpline.cases.forms import SearchForm
from helpline.cases.service import assignment, erasing, lists
from helpline.cases.service.lists import Listing, Row, Which
from helpline.cases.views import present
from helpline.cases.views.common import (
    CASE_WORKERS,
    fragments,
    language,
    language_names,
    names_of,
)
from helpline.errors import BadInput
from helpline.register.service import taxonomy
from helpline.security import allow
from helpline.unit_of_work import reads

TABS = (
    (Which.INBOX, later("Inbox")),
    (Which.DUE, later("Due in my cases")),
    (Which.WAITING, later("Waiting for worker")),
)
_INBOX_SHOWN, _DUE_SHOWN = 25, 10
"""Rows of the two lists that share the desk; a list alone has a page of its own."""


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    add = blueprint.add_url_rule
    add("/desk", "desk", desk)
    add("/desk/list", "desk_list", desk_list)
    add("/cases", "mine", mine)
    add("/cases/search", "search", search, methods=["GET", "POST"])


def waiting() -> int | None:
    """How many contacts nobody has taken, for the navigation."""
    who = optional_principal()
    return lists.inbox_count() if who else None


def own() -> int | None:
    """How many open cases the person has, for the navigation."""
    who = optional_principal()
    return assignment.caseload(who.person) if who else None


@reads
@allow(*CASE_WORKERS)
def desk() -> ResponseReturnValue:
    """The inbox with what is due in my cases, or one of the other lists."""
    who, moment = principal(), now()
    assignment.complete_reserved(who, moment)
    which = _which(request.args.get("list", Which.INBOX.value))
    counts = lists.counts(who, moment)
    tabs = [
        {
            "url": url_for("cases.desk", list=name.value),
            "label": label,
            "count": counts[name],
            "active": name is which,
        }
        for name, label in TABS
    ]
    values = _list_values(which)
    return page_of(
        "cases/desk.html",
        tabs=tabs,
        counts=counts,
        late=_late(values["groups"][0]["rows"]) if which is Which.INBOX else 0,
        Which=Which,
        rail=fragments("hotline.duty", "hotline.line_now"),
        **values,
    )


@reads
@polling
@allow(*CASE_WORKERS)
def desk_list() -> ResponseReturnValue:
    """The list alone, fetched again while the page is open; 204 when nothing has changed."""
    which = _which(request.args.get("list", Which.INBOX.value))
    mark = _mark(which, request.args.get("after", ""))
    if request.args.get("mark") == mark:
        return Response(status=204)
    response = make_response(render_template("cases/list.html", **_list_values(which)))
    response.set_etag(mark)
    return response.make_conditional(request)


@reads
@allow(*CASE_WORKERS)
def mine() -> ResponseReturnValue:
    """Every case of mine, open or closed."""
    who, moment = principal(), now()
    assignment.complete_reserved(who, moment)
    closed = request.args.get("closed") == "yes"
    which = Which.CLOSED if closed else Which.MINE
    found = lists.listing(who, which, moment, request.args.get("after", ""))
    return page_of(
        "cases/mine.html",
        closed=closed,
        groups=[_group("", found.rows)],
        after=found.after,
        ending=erasing.own_ending(who, moment.date()),
    )


@reads
@allow(*CASE_WORKERS)
def search() -> ResponseReturnValue:
    """Cases that hold these words; the words stand in no address."""
    form = SearchForm()
    groups = None
    if form.validate_on_submit():
        found = lists.search(principal(), form.words.data or "")
        groups = [_group("", found)]
    return page_of("cases/search.html", form=form, groups=groups)


def shown_rows(rows: tuple[Row, ...]) -> list[dict[str, Any]]:
    """Rows as the template shows them."""
    moment, languages = now(), language_names()
    labels = taxonomy.labels_in(language())
    me = str(principal().person)
    names = names_of(row.case.assignee for row in rows)
    return [
        {
            "id": f"case-{row.case.reference}",
            "case": row.case,
            "url": url_for("cases.show", case_id=row.case.id),
            "severity": present.listed_state(row.state) or None,
            "title": present.row_title(row, labels),
            "meta": present.row_meta(row, languages, me, names),
            "icon": present.ICONS.get(row.state.last_kind, "archive"),
            "clock": present.clock_chip(row.clock, moment, "UTC"),
            "ticks": row.state.severity == 4,
            "which": present.CLOCKS[row.clock.name] if row.clock else "",
            "takeable": row.case.assignee is None and row.case.reserved is None,
            "faults": row.faults,
        }
        for row in rows
    ]


def _list_values(which: Which) -> dict[str, Any]:
    """What `list.html` shows: the wanted list, and under the inbox what is due in my cases."""
    who, moment = principal(), now()
    after = request.args.get("after", "")
    limit = _INBOX_SHOWN if which is Which.INBOX else lists.PAGE
    found = lists.listing(who, which, moment, after, limit)
    groups = [_group(_("New, nobody has taken them yet"), found.rows)]
    if which is Which.INBOX and not after:
        due: Listing = lists.listing(who, Which.DUE, moment, limit=_DUE_SHOWN)
        if due.rows:
            groups.append(_group(_("Due today in my cases"), due.rows))
    elif which is not Which.INBOX:
        groups = [_group("", found.rows)]
    refresh = url_for(
        "cases.desk_list", list=which.value, after=after or None, mark=_mark(which, after)
    )
    return {"groups": groups, "which": which, "after": found.after, "refresh": refresh}


def _group(title: str, rows: tuple[Row, ...]) -> dict[str, Any]:
    return {"title": title, "rows": shown_rows(rows)}


def _late(rows: list[dict[str, Any]]) -> int:
    return sum(row["clock"].get("left", 0) < 0 for row in rows)


def _mark(which: Which, after: str) -> str:
    who, moment = principal(), now()
    text = f"{moment:%d%H%M}/" + lists.mark(who, which, moment, after) + "/"
    if which is Which.INBOX:
        text += lists.mark(who, Which.DUE, moment)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _which(name: str) -> Which:
    try:
        which = Which(name)
    except ValueError:
        raise BadInput("There is no such list.") from None
    if which not in {found for found, _label in TABS}:
        raise BadInput("There is no such list.")
    return which
