from hypothesis import given
from hypothesis import strategies as st

from crypto import suite
from crypto.framing import frame
from crypto.suite import ACCEPTED, SUITES, VERSION, hkdf


def test_hkdf_gives_the_published_answer() -> None:
    # RFC 5869, appendix A.3: SHA-256, no salt, no info.
    assert hkdf(b"\x0b" * 22, "", 42).hex() == (
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
    )


def test_writers_write_the_newest_version_and_openers_know_all() -> None:
    assert max(SUITES) == VERSION
    assert frozenset(SUITES) == ACCEPTED


def test_no_label_serves_two_purposes() -> None:
    labels = [
        value.encode() if isinstance(value, str) else value
        for name, value in vars(suite).items()
        if name.startswith(("LABEL_", "FRAME_", "STRETCH_"))
    ]
    assert len(labels) > 20
    assert len(set(labels)) == len(labels)


@given(st.lists(st.binary(max_size=6), max_size=4), st.lists(st.binary(max_size=6), max_size=4))
def test_different_lists_are_framed_differently(one: list[bytes], other: list[bytes]) -> None:
    assert (frame("label", one) == frame("label", other)) == (one == other)


@given(st.text(max_size=4), st.text(max_size=4), st.lists(st.binary(max_size=3), max_size=2))
def test_different_labels_are_framed_differently(one: str, other: str, parts: list[bytes]) -> None:
    assert (frame(one, parts) == frame(other, parts)) == (one == other)
