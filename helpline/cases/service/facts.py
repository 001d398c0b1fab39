"""What statistics may know of a case: put to reporting whenever a holder codes or closes."""

import uuid
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from helpline.cases.models import Fact
from helpline.cases.rules.state import State
from helpline.cases.service import places
from helpline.cases.service.content import pack, unpack
from helpline.cases.service.files import CaseFile
from helpline.columns import new_id
from helpline.extensions import db
from helpline.keys.rules import Team
from helpline.keys.service import boxes
from helpline.keys.service.principal import Principal

STILL_OPEN = "still_open"


def write(file: CaseFile) -> None:
    """Replace the parts of the case's fact that no closed period holds."""
    site, case_id = file.principal.site, file.case.id
    row = db.session.get(Fact, case_id, with_for_update=True, populate_existing=True)
    if row is None:
        row = Fact(case_id=case_id, revision=0)
    row.revision += 1
    if row.opening_closed_in is None:
        place = places.opening_codes(case_id, row.revision)
        row.opening = boxes.put_to_team(site, Team.REPORTING, pack(_opening(file)), place)
        row.opening_revision = row.revision
    if row.ending_closed_in is None:
        place = places.ending_codes(case_id, row.revision)
        row.ending = boxes.put_to_team(site, Team.REPORTING, pack(_ending(file)), place)
        row.ending_revision = row.revision
    db.session.add(row)


def outlive(principal: Principal, case_id: uuid.UUID) -> None:
    """The time of a case is over: what statistics counted of it already stays, and names no case.

    The fact lies under a new id afterwards, without the day on which the case was closed. One whose
    quarter nobody closed yet holds a handle and a day, and stays where its case takes it along.
    """
    row = db.session.get(Fact, case_id)
    if row is None or row.opening_closed_in is None:
        return
    team = boxes.team_box(principal, Team.REPORTING)
    opening = team.read(row.opening, places.opening_codes(case_id, row.opening_revision))
    ending = unpack(team.read(row.ending, places.ending_codes(case_id, row.ending_revision)))
    kept = Fact(
        case_id=new_id(),
        revision=1,
        opening_revision=1,
        opening_closed_in=row.opening_closed_in,
        ending_revision=1,
        ending_closed_in=row.ending_closed_in,
    )
    kept.opening = team.write(opening, places.opening_codes(kept.case_id, 1))
    anonymous = pack(ending | {"closed": None})
    kept.ending = team.write(anonymous, places.ending_codes(kept.case_id, 1))
    db.session.add(kept)


def _opening(file: CaseFile) -> dict[str, Any]:
    state, handle = file.state, file.case.handle
    return {
        "factory": state.factory,
        "main": state.main,
        "codes": list(state.codes),
        "severity": state.severity,
        "channel": state.channel,
        "reporter": state.reporter,
        "language": state.language,
        "line": state.line,
        "opened": _day(file, state.opened),
        "handle": handle.hex() if handle else None,
    }


def _ending(file: CaseFile) -> dict[str, Any]:
    state = file.state
    return {
        "outcome": state.outcome if state.closed else STILL_OPEN,
        "remedy": state.remedy,
        "finding": state.finding,
        "accepted": state.accepted,
        "closed": _day(file, state.closed),
        "first_answer_minutes": _minutes(state, state.first_answer),
        "close_minutes": _minutes(state, state.closed),
        "waits": state.waiting_since is not None,
    }


def _day(file: CaseFile, moment: datetime | None) -> str | None:
    if moment is None:
        return None
    zone = ZoneInfo(file.calendars.zone(file.state.line))
    return moment.astimezone(zone).date().isoformat()


def _minutes(state: State, moment: datetime | None) -> int | None:
    if moment is None or state.opened is None:
        return None
    return (moment - state.opened) // timedelta(minutes=1)
