"""What the pages show of the carrier, as plain values for JSON, and what they may do to it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from telephony.sandbox import voice
from telephony.sandbox.calls import E164, Caption
from telephony.sandbox.carrier import Carrier
from telephony.sandbox.handset import Call, Handset
from telephony.sandbox.texts import Text, parts

Shown = dict[str, object]
Gloss = Callable[[str, str], str]

WITHHELD = "anonymous"
WORKERS: Mapping[str, str] = {
    "+860000000042": "Phone of Lin Example",
    "+860000000043": "Shared phone of dormitory 3",
    "+860000000044": "Phone of Wei Sample",
    "+910000000042": "Phone of Asha Example",
    "+910000000043": "Phone of Kavi Sample",
    WITHHELD: "Number withheld",
}
"""Telephones of people who do not exist, under numbers that nobody has."""

KEYWORDS: Mapping[str, Sequence[str]] = {
    "en": ("HELP", "CALL", "CASE", "STOP", "START"),
    "zh-Hans": ("帮助", "回电", "编号", "停止", "开始"),
    "yue": ("幫助", "回電", "編號", "退訂", "開始"),
    "hi": ("मदद", "फ़ोन", "नंबर", "बंद", "शुरू"),
    "ta": ("உதவி", "அழை", "எண்", "நிறுத்து", "தொடங்கு"),
}
LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "zh-Hans": "中文",
    "yue": "粵語",
    "hi": "हिन्दी",
    "ta": "தமிழ்",
}
"""What languages call themselves."""

BEHAVIOURS = ("hand", "busy", "machine", "out")
_TRAVELS = 14
_TEXTS = 30


class BadActError(Exception):
    """A page asked for something that cannot be done; the text says why."""


@dataclass(slots=True)
class Cast:
    """Who takes part in the demo, and what the pages offer them."""

    workers: dict[str, str] = field(default_factory=lambda: dict(WORKERS))
    desks: dict[str, str] = field(default_factory=dict)
    keywords: dict[str, Sequence[str]] = field(default_factory=lambda: dict(KEYWORDS))
    links: dict[str, str] = field(default_factory=dict)
    gloss: Gloss | None = None
    behaves: dict[str, str] = field(default_factory=dict)

    def meet(self, carrier: Carrier) -> None:
        """Telephones that ring and are no worker's belong to a desk."""
        for handset in carrier.ringing():
            if handset.number not in self.workers:
                self.desks.setdefault(handset.number, f"Phone {readable(handset.number)}")


def readable(number: str) -> str:
    """A number in groups, as people write it: +86 000 0000 0042."""
    if not E164.fullmatch(number):
        return number
    country, rest = number[:3], number[3:]
    groups = [rest[:-8], rest[-8:-4], rest[-4:]] if len(rest) > 8 else [rest[:-4], rest[-4:]]
    return " ".join([country, *(group for group in groups if group)])


def state(carrier: Carrier, cast: Cast, worker: str, desk: str) -> Shown:
    """Everything the page shows at this moment."""
    cast.meet(carrier)
    ringing = [handset.number for handset in carrier.ringing()]
    return {
        "now": carrier.clock.now(),
        "worker": _phone(carrier, cast, worker) if worker else None,
        "texts": _texts(carrier, worker) if worker else [],
        "desk": _phone(carrier, cast, desk) if desk else None,
        "desks": [
            {"number": number, "name": name, "ringing": number in ringing}
            for number, name in cast.desks.items()
        ],
        "travels": [
            {"at": made.at, "about": made.about, "status": made.status, "ms": made.ms}
            for made in carrier.travelled[-_TRAVELS:]
        ],
    }


def _texts(carrier: Carrier, worker: str) -> list[Shown]:
    return [_text(text, worker) for text in carrier.handset(worker).texts][-_TEXTS:]


def _phone(carrier: Carrier, cast: Cast, number: str) -> Shown:
    handset = carrier.handset(number)
    call = handset.call
    return {
        "number": readable(number),
        "ringing": handset.ringing,
        "behaves": cast.behaves.get(number, "hand"),
        "call": None if call is None else _call(carrier, cast, call),
    }


