"""An auditor: reads what is released."""

from tests.browser.navigators.staff import Staff


class Auditor(Staff):
    """Somebody who reads reports and nothing else."""
