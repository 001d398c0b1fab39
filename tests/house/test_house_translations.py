"""Every sentence of the staff's pages exists in every language of the pages."""

import ast
import io
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from helpline.hotline.views.words import at_moment
from helpline.i18n import LANGUAGES
from helpline.keys.rules import Role
from tests.whole import Whole

HOUSE = Path(__file__).parent.parent.parent / "helpline"
FOLDER = HOUSE / "translations"
TRANSLATED = [locale for locale in LANGUAGES if locale != "en"]
PLACE = re.compile(r"%\(\w+\)s|\{\w*\}")
DATE = re.compile(r"[dMyEHm ,:年月日]+")
REFUSALS = {
    "BadInput", "Conflict", "NotAllowed", "NotFound", "Throttled", "Unavailable",
    "Wrong", "NotReadable", "Sentence",
}  # fmt: skip
SPOKEN = re.compile(r'(?:aria-label|title|placeholder|alt)="([^"]*)"')

# What is the same in every language, and why.
UNTRANSLATED = {
    "is-wide": "a class, within an attribute",
    "Select": "the name of a widget's class",
    "Enter": "what stands on the key",
    "T": "what stands on the key",
    **{f"S{level}": "the code of a severity" for level in range(5)},
}


def catalogue(locale: str) -> Catalog:
    with (FOLDER / locale / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=locale, abort_invalid=True)


def messages(found: Catalog) -> list[Message]:
    return [message for message in found if message.id]


def forms(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple | list) else (str(value),)


def key(message: Message) -> tuple[str | None, str]:
    return message.context, forms(message.id)[0]


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str | None, str]]:
    """Context and text of every message that the code and the templates hold now."""
    made = tmp_path_factory.mktemp("messages") / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "helpline"]
    settings = ["-F", str(FOLDER / "babel.cfg"), "-o", str(made)]
    subprocess.run([*command, *settings], cwd=HOUSE.parent, check=True)
    with made.open("rb") as file:
        return {key(message) for message in messages(read_po(file))}


@pytest.mark.parametrize("locale", TRANSLATED)
def test_every_message_of_the_pages_is_in_the_catalogue(
    locale: str, used: set[tuple[str | None, str]]
) -> None:
    assert used - {key(message) for message in messages(catalogue(locale))} == set()


@pytest.mark.parametrize("locale", TRANSLATED)
def test_every_message_is_translated_and_sure(locale: str) -> None:
    found = catalogue(locale)
    assert not found.fuzzy
    open_ones = [
        message.id
        for message in messages(found)
        if message.fuzzy or not all(forms(message.string)) or not message.string
    ]
    assert open_ones == []
    plurals = [message for message in messages(found) if message.pluralizable]
    assert all(len(forms(message.string)) == found.num_plurals for message in plurals)


@pytest.mark.parametrize("locale", TRANSLATED)
def test_values_stand_in_every_translation(locale: str) -> None:
    """The form for many holds every value; the form for one may say its number in words."""
    wrong = []
    for message in messages(catalogue(locale)):
        wanted = set(PLACE.findall(forms(message.id)[-1]))
        *others, last = (set(PLACE.findall(text)) for text in forms(message.string))
        if last != wanted or any(wanted - other - {"%(num)s"} for other in others):
            wrong.append(message.id)
        if any(re.search(r"%(?!\(\w+\)s)", text) for text in forms(message.string)):
            wrong.append(message.id)
    assert wrong == []


@pytest.mark.parametrize("locale", TRANSLATED)
def test_compiled_catalogues_are_the_present_ones(locale: str) -> None:
    made = io.BytesIO()
    write_mo(made, catalogue(locale))
    assert (FOLDER / locale / "LC_MESSAGES" / "messages.mo").read_bytes() == made.getvalue()


@pytest.mark.parametrize("locale", TRANSLATED)
def test_a_pattern_of_a_date_is_translated_by_one(locale: str) -> None:
    """Neighbours in the catalogue were exchanged once: a button read like a date."""
    wrong = [
        message.id
        for message in messages(catalogue(locale))
        if bool(DATE.fullmatch(forms(message.id)[0]))
        != bool(DATE.fullmatch(forms(message.string)[0]))
    ]
    assert wrong == []


def templates() -> list[Path]:
    return sorted(HOUSE.rglob("templates/**/*.html"))