def _call(carrier: Carrier, cast: Cast, call: Call) -> Shown:
    started = call.answered_at
    seconds = 0 if started is None else round(carrier.clock.now() - started)
    lines = {line.number: line.name for line in carrier.lines}
    return {
        "sid": call.sid,
        "status": call.status,
        "ended": call.ended,
        "doing": call.doing,
        "talking": call.talking,
        "seconds": call.duration if call.ended else seconds,
        "shows": f"{lines.get(call.from_, '').partition(':')[0]} {readable(call.from_)}".strip(),
        "captions": [_caption(cast, caption) for caption in call.captions],
    }


def _caption(cast: Cast, caption: Caption) -> Shown:
    gloss = ""
    if cast.gloss is not None and caption.kind == "say":
        gloss = cast.gloss(caption.text, caption.language)
    return {
        "kind": caption.kind,
        "text": caption.text,
        "language": caption.language,
        "url": caption.url,
        "gloss": gloss,
    }


def _text(text: Text, worker: str) -> Shown:
    counted = parts(text.body)
    noun = "part" if counted.count == 1 else "parts"
    return {
        "mine": text.from_ == worker,
        "body": text.body,
        "parts": f"{counted.alphabet}, {counted.count} {noun}",
    }


def act(carrier: Carrier, cast: Cast, name: str, wish: Mapping[str, object]) -> None:
    """Do what a button asks for. BadActError says why it cannot be done."""
    action = _ACTS.get(name)
    if action is None:
        raise BadActError("There is no such button.")
    try:
        handset = carrier.handset(_known(carrier, cast, _word(wish, "phone")))
        action(carrier, cast, handset, wish)
    except (RuntimeError, ValueError) as error:
        raise BadActError(str(error)) from error


def _known(carrier: Carrier, cast: Cast, number: str) -> str:
    if number not in cast.workers and number not in cast.desks:
        cast.meet(carrier)
        if number not in cast.desks:
            raise ValueError("There is no such telephone in the demo.")
    return number


def _word(wish: Mapping[str, object], name: str) -> str:
    word = wish.get(name)
    if not isinstance(word, str) or not word or len(word) > 400_000:
        raise ValueError(f"{name} is missing.")
    return word


def _ring(_carrier: Carrier, _cast: Cast, handset: Handset, wish: Mapping[str, object]) -> None:
    handset.ring(_word(wish, "line"))


def _press(_carrier: Carrier, _cast: Cast, handset: Handset, wish: Mapping[str, object]) -> None:
    handset.press(_word(wish, "key"))


def _say(_carrier: Carrier, _cast: Cast, handset: Handset, wish: Mapping[str, object]) -> None:
    sound = wish.get("wav")
    if isinstance(sound, str) and sound:
        handset.say(voice.from_wav(voice.decode(sound), "(a voice)"))
    else:
        handset.say(_word(wish, "text")[:1000])


def _hang_up(_carrier: Carrier, _cast: Cast, handset: Handset, _wish: Mapping[str, object]) -> None:
    handset.hang_up()


def _pick_up(_carrier: Carrier, _cast: Cast, handset: Handset, _wish: Mapping[str, object]) -> None:
    handset.pick_up()


def _decline(_carrier: Carrier, _cast: Cast, handset: Handset, _wish: Mapping[str, object]) -> None:
    handset.decline()


def _send(_carrier: Carrier, _cast: Cast, handset: Handset, wish: Mapping[str, object]) -> None:
    handset.text(_word(wish, "line"), _word(wish, "body")[:1600])


def _behave(_carrier: Carrier, cast: Cast, handset: Handset, wish: Mapping[str, object]) -> None:
    how = _word(wish, "how")
    if how not in BEHAVIOURS:
        raise ValueError("A telephone does not behave like that.")
    handset.answers_by_hand()
    cast.behaves[handset.number] = how
    if how == "busy":
        handset.busy = True
    elif how == "machine":
        handset.voicemail_answers(after=2.0)


_ACTS: Mapping[str, Callable[[Carrier, Cast, Handset, Mapping[str, object]], None]] = {
    "ring": _ring,
    "press": _press,
    "say": _say,
    "hang-up": _hang_up,
    "pick-up": _pick_up,
    "decline": _decline,
    "text": _send,
    "behave": _behave,
}
