"""A carrier in memory and a phone in the browser, for the demo, for development and for tests."""
