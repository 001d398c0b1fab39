"""The parameters of requests about calls, as the vendor sends them."""

from datetime import UTC, datetime
from email.utils import format_datetime

from telephony.sandbox.calls import API_VERSION, Leg, RecordingFile

Pairs = list[tuple[str, str]]

_PLACES = ("From", "To", "Caller", "Called")
_KINDS = ("City", "State", "Zip", "Country")
_EVENT_STATUS = {"answered": "in-progress"}


def standard(account_sid: str, leg: Leg) -> Pairs:
    """What every request about a call carries; unknown places are blank, not missing."""
    pairs = [
        ("CallSid", leg.sid),
        ("AccountSid", account_sid),
        ("From", leg.from_),
        ("To", leg.to),
        ("Caller", leg.from_),
        ("Called", leg.to),
        ("CallStatus", leg.status),
        ("ApiVersion", API_VERSION),
        ("Direction", leg.direction),
    ]
    if leg.parent is not None:
        pairs.append(("ParentCallSid", leg.parent.sid))
    return pairs + [(place + kind, "") for place in _PLACES for kind in _KINDS]


def progress(account_sid: str, leg: Leg, event: str, sequence: int, now: float) -> Pairs:
    """A status callback: initiated, ringing, answered (told as in-progress) or completed."""
    status = leg.status if event == "completed" else _EVENT_STATUS.get(event, event)
    pairs = dict(standard(account_sid, leg)) | {
        "CallStatus": status,
        "Timestamp": date(now),
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(sequence),
    }
    if event == "completed":
        pairs |= {"CallDuration": str(leg.duration), "Duration": str(-(-leg.duration // 60))}
    return list(pairs.items())


def recording(account_sid: str, leg: Leg, kept: RecordingFile, url: str, status: str) -> Pairs:
    """The callback of a recording, completed or absent; it lacks most standard parameters."""
    return [
        ("AccountSid", account_sid),
        ("CallSid", leg.sid),
        ("RecordingSid", kept.sid),
        ("RecordingUrl", url),
        ("RecordingStatus", status),
        ("RecordingDuration", str(kept.seconds)),
        ("RecordingChannels", "1"),
        ("RecordingSource", kept.source),
        ("RecordingStartTime", date(kept.started)),
        ("RecordingTrack", "both"),
        ("ErrorCode", "0"),
    ]


def date(seconds: float) -> str:
    """A time as RFC 5322 writes it."""
    return format_datetime(datetime.fromtimestamp(seconds, UTC))
