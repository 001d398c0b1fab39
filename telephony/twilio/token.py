"""The vendor's access token for a browser phone: it may be rung, and may do nothing else.

Loaded with the first token (``rest.py``).
"""

from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant

from telephony.softphone import Softphone


def softphone(account: str, key: str, secret: str, phone: Softphone, seconds: int) -> str:
    """A token (HS256) of an API key. Raises ValueError for the account's own: it signs webhooks."""
    if key == account:
        raise ValueError("A browser phone's token needs an API key.")
    token = AccessToken(account, key, secret, identity=phone.identity, ttl=seconds)
    token.add_grant(VoiceGrant(incoming_allow=True))
    return str(token.to_jwt())
