"""What the worker process does for the reports: pages and charts, after a publication."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from helpline import jobs
from helpline.i18n import LOCALES, speaking
from helpline.reports.rules import charts
from helpline.reports.rules.charts import Spec
from helpline.reports.service import drawing, portraying
from helpline.reports.views.subjects import chart_words

PAGES: Final = "pages and charts of reports"


@jobs.periodic(PAGES, every=timedelta(seconds=1))
def make(_now: datetime) -> None:
    """After a publication: first what pages say, then a few charts each time."""
    if not portraying.keep_up():
        drawing.draw_some(_described, tuple(LOCALES))


def _described(body: Mapping[str, Any], language: str) -> Mapping[str, Spec]:
    with speaking(LOCALES[language]):
        return charts.charts(body, chart_words(body))
