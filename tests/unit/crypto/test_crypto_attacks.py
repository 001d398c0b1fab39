"""The attacks that keys alone answer: each is tried as the thief would."""

from dataclasses import replace

import pytest

from crypto.boxes import Box, accept_grant, grant
from crypto.errors import BadSignature, BadStamp, CannotOpen
from crypto.receipts import Receipt
from crypto.sealing import Binding, open_with_key, seal_with_key
from crypto.sitekey import SiteKey
from crypto.stamps import check, stamp
from crypto.stretching import Cost, stretch_password, stretch_receipt
from crypto.suite import (
    LABEL_RECEIPT_LOOKUP,
    LABEL_RECEIPT_WRAP,
    LABEL_SESSION_ROW,
    LABEL_SESSION_WRAP,
    hkdf,
)

CHEAP = Cost(memory_kib=64, passes=1)
SALT = bytes(range(16))
WRAP = Binding("person", "boxes", "asha", 1, "asha", 1)


def test_a_team_s_key_swapped_in_the_database_does_not_bear_the_signature() -> None:
    supervisor, team, thief = Box.new(), Box.new(), Box.new()
    statement = b"team intake, generation 1: " + team.public.encode()
    signed = supervisor.sign(statement)
    supervisor.signing_public.verify(statement, signed)
    forged = b"team intake, generation 1: " + thief.public.encode()
    with pytest.raises(BadSignature):
        supervisor.signing_public.verify(forged, signed)
    with pytest.raises(BadSignature):
        supervisor.signing_public.verify(statement, thief.sign(statement))


def test_a_case_s_key_swapped_in_the_database_does_not_bear_the_stamp() -> None:
    site, case, thief = SiteKey.new("production"), Box.new(), Box.new()
    stamped = stamp(site.stamp_key, ("boxes", "case-1"), case.public.encode())
    check(site.stamp_key, ("boxes", "case-1"), case.public.encode(), stamped)
    with pytest.raises(BadStamp):
        check(site.stamp_key, ("boxes", "case-1"), thief.public.encode(), stamped)


def test_a_forged_word_of_the_worker_opens_but_does_not_bear_the_stamp() -> None:
    """Anybody can put into a slot, so opening proves nothing about who wrote it."""
    site, guessed, case = SiteKey.new("production"), SiteKey.new("production"), Box.new()
    place = Binding("entry", "entries", "row-1", 1, "case-1", 1)
    forged = case.public.put(b"I take it all back.", place)
    assert case.open_slot(forged, place) == b"I take it all back."
    with pytest.raises(BadStamp):
        check(
            site.stamp_key,
            ("entries", "row-1"),
            forged,
            stamp(guessed.stamp_key, ("entries", "row-1"), forged),
        )


def test_a_note_is_never_written_under_a_key_the_thief_knows() -> None:
    case, thief, counsellor = Box.new(), Box.new(), Box.new()
    place = Binding("grant", "grants", "row-1", 1, "case-1", 1)
    for swapped in (
        grant(thief, counsellor.public, place),
        grant(case, thief.public, place),
        grant(case, counsellor.public, replace(place, box="case-2")),
    ):
        with pytest.raises(CannotOpen):
            accept_grant(swapped, counsellor, place, case.public.slot)


def test_the_right_password_without_the_site_key_opens_nothing() -> None:
    site, person = SiteKey.new("production"), Box.new()
    key = stretch_password("a weak password", SALT, site.password_pepper, CHEAP)
    wrapped = seal_with_key(key, person.secret, WRAP)
    assert open_with_key(key, wrapped, WRAP) == person.secret
    for pepper in (b"", bytes(32), SiteKey.new("production").password_pepper):
        guess = stretch_password("a weak password", SALT, pepper, CHEAP)
        with pytest.raises(CannotOpen):
            open_with_key(guess, wrapped, WRAP)


def test_the_wrap_that_opens_is_the_proof_of_the_password() -> None:
    site, person = SiteKey.new("production"), Box.new()
    key = stretch_password("right words", SALT, site.password_pepper, CHEAP)
    wrapped = seal_with_key(key, person.secret, WRAP)
    wrong = stretch_password("wrong words", SALT, site.password_pepper, CHEAP)
    with pytest.raises(CannotOpen):
        open_with_key(wrong, wrapped, WRAP)
    assert Box(open_with_key(key, wrapped, WRAP)).public == person.public


def test_a_receipt_s_look_up_value_does_not_open_its_letters() -> None:
    site, worker = SiteKey.new("production"), Box.new()
    place = Binding("worker", "boxes", "worker-1", 1, "worker-1", 1)
    stretched = stretch_receipt(Receipt.new(), site.receipt_salt, site.receipt_pepper, CHEAP)
    lookup, wrap = (
        hkdf(stretched, label, 32) for label in (LABEL_RECEIPT_LOOKUP, LABEL_RECEIPT_WRAP)
    )
    wrapped = seal_with_key(wrap, worker.secret, place)
    assert open_with_key(wrap, wrapped, place) == worker.secret
    with pytest.raises(CannotOpen):
        open_with_key(lookup, wrapped, place)


def test_a_session_s_row_cannot_be_turned_into_its_cookie() -> None:
    cookie = bytes(range(32))
    place = Binding("session", "sessions", "row-1", 1, "asha", 1)
    row, wrap = (hkdf(cookie, label, 32) for label in (LABEL_SESSION_ROW, LABEL_SESSION_WRAP))
    wrapped = seal_with_key(wrap, Box.new().secret, place)
    for known in (row, hkdf(row, LABEL_SESSION_WRAP, 32)):
        with pytest.raises(CannotOpen):
            open_with_key(known, wrapped, place)


def test_an_old_state_of_a_row_put_back_is_refused() -> None:
    case = Box.new()
    first = Binding("header", "cases", "case-1", 1, "case-1", 1)
    old = case.seal_shelf(b"rated S1", first)
    with pytest.raises(CannotOpen):
        case.open_shelf(old, replace(first, revision=2))


def test_the_site_key_opens_no_box() -> None:
    site, case = SiteKey.new("production"), Box.new()
    place = Binding("entry", "entries", "row-1", 1, "case-1", 1)
    on_shelf, in_slot = case.seal_shelf(b"words", place), case.public.put(b"words", place)
    for key in (site.stamp_key, site.cookie_key, site.event_key, site.roster_key):
        with pytest.raises(CannotOpen):
            open_with_key(key, on_shelf, place)
        with pytest.raises(CannotOpen):
            Box(key).open_slot(in_slot, place)
