"""Of whom a page or a file speaks: the one place where readers' routes look them up."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from flask import url_for

from helpline.errors import NotFound
from helpline.register.service import factories, taxonomy
from helpline.register.service.factories import FactoryView
from helpline.register.views.common import language
from helpline.reports.rules import charts
from helpline.reports.rules.charts import Spec
from helpline.reports.service import drawing, portraying
from helpline.reports.views import words
from helpline.reports.views.readers import only, own_codes

KINDS: Final = {
    "factories": "factory",
    "groups": "group",
    "provinces": "province",
    "countries": "country",
    "brands": "brand",
    "programme": "programme",
}
"""As an address names them -> as portraits are kept."""
SORT: Final = "any(factories,groups,provinces,countries,brands,programme):sort"
OTHERS: Final = "any(groups,provinces,countries,brands,programme):sort"
"""The same without factories, which have a page of their own."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody of whom releases speak. body: see `rules.bodies`; None where none speaks of a
    factory. factory: as the register has it."""

    sort: str
    code: str
    name: str
    body: Mapping[str, Any] | None
    factory: FactoryView | None = None

    @property
    def kind(self) -> str:
        return KINDS[self.sort]

    @property
    def url(self) -> str:
        return address(self.sort, self.code)


def found(sort: str, code: str) -> Subject:
    """Raises NotFound; for a sponsor there is nothing but their factories and those's groups."""
    if sort == "factories":
        factory = factories.by_code(code, only())
        if factory is None:
            raise NotFound
        body = portraying.of("factory", factory.code)
        return Subject(sort, factory.code, factory.name, body, factory)
    body = portraying.of(KINDS[sort], unquote(code))
    if body is None or not _is_for_reader(body):
        raise NotFound
    return Subject(sort, body["code"], words.place_name(body), body)


def _is_for_reader(body: Mapping[str, Any]) -> bool:
    """Whether it is a group of one of a sponsor's factories; other readers read everything."""
    own = own_codes()
    if own is None:
        return True
    members = {code for year in body.get("spoken", ()) for code in year.get("codes", ())}
    return bool(body["kind"] == "group" and members.intersection(own))


def address(sort: str, code: str) -> str:
    """Where the page of a subject is; a code may hold a slash, which an address takes apart."""
    if sort == "factories":
        return url_for("reports.factory", factory_code=code)
    return url_for("reports.subject", sort=sort, code=quoted(code))


def quoted(code: str) -> str:
    """A code as a part of an address."""
    return code.replace("%", "%25").replace("/", "%2F")


def specs(subject: Subject) -> Mapping[str, Spec]:
    """The charts of a subject, in the page's language."""
    if subject.body is None:
        return {}
    return charts.charts(subject.body, chart_words(subject.body))


def chart_words(body: Mapping[str, Any]) -> Mapping[str, str]:
    """The words of its charts in the page's language."""
    labels = words.labels(taxonomy.labels_in(language()))
    return words.of_charts(labels, body.get("beside", ()))


def drawn(subject: Subject) -> Mapping[str, str]:
    """Charts of a subject that are drawn in the page's language: name -> address."""
    return {
        name: url_for("reports.chart", sort=subject.sort, code=quoted(subject.code), name=name)
        for name in drawing.drawn(subject.kind, subject.code, language())
    }
