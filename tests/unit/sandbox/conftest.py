import pytest
from scripted_app import App, carrier_for

from telephony.sandbox.carrier import Carrier


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def carrier(app: App) -> Carrier:
    return carrier_for(app)
