from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.organisation import Organisation, found


@pytest.fixture
def organisation(database_url: str, tmp_path: Path) -> Iterator[Organisation]:
    made = found(database_url, tmp_path)
    yield made
    made.close()
