"""The trail tells when somebody changes, deletes or reorders what was recorded."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select, update

from helpline.audit import service as audit
from helpline.audit.models import AuditLink, AuditRow
from helpline.audit.rules import Verdict
from helpline.errors import Conflict, NotFound
from helpline.extensions import db
from helpline.keys.rules import Role
from helpline.unit_of_work import in_unit_of_work
from tests.organisation import Organisation

NOW = datetime(2026, 3, 2, 8, 41, 17, tzinfo=UTC)


def record(organisation: Organisation, acts: int, object_id: UUID | None = None) -> None:
    with organisation.work():
        for number in range(acts):
            audit.record(
                organisation.site,
                f"act.{number}",
                NOW,
                actor=organisation.first,
                object_id=object_id or uuid4(),
                detail={"canary": "hummingbird"},
            )


def link(organisation: Organisation) -> int:
    with organisation.work():
        return audit.link(organisation.site)


def verify(organisation: Organisation) -> Verdict:
    with organisation.work():
        return audit.verify(organisation.site)


def test_a_trail_that_nobody_touched_is_sound(organisation: Organisation) -> None:
    record(organisation, 5)
    assert verify(organisation) == Verdict(0, 5, date(2026, 3, 2), ())
    assert link(organisation) == 5
    record(organisation, 2)
    assert link(organisation) == 2
    record(organisation, 1)
    verdict = verify(organisation)
    assert (verdict.linked, verdict.unlinked, verdict.sound) == (7, 1, True)


def change_an_act() -> None:
    db.session.execute(update(AuditRow).where(AuditRow.act == "act.2").values(act="act.9"))


def change_an_actor() -> None:
    db.session.execute(update(AuditRow).where(AuditRow.act == "act.2").values(actor_id=uuid4()))


def change_a_day() -> None:
    db.session.execute(update(AuditRow).where(AuditRow.act == "act.2").values(day=date(2020, 1, 1)))


def change_sealed_bytes() -> None:
    row = db.session.scalars(select(AuditRow).where(AuditRow.act == "act.2")).one()
    row.sealed = row.sealed[:-1] + bytes([row.sealed[-1] ^ 1])


def delete_a_row() -> None:
    db.session.execute(delete(AuditRow).where(AuditRow.act == "act.2"))


def delete_a_row_with_its_link() -> None:
    ident = db.session.scalar(select(AuditRow.id).where(AuditRow.act == "act.2"))
    db.session.execute(delete(AuditLink).where(AuditLink.row_id == ident))
    db.session.execute(delete(AuditRow).where(AuditRow.id == ident))


def reorder_rows() -> None:
    first, second = db.session.scalars(select(AuditLink).order_by(AuditLink.sequence).limit(2))
    ids = first.row_id, second.row_id
    first.row_id = uuid4()
    db.session.flush()
    second.row_id = ids[0]
    db.session.flush()
    first.row_id = ids[1]


def cut_off_the_end() -> None:
    last = db.session.scalars(select(AuditLink).order_by(AuditLink.sequence.desc()).limit(1)).one()
    db.session.execute(delete(AuditRow).where(AuditRow.id == last.row_id))
    db.session.delete(last)


def forget_the_chain() -> None:
    db.session.execute(delete(AuditLink))
    db.session.execute(update(AuditRow).values(linked=False))


def forge_a_row() -> None:
    row = db.session.scalars(select(AuditRow).where(AuditRow.act == "act.2")).one()
    forged = AuditRow(id=uuid4(), day=row.day, act="case.closed", linked=False)
    forged.content, forged.row_stamp = row.content, row.row_stamp
    db.session.add(forged)


@pytest.mark.parametrize(
    "harm",
    [
        change_an_act,
        change_an_actor,
        change_a_day,
        change_sealed_bytes,
        delete_a_row,
        delete_a_row_with_its_link,
        reorder_rows,
        cut_off_the_end,
        forget_the_chain,
        forge_a_row,
    ],
)
def test_harm_to_the_trail_is_found(organisation: Organisation, harm: Callable[[], None]) -> None:
    record(organisation, 5)
    link(organisation)
    assert verify(organisation).sound
    with organisation.work():
        harm()
    assert not verify(organisation).sound


def test_a_rehashed_chain_needs_the_site_key(organisation: Organisation) -> None:
    record(organisation, 3)
    link(organisation)
    with organisation.work():
        last = db.session.scalars(
            select(AuditLink).order_by(AuditLink.sequence.desc()).limit(1)
        ).one()
        last.hash = b"\1" * 32
    faults = verify(organisation).faults
    assert any("stamp" in fault for fault in faults)
    assert any("another chain" in fault for fault in faults)


def test_exact_time_and_detail_are_sealed_to_supervision(organisation: Organisation) -> None:
    case = uuid4()
    record(organisation, 1, case)
    with organisation.work():
        row = db.session.scalars(select(AuditRow)).one()
        for hidden in (b"hummingbird", b"08:41"):
            assert hidden not in row.sealed
        event = audit.read(organisation.supervisor, case)[0]
    assert event.at == NOW
    assert event.detail == {"canary": "hummingbird"}
    with organisation.work():
        other = organisation.admit(Role.COUNSELLOR)
    with organisation.work(), pytest.raises(NotFound):
        audit.read(organisation.principal(other), case)


def test_an_act_that_fails_leaves_no_row(organisation: Organisation) -> None:
    def fail() -> None:
        with organisation.work():
            audit.record(organisation.site, "case.closed", NOW)
            raise Conflict("Somebody else was first.")

    with pytest.raises(Conflict):
        fail()
    assert verify(organisation).unlinked == 0


def test_two_workers_at_once_make_one_chain(organisation: Organisation) -> None:
    record(organisation, 20)
    linked: list[int] = []

    def run() -> None:
        with organisation.app.app_context():
            linked.append(in_unit_of_work(lambda: audit.link(organisation.site)))
            db.session.remove()

    workers = [threading.Thread(target=run) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(linked) == 20
    verdict = verify(organisation)
    assert (verdict.linked, verdict.unlinked, verdict.sound) == (20, 0, True)
