from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.organisation import Organisation, found


@pytest.fixture
def organisation(tmp_path: Path, database_url: str) -> Iterator[Organisation]:
    """A founded organisation with one supervisor."""
    made = found(database_url, tmp_path)
    yield made
    made.close()
