"""Only the carrier's own requests get in; signatures here are computed without its library."""

import base64
import hmac
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony.provider import Form, NotSigned, SignedRequest
from telephony.twilio.signature import FORM, Verifier

BASE = "https://help.example"
PATH = "/telephony/voice/c1/menu"
MAIN, SUB = "AC" + "0" * 32, "AC" + "1" * 32
VERIFIER = Verifier(BASE, {MAIN: ("new-token", "old-token"), SUB: ("sub-token",)})
FIELDS = [("AccountSid", MAIN), ("CallSid", "CA1"), ("Digits", "2"), ("FromCity", "")]


def sign(token: str, url: str, fields: list[tuple[str, str]]) -> str:
    """RFC 2104 over the address and the sorted, de-duplicated fields."""
    text = url + "".join(name + value for name, value in sorted(set(fields)))
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), "sha1")).decode()


def request(
    fields: list[tuple[str, str]] = FIELDS,
    *,
    token: str = "new-token",
    path: str = PATH,
    query: str = "turn=7",
    signed_url: str = "",
) -> SignedRequest:
    url = signed_url or BASE + path + (f"?{query}" if query else "")
    body = urlencode(fields).encode()
    return SignedRequest(path, query, body, FORM, sign(token, url, fields))


def refused(made: SignedRequest) -> bool:
    with pytest.raises(NotSigned):
        VERIFIER.verify(made)
    return True


def test_the_vendors_published_example_is_accepted() -> None:
    """From the vendor's page on webhook security: the token 12345 and a known signature."""
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    signature = "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert sign("12345", url, list(fields.items())) == signature


def test_a_genuine_request_yields_its_fields_blank_ones_too() -> None:
    form = VERIFIER.verify(request())
    assert form.one("Digits") == "2"
    assert form.fields["FromCity"] == [""]


def test_old_and_new_token_are_accepted_while_one_is_replaced() -> None:
    assert VERIFIER.verify(request(token="old-token"))
    assert refused(request(token="older-token"))


def test_a_subaccount_signs_with_its_own_token_only() -> None:
    fields = [("AccountSid", SUB), ("CallSid", "CA1")]
    assert VERIFIER.verify(request(fields, token="sub-token"))
    assert refused(request(fields, token="new-token"))
    assert refused(request(FIELDS, token="sub-token"))


@pytest.mark.parametrize(
    "fields",
    [
        [("CallSid", "CA1")],
        [("AccountSid", "AC" + "9" * 32)],
        [("AccountSid", "")],
        [("AccountSid", MAIN), ("AccountSid", SUB)],
    ],
)
def test_unknown_missing_and_double_accounts_are_refused(fields: list[tuple[str, str]]) -> None:
    assert refused(request(fields))


def test_a_missing_signature_is_refused_and_no_crash() -> None:
    assert refused(SignedRequest(PATH, "turn=7", urlencode(FIELDS).encode(), FORM, ""))


@pytest.mark.parametrize("signature", ["x", "é", "A" * 28, "\x00", "=" * 28, "A" * 10_000])
def test_a_wrong_signature_is_refused(signature: str) -> None:
    assert refused(SignedRequest(PATH, "turn=7", urlencode(FIELDS).encode(), FORM, signature))


def test_another_path_query_or_field_is_refused() -> None:
    genuine = request()
    for path, query, body in (
        ("/telephony/voice/c2/menu", genuine.query, genuine.body),
        (genuine.path, "turn=8", genuine.body),
        (genuine.path, "", genuine.body),
        (genuine.path, genuine.query, genuine.body.replace(b"Digits=2", b"Digits=9")),
        (genuine.path, genuine.query, genuine.body + b"&Extra=1"),
        (genuine.path, genuine.query, b""),
    ):
        assert refused(SignedRequest(path, query, body, FORM, genuine.signature))


def test_the_configured_address_counts_and_not_the_one_behind_a_proxy() -> None:
    assert refused(request(signed_url="http://127.0.0.1:8000" + PATH + "?turn=7"))


def test_the_default_port_may_be_signed_or_not() -> None:
    assert VERIFIER.verify(request(signed_url="https://help.example:443" + PATH + "?turn=7"))


