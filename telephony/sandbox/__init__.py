"""A carrier in memory and a phone in the browser, for the demo, for development and for tests."""

from telephony.sandbox.demo import DEMO_LINES, Sandbox, create_sandbox

__all__ = ["DEMO_LINES", "Sandbox", "create_sandbox"]
