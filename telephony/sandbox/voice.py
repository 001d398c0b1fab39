"""Sounds instead of speech: short WAV files whose tones follow the letters of a text."""

import array
import base64
import binascii
import io
import math
import wave

from telephony.sandbox.calls import Sound

RATE = 8000
_LOUD = 9000
_LETTER = 0.06


def tone(text: str, seconds: float | None = None) -> Sound:
    """A WAV file (8 kHz, 16 bit, mono), one tone for each letter, `seconds` long.

    Without `seconds` it lasts about as long as a person needs to say the text.
    """
    length = max(0.5, len(text) * _LETTER) if seconds is None else seconds
    letters = text or " "
    count = int(length * RATE)
    samples = array.array("h")
    for index in range(count):
        letter = ord(letters[min(len(letters) - 1, index * len(letters) // max(1, count))])
        pitch = 160 + letter % 97 * 4
        samples.append(int(_LOUD * math.sin(2 * math.pi * pitch * index / RATE)))
    return Sound(text, _wav(samples.tobytes()), length)


def silence(seconds: float) -> Sound:
    """A WAV file in which nothing is heard."""
    return Sound("", _wav(bytes(2 * int(seconds * RATE))), seconds)


def from_wav(data: bytes, text: str = "") -> Sound:
    """Speech from an uploaded WAV file (8 kHz, 16 bit, mono); ValueError for any other format."""
    try:
        with wave.open(io.BytesIO(data)) as file:
            shape = (file.getnchannels(), file.getsampwidth(), file.getframerate())
            if shape != (1, 2, RATE):
                raise ValueError("The sound must be WAV, 8 kHz, 16 bit, mono.")
            return Sound(text, data, file.getnframes() / RATE)
    except (wave.Error, EOFError) as error:
        raise ValueError("The sound must be WAV, 8 kHz, 16 bit, mono.") from error


def decode(text: str) -> bytes:
    """A file sent as base64; ValueError if it is none."""
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("The sound is not base64.") from error


def join(files: list[bytes], longest: float) -> bytes:
    """WAV files one after the other, cut after `longest` seconds."""
    frames = b""
    for data in files:
        with wave.open(io.BytesIO(data)) as file:
            frames += file.readframes(file.getnframes())
    return _wav(frames[: 2 * int(longest * RATE)])


def spoken_seconds(text: str) -> float:
    """About how long a voice needs for a text: Chinese 4 signs, other scripts 15 letters a second.

    An empty text stands for a recorded prompt and counts 4 s.
    """
    if not text:
        return 4.0
    wide = sum(1 for letter in text if "\u3400" <= letter <= "\u9fff")
    return 0.4 + wide / 4 + (len(text) - wide) / 15


def _wav(frames: bytes) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(frames)
    return out.getvalue()