def bare_text(source: str) -> list[str]:
    """Words between tags, and words that readers hear, outside every expression."""
    source = re.sub(r"\{#.*?#\}", " ", source, flags=re.DOTALL)
    source = re.sub(r"<(code|script|style)\b.*?</\1>", " ", source, flags=re.DOTALL)
    source = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", " ", source, flags=re.DOTALL)
    source = re.sub(r"<!doctype[^>]*>", " ", source)
    heard = SPOKEN.findall(source)
    return [
        words
        for text in [*re.split(r"<[^>]*>", source), *heard]
        if re.search(r"[^\W\d_]", words := " ".join(text.split()))
    ]


@pytest.mark.parametrize("template", templates(), ids=lambda path: path.stem)
def test_text_of_templates_goes_through_the_catalogue(template: Path) -> None:
    found = bare_text(template.read_text("utf-8"))
    assert [text for text in found if text not in UNTRANSLATED] == []


@pytest.mark.parametrize("template", templates(), ids=lambda path: path.stem)
def test_words_in_expressions_go_through_the_catalogue(template: Path) -> None:
    """`{{ button("Take") }}` would stay English; `{{ button(_("Take")) }}` does not."""
    tree = Environment(extensions=["jinja2.ext.do"]).parse(template.read_text("utf-8"))
    wrapped = {
        id(inner)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name)
        and call.node.name in {"_", "gettext", "ngettext", "pgettext"}
        for inner in call.find_all(nodes.Const)
    }
    bare = [
        const.value
        for const in tree.find_all(nodes.Const)
        if id(const) not in wrapped
        and isinstance(const.value, str)
        and const.value not in UNTRANSLATED
        and re.fullmatch(r"[A-Z][a-z]+[.?]?|[A-Z]?[a-z]+,? [a-z]+( .*)?[.?]", const.value)
    ]
    assert bare == []


def refusals(source: str) -> list[str]:
    """Sentences that are put together before anybody can translate them."""
    return [
        ast.unparse(call)
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in REFUSALS
        and any(isinstance(part, ast.JoinedStr | ast.BinOp) for part in call.args)
    ]


@pytest.mark.parametrize(
    "room", ["accounts", "cases", "hotline", "keys", "register", "reports", "surveys"]
)
def test_no_refusal_is_put_together_before_it_is_translated(room: str) -> None:
    found = [
        refusal
        for path in sorted((HOUSE / room).rglob("*.py"))
        for refusal in refusals(path.read_text("utf-8"))
    ]
    assert found == []


def test_the_tests_see_words_that_are_not_translated() -> None:
    assert refusals('raise BadInput(f"{name} is missing.")') == ["BadInput(f'{name} is missing.')"]
    assert bare_text('<p>{{ _("Name") }} of it</p><b aria-label="Close">×</b>') == [
        "of it",
        "Close",
    ]


@pytest.mark.parametrize(
    ("asked", "tag", "words"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.5", "zh-Hans", "供工作人员使用。工人请拨打海报上的号码。"),
        ("hi-IN,hi;q=0.9", "hi", "पासवर्ड खो गया?"),
        ("de", "en", "For staff. Workers use the number on the poster."),
    ],
)
def test_the_browsers_language_is_spoken(house: Whole, asked: str, tag: str, words: str) -> None:
    page = house.client(None).get("/login", headers={"Accept-Language": asked}).text
    assert f'<html lang="{tag}"' in page
    assert words in page


@pytest.mark.parametrize(
    ("asked", "desk"), [("zh-CN", "我的个案"), ("hi", "मेरे केस"), ("en", "My cases")]
)
def test_navigation_and_errors_speak_it_too(house: Whole, asked: str, desk: str) -> None:
    client = house.client(Role.COUNSELLOR)
    page = client.get("/", headers={"Accept-Language": asked}, follow_redirects=True).text
    assert desk in page
    refused = client.get("/nowhere", headers={"Accept-Language": asked}).text
    assert ("Nothing is here for you" in refused) == (asked == "en")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("en", "Monday 23 November, 18:00"),
        ("zh-CN", "11月23日 星期一 18:00"),
        ("hi", "सोमवार, 23 नवंबर, 18:00"),
    ],
)
def test_moments_are_written_as_the_language_writes_them(
    house: Whole, asked: str, words: str
) -> None:
    with house.app.test_request_context("/", headers={"Accept-Language": asked}):
        assert at_moment(datetime(2026, 11, 23, 10, tzinfo=UTC)) == words
