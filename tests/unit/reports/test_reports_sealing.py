"""Atoms do not overlap, and what is withheld tells no more than "0 to 4"."""

from hypothesis import given
from hypothesis import strategies as st

from helpline.reports.rules.counts import Counted
from helpline.reports.rules.periods import Grain, Period
from helpline.reports.rules.pools import Pool, pool
from helpline.reports.rules.sealing import periods_of, seal
from helpline.reports.rules.tiers import Tier

K = 5
Q3 = Period.named("2026-Q3")


def each_alone(contacts: int) -> Counted:
    return Counted.of([1] * contacts)


def test_a_closed_quarter_ends_what_ends_with_it() -> None:
    assert periods_of(Tier.QUARTER, Q3) == (Q3,)
    months = [period.name for period in periods_of(Tier.MONTH, Q3)]
    assert months == ["2026-07", "2026-08", "2026-09"]
    assert periods_of(Tier.YEAR, Q3) == ()
    q4 = Period.named("2027-Q4")
    assert [period.name for period in periods_of(Tier.YEAR, q4)] == ["2027"]
    assert [period.name for period in periods_of(Tier.GROUP, q4)] == ["2027"]
    assert [period.name for period in periods_of(Tier.THREE_YEARS, q4)] == ["2025-2027"]


def test_months_are_said_where_all_three_can_be() -> None:
    months = Q3.split(Grain.MONTH)
    counts = {month: each_alone(9) for month in months} | {Q3: each_alone(27)}
    assert seal(Tier.MONTH, counts, Q3).said == dict.fromkeys(months, 9)
    counts[months[1]] = each_alone(4)
    found = seal(Tier.MONTH, counts | {Q3: each_alone(22)}, Q3)
    assert (found.said, found.withheld) == ({Q3: 22}, ())


def test_what_nobody_contacted_and_what_four_did_look_the_same() -> None:
    none = seal(Tier.QUARTER, {}, Q3)
    few = seal(Tier.QUARTER, {Q3: each_alone(4)}, Q3)
    assert none == few
    assert few.withheld == (Q3,)


def test_many_contacts_of_few_workers_are_withheld() -> None:
    assert seal(Tier.QUARTER, {Q3: Counted.of([9, 9, 9, 9])}, Q3).withheld == (Q3,)
    assert seal(Tier.QUARTER, {Q3: Counted.of([20, 1, 1, 1, 1])}, Q3).withheld == (Q3,)
    assert seal(Tier.QUARTER, {Q3: Counted.of([3, 3, 2, 1, 1])}, Q3).said == {Q3: 10}


@given(st.sampled_from(Tier), st.data())
def test_said_and_withheld_cover_the_time_once(tier: Tier, data: st.DataObject) -> None:
    closed = Period.named("2027-Q4")
    months = closed.within(Grain.THREE_YEARS).split(Grain.MONTH)
    by_month = {month: data.draw(st.integers(0, 12)) for month in months}
    counts = {}
    for grain in Grain:
        for period in closed.within(Grain.THREE_YEARS).split(grain):
            inside = period.split(Grain.MONTH)
            counts[period] = each_alone(sum(by_month[month] for month in inside))
    found = seal(tier, counts, closed, K)
    covered = [
        month for period in (*found.said, *found.withheld) for month in period.split(Grain.MONTH)
    ]
    assert len(covered) == len(set(covered))
    wanted = [month for period in periods_of(tier, closed) for month in period.split(Grain.MONTH)]
    assert sorted(covered) == sorted(wanted)
    for period, contacts in found.said.items():
        assert contacts == counts[period].contacts >= K


def test_a_pool_leaves_each_member_the_chance_of_none() -> None:
    members, place = ("GD-1", "GD-2", "GD-3"), ("CN", "Guangdong")
    assert pool(place, Q3, members, each_alone(8)) == Pool("CN", "Guangdong", Q3, members, 8)
    assert pool(place, Q3, members, each_alone(9)) is None
    assert pool(place, Q3, members, each_alone(4)) is None
    assert pool(place, Q3, members[:2], each_alone(5)) is None
