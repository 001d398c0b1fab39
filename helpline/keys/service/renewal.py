"""New generations of what teams hold, when somebody leaves them."""

import uuid
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import delete, select

from helpline.extensions import db
from helpline.keys.models import BoxGeneration, Grant
from helpline.keys.service import grants
from helpline.keys.service.openbox import Holder, OpenBox
from helpline.keys.service.site import Site, Tampered

AT_ONCE = 500


def renew_held(
    site: Site,
    left: Mapping[uuid.UUID, OpenBox],
    holder_of: Callable[[uuid.UUID], Holder | None],
) -> int:
    """New generations of what these teams hold, for whoever of the holders stays; how many.

    `left`: the teams' boxes by id, as somebody held them who has left; `holder_of`: a holder as the
    directory states it now, None for who is gone. A grant that was tampered with keeps nobody in:
    it stays as it is, and the alarm is raised.
    """
    held = (
        select(Grant.box_id)
        .join(
            BoxGeneration,
            (BoxGeneration.box_id == Grant.box_id) & (BoxGeneration.generation == Grant.generation),
        )
        .where(Grant.holder_id.in_(left), BoxGeneration.kind != "team")
        .distinct()
    )
    ids = db.session.scalars(held).all()
    for start in range(0, len(ids), AT_ONCE):
        _renew(site, ids[start : start + AT_ONCE], left, holder_of)
    return len(ids)


def _renew(
    site: Site,
    ids: Sequence[uuid.UUID],
    left: Mapping[uuid.UUID, OpenBox],
    holder_of: Callable[[uuid.UUID], Holder | None],
) -> None:
    found = db.session.scalars(select(Grant).where(Grant.box_id.in_(ids))).all()
    publics = grants.stated(found)
    holders: dict[uuid.UUID, list[Grant]] = {}
    for grant in found:
        holders.setdefault(grant.box_id, []).append(grant)
    fresh = []
    for box_id, of_box in holders.items():
        through = next(grant for grant in of_box if grant.holder_id in left)
        row = publics[box_id, through.generation]
        try:
            holder = left[through.holder_id].at(through.holder_generation)
            old = grants.secret_of(through, holder, grants.expected_of(site, row))
        except Tampered:
            continue
        fresh.append(
            (grants.next_generation(OpenBox(site, box_id, row.generation, old), row.kind), of_box)
        )
    gone = [opened.id for opened, _ in fresh]
    db.session.execute(
        delete(Grant).where(Grant.box_id.in_(gone)).execution_options(synchronize_session=False)
    )
    for grant in found:
        db.session.expunge(grant)
    for opened, of_box in fresh:
        stay = (holder_of(grant.holder_id) for grant in of_box)
        grants.give(opened, [holder for holder in stay if holder is not None])
    db.session.flush()
