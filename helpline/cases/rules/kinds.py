"""Kinds of entries. A kind stands in clear beside the seal: it never says what was said."""

from enum import StrEnum
from typing import Final


class EntryKind(StrEnum):
    """What an entry of a case is."""

    VOICE_IN = "voice_in"
    MISSED_CALL = "missed_call"
    VOICEMAIL = "voicemail"
    SMS = "sms"
    WEB_FORM = "web_form"
    WALK_IN = "walk_in"
    EMAIL = "email"
    REFERRAL_IN = "referral_in"
    LETTER_IN = "letter_in"

    DANGER = "danger"
    KEYED = "keyed"
    SAFETY = "safety"
    CALLBACK_ASKED = "callback_asked"
    CONSENT = "consent"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    RECORDING = "recording"
    TALKED = "talked"
    CALL_RECORD = "call_record"
    DELIVERY = "delivery"
    RECEIPT_GIVEN = "receipt_given"
    LETTERS_READ = "letters_read"

    NOTE = "note"
    TEXT_OUT = "text_out"
    LETTER_OUT = "letter_out"
    CALLBACK_OUT = "callback_out"
    CODING = "coding"
    SEVERITY = "severity"
    STATUS = "status"
    CLOSING = "closing"
    POLICY = "policy"
    ASSIGNED = "assigned"
    NUMBER_SHOWN = "number_shown"
    JOINED = "joined"
    TRANSFER = "transfer"
    RELATED = "related"

    PROTECTED = "protected"
    DISCLOSURE = "disclosure"
    ANSWER = "answer"
    PLAN = "plan"
    PLAN_WORD = "plan_word"
    SECOND_ASKED = "second_asked"
    SECOND_GIVEN = "second_given"
    MINUTES = "minutes"
    MINUTES_WORD = "minutes_word"
    APPOINTMENT = "appointment"
    APPOINTMENT_CHANGED = "appointment_changed"
    APPOINTMENT_WISH = "appointment_wish"
    STEP = "step"
    STEP_DONE = "step_done"
    REFERRAL = "referral"
    REFERRAL_ANSWER = "referral_answer"
    REVIEWED = "reviewed"
    OPENED_WITH_REASON = "opened_with_reason"
    WATCH = "watch"
    SURVEY_ASKED = "survey_asked"
    LEGAL_HOLD = "legal_hold"


CONTACTS: Final = frozenset(
    {
        EntryKind.VOICE_IN,
        EntryKind.MISSED_CALL,
        EntryKind.VOICEMAIL,
        EntryKind.SMS,
        EntryKind.WEB_FORM,
        EntryKind.WALK_IN,
        EntryKind.EMAIL,
        EntryKind.REFERRAL_IN,
        EntryKind.LETTER_IN,
    }
)
"""What comes from a worker: it may open a case, and it waits for an answer."""

SPOKEN_WITH: Final = frozenset({EntryKind.WALK_IN})
"""Contacts that are answered by their very nature: the worker sat opposite."""

TO_WORKER: Final = frozenset(
    {EntryKind.TEXT_OUT, EntryKind.LETTER_OUT, EntryKind.CALLBACK_OUT, EntryKind.TALKED}
)
"""What reaches the worker from a person, and so answers."""

CHANNELS: Final = (*sorted(CONTACTS), EntryKind.CALLBACK_OUT)
"""How a contact can have come in."""

RECORDED_BY_HAND: Final = (
    EntryKind.VOICE_IN,
    EntryKind.WALK_IN,
    EntryKind.SMS,
    EntryKind.EMAIL,
    EntryKind.REFERRAL_IN,
    EntryKind.CALLBACK_OUT,
)
"""Contacts that a counsellor may write down afterwards."""
