from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.installation import Installation


@pytest.fixture
def make_installation(database_url: str, tmp_path: Path) -> Iterator[Callable[..., Installation]]:
    """Found an installation on either database, with settings of one's own; closed at the end."""
    made: list[Installation] = []

    def make(**settings: object) -> Installation:
        folder = tmp_path / f"house{len(made)}"
        made.append(Installation.found(folder, database_url, **settings))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for installation in made:
        installation.close()


@pytest.fixture
def installation(make_installation: Callable[..., Installation]) -> Installation:
    return make_installation()
