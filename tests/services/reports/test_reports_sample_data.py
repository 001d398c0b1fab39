"""`helpline sample-data`: files that the imports take, or a demo that is filled, and no other."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from helpline.cases.models import Case, Fact
from helpline.cases.rules.status import Accepted, Finding, Outcome, Remedy
from helpline.cli.common import make_app, read_config, work
from helpline.cli.demo import build
from helpline.cli.sample_data import priors
from helpline.cli.sample_data.world import Scale, World
from helpline.columns import utc_now
from helpline.extensions import Base, db
from helpline.register.service import factory_upkeep
from helpline.register.service.author import Author
from helpline.reports.models import ReleaseRow
from helpline.reports.service import importing, verifying
from tests.installation import ROOT, Installation
from tests.services.reports.conftest import House

SCALE = Scale(30, 1500, date(2024, 1, 1), date(2025, 12, 31), 7)


def typed(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "helpline.cli", *words]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=200
    )


def rows(table: type[Base]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_one_seed_draws_one_organisation_of_the_size_that_was_asked_for() -> None:
    world, same = World.of(SCALE), World.of(SCALE)
    assert list(world.lines()) == list(same.lines())
    assert len(list(world.lines())) == 1 + SCALE.cases
    assert len(world.factories) == SCALE.factories
    days = [line.split(",")[2] for line in list(world.lines())[1:]]
    assert days == sorted(days)
    assert days[0] >= "2024-01-01"
    assert days[-1] <= "2025-12-31"
    other = World.of(Scale(30, 1500, SCALE.first, SCALE.until, 8))
    assert list(other.lines()) != list(world.lines())


def test_what_is_drawn_is_coded_in_the_words_of_the_house() -> None:
    assert set(priors.OUTCOMES) <= set(Outcome)
    assert set(priors.REMEDIES) == set(Remedy)
    assert set(priors.FINDINGS) == set(Finding)
    assert set(priors.ACCEPTED) == set(Accepted)


def test_the_shares_are_those_of_the_priors() -> None:
    world = World.of(Scale(400, 40_000, date(2023, 1, 1), date(2025, 12, 31), 3))
    sizes = [one.workers for one in world.factories]
    assert sum(sizes) / len(sizes) == pytest.approx(priors.MEAN_WORKERS, rel=0.2)
    months = [date.fromordinal(int(day)).month for day in world.day]
    summer = sum(month in priors.SUMMER_MONTHS for month in months) / len(months)
    assert summer == pytest.approx(4 * priors.SUMMER / (4 * priors.SUMMER + 8), abs=0.01)
    assert (world.worker < 0).mean() == pytest.approx(priors.UNKNOWN, abs=0.01)
    assert (~world.named).mean() == pytest.approx(priors.NO_FACTORY, abs=0.01)


def test_the_imports_take_what_is_written(house: House, tmp_path: Path) -> None:
    folder = tmp_path / "big"
    done = typed("sample-data", "--csv", str(folder), "--factories", "30", "--cases", "700")
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["factories.csv", "history.csv"]
    with house.work():
        data = (folder / "factories.csv").read_bytes()
        register = factory_upkeep.import_csv(Author(house.site), data, utc_now(), update=False)
        assert (register.added, register.problems) == (30, ())
    with house.work(), (folder / "history.csv").open(newline="") as file:
        assert importing.import_csv(house.nils, file, utc_now()).facts == 700


def test_a_demo_is_filled_once_and_published(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    build.ensure(folder, 4)
    size = ("--factories", "12", "--cases", "1000", "--years", "2", "--contacts", "5")
    filled = typed("sample-data", "--folder", str(folder), *size, "--publish")
    assert filled.returncode == 0, filled.stderr
    assert "12 factories, 1000 cases since" in filled.stdout
    app = make_app(read_config(folder / "config.toml"))
    with work(app):
        assert rows(Fact) >= 1000
        assert rows(Case) >= 8, "by the intake, four of them before"
        assert rows(ReleaseRow) >= 3
        assert list(verifying.faults()) == []
    again = typed("sample-data", "--folder", str(folder), *size)
    assert again.returncode == 1
    assert "Something was closed here already" in again.stderr


def test_only_a_demo_is_filled(sqlite_url: str, tmp_path: Path) -> None:
    nothing = typed("sample-data", "--folder", str(tmp_path / "nowhere"))
    assert nothing.returncode == 1
    assert "There is no demo" in nothing.stderr
    real = Installation.found(tmp_path / "house", sqlite_url, roles=())
    try:
        (real.folder / build.LOGINS).write_text(json.dumps([]), "utf-8")
        refused = typed("sample-data", "--folder", str(real.folder), "--cases", "10")
        assert refused.returncode == 1
        assert "Only a demo is filled with sample data" in refused.stderr
        with real.work():
            assert rows(Fact) == 0
    finally:
        real.close()
