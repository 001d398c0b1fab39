"""`helpline facts import` and `helpline reports verify`, as whoever types them sees them."""

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from crypto import totp
from helpline.cases.models import Fact
from helpline.extensions import db
from helpline.keys.rules import Role
from helpline.reports.models import SealedAtom
from helpline.reports.service import attacking, checking, closing
from tests.installation import FACTORY_CODE, ROOT, Installation, Person
from tests.services.reports.conftest import FIRST, RATE, after

HEADER = "factory,date,category,country,worker,severity\n"
NO_LOGIN = "Error: The login name, the password or the code is not right."


@pytest.fixture
def installation(database_url: str, tmp_path: Path) -> Iterator[Installation]:
    roles = (Role.SUPERVISOR, Role.COUNSELLOR)
    made = Installation.found(tmp_path / "house", database_url, roles=roles)
    yield made
    made.close()


def typed(house: Installation, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "helpline.cli", *words, "--config", str(house.config_file)],
        cwd=ROOT,
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def imports(
    house: Installation, who: Person, content: str | bytes, password: str = ""
) -> tuple[int, str, list[str]]:
    """Status, standard output, lines of standard error."""
    path = house.folder / "history.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    code = totp.code_at(who.factor, int(time.time()))
    given = f"{password or who.password}\n{code}\n"
    done = typed(house, "facts", "import", "--login", who.login, str(path), given=given)
    assert who.password not in done.stdout + done.stderr
    return done.returncode, done.stdout, done.stderr.splitlines()


def history(many: int) -> str:
    days = [FIRST.begins + timedelta(days=n % 90) for n in range(many)]
    return "".join(f"{FACTORY_CODE},{day},W1,,w{n},2\n" for n, day in enumerate(days))


def facts(house: Installation) -> int:
    with house.work():
        return db.session.scalar(select(func.count()).select_from(Fact)) or 0


def test_wrong_rows_are_named_and_nothing_enters_until_all_are_right(
    installation: Installation,
) -> None:
    house = installation
    nils, mara = house.of(Role.SUPERVISOR)
    [ada] = house.of(Role.COUNSELLOR)
    wrong = [
        "NO-1,2025-01-01,W1,,,",
        f"{FACTORY_CODE},2025-13-01,W1,,,9",
        f'{FACTORY_CODE},"2025',
    ]
    done = imports(house, nils, HEADER + history(6000) + "\n".join(wrong) + "\n")
    assert done[:2] == (1, "")
    assert done[2] == [
        "Row 6002: This code is not known: NO-1.",
        "Row 6003: The date is written as 2024-08-14.",
        "Row 6003: The severity is 0 to 4.",
        "Row 6004: The file is no CSV: a quotation mark is open or out of place.",
        "Nothing was imported.",
    ]
    assert facts(house) == 0, "six thousand right rows stood before the wrong one"
    assert imports(house, ada, HEADER + history(1))[0] == 1
    assert imports(house, mara, HEADER + history(1), "a password that is wrong")[2] == [NO_LOGIN]
    assert facts(house) == 0
    assert imports(house, mara, HEADER + history(40)) == (0, "40 imported.\n", [])
    assert facts(house) == 40


def test_a_file_that_is_no_text_is_refused_in_words(installation: Installation) -> None:
    nils = installation.of(Role.SUPERVISOR)[0]
    binary = HEADER.encode() + b"\xff\xfe\x00GD,\x80\n"
    status, out, said = imports(installation, nils, binary)
    assert (status, out, said[-1]) == (1, "", "Nothing was imported.")
    assert 'Save it as "CSV UTF-8".' in said[0]
    assert facts(installation) == 0


def test_verify_tells_what_does_not_hold(installation: Installation) -> None:
    house = installation
    nils, mara = house.of(Role.SUPERVISOR)
    empty = typed(house, "reports", "verify")
    assert (empty.returncode, empty.stdout, empty.stderr) == (0, "0 releases, 0 remarks.\n", "")
    assert imports(house, nils, HEADER + history(400))[0] == 0
    closed_by(house, nils, mara)
    good = typed(house, "reports", "verify")
    assert (good.returncode, good.stdout, good.stderr) == (0, "1 releases, 0 remarks.\n", "")
    with house.work():
        db.session.add(SealedAtom(unit="GD-1", period="2025-Q1", part="", value=7, release=1))
    bad = typed(house, "reports", "verify")
    assert (bad.returncode, bad.stdout) == (1, "1 releases, 0 remarks.\n")
    assert bad.stderr == "Fault: release 1 is not what the ledger holds.\n"


def closed_by(house: Installation, first: Person, second: Person) -> None:
    with house.work():
        handed = closing.prepare(house.principal(first), FIRST, RATE, after(FIRST))
    attacking.run(checking.given(handed, str(house.config.database.url)))
    with house.work():
        closing.publish(house.principal(second), FIRST, after(FIRST))
