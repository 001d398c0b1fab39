import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests.installation import Installation


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Make a fresh database with every table each time it is called, on either kind."""
    names: list[str] = []
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")

        def copy() -> str:
            names.append(f"helpline{len(names)}.sqlite3")
            shutil.copy(template, tmp_path / names[-1])
            return f"sqlite:///{tmp_path / names[-1]}"

        yield copy
        return
    uri: str = request.getfixturevalue("postgres")
    with closing(psycopg.connect(uri, autocommit=True)) as connection:

        def create() -> str:
            names.append(f"t{uuid4().hex}")
            connection.execute(f"CREATE DATABASE {names[-1]} TEMPLATE template_helpline")
            return uri.replace("/postgres?", f"/{names[-1]}?")

        yield create
        for name in names:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def make_installation(
    new_database: Callable[[], str], tmp_path: Path
) -> Iterator[Callable[..., Installation]]:
    """Found an installation with settings of one's own; closed at the end."""
    made: list[Installation] = []

    def make(**settings: object) -> Installation:
        folder = tmp_path / f"house{len(made)}"
        made.append(Installation.found(folder, new_database(), **settings))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for installation in made:
        installation.close()


@pytest.fixture
def installation(make_installation: Callable[..., Installation]) -> Installation:
    return make_installation()
