"""What a TwiML document may look like in the core flow: verbs, nesting, attributes, addresses."""

import re
import xml.etree.ElementTree as ET
from typing import Final

MOST_BYTES: Final = 64 * 1024
_RECORDING: Final = {
    "recordingStatusCallback",
    "recordingStatusCallbackMethod",
    "recordingStatusCallbackEvent",
}
ATTRIBUTES: Final = {
    "Response": set[str](),
    "Say": {"voice", "language"},
    "Play": set[str](),
    "Pause": {"length"},
    "Gather": {"action", "method", "timeout", "finishOnKey", "numDigits"},
    "Record": {"action", "method", "maxLength", "timeout", "finishOnKey", "playBeep"} | _RECORDING,
    "Dial": {"action", "method", "timeout", "callerId", "answerOnBridge", "record"} | _RECORDING,
    "Number": {
        "url",
        "method",
        "statusCallback",
        "statusCallbackEvent",
        "statusCallbackMethod",
    },
    "Client": {
        "url",
        "method",
        "statusCallback",
        "statusCallbackEvent",
        "statusCallbackMethod",
    },
    "Conference": {
        "beep",
        "waitUrl",
        "muted",
        "startConferenceOnEnter",
        "endConferenceOnExit",
    },
    "Redirect": {"method"},
    "Reject": {"reason"},
    "Hangup": set[str](),
}
CHILDREN: Final = {
    "Response": {
        "Say",
        "Play",
        "Pause",
        "Gather",
        "Record",
        "Dial",
        "Redirect",
        "Reject",
        "Hangup",
    },
    "Gather": {"Say", "Play", "Pause"},
    "Dial": {"Number", "Client", "Conference"},
}
WHISPER: Final = {"Say", "Play", "Pause", "Gather", "Hangup"}
ADDRESSES: Final = ("action", "url", "statusCallback", "recordingStatusCallback")
END: Final = {"Redirect", "Hangup", "Reject", "Dial"}
_OPAQUE: Final = re.compile(r"https://help\.example/telephony/[a-z]+(/[a-z0-9-]+)*(\?turn=\d+)?")


def check(document: bytes, *, whisper: bool = False) -> ET.Element:
    """Read the document; an AssertionError names the first rule that it breaks."""
    assert document.startswith(b"<?xml"), "XML must start at the first byte"
    assert len(document) < MOST_BYTES, "larger than 64 kB"
    root = ET.fromstring(document)
    assert root.tag == "Response"
    _check(root)
    tags = [child.tag for child in root]
    if whisper:
        assert set(tags) <= WHISPER, "a whisper may not do this"
        assert not tags or tags[-1] == "Hangup", "without a hangup the two are joined"
    else:
        assert tags, "an empty document hangs up"
        assert tags[-1] in END, "the document runs out"
    for tag in tags[:-1]:
        assert tag not in END, "verbs after this one are never reached"
    assert "Reject" not in tags or tags == ["Reject"], "Reject comes before the answer"
    return root


def _check(element: ET.Element) -> None:
    name = element.tag
    assert name in ATTRIBUTES, f"{name} is not portable"
    assert set(element.attrib) <= ATTRIBUTES[name], f"{name}: {set(element.attrib)}"
    for attribute in ADDRESSES:
        address = element.get(attribute)
        assert address is None or _OPAQUE.fullmatch(address), address
    if name in {"Gather", "Record", "Dial"}:
        assert element.get("action"), f"{name} would ask the document it stands in again"
    if name == "Say":
        assert 0 < len((element.text or "").strip()) <= 4096
    if name == "Redirect":
        assert _OPAQUE.fullmatch(element.text or "")
    if name == "Gather":
        assert int(element.get("timeout", "5")) >= 1
    if name == "Dial":
        room = element[0].tag == "Conference"
        assert room or int(element.get("timeout", "30")) <= 20
        assert len(element) == 1
    for child in element:
        assert child.tag in CHILDREN.get(name, set()), f"{child.tag} in {name}"
        _check(child)
