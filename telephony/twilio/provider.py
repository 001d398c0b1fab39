"""The carrier of a real installation, and of the demo's."""

from dataclasses import dataclass
from typing import Final

from telephony.events import Event
from telephony.flow import NOTHING, Particulars, Turn
from telephony.numbers import CallerNumber
from telephony.prompts import PromptSource
from telephony.provider import Ability, Form, SignedRequest, Urls, Webhook
from telephony.softphone import Phone, Softphone
from telephony.twilio import markup
from telephony.twilio.parse import parse
from telephony.twilio.rest import Credentials, Rest
from telephony.twilio.signature import Verifier

EVERYTHING: Final = frozenset(Ability)
PORTABLE: Final = frozenset({Ability.TEXT, Ability.OUTBOUND_CALL})
"""What a TwiML-compatible carrier other than the vendor is trusted to do."""


@dataclass(frozen=True, slots=True)
class TwilioProvider:
    """The vendor, or a carrier that speaks its language at another address."""

    verifier: Verifier
    rest: Rest
    abilities: frozenset[Ability] = EVERYTHING

    def can(self, ability: Ability) -> bool:
        return ability in self.abilities

    def verify(self, request: SignedRequest) -> Form:
        return self.verifier.verify(request)

    def parse(self, webhook: Webhook, form: Form, turn: int = 0) -> Event:
        return parse(webhook, form, turn)

    def render(
        self,
        turn: Turn,
        call_id: str,
        urls: Urls,
        prompts: PromptSource,
        particulars: Particulars = NOTHING,
    ) -> bytes:
        record = self.can(Ability.RECORD_TALK)
        return markup.render(turn, call_id, urls, prompts, particulars, record_talk=record)

    def place_call(self, to: Phone, caller_id: CallerNumber, markup: bytes, urls: Urls) -> str:
        return self.rest.place_call(to, caller_id, markup, urls)

    def ring_leg(
        self, to: Phone, caller_id: CallerNumber, leg_id: str, seconds: int, urls: Urls
    ) -> str:
        return self.rest.ring_leg(to, caller_id, leg_id, seconds, urls)

    def send_to(self, call_id: str, url: str) -> None:
        self.rest.send_to(call_id, url)

    def send_text(self, to: CallerNumber, from_: CallerNumber, body: str, urls: Urls) -> str:
        return self.rest.send_text(to, from_, body, urls)

    def fetch_recording(self, recording_id: str) -> bytes:
        return self.rest.fetch_recording(recording_id)

    def delete_recording(self, recording_id: str) -> None:
        self.rest.delete_recording(recording_id)

    def recording_gone(self, recording_id: str) -> bool:
        return self.rest.recording_gone(recording_id)

    def redact_text(self, message_id: str) -> None:
        self.rest.redact_text(message_id)

    def delete_call(self, call_id: str) -> None:
        self.rest.delete_call(call_id)

    def end_call(self, call_id: str) -> None:
        self.rest.end_call(call_id)

    def softphone_token(self, phone: Softphone, seconds: int) -> str:
        if not self.can(Ability.SOFTPHONE):
            raise ValueError("This carrier rings no browser.")
        return self.rest.softphone_token(phone, seconds)


def from_settings(
    *,
    public_url: str,
    account_sid: str,
    auth_tokens: tuple[str, ...],
    api_key: tuple[str, str] = ("", ""),
    rest_url: str = "",
    can_dial: bool = True,
    can_text: bool = True,
    rest_can_join: bool = False,
    softphone: bool = False,
) -> TwilioProvider:
    """The provider of an installation. Raises ValueError for a wrong public address.

    auth_tokens   tokens that sign: plain ones are the account's own, ``AC...:token`` a subaccount's
    api_key       id and secret that send; without one the first of the account's own tokens does
    rest_url      a compatible carrier's address; "" is the vendor
    rest_can_join whether that carrier runs Conference, as the vendor does
    softphone     whether browsers may be rung: by the vendor alone, and only with an API key
    """
    tokens: dict[str, tuple[str, ...]] = {}
    for entry in auth_tokens:
        account, _, token = str(entry).rpartition(":")
        owner = account or account_sid
        tokens[owner] = (*tokens.get(owner, ()), token)
    own = tokens.get(account_sid, ("",))[0]
    user, password = api_key if all(api_key) else (account_sid, own)
    abilities = set(PORTABLE if rest_url else EVERYTHING)
    abilities |= {Ability.CONFERENCE} if rest_can_join else set()
    abilities -= set() if softphone and all(api_key) else {Ability.SOFTPHONE}
    abilities -= set() if can_dial else {Ability.OUTBOUND_CALL}
    abilities -= set() if can_text else {Ability.TEXT}
    return TwilioProvider(
        Verifier(public_url.rstrip("/"), tokens),
        Rest(Credentials(account_sid, user, password), rest_url),
        frozenset(abilities),
    )
