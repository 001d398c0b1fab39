"""A sponsor: reads what is released of their own factories."""

from tests.browser.navigators.staff import Staff


class Sponsor(Staff):
    """Somebody of a brand, who reads a part of what an auditor reads."""
