"""What `helpline sample-data` does: files, or a demo that is filled."""

from datetime import date
from pathlib import Path

import click

from helpline.cli.common import make_app, read_config
from helpline.cli.demo import build
from helpline.cli.sample_data import fill, publishing
from helpline.cli.sample_data.world import Scale, World
from helpline.columns import utc_now

MOST_FACTORIES, MOST_CASES, MOST_YEARS = 20_000, 5_000_000, 20


@click.command("sample-data")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("state/demo"))
@click.option("--factories", type=click.IntRange(3, MOST_FACTORIES), default=200)
@click.option("--cases", type=click.IntRange(1, MOST_CASES), default=20_000)
@click.option("--years", type=click.IntRange(1, MOST_YEARS), default=3, help="Up to today.")
@click.option("--contacts", type=click.IntRange(0, 3000), default=60, help="Through the intake.")
@click.option("--seed", type=int, default=1, help="The same seed draws the same organisation.")
@click.option("--publish", is_flag=True, help="Close every quarter that is over, too.")
@click.option(
    "--csv",
    "files",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write factories.csv and history.csv into this folder, and touch nothing else.",
)
def command(
    folder: Path,
    factories: int,
    cases: int,
    years: int,
    contacts: int,
    seed: int,
    publish: bool,
    files: Path | None,
) -> None:
    """Fill a demo with an invented organisation: factories, and years of cases.

    Only a demo is filled, once, before anything is published in it. A few contacts go through the
    real intake and are coded; the rest enters as `helpline facts import` does it.

    \b
    Examples:
      helpline demo --build-only
      helpline sample-data --factories 300 --cases 30000 --years 3 --publish
      helpline sample-data --factories 2000 --cases 1000000 --years 6 --csv big
    """
    today = utc_now().date()
    first = date(today.year - years + 1, 1, 1)
    scale = Scale(factories, cases, first, today, seed)
    if files is not None:
        _write(World.of(scale), files)
        return
    if not (folder / build.LOGINS).exists():
        raise click.ClickException(
            f"There is no demo in {folder}. Make one: helpline demo --build-only --folder {folder}"
        )
    app = make_app(read_config(folder / "config.toml"))
    fill.refuse_unless_fit(app, folder, cases)
    staff = fill.Staff.of(app, build.logins(folder))
    world = World.of(scale)
    fill.enter(app, staff, world, contacts)
    click.echo(f"{factories} factories, {cases} cases since {first}, {contacts} by the intake.")
    if not publish:
        return
    one, other = ((lambda who=who: who) for who in staff.publishers[:2])
    for release in publishing.close_all(app, one, other, world.rate(scale), utc_now()):
        click.echo(f"{release.closed.name}: published, {len(release.contacts)} rows.")


def _write(world: World, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "factories.csv").write_text(world.register(), "utf-8")
    part = folder / "history.csv.part"
    with part.open("w", encoding="utf-8") as file:
        file.writelines(world.lines())
    part.replace(folder / "history.csv")
    click.echo(
        f"helpline factory import {folder / 'factories.csv'}\n"
        f"helpline facts import --login LOGIN {folder / 'history.csv'}"
    )
