from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hotline.world import MakeWorld, World, open_world


@pytest.fixture
def make_world(sqlite_url: str, tmp_path: Path) -> Iterator[MakeWorld]:
    """Open a world with settings of one's own."""
    opened: list[World] = []

    def make(**settings: Any) -> World:
        opened.append(open_world(sqlite_url, tmp_path, **settings))
        return opened[-1]

    yield make
    for world in opened:
        world.close()


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    return make_world()


@pytest.fixture
def either_world(database_url: str, tmp_path: Path) -> Iterator[World]:
    """The same on each database."""
    made = open_world(database_url, tmp_path)
    yield made
    made.close()
