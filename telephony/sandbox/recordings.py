"""The recordings that the carrier keeps until they are deleted."""

from telephony.sandbox.calls import Leg, RecordingFile, new_sid


class Recordings:
    """All recordings of one account; `base` is the address under which they are fetched."""

    def __init__(self, base: str) -> None:
        self._base = base
        self.kept: dict[str, RecordingFile] = {}

    def url(self, recording: RecordingFile) -> str:
        """Where its sound is fetched, with the account's password."""
        return f"{self._base}/{recording.sid}"

    @staticmethod
    def empty(leg: Leg, verb: str, now: float) -> RecordingFile:
        """A recording in which nothing is, of a leg and by a verb (Record, Dial)."""
        return RecordingFile(new_sid("RE"), leg.sid, f"{verb}Verb", now, 0, b"", now)
