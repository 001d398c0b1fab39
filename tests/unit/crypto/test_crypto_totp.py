from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.totp import code_at, matching_step, new_secret, provisioning_uri

# RFC 6238, appendix B (SHA-1), of whose eight digits an authenticator shows the last six.
RFC_SECRET = b"12345678901234567890"
RFC_CODES = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]
times = st.integers(min_value=60, max_value=2**40)


@pytest.mark.parametrize(("when", "code"), RFC_CODES)
def test_codes_are_those_of_the_standard(when: int, code: str) -> None:
    assert code_at(RFC_SECRET, when) == code[-6:]
    assert matching_step(RFC_SECRET, code[-6:], when, None) == when // 30


def test_codes_are_what_they_always_were(vectors: Callable[[str], Any]) -> None:
    for vector in vectors("totp"):
        assert code_at(bytes.fromhex(vector["secret"]), vector["when"]) == vector["code"]


def test_secrets_are_20_bytes_and_differ() -> None:
    made = {new_secret() for _ in range(50)}
    assert len(made) == 50
    assert {len(secret) for secret in made} == {20}


@given(times, st.integers(-1, 1))
def test_a_clock_one_step_off_is_accepted(when: int, steps: int) -> None:
    code = code_at(RFC_SECRET, when + steps * 30)
    found = matching_step(RFC_SECRET, code, when, None)
    assert found is not None
    assert code_at(RFC_SECRET, found * 30) == code


def test_a_clock_further_off_is_not_accepted() -> None:
    for steps in (-3, -2, 2, 3):
        code = code_at(RFC_SECRET, 3000 + steps * 30)
        assert matching_step(RFC_SECRET, code, 3000, None) is None
    assert matching_step(RFC_SECRET, code_at(RFC_SECRET, 3030), 3000, None, window=0) is None


@given(times, st.integers(-1, 1))
def test_a_code_is_good_once(when: int, steps: int) -> None:
    code = code_at(RFC_SECRET, when + steps * 30)
    step = matching_step(RFC_SECRET, code, when, None)
    assert step is not None
    later = matching_step(RFC_SECRET, code, when, step)
    assert later is None or later > step
    assert matching_step(RFC_SECRET, code, when, when // 30 + 1) is None


def test_an_older_code_is_refused_after_a_newer_one() -> None:
    older, newer = code_at(RFC_SECRET, 2970), code_at(RFC_SECRET, 3000)
    step = matching_step(RFC_SECRET, newer, 3000, None)
    assert step == 100
    assert matching_step(RFC_SECRET, older, 3000, step) is None
    assert matching_step(RFC_SECRET, code_at(RFC_SECRET, 3030), 3000, step) == 101


def test_codes_may_be_typed_with_spaces_and_in_other_digits() -> None:
    for typed in ("287 082", " 287-082\n", "２８７０８２", "२८७०८२"):
        assert matching_step(RFC_SECRET, typed, 59, None) == 1


@pytest.mark.parametrize("typed", ["", "28708", "2870820", "94287082", "28708a", "wrong!"])
def test_anything_else_is_no_code(typed: str) -> None:
    assert matching_step(RFC_SECRET, typed, 59, None) is None


def test_another_secret_gives_another_code() -> None:
    assert matching_step(b"another secret of 20", code_at(RFC_SECRET, 59), 59, None) is None


def test_the_first_step_of_all_has_no_step_before() -> None:
    assert matching_step(RFC_SECRET, code_at(RFC_SECRET, 0), 0, None) == 0


def test_the_address_for_an_authenticator() -> None:
    address = urlsplit(provisioning_uri(RFC_SECRET, "asha@desk", "Helpline 热线"))
    query = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert unquote(address.path) == "/Helpline 热线:asha@desk"
    assert query == {
        "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
        "issuer": "Helpline 热线",
        "algorithm": "SHA1",
        "digits": "6",
        "period": "30",
    }
