"""A turn as TwiML, through the vendor's classes, with the verbs that open engines run as well.

Say, Play, Pause, Gather, Record, Dial with Number, Redirect, Reject, Hangup: nothing else, but a
Conference or a Client where the carrier declares it, for a third person at a talk and for a
counsellor's phone in the browser. All addresses are
absolute and carry opaque ids only. Every question is followed by a redirect to its own address,
so that silence arrives there as an answer without keys.
"""

import re
from typing import Final

from twilio.twiml.voice_response import Dial, VoiceResponse
from twilio.twiml.voice_response import Gather as GatherVerb

from telephony.flow import (
    NOTHING,
    Bridge,
    Gather,
    Hangup,
    Meet,
    Particulars,
    Pause,
    Record,
    Reject,
    Ring,
    Turn,
    Whisper,
)
from telephony.prompts import PromptSource, Sound, Speech
from telephony.provider import Urls
from telephony.softphone import Softphone

MOST_BYTES: Final = 64 * 1024
MOST_SAID: Final = 4000
"""Characters in one Say; the vendor takes 4096."""
POST: Final = "POST"
_LEG_EVENTS: Final = "initiated ringing answered completed"
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SENTENCE: Final = re.compile(r"(?<=[.!?。！？।])\s*")


class TooLarge(ValueError):
    """The document would be larger than a carrier takes."""

    def __init__(self) -> None:
        super().__init__("This turn's markup is larger than 64 kB.")


def render(
    turn: Turn,
    call_id: str,
    urls: Urls,
    prompts: PromptSource,
    particulars: Particulars = NOTHING,
    *,
    record_talk: bool = False,
) -> bytes:
    """The document, UTF-8. Raises TooLarge, and ValueError for a turn that is not complete.

    ``record_talk``: this carrier can record a talk; it does so only where the caller allowed it.
    """
    return _Writer(turn, call_id, urls, prompts, particulars, record_talk).document()


class _Writer:
    def __init__(
        self,
        turn: Turn,
        call_id: str,
        urls: Urls,
        prompts: PromptSource,
        particulars: Particulars,
        record_talk: bool,
    ) -> None:
        self._turn = turn
        self._call_id = call_id
        self._urls = urls
        self._prompts = prompts
        self._particulars = particulars
        self._record_talk = record_talk
        self._response = VoiceResponse()

    def document(self) -> bytes:
        match self._turn.then:
            case Gather() as gather:
                self._gather(gather)
            case Record() as record:
                self._record(record)
            case Ring() as ring:
                self._ring(ring)
            case Whisper() as whisper:
                self._whisper(whisper)
            case Meet() as meet:
                self._meet(meet)
            case Hangup():
                self._speak(self._response)
                self._response.hangup()
            case Reject():
                self._response.reject(reason="busy")
            case Bridge():
                pass
            case _:
                raise ValueError("This turn waits for the result of its last effect.")
        content: bytes = str(self._response).encode("utf-8")
        if len(content) > MOST_BYTES:
            raise TooLarge
        return content

    def _here(self) -> str:
        state = self._turn.state
        return self._urls.step(self._call_id, state.step, state.turn)

    def _gather(self, gather: Gather) -> None:
        verb = GatherVerb(
            action=self._here(),
            method=POST,
            timeout=gather.timeout,
            finish_on_key=gather.finish_on,
            num_digits=gather.digits or None,
        )
        self._speak(verb)
        self._response.append(verb)
        self._response.redirect(self._here(), method=POST)

    def _record(self, record: Record) -> None:
        self._speak(self._response)
        self._response.record(
            action=self._here(),
            method=POST,
            max_length=record.max_seconds,
            timeout=record.silence,
            finish_on_key="#",
            play_beep=True,
            recording_status_callback=self._urls.recording(self._call_id),
            recording_status_callback_method=POST,
            recording_status_callback_event="completed absent",
        )
        self._response.redirect(self._here(), method=POST)

    def _ring(self, ring: Ring) -> None:
        if not (self._particulars.ring and self._particulars.caller_id):
            raise ValueError("This turn rings a phone that was not named.")
        self._speak(self._response)
        recorded: dict[str, object] = {}
        if ring.record and self._record_talk:
            recorded = {
                "record": "record-from-answer",
                "recording_status_callback": self._urls.recording(self._call_id),
                "recording_status_callback_method": POST,
                "recording_status_callback_event": "completed absent",
            }
        dial = Dial(
            action=self._dialled(),
            method=POST,
            timeout=ring.timeout,
            caller_id=self._particulars.caller_id,
            answer_on_bridge=True,
            **recorded,
        )
        browser = Softphone.read(self._particulars.ring)
        noun = dial.number if browser is None else dial.client
        noun(
            self._particulars.ring if browser is None else browser.identity,
            url=self._urls.whisper(ring.leg),
            method=POST,
            status_callback=self._urls.leg_status(ring.leg),
            status_callback_event=_LEG_EVENTS,
            status_callback_method=POST,
        )
        self._response.append(dial)

    def _meet(self, meet: Meet) -> None:
        here = self._urls.meet(meet.leg) if meet.leg else self._dialled()
        dial = Dial(action=here, method=POST)
        dial.conference(
            self._call_id,
            beep="false",
            wait_url="",
            start_conference_on_enter=not meet.listens,
            end_conference_on_exit=meet.ends,
            muted=meet.listens,
        )
        self._response.append(dial)

    def _dialled(self) -> str:
        return self._urls.dialled(self._call_id, self._turn.state.turn)

    def _whisper(self, whisper: Whisper) -> None:
        verb = GatherVerb(
            action=self._urls.accept(whisper.leg),
            method=POST,
            timeout=whisper.timeout,
            finish_on_key="",
            num_digits=1,
        )
        self._speak(verb)
        self._response.append(verb)
        self._response.hangup()

    def _speak(self, verb: VoiceResponse | GatherVerb) -> None:
        for item in self._turn.say:
            if isinstance(item, Pause):
                verb.pause(length=item.seconds)
                continue
            for utterance in self._prompts.speak(item, self._particulars):
                if isinstance(utterance, Sound):
                    verb.play(utterance.url)
                else:
                    _say(verb, utterance)


def _say(verb: VoiceResponse | GatherVerb, speech: Speech) -> None:
    for part in split(_NOT_XML.sub(" ", speech.text)):
        if part.strip():
            verb.say(part, voice=speech.voice or None, language=speech.language or None)


def split(text: str, most: int = MOST_SAID) -> list[str]:
    """Pieces that a carrier speaks, cut between sentences where there is a place for it."""
    parts = [""]
    for sentence in _SENTENCE.split(text):
        for start in range(0, len(sentence), most):
            piece = sentence[start : start + most]
            if len(parts[-1]) + len(piece) + 1 > most:
                parts.append("")
            parts[-1] = f"{parts[-1]} {piece}".strip()
    return parts
