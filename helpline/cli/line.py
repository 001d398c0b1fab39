"""`helpline line`: the numbers that workers ring."""

from importlib import resources

import click

from helpline.cli.common import with_app, work
from helpline.columns import utc_now
from helpline.register.service import line_upkeep, lines
from helpline.register.service.author import Author
from helpline.unit_of_work import HelplineFlask


@click.group("line")
def command() -> None:
    """Lines: number, languages, hours.

    \b
    Examples:
      helpline line add +8620000000 --name "South" --language zh-Hans --language en \\
          --zone Asia/Shanghai --country CN --hours "11:00-21:00" --emergency "110, 120"
      helpline line list
      helpline line fallback > fallback.xml
    """


@command.command("add")
@click.argument("number")
@click.option("--name", required=True)
@click.option("--kind", type=click.Choice(["answering", "missed-call"]), default="answering")
@click.option("--language", "languages", multiple=True, required=True)
@click.option("--zone", required=True)
@click.option("--country", required=True)
@click.option("--hours", required=True, help='Every day, or as "mon=09:00-12:00; tue=...".')
@click.option("--emergency", default="", help="Public emergency numbers, with commas.")
@click.option("--recording", is_flag=True, help="Offer recording to callers.")
@with_app
def add(
    app: HelplineFlask,
    number: str,
    name: str,
    kind: str,
    languages: tuple[str, ...],
    zone: str,
    country: str,
    hours: str,
    emergency: str,
    recording: bool,
) -> None:
    """Add a line; from the server's own terminal it needs no second person."""
    typed = line_upkeep.LineInput(
        number=number,
        name=name,
        kind=kind,
        languages=languages,
        zone=zone,
        country=country,
        hours=_by_day(hours),
        emergency_numbers=emergency,
        recording_offered=recording,
    )
    with work(app) as site:
        line_upkeep.add(Author(site), typed, utc_now())
    click.echo("Added.")


@command.command("list")
@with_app
def listing(app: HelplineFlask) -> None:
    """Number, name, languages and whether it takes calls."""
    with work(app):
        for line in lines.all_lines():
            state = "takes calls" if line.active and line.ready else "does not take calls"
            click.echo(f"{line.number}\t{line.name}\t{' '.join(line.languages)}\t{state}")


@command.command("fallback")
def fallback() -> None:
    """Print the answer for when this server is down, to be hosted elsewhere."""
    click.echo(resources.files("telephony.twilio").joinpath("fallback.xml").read_text("utf-8"))


def _by_day(hours: str) -> dict[str, str]:
    if "=" not in hours:
        return dict.fromkeys(line_upkeep.WEEKDAYS, hours)
    pairs = (part.split("=", 1) for part in hours.split(";") if "=" in part)
    return {day.strip(): text.strip() for day, text in pairs}
