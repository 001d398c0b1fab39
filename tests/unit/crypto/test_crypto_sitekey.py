import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from crypto.errors import BadSiteKey
from crypto.sitekey import Mode, SiteKey

DERIVED = [
    "password_pepper",
    "receipt_pepper",
    "receipt_salt",
    "handle_pepper",
    "handle_salt",
    "stamp_key",
    "cookie_key",
    "event_key",
    "throttle_key",
    "roster_key",
]
BODY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


def test_a_site_key_always_gives_the_same_keys(vectors: Callable[[str], Any]) -> None:
    for vector in vectors("sitekeys"):
        key = SiteKey.parse(vector["text"])
        assert key.mode == vector["mode"]
        assert key.format() == vector["text"]
        assert {name: getattr(key, name).hex() for name in DERIVED} == vector["derived"]


@pytest.mark.parametrize("mode", ["demo", "production"])
def test_a_new_site_key_survives_its_file(mode: Mode) -> None:
    key = SiteKey.new(mode)
    read = SiteKey.parse(key.format())
    assert read.mode == mode
    assert [getattr(read, name) for name in DERIVED] == [getattr(key, name) for name in DERIVED]


def test_all_derived_keys_differ() -> None:
    one, other = SiteKey.new("demo"), SiteKey.new("demo")
    made = [getattr(key, name)[:16] for key in (one, other) for name in DERIVED]
    assert len(set(made)) == 2 * len(DERIVED)


def test_salts_are_16_bytes_and_all_else_32() -> None:
    key = SiteKey.new("production")
    for name in DERIVED:
        assert len(getattr(key, name)) == (16 if name.endswith("salt") else 32)


def test_the_file_has_a_header_and_a_line() -> None:
    text = SiteKey.new("demo").format()
    header, body, rest = text.split("\n")
    assert (header, len(body), rest) == ("helpline-site-key v1 mode=demo", 44, "")


def test_line_ends_and_blanks_around_do_not_matter() -> None:
    text = f"\n helpline-site-key v1 mode=demo \r\n {BODY} \r\n\r\n"
    assert SiteKey.parse(text).format() == f"helpline-site-key v1 mode=demo\n{BODY}\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        BODY,
        "helpline-site-key v1 mode=demo",
        f"helpline-site-key v2 mode=demo\n{BODY}",
        f"helpline-site-key v1 mode=test\n{BODY}",
        f"helpline-site-key v1\n{BODY}",
        f"helpline-site-key v1 mode=demo\n{BODY}\n{BODY}",
        f"helpline-site-key v1 mode=demo\n{BODY[:-4]}",
        f"helpline-site-key v1 mode=demo\n{BODY[:-1]}",
        f"helpline-site-key v1 mode=demo\n{BODY}AAAA",
        "helpline-site-key v1 mode=demo\nnot base64 at all, not even nearly!",
        "helpline-site-key v1 mode=demo\n钥匙",
    ],
)
def test_anything_else_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(BadSiteKey) as caught:
        SiteKey.parse(text)
    assert BODY[:20] not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_site_key_shows_its_mode_alone() -> None:
    key = SiteKey.new("demo")
    _ = key.stamp_key
    for shown in (repr(key), str(key), f"{[key]}"):
        assert "SiteKey(mode='demo', hidden)" in shown
        assert key.format().splitlines()[1] not in shown


def test_a_site_key_cannot_be_pickled_or_copied() -> None:
    for write in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            write(SiteKey.new("demo"))
