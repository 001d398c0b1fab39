from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.whole import Whole, whole


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path) -> Iterator[Whole]:
    """The whole application with one person of each role."""
    made = whole(sqlite_url, tmp_path)
    yield made
    made.close()
