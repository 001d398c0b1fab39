"""Which uploaded files are sounds that every carrier plays."""

from typing import Final

LARGEST: Final = 2 * 1024 * 1024
WAV: Final = "audio/wav"
MP3: Final = "audio/mpeg"

_MPEG_SYNC: Final = 0xE0
_FORBIDDEN_RATES: Final = frozenset({0x0, 0xF})


def media_type(data: bytes) -> str | None:
    """`audio/wav` or `audio/mpeg` by the file's first bytes, never by its name; None for others.

    WAV as RIFF/WAVE with a format chunk; MPEG layer III after an optional ID3v2 tag.
    """
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE" and b"fmt " in data[12:4096]:
        return WAV
    start = _after_id3(data)
    return MP3 if start is not None and _is_layer_three(data[start : start + 4]) else None


def _after_id3(data: bytes) -> int | None:
    if data[:3] != b"ID3":
        return 0
    size = data[6:10]
    if len(size) < 4 or any(byte > 0x7F for byte in size):
        return None
    return 10 + (size[0] << 21 | size[1] << 14 | size[2] << 7 | size[3])


def _is_layer_three(header: bytes) -> bool:
    if len(header) < 4 or header[0] != 0xFF or header[1] & _MPEG_SYNC != _MPEG_SYNC:
        return False
    version, layer = header[1] >> 3 & 0b11, header[1] >> 1 & 0b11
    rate, sampling = header[2] >> 4, header[2] >> 2 & 0b11
    return version != 0b01 and layer == 0b01 and rate not in _FORBIDDEN_RATES and sampling != 0b11
