"""Only files that begin as WAV or MP3 do are taken for sounds, whatever they are called."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpline.register.rules.lines import parse_emergency_numbers
from helpline.register.rules.sounds import MP3, WAV, media_type

WAVE = (
    b"RIFF"
    + struct.pack("<I", 36)
    + b"WAVEfmt "
    + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16)
)
FRAME = bytes((0xFF, 0xFB, 0x90, 0x64)) + b"\0" * 60
TAGGED = b"ID3\x04\x00\x00\x00\x00\x00\x0a" + b"\0" * 10 + FRAME


@pytest.mark.parametrize(("data", "expected"), [(WAVE, WAV), (FRAME, MP3), (TAGGED, MP3)])
def test_sounds_are_known_by_their_first_bytes(data: bytes, expected: str) -> None:
    assert media_type(data) == expected


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"RIFF\0\0\0\0AVI LIST",
        b"RIFF\0\0\0\0WAVE",
        b"ID3",
        b"ID3\x04\0\0\xff\xff\xff\xff" + FRAME,
        b"ID3\x04\0\0\0\0\0\x0a<script>",
        b"\xff\xfb\xf0\x00",
        b"\xff\xe9\x90\x00",
        b"<html><script>",
        b"%PDF-1.7",
    ],
)
def test_other_files_are_no_sounds(data: bytes) -> None:
    assert media_type(data) is None


@given(st.binary(max_size=64))
def test_no_bytes_break_the_check(data: bytes) -> None:
    assert media_type(data) in (None, WAV, MP3)


def test_emergency_numbers_are_read_from_a_list() -> None:
    assert parse_emergency_numbers(" 110, 119，120 110") == ("110", "119", "120")


@pytest.mark.parametrize(
    "typed", ["", " , ", "9", "police", "+86110", "1 10", "110 119 120 122 12395"]
)
def test_wrong_emergency_numbers_are_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="mergency number"):
        parse_emergency_numbers(typed)
