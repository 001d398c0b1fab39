"""Paper shares bring an organisation back when nobody can open it any more."""

from uuid import uuid4

import pytest

from crypto import shares
from crypto.boxes import Box
from helpline.errors import BadInput
from helpline.keys.rules import FIRST_TEAMS, Place, Role, Team
from helpline.keys.service import boxes, directory, recovery
from tests.organisation import Organisation

HERE = Place("entry", "entries", "1")


def test_two_of_three_shares_admit_a_supervisor_who_reads_the_old_cases(
    organisation: Organisation,
) -> None:
    site = organisation.site
    with organisation.work():
        case = boxes.make(site, "case", [boxes.team_holder(site, Team.INTAKE)])
        sealed = boxes.put(site, case.id, b"long ago", HERE)
    paper = shares.split(organisation.recovery.secret, 2, 3)
    new, box = uuid4(), Box.new()
    organisation.boxes[new] = box
    with organisation.work():
        opened = recovery.combine(site, [paper[0], paper[2]])
        recovery.admit(site, opened, new, box.signing_public.encode())
    with organisation.work():
        principal = organisation.principal(new)
        assert principal.teams == FIRST_TEAMS[Role.SUPERVISOR]
        assert boxes.open_one(principal, case.id).read(sealed, HERE) == b"long ago"
        boxes.team_box(principal, Team.REPORTING)


def test_recovery_removes_a_supervisor_whom_nobody_else_could(organisation: Organisation) -> None:
    """With two supervisors, one of them lost, two signatures can never come together."""
    site = organisation.site
    with organisation.work():
        lost = organisation.admit(Role.SUPERVISOR)
    with organisation.work():
        recovery.remove(site, organisation.recovery, lost)
    with organisation.work():
        state = directory.read(site).state
        assert state.role_of(lost) is None
        assert state.teams[Team.SUPERVISION].generation == 2
        case = boxes.make(site, "case", [boxes.team_holder(site, Team.INTAKE)])
        sealed = boxes.put(site, case.id, b"later", HERE)
        assert boxes.open_one(organisation.supervisor, case.id).read(sealed, HERE) == b"later"


def test_too_few_and_foreign_shares_open_nothing(organisation: Organisation) -> None:
    with organisation.work():
        paper = shares.split(organisation.recovery.secret, 2, 3)
        with pytest.raises(BadInput):
            recovery.combine(organisation.site, paper[:1])
        with pytest.raises(BadInput, match="another installation"):
            recovery.combine(organisation.site, shares.split(Box.new().secret, 2, 3))
