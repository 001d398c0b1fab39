"""First page of administrators: what is set up, and what is still missing."""

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from helpline.accounts.views import now
from helpline.keys.rules import Role
from helpline.register.service import overview as service
from helpline.register.service.overview import LineState, Overview
from helpline.register.views.common import language_names
from helpline.register.views.services import check_days
from helpline.security import allow


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to do, and where; without an address somebody else must do it."""

    sentence: str
    url: str
    link: str


def register(blueprint: Blueprint) -> None:
    """Add this page to the room's blueprint."""
    blueprint.add_url_rule("/register", "overview", overview)


@allow(Role.ADMINISTRATOR)
def overview() -> ResponseReturnValue:
    """The register at a glance."""
    found = service.overview(now(), check_days())
    return render_template(
        "register/overview.html",
        seen=found,
        findings=_findings(found),
        language_names=language_names(),
    )


def _findings(seen: Overview) -> list[Finding]:
    findings: list[Finding] = []
    if not seen.lines:
        findings.append(
            Finding(_("There is no line yet."), url_for("register.new_line"), _("Add a line"))
        )
    if not seen.factories:
        findings.append(
            Finding(
                _("There is no factory yet."),
                url_for("register.import_factories"),
                _("Import factories"),
            )
        )
    if not seen.codes:
        findings.append(
            Finding(_("The categories are not installed."), url_for("register.taxonomy"), _("Look"))
        )
    for state in seen.lines:
        findings += _of_line(state)
    if seen.certificates_over:
        sentence = ngettext(
            "%(num)s factory's certificate is over. Its workers are still served.",
            "%(num)s factories' certificates are over. Their workers are still served.",
            seen.certificates_over,
        )
        findings.append(Finding(sentence, url_for("register.factories"), _("Factories")))
    if seen.services_due:
        sentence = ngettext(
            "%(num)s entry of the directory wants to be checked.",
            "%(num)s entries of the directory want to be checked.",
            seen.services_due,
        )
        way = url_for("register.services", show="due")
        findings.append(Finding(sentence, way, _("Directory")))
    return findings


def _of_line(state: LineState) -> list[Finding]:
    line, findings = state.line, []
    way = url_for("register.line", line_id=line.id)
    if not line.ready:
        sentence = _("%(line)s takes no calls until a supervisor confirms it.", line=line.name)
        findings.append(Finding(sentence, way, _("Look")))
    elif not line.active:
        findings.append(Finding(_("%(line)s is switched off.", line=line.name), way, _("Look")))
    if not state.holidays:
        sentence = _("%(line)s has no holiday in the next 12 months.", line=line.name)
        findings.append(Finding(sentence, way, _("Enter holidays")))
    names = language_names()
    for code in state.unspeakable:
        sentence = _(
            "%(line)s: no voice speaks %(language)s. Upload a sound for each text.",
            line=line.name,
            language=names[code],
        )
        way = url_for("register.line_texts", line_id=line.id, language=code)
        findings.append(Finding(sentence, way, _("Texts")))
    return findings
