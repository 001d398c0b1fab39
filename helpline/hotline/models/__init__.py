"""Live calls, the roster, what is to be done later, and what remains of a call."""

from helpline.hotline.models.calls import CallRecord, Leg, LiveCall, Recording, SeenEvent
from helpline.hotline.models.counts import LineDay, PersonDay, SilentHour, WrongReceipts
from helpline.hotline.models.guests import Guest, HandOver
from helpline.hotline.models.ratings import Rating
from helpline.hotline.models.roster import Duty, OnCall, Shift
from helpline.hotline.models.tasks import AbuseFlag, Callback, StaffAlert

__all__ = [
    "AbuseFlag",
    "CallRecord",
    "Callback",
    "Duty",
    "Guest",
    "HandOver",
    "Leg",
    "LineDay",
    "LiveCall",
    "OnCall",
    "PersonDay",
    "Rating",
    "Recording",
    "SeenEvent",
    "Shift",
    "SilentHour",
    "StaffAlert",
    "WrongReceipts",
]
