import pytest

from telephony.sandbox.carrier import Carrier
from tests.unit.sandbox.scripted_app import App, carrier_for


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def carrier(app: App) -> Carrier:
    return carrier_for(app)