def test_a_port_of_its_own_is_part_of_the_address() -> None:
    verifier = Verifier("http://127.0.0.1:8000", {MAIN: ("new-token",)})
    url = "http://127.0.0.1:8000" + PATH + "?turn=7"
    assert verifier.verify(request(signed_url=url))


def test_a_raw_query_is_taken_as_it_came() -> None:
    for query in ("name=%E4%BD%A0", "a='b'@c:d", "a=%27b%27", "a=1&a=2&b="):
        assert VERIFIER.verify(request(query=query))


def test_double_fields_are_signed_once_each_and_in_order() -> None:
    fields = [*FIELDS, ("MediaUrl", "b"), ("MediaUrl", "a"), ("MediaUrl", "a")]
    form = VERIFIER.verify(request(fields))
    assert form.fields["MediaUrl"] == ["b", "a", "a"]


def test_other_scripts_survive_the_form() -> None:
    fields = [*FIELDS, ("Body", "मुझे फ़ोन करो 你好 💥 a+b&c=d")]
    assert VERIFIER.verify(request(fields)).one("Body") == "मुझे फ़ोन करो 你好 💥 a+b&c=d"


def test_invalid_utf_8_is_refused() -> None:
    for body in (b"AccountSid=%FF%FE", b"AccountSid=\xff", b"\x80=1"):
        assert refused(SignedRequest(PATH, "", body, FORM, "AAAA"))


def test_too_many_fields_and_too_many_bytes_are_refused() -> None:
    assert refused(request([*FIELDS, *((f"F{n}", "") for n in range(500))]))
    assert refused(request([*FIELDS, ("Body", "x" * 70_000)]))


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data", "", "text/plain"])
def test_what_is_no_form_is_refused_even_with_a_body_hash(kind: str) -> None:
    made = SignedRequest(PATH, "bodySHA256=00", b'{"AccountSid": "x"}', kind, "AAAA")
    assert refused(made)


def test_a_charset_after_the_content_type_is_no_matter() -> None:
    made = request()
    kind = FORM + "; charset=UTF-8"
    assert VERIFIER.verify(SignedRequest(made.path, made.query, made.body, kind, made.signature))


@settings(max_examples=200, deadline=None)
@given(
    path=st.text(max_size=40),
    query=st.text(max_size=40),
    body=st.binary(max_size=200),
    signature=st.text(max_size=40),
)
def test_junk_is_refused_and_never_crashes(
    path: str, query: str, body: bytes, signature: str
) -> None:
    for content in (body, f"AccountSid={MAIN}&".encode() + body):
        with pytest.raises(NotSigned):
            VERIFIER.verify(SignedRequest(path, query, content, FORM, signature))


@pytest.mark.parametrize("base", ["help.example", "https://x/", "ftp://x", "https://x?y=1", ""])
def test_a_wrong_public_address_is_refused_at_the_start(base: str) -> None:
    with pytest.raises(ValueError, match="public address"):
        Verifier(base, {})


def test_tokens_and_bodies_show_nothing() -> None:
    made = request()
    shown = repr(VERIFIER) + repr(made) + repr(VERIFIER.verify(made))
    assert "token'" not in shown
    assert "new-token" not in shown
    assert "CA1" not in shown
    assert made.signature not in shown


def test_the_raw_request_line_is_read_from_the_server() -> None:
    environ = {"CONTENT_TYPE": FORM, "HTTP_X_TWILIO_SIGNATURE": "s", "PATH_INFO": "/a b"}
    raw = SignedRequest.from_environ({**environ, "RAW_URI": "/a%20b?x=%27"}, b"")
    assert (raw.path, raw.query, raw.signature) == ("/a%20b", "x=%27", "s")
    rebuilt = SignedRequest.from_environ({**environ, "QUERY_STRING": "x='"}, b"")
    assert (rebuilt.path, rebuilt.query) == ("/a%20b", "x='")


def test_a_form_refuses_two_different_values_of_one_field() -> None:
    form = Form({"From": ["a", "b"], "To": ["c", "c"]})
    assert form.one("To") == "c"
    with pytest.raises(Exception, match="several values"):
        form.one("From")
