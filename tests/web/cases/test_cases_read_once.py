"""A page that only reads is made once: what it has to write is known, and written at its end."""

import logging

import pytest

from tests.web.cases.conftest import Desk

PAGES = ["/desk", "/cases", "/cases/search"]


@pytest.mark.parametrize(
    ("name", "page"),
    [("nils.compass", page) for page in [*PAGES, "/cases/all"]]
    + [("ada.lantern", page) for page in PAGES],
)
def test_the_first_page_of_somebody_is_made_once(
    desk: Desk, name: str, page: str, caplog: pytest.LogCaptureFixture
) -> None:
    desk.receive()
    browser = desk.login(name)
    with caplog.at_level(logging.INFO, "helpline.unit_of_work"):
        for _ in range(2):
            assert browser.get(page).status_code == 200
    assert "once more" not in caplog.text
