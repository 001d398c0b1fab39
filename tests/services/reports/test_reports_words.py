"""Words beside the numbers: by two people, in a chain, and no number changes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError

from helpline.errors import Conflict, NotAllowed, NotFound
from helpline.extensions import db
from helpline.keys.service.site import Tampered
from helpline.register.rules.values import Wrong
from helpline.reports.models import RemarkDraft, RemarkRow
from helpline.reports.rules import canonical
from helpline.reports.rules.programme import in_short
from helpline.reports.rules.release import Status
from helpline.reports.service import portraying, published, remarks, verifying
from tests.services.reports.conftest import FIRST, Contact, House, after, contacts, year
from tests.services.reports.test_reports_closing import publish

NOW = after(FIRST) + timedelta(days=3)
WORDS = {"en": "Q1 of this factory is over-stated, since a file was read twice."}
STORY = {"en": "The night shift has a bus now.", "zh-Hans": "夜班现在有班车了。"}


def told(house: House, number: int, unit: str = "", release: int = 1) -> None:
    """A notice that Nils writes and Mara approves."""
    with house.work():
        remarks.write_notice(house.nils, release, unit, WORDS, NOW)
    with house.work():
        remarks.approve(house.mara, number, NOW)


def story(house: House, number: int) -> None:
    with house.work():
        remarks.write_story(house.mara, STORY, NOW)
    with house.work():
        remarks.approve(house.nils, number, NOW)


def faults(house: House) -> list[str]:
    with house.work():
        return list(verifying.faults())


def test_two_people_tell_of_an_error_and_no_number_changes(either_house: House) -> None:
    house = either_house
    house.enter(contacts(31, FIRST))
    before = canonical.body(publish(house, FIRST))
    with house.work():
        remarks.write_notice(house.nils, 1, "GD-1", WORDS, NOW)
    with house.work():
        assert remarks.notices() == []
        waiting = remarks.waiting(house.mara)
        assert waiting is not None
        assert waiting.remark.words == WORDS
        for file in (remarks.body, remarks.signed):
            with pytest.raises(NotFound):
                file(1)
        with pytest.raises(NotAllowed):
            remarks.approve(house.nils, 1, NOW)
        with pytest.raises(NotAllowed):
            remarks.approve(house.ada, 1, NOW)
        with pytest.raises(Conflict):
            remarks.write_story(house.mara, STORY, NOW)
    with house.work():
        remarks.approve(house.mara, 1, NOW)
    with house.work():
        [notice] = remarks.notices({"GD-1"})
        assert notice.about == canonical.digest(before)
        assert remarks.notices({"GD-2"}) == []
        assert remarks.waiting(house.mara) is None
        assert published.bodies() == [before]
    assert faults(house) == []


def test_of_what_is_hidden_nothing_is_said(house: House) -> None:
    house.enter([Contact("GD-1", FIRST.begins, worker) for worker in (1, 2, 3)])
    release = publish(house, FIRST)
    assert {row.status for row in release.contacts} == {Status.LT_K}
    for unit in ("GD-1", "GD-5", "nobody"):
        with pytest.raises(Wrong), house.work():
            remarks.write_notice(house.nils, 1, unit, WORDS, NOW)
    with pytest.raises(NotFound), house.work():
        remarks.write_notice(house.nils, 2, "", WORDS, NOW)
    acts: tuple[Callable[[], object], ...] = (
        lambda: remarks.write_notice(house.ada, 1, "", WORDS, NOW),
        lambda: remarks.write_story(house.ada, STORY, NOW),
        lambda: remarks.waiting(house.ada),
        lambda: remarks.take_back(house.ada, 1, NOW),
        lambda: remarks.discard(house.ada, 1, NOW),
    )
    for act in acts:
        with pytest.raises(NotAllowed), house.work():
            act()


def test_remarks_are_a_chain_of_which_only_a_storys_words_may_go(either_house: House) -> None:
    house = either_house
    house.enter(contacts(33, FIRST))
    publish(house, FIRST)
    told(house, 1)
    story(house, 2)
    told(house, 3, "GD-1")
    with house.work():
        [kept] = remarks.stories()
        assert kept.words == STORY
        assert [one.number for one in remarks.notices()] == [3, 1]
    for change in (
        update(RemarkRow).where(RemarkRow.number == 1).values(body=None),
        update(RemarkRow).where(RemarkRow.number == 2).values(body=b"{}"),
        update(RemarkRow).values(kind="story"),
        update(RemarkRow).where(RemarkRow.number == 3).values(previous="0"),
        delete(RemarkRow),
    ):
        with pytest.raises(DBAPIError), house.work():
            db.session.execute(change)
    with pytest.raises(Conflict), house.work():
        remarks.take_back(house.mara, 1, NOW)
    with house.work():
        remarks.take_back(house.mara, 2, NOW)
    with house.work():
        assert remarks.stories() == []
        with pytest.raises(NotFound):
            remarks.body(2)
        with pytest.raises(NotFound):
            remarks.take_back(house.mara, 2, NOW)
        assert remarks.body(1)
        assert b"signatures" in remarks.signed(2)
    assert faults(house) == []


def test_a_discarded_remark_leaves_nothing_and_an_altered_one_is_refused(house: House) -> None:
    with house.work():
        remarks.write_story(house.nils, STORY, NOW)
    with house.work():
        remarks.discard(house.mara, 1, NOW)
    with house.work():
        assert remarks.waiting(house.nils) is None
        remarks.write_story(house.nils, STORY, NOW)
    with house.work():
        db.session.execute(update(RemarkDraft).values(digest="0" * 64))
    with pytest.raises(Tampered), house.work():
        remarks.approve(house.mara, 1, NOW)
    with house.work():
        assert remarks.stories() == []


def test_whoever_changes_a_remark_is_found(house: House) -> None:
    house.enter(contacts(34, FIRST))
    publish(house, FIRST)
    told(house, 1)
    told(house, 2)
    with house.work():  # somebody who owns the database takes the guards away
        for guard in ("deleted", "changed", "body"):
            db.session.execute(text(f"DROP TRIGGER remarks_stay_{guard}"))
        other = remarks.body(1).replace(b"over-stated", b"exact")
        one = update(RemarkRow).where(RemarkRow.number == 1)
        db.session.execute(one.values(body=other))
    assert faults(house) == ["remark 1 is not what was signed"]
    with house.work():
        db.session.execute(update(RemarkRow).where(RemarkRow.number == 1).values(body=None))
    assert faults(house) == ["remark 1 has lost its words"]
    with house.work():
        db.session.execute(delete(RemarkRow).where(RemarkRow.number == 1))
    assert faults(house) == ["remark 2 does not name the one before"]
    with house.work():
        db.session.execute(update(RemarkRow).values(approver_signature=b"\0" * 64))
    assert "remark 2 carries a signature that does not hold" in faults(house)


def test_the_programmes_numbers_follow_from_the_releases_alone(house: House) -> None:
    with house.work():
        assert portraying.of("programme", "all") is None
    house.enter(contacts(35, *year(2025), *year(2026)))
    quarters = (*year(2025), *year(2026)[:2])
    for quarter in quarters:
        publish(house, quarter)
    with house.work():
        assert portraying.keep_up()
    with house.work():
        releases = published.releases()
        body = portraying.of("programme", "all")
    assert body is not None
    kept = in_short(body)
    atoms = sum(row.value or 0 for one in releases for row in one.contacts if row.status == "ok")
    pools = sum(pool.contacts for one in releases for pool in one.pools)
    assert kept["contacts"] == atoms + pools == sum(one["contacts"] for one in kept["rows"])
    assert [one["period"] for one in kept["rows"]] == ["2026-Q2", "2026-Q1", "2025"]
    planted = [one for one in house.contacts if not one.main.startswith("X")]
    assert 0 < kept["contacts"] <= len(planted)
    cuts = [cut.said for one in releases for cut in one.divided if cut.attribute == "category"]
    whole = sum(sum(cut.listed.values()) + cut.other for cut in cuts if cut)
    division = kept["divided"]["category"]
    assert sum(one["value"] or 0 for one in division["shares"]) == division["whole"] == whole > 0
