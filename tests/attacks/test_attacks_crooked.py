"""Whatever is awkward happens at once, for three years; the reader holds every release."""

import pytest

from helpline.reports.rules.portraits import portraits
from helpline.reports.rules.release import Status
from helpline.reports.service.gate import attack
from tests.attacks.claims import K, Truth, claims_of, targets
from tests.attacks.crooked import CASES, PLAIN, YEARS, crooked
from tests.attacks.lattice import Reader
from tests.unit.reports.closing import Publisher
from tests.unit.reports.synthetic import WANTED, World


@pytest.fixture(scope="module")
def closed() -> tuple[World, Publisher]:
    made, register = crooked(5)
    publisher = Publisher(made, rate=6.0, register=register)
    publisher.close_years(*YEARS)
    return made, publisher


def test_the_reader_proves_nothing_of_the_few(closed: tuple[World, Publisher]) -> None:
    made, publisher = closed
    reader = Reader(claims_of(publisher.releases, made))
    awkward = range(PLAIN, PLAIN + len(CASES))
    few = list(targets(awkward, Truth(made), YEARS))
    assert len(few) > 2000
    found = [reader.proves(cells, true) for cells, true in few]
    assert [proved for proved in found if proved.gives_away or proved.narrow(K)] == []


def test_the_gate_finds_nothing_and_tests_everything(closed: tuple[World, Publisher]) -> None:
    _, publisher = closed
    audit = attack(publisher.releases, publisher.shared)
    assert audit.findings == []
    assert audit.clean


@pytest.mark.parametrize("name", ["repeat", "shared", "unknown", "nobody", "nobody-large"])
def test_of_one_or_two_callers_there_is_no_number(
    closed: tuple[World, Publisher], name: str
) -> None:
    _, publisher = closed
    rows = [row for one in publisher.releases for row in one.contacts if row.unit == f"X-{name}"]
    assert rows
    assert {row.status for row in rows} <= {Status.LT_K, Status.POOLED, Status.WITHHELD}


def test_what_everybody_contacts_about_is_not_said(closed: tuple[World, Publisher]) -> None:
    _, publisher = closed
    divided = [
        cut
        for one in publisher.releases
        for cut in one.divided
        if cut.unit == "X-one-category" and cut.attribute == "category"
    ]
    assert divided
    assert [cut.said for cut in divided] == [None] * len(divided)


def test_rates_and_shares_say_no_more_than_the_numbers_they_are_made_of(
    closed: tuple[World, Publisher],
) -> None:
    _, publisher = closed
    found = portraits(publisher.releases)
    for portrait in found:
        workers = {one.year: one.unit.workers for one in portrait.spoken}
        for number in portrait.numbers:
            year = number.period.year
            if number.value is None:
                assert number.rate is None
                assert number.interval is None
            elif number.rate is not None and year in workers:
                assert round(number.rate * workers[year] / 1000) == number.value
        for cut in portrait.divisions:
            told = [share for share in cut.shares if share.value is not None]
            assert all(0 < (share.share or 0) < 1 for share in told)
            assert sum(share.value or 0 for share in told) == cut.whole


def test_nothing_is_told_by_gender(closed: tuple[World, Publisher]) -> None:
    """A factory of women alone is as safe as any: the question is never asked."""
    _, publisher = closed
    names = {name for one in publisher.releases for name in one.attributes}
    assert names == {one.name for one in (*WANTED.opening, *WANTED.ending)}
    assert not names.intersection({"gender", "sex", "age"})
