"""After a disaster: the paper shares admit a new supervisor, or remove one who is lost."""

import uuid
from collections.abc import Iterable

from crypto import shares
from crypto.boxes import Box
from crypto.errors import BadShares
from helpline.errors import BadInput
from helpline.keys import rules
from helpline.keys.rules import FIRST_TEAMS, Role, Team
from helpline.keys.service import boxes, directory, teams
from helpline.keys.service.boxes import Holder, OpenBox
from helpline.keys.service.principal import as_statement
from helpline.keys.service.site import Site


def combine(site: Site, words: Iterable[str]) -> Box:
    """The recovery box from enough shares; raises BadInput unless it is this installation's."""
    try:
        recovery = Box.from_secret(shares.combine(words))
    except BadShares as error:
        raise BadInput(str(error)) from None
    if recovery.signing_public.encode() != directory.read(site).state.recovery:
        raise BadInput("These shares belong to another installation.")
    return recovery


def admit(site: Site, recovery: Box, person: uuid.UUID, public: bytes) -> None:
    """Admit a new supervisor with recovery's signature, into every team."""
    content = as_statement(person, Role.SUPERVISOR, public)
    directory.state(site, content, rules.RECOVERY, recovery)
    holder = boxes.person_holder(site, person)
    for team, opened in _team_boxes(site, recovery).items():
        if team in FIRST_TEAMS[Role.SUPERVISOR]:
            boxes.add_holders(opened, [holder])
            members = {*directory.read(site).state.teams[team].members, person}
            teams.state_team(site, team, opened, members, rules.RECOVERY, recovery)


def remove(site: Site, recovery: Box, person: uuid.UUID) -> None:
    """Remove a person with recovery's signature; their teams get new generations."""
    state = directory.read(site).state
    if person not in state.people:
        raise BadInput("This person does not stand in the directory.")
    opened = _team_boxes(site, recovery)
    left = {team: opened[team] for team in state.teams_of(person)}
    content = {"kind": "remove", "person": str(person)}
    directory.state(site, content, rules.RECOVERY, recovery)
    teams.shut_out(site, person, left, rules.RECOVERY, recovery)


def _team_boxes(site: Site, recovery: Box) -> dict[Team, OpenBox]:
    """Every team's box: recovery holds supervision, and supervision holds the others."""
    entries = directory.read(site).state.teams
    holder = Holder(teams.RECOVERY_ID, 1, recovery.signing_public)
    supervision = boxes.open_team_as(site, entries[Team.SUPERVISION], holder, recovery)
    over = Holder(supervision.id, supervision.generation, supervision.box.public)
    opened = {Team.SUPERVISION: supervision}
    for team, entry in entries.items():
        if team is not Team.SUPERVISION:
            opened[team] = boxes.open_team_as(site, entry, over, supervision.box)
    return opened
