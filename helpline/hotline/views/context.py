"""What the views hand to the use cases."""

import uuid

from flask import current_app, request

from helpline.config import Config
from helpline.errors import NotFound
from helpline.extensions import provider
from helpline.hotline.service.setting import Setting
from helpline.keys.views import site


def config() -> Config:
    """The installation's settings."""
    found: Config = current_app.extensions["helpline.config"]
    return found


def setting() -> Setting:
    """Site, carrier and settings of this request or job."""
    return Setting.of(site(), provider(), config())


def line_filter() -> uuid.UUID | None:
    """The line chosen in the address, if one is. Raises NotFound for what is no id."""
    text = request.args.get("line", "")
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        raise NotFound from None
