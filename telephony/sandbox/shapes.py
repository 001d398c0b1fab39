"""How the REST interface shows a call, a text and a recording: the vendor's JSON."""

from datetime import UTC, datetime
from email.utils import format_datetime

from telephony.sandbox.calls import API_VERSION, Leg, RecordingFile
from telephony.sandbox.texts import Text, parts

Shape = dict[str, object]


def call(account_sid: str, leg: Leg) -> Shape:
    """A call resource."""
    uri = f"/{API_VERSION}/Accounts/{account_sid}/Calls/{leg.sid}"
    return {
        "sid": leg.sid,
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "parent_call_sid": leg.parent.sid if leg.parent is not None else None,
        "from": leg.from_,
        "from_formatted": leg.from_,
        "to": leg.to,
        "to_formatted": leg.to,
        "status": leg.status,
        "direction": leg.direction,
        "answered_by": None,
        "date_created": _date(leg.created),
        "date_updated": _date(leg.ended_at or leg.answered_at or leg.created),
        "start_time": _date(leg.answered_at),
        "end_time": _date(leg.ended_at),
        "duration": str(leg.duration) if leg.ended else None,
        "price": None,
        "price_unit": "USD",
        "uri": f"{uri}.json",
        "subresource_uris": {"recordings": f"{uri}/Recordings.json"},
    }


def message(account_sid: str, text: Text) -> Shape:
    """A message resource."""
    uri = f"/{API_VERSION}/Accounts/{account_sid}/Messages/{text.sid}"
    return {
        "sid": text.sid,
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "messaging_service_sid": None,
        "from": text.from_,
        "to": text.to,
        "body": text.body,
        "status": text.status,
        "direction": text.direction,
        "num_media": "0",
        "num_segments": str(parts(text.body).count),
        "error_code": text.error_code or None,
        "error_message": None,
        "date_created": _date(text.created),
        "date_updated": _date(text.created),
        "date_sent": _date(text.created),
        "price": None,
        "price_unit": "USD",
        "uri": f"{uri}.json",
        "subresource_uris": {"media": f"{uri}/Media.json"},
    }


def recording(account_sid: str, kept: RecordingFile, media_url: str) -> Shape:
    """A recording resource."""
    return {
        "sid": kept.sid,
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "call_sid": kept.call_sid,
        "conference_sid": None,
        "date_created": _date(kept.started),
        "date_updated": _date(kept.started),
        "start_time": _date(kept.started),
        "duration": str(kept.seconds),
        "status": "completed",
        "channels": 1,
        "source": kept.source,
        "error_code": None,
        "encryption_details": None,
        "price": None,
        "price_unit": "USD",
        "media_url": media_url,
        "uri": f"/{API_VERSION}/Accounts/{account_sid}/Recordings/{kept.sid}.json",
    }


def _date(seconds: float | None) -> str | None:
    return None if seconds is None else format_datetime(datetime.fromtimestamp(seconds, UTC))
