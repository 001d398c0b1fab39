"""Reading the markup that an application answers with: a tree of verbs, checked as a carrier does.

Three kinds of mistakes, with the vendor's numbers: a document that cannot be read (12100), one that
breaks the nesting rules (12200) and, as a warning only, attributes that no verb has (12200).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

MAX_BYTES = 64 * 1024
MAX_SAY = 4096

_SPEECH = frozenset({"Say", "Play", "Pause"})
_ACTION = frozenset({"action", "method"})
_RECORDING = frozenset(
    {"recordingStatusCallback", "recordingStatusCallbackMethod", "recordingStatusCallbackEvent"}
)
_CALLED = frozenset(
    {"url", "method", "statusCallback", "statusCallbackEvent", "statusCallbackMethod"}
    | {"machineDetection", "machineDetectionTimeout", "byoc"}
)

ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "Response": frozenset(),
    "Say": frozenset({"voice", "language", "loop"}),
    "Play": frozenset({"loop", "digits"}),
    "Pause": frozenset({"length"}),
    "Gather": _ACTION
    | {"timeout", "numDigits", "finishOnKey", "actionOnEmptyResult", "input", "language"}
    | {"speechTimeout", "hints", "bargeIn"},
    "Record": _ACTION
    | _RECORDING
    | {"maxLength", "timeout", "finishOnKey", "playBeep", "trim", "transcribe"},
    "Dial": _ACTION
    | _RECORDING
    | {"timeout", "callerId", "answerOnBridge", "timeLimit", "hangupOnStar", "record", "ringTone"},
    "Number": _CALLED,
    "Client": _CALLED - {"machineDetection"},
    "Sip": _CALLED,
    "Conference": frozenset({"beep", "muted", "waitUrl", "waitMethod", "maxParticipants"})
    | {"startConferenceOnEnter", "endConferenceOnExit"},
    "Redirect": frozenset({"method"}),
    "Reject": frozenset({"reason"}),
    "Hangup": frozenset(),
    "Message": frozenset({"to", "from", "action", "method", "statusCallback"}),
    "Body": frozenset(),
}
"""Every element the carrier knows, with the attributes it takes."""

CHILDREN: Mapping[str, frozenset[str]] = {
    "Gather": _SPEECH,
    "Dial": frozenset({"Number", "Client", "Sip", "Conference"}),
    "Message": frozenset({"Body"}),
}
VOICE = _SPEECH | {"Gather", "Record", "Dial", "Redirect", "Reject", "Hangup"}
MESSAGING = frozenset({"Message", "Redirect"})
WHISPER = _SPEECH | {"Gather", "Redirect", "Hangup"}


class MarkupError(Exception):
    """A document the carrier cannot execute; `code` is the vendor's error number."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(slots=True)
class Verb:
    """One element: its name, attributes, text and children."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: list["Verb"] = field(default_factory=list)

    def get(self, attribute: str, default: str = "") -> str:
        return self.attributes.get(attribute, default)

    def flag(self, attribute: str, *, default: bool = False) -> bool:
        """A true/false attribute."""
        return self.attributes.get(attribute, str(default)).lower() == "true"

    def number(self, attribute: str, default: float) -> float:
        """A numeric attribute; what is not a number counts as the default."""
        try:
            return float(self.attributes.get(attribute, default))
        except ValueError:
            return default

    def walk(self) -> Iterator["Verb"]:
        """This element and everything in it."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Document:
    """The verbs of one answer in their order, and what was odd about it."""

    verbs: tuple[Verb, ...]
    warnings: tuple[str, ...] = ()


def parse(data: bytes, allowed: frozenset[str] = VOICE) -> Document:
    """Read one document whose top-level verbs must be among `allowed`.

    Raises MarkupError: 11750 too large, 12100 not well-formed, 12200 wrong nesting or unknown verb.
    """
    if len(data) > MAX_BYTES:
        raise MarkupError(11750, "The document is larger than 64 kB.")
    root = _tree(data)
    if root.name != "Response":
        raise MarkupError(12100, "The document does not start with Response.")
    if root.text.strip():
        raise MarkupError(12200, "Response holds text outside a verb.")
    for verb in root.children:
        if verb.name not in allowed:
            raise MarkupError(12200, f"{verb.name} is not allowed here.")
        _check(verb)
    return Document(tuple(root.children), tuple(_warnings(root)))


def read(body: bytes, kind: str, allowed: frozenset[str]) -> Document:
    """An answer as a document, by its content type; MarkupError 12300 if it has none that runs."""
    if kind in {"text/xml", "application/xml", "text/html"}:
        return parse(body, allowed)
    if kind.startswith("audio/"):
        return Document((Verb("Play"),))
    if kind == "text/plain":
        text = body.decode("utf-8", "replace")
        return Document((Verb("Say", text=text),) if text.strip() else ())
    raise MarkupError(12300, "The answer has a content type that is not executed.")


def _check(verb: Verb) -> None:
    nested = CHILDREN.get(verb.name, frozenset())
    for child in verb.children:
        if child.name not in nested:
            code = 13320 if verb.name == "Gather" else 12200
            raise MarkupError(code, f"{child.name} is not allowed in {verb.name}.")
        _check(child)
    if verb.name == "Say" and len(verb.text) > MAX_SAY:
        raise MarkupError(13520, "Say holds more than 4096 characters.")
    if verb.name == "Say" and not verb.text.strip():
        raise MarkupError(13520, "Say is empty.")
    if verb.name == "Dial" and len({child.name for child in verb.children}) > 1:
        raise MarkupError(12200, "Dial holds a room or numbers, not both.")
    if verb.name == "Conference" and not verb.text.strip():
        raise MarkupError(13214, "Conference has no name.")
    if verb.name == "Dial" and len(verb.children) > 10:
        raise MarkupError(12200, "Dial holds more than ten numbers.")


def _warnings(root: Verb) -> Iterator[str]:
    for verb in root.walk():
        for attribute in sorted(set(verb.attributes) - ATTRIBUTES.get(verb.name, frozenset())):
            yield f"{verb.name} has no attribute {attribute}."
        for attribute, value in verb.attributes.items():
            if attribute.lower().endswith("method") and value.upper() != "POST":
                yield f"{verb.name} asks for {value}; this carrier posts."
    after_dial = False
    for verb in root.children:
        if after_dial:
            yield f"{verb.name} after a Dial with an action is never reached."
            break
        after_dial = verb.name == "Dial" and bool(verb.get("action"))


def _tree(data: bytes) -> Verb:
    """The element tree; no document type, no entities."""
    top = Verb("")
    open_verbs = [top]

    def start(name: str, attributes: dict[str, str]) -> None:
        verb = Verb(name, dict(attributes))
        open_verbs[-1].children.append(verb)
        open_verbs.append(verb)

    def end(_name: str) -> None:
        open_verbs.pop()

    def text(data: str) -> None:
        open_verbs[-1].text += data

    def doctype(*_args: object) -> None:
        raise MarkupError(12100, "A document type is not allowed.")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise MarkupError(12100, "The document is not well-formed XML.") from error
    return top.children[0]
