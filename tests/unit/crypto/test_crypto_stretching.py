import threading
from collections.abc import Callable
from typing import Any

import pytest

from crypto.errors import BadNumber, Busy
from crypto.receipts import Receipt
from crypto.stretching import (
    HANDLE,
    PASSWORD,
    RECEIPT,
    Cost,
    StretchGate,
    argon2id,
    nest_handle,
    stretch_number,
    stretch_password,
    stretch_receipt,
)

CHEAP = Cost(memory_kib=64, passes=1)
SALT, PEPPER = bytes(range(16)), b"p" * 32
NUMBER = "+860000000042"


def test_argon2id_gives_the_published_answer() -> None:
    # RFC 9106, section 5.3.
    cost = Cost(memory_kib=32, passes=3, lanes=4)
    out = argon2id(b"\1" * 32, b"\2" * 16, b"\3" * 8, b"\4" * 12, cost)
    assert out.hex() == "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"


def test_the_shipped_costs() -> None:
    assert Cost(64 * 1024, 3, 1) == PASSWORD
    assert Cost(19 * 1024, 2, 1) == RECEIPT == HANDLE


def test_what_was_once_stretched_is_stretched_the_same(vectors: Callable[[str], Any]) -> None:
    stretch: dict[str, Callable[..., bytes]] = {
        "password": stretch_password,
        "receipt": lambda digits, *rest: stretch_receipt(Receipt(digits), *rest),
        "number": stretch_number,
    }
    for vector in vectors("stretching")["stretched"]:
        salt, pepper = bytes.fromhex(vector["salt"]), bytes.fromhex(vector["pepper"])
        cost = Cost(vector["memory_kib"], vector["passes"], vector["lanes"])
        out = stretch[vector["purpose"]](vector["value"], salt, pepper, cost)
        assert out.hex() == vector["out"]


def test_everything_that_goes_in_changes_what_comes_out() -> None:
    outs = [
        stretch_password("correct horse battery", SALT, PEPPER, CHEAP),
        stretch_password("correct horse batterY", SALT, PEPPER, CHEAP),
        stretch_password("correct horse battery", SALT[::-1], PEPPER, CHEAP),
        stretch_password("correct horse battery", SALT, b"q" * 32, CHEAP),
        stretch_password("correct horse battery", SALT, PEPPER, Cost(128, 1)),
        stretch_password("correct horse battery", SALT, PEPPER, Cost(64, 2)),
    ]
    assert len(set(outs)) == len(outs)
    assert {len(out) for out in outs} == {32}


def test_one_value_for_two_purposes_gives_two_results() -> None:
    receipt = Receipt.new()
    as_receipt = stretch_receipt(receipt, SALT, PEPPER, CHEAP)
    as_password = stretch_password(receipt.digits, SALT, PEPPER, CHEAP)
    as_number = stretch_number(NUMBER, SALT, PEPPER, CHEAP)
    assert as_receipt != as_password
    assert as_number != stretch_password(NUMBER, SALT, PEPPER, CHEAP)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("café", "cafe\u0301"),
        ("ｐａｓｓｗｏｒｄ", "password"),
        ("ﬁnance", "finance"),
        ("क़लम", "क\u093cलम"),
    ],
)
def test_every_keyboard_gives_the_same_password(one: str, other: str) -> None:
    assert stretch_password(one, SALT, PEPPER, CHEAP) == stretch_password(
        other, SALT, PEPPER, CHEAP
    )


@pytest.mark.parametrize("password", ["", "\ud800", "密码" * 5000, "\0"])
def test_every_text_can_be_stretched(password: str) -> None:
    assert len(stretch_password(password, SALT, PEPPER, CHEAP)) == 32


def test_case_of_a_password_counts() -> None:
    assert stretch_password("Word", SALT, PEPPER, CHEAP) != stretch_password(
        "word", SALT, PEPPER, CHEAP
    )


@pytest.mark.parametrize(
    "number",
    [
        "",
        "860000000042",
        "+",
        "+0123456789",
        "+86 0000000042",
        "+12345",
        "+1234567890123456",
        "anonymous",
        "+86000000004२",
        "+860000000042\n",
    ],
)
def test_what_is_no_international_number_gets_no_handle(number: str) -> None:
    with pytest.raises(BadNumber) as caught:
        stretch_number(number, SALT, PEPPER, CHEAP)
    assert number not in str(caught.value) or len(number) < 2


def test_a_handle_without_the_pepper_is_another() -> None:
    """Who holds the database, and not the site key, cannot test a list of numbers."""
    stored = stretch_number(NUMBER, SALT, PEPPER, CHEAP)
    assert stretch_number(NUMBER, SALT, b"", CHEAP) != stored


# A new pepper


def test_handles_nested_in_the_past_are_nested_the_same(vectors: Callable[[str], Any]) -> None:
    for vector in vectors("stretching")["nested"]:
        handle, pepper = bytes.fromhex(vector["handle"]), bytes.fromhex(vector["pepper"])
        assert nest_handle(handle, pepper).hex() == vector["nested"]


def test_after_the_pepper_changes_every_handle_still_matches() -> None:
    new_peppers = [b"second".ljust(32), b"third".ljust(32)]
    stored = {
        number: stretch_number(number, SALT, PEPPER, CHEAP) for number in (NUMBER, "+910000000042")
    }
    for pepper in new_peppers:  # without any number
        stored = {number: nest_handle(handle, pepper) for number, handle in stored.items()}
    for number, handle in stored.items():  # a new contact, from the number
        fresh = stretch_number(number, SALT, PEPPER, CHEAP)
        for pepper in new_peppers:
            fresh = nest_handle(fresh, pepper)
        assert fresh == handle
    assert len(set(stored.values())) == 2


# The gate


def test_no_more_stretches_run_at_once_than_the_gate_allows() -> None:
    gate, inside, most = StretchGate(2), [0], [0]
    lock, together = threading.Lock(), threading.Barrier(8)

    def work() -> None:
        together.wait()
        for _ in range(20):
            with gate.turn():
                with lock:
                    inside[0] += 1
                    most[0] = max(most[0], inside[0])
                stretch_number(NUMBER, SALT, PEPPER, CHEAP)
                with lock:
                    inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] in {1, 2}
    assert inside[0] == 0


def test_whoever_waits_too_long_is_told_busy() -> None:
    gate = StretchGate(1, timeout=0.01)
    with gate.turn(), pytest.raises(Busy), gate.turn():
        raise AssertionError("two had the only place")
    with gate.turn():
        pass


def test_a_failed_stretch_gives_its_place_back() -> None:
    gate = StretchGate(1, timeout=0.01)
    for _ in range(3):
        with pytest.raises(BadNumber), gate.turn():
            stretch_number("withheld", SALT, PEPPER, CHEAP)
    with gate.turn():
        assert len(stretch_number(NUMBER, SALT, PEPPER, CHEAP)) == 32


def test_a_gate_has_at_least_one_place() -> None:
    with pytest.raises(ValueError, match="At least one"):
        StretchGate(0)
