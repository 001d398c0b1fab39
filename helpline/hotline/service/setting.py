"""What every use case here needs of the installation, handed in by the views and the worker."""

from dataclasses import dataclass

from helpline.config import Config, Hotline, Telephony
from helpline.keys.service.site import Site
from helpline.register.service import prompts as line_prompts
from helpline.register.service.lines import LineView
from telephony.numbers import CallerNumber
from telephony.prompts import Prompts
from telephony.provider import Ability, Provider, Urls


@dataclass(frozen=True, slots=True)
class Setting:
    """The server with nobody logged in, its carrier and its settings."""

    site: Site
    carrier: Provider
    hotline: Hotline
    telephony: Telephony
    urls: Urls

    @classmethod
    def of(cls, site: Site, carrier: Provider, config: Config) -> "Setting":
        base = config.site.public_url.rstrip("/")
        return cls(site, carrier, config.hotline, config.telephony, Urls(base))

    def prompts(self, line: LineView) -> Prompts:
        """What this line says, with its own texts and sounds."""
        return line_prompts.of_line(line, self.urls.base)

    def may_text(self, number: CallerNumber) -> bool:
        """Whether the carrier can text and this number may be texted by the settings."""
        return self.carrier.can(Ability.TEXT) and self._allowed(number)

    def may_dial(self, number: CallerNumber) -> bool:
        """Whether the carrier can dial this number; otherwise somebody rings from a desk phone."""
        return self.carrier.can(Ability.OUTBOUND_CALL) and self._allowed(number)

    def _allowed(self, number: CallerNumber) -> bool:
        if number.withheld:
            return False
        countries = {f"+{code.lstrip('+')}" for code in self.telephony.outbound_countries}
        return number.calling_code() in countries
