"""Founding, admitting and removing: who holds which team's box, stated in the directory."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import delete

from crypto.boxes import Box, PublicBox
from helpline.errors import BadInput, NotAllowed
from helpline.extensions import db
from helpline.keys import rules
from helpline.keys.models import Grant
from helpline.keys.rules import FIRST_TEAMS, Role, Team
from helpline.keys.service import boxes, directory, renewal
from helpline.keys.service.boxes import Holder, OpenBox
from helpline.keys.service.principal import Principal, as_statement, forget
from helpline.keys.service.site import Site

RECOVERY_ID = uuid.UUID(int=0)


def found(site: Site, recovery: Box, supervisor: uuid.UUID, box: Box) -> None:
    """Begin an organisation: recovery, its first supervisor and the teams."""
    directory.found(site, recovery)
    public = box.signing_public.encode()
    admission = as_statement(supervisor, Role.SUPERVISOR, public)
    directory.state(site, admission, rules.RECOVERY, recovery)
    first = Holder(supervisor, 1, box.signing_public)
    supervision = boxes.make(site, "team", [first, Holder(RECOVERY_ID, 1, recovery.signing_public)])
    over = Holder(supervision.id, 1, supervision.box.public)
    teams = {Team.SUPERVISION: supervision}
    for team in (Team.INTAKE, Team.REPORTING):
        teams[team] = boxes.make(site, "team", [first, over])
    for team, opened in teams.items():
        state_team(site, team, opened, [supervisor], str(supervisor), box)


def check_digits(public: bytes, typed: str) -> None:
    """Raise BadInput unless `typed` are the 24 digits that the person read out."""
    if not PublicBox.decode(public).fingerprint().matches(typed):
        raise BadInput("These digits are not the ones on the other person's screen.", "digits")


def admit(principal: Principal, person: uuid.UUID, role: Role, public: bytes, typed: str) -> bool:
    """Admit a person whose fingerprint was read out; returns False if a second one must sign."""
    _only_supervisors(principal)
    check_digits(public, typed)
    content = as_statement(person, role, public)
    if not directory.state(principal.site, content, str(principal.person), principal.box):
        return False
    join_first_teams(principal, person)
    return True


def remove(principal: Principal, person: uuid.UUID) -> bool:
    """Remove a person and give their teams new generations; False if a second one must sign."""
    _only_supervisors(principal)
    content = {"kind": "remove", "person": str(person)}
    left = directory.read(principal.site).state.teams_of(person)
    opened = {team: boxes.team_box(principal, team) for team in left}
    if not directory.state(principal.site, content, str(principal.person), principal.box):
        return False
    _leave(principal, person, opened)
    return True


def second(principal: Principal, proposal: uuid.UUID) -> Mapping[str, Any]:
    """Sign another supervisor's proposal; what it states takes effect now."""
    _only_supervisors(principal)
    waiting = {row.id: directory.content_of(row) for row in directory.proposals()}
    content = waiting.get(proposal, {})
    opened: dict[Team, OpenBox] = {}
    if content.get("kind") == "remove":
        left = directory.read(principal.site).state.teams_of(uuid.UUID(content["person"]))
        opened = {team: boxes.team_box(principal, team) for team in left}
    content = directory.second(principal.site, proposal, str(principal.person), principal.box)
    person = uuid.UUID(content["person"])
    if content["kind"] == "remove":
        _leave(principal, person, opened)
    else:
        join_first_teams(principal, person)
    return content


def join_first_teams(principal: Principal, person: uuid.UUID) -> None:
    """Let a newly admitted person into the teams of their role."""
    state = directory.read(principal.site).state
    holder = boxes.person_holder(principal.site, person)
    for team in FIRST_TEAMS[state.people[person].role]:
        entry = state.teams.get(team)
        if entry is None:  # the first of its kind: the team begins with them
            over = boxes.team_holder(principal.site, Team.SUPERVISION)
            opened, members = boxes.make(principal.site, "team", [holder, over]), {person}
        else:
            opened, members = boxes.team_box(principal, team), {*entry.members, person}
            boxes.add_holders(opened, [holder])
        state_team(principal.site, team, opened, members, str(principal.person), principal.box)


def shut_out(
    site: Site, person: uuid.UUID, left: Mapping[Team, OpenBox], signer: str, box: Box
) -> None:
    """New generations without the person: of their teams, then of everything these teams hold.

    Supervision first, since it holds the others. A case in the inbox has a secret that whoever
    held `intake` may know: without a new one, what is put into it later would open to who left.
    """
    state = directory.read(site).state
    recovery = Holder(RECOVERY_ID, 1, PublicBox.decode(state.recovery))
    fresh: dict[Team, OpenBox] = {}
    for team in sorted(left, key=lambda name: name is not Team.SUPERVISION):
        members = state.teams[team].members
        holders = [boxes.person_holder(site, member) for member in sorted(members)]
        holders.append(recovery if team is Team.SUPERVISION else _supervision(site, fresh))
        fresh[team] = boxes.new_generation(left[team], "team", holders)
        state_team(site, team, fresh[team], members, signer, box)
    renewal.renew_held(site, {opened.id: opened for opened in left.values()}, _holders(site))
    db.session.execute(delete(Grant).where(Grant.holder_id == person))
    forget(person)


def _holders(site: Site) -> Callable[[uuid.UUID], Holder | None]:
    """Holders by box id, each looked up once: people and teams as the directory states them now."""
    state = directory.read(site).state
    known: dict[uuid.UUID, Holder] = {
        entry.box: boxes.team_holder(site, team) for team, entry in state.teams.items()
    }

    def holder_of(ident: uuid.UUID) -> Holder | None:
        if ident not in known and ident in state.people:
            known[ident] = boxes.person_holder(site, ident)
        return known.get(ident)

    return holder_of


def _leave(principal: Principal, person: uuid.UUID, left: Mapping[Team, OpenBox]) -> None:
    shut_out(principal.site, person, left, str(principal.person), principal.box)
    principal.team_boxes.clear()


def _supervision(site: Site, fresh: Mapping[Team, OpenBox]) -> Holder:
    opened = fresh.get(Team.SUPERVISION)
    if opened is not None:
        return Holder(opened.id, opened.generation, opened.box.public)
    return boxes.team_holder(site, Team.SUPERVISION)


def state_team(
    site: Site,
    team: Team,
    opened: OpenBox,
    members: Iterable[uuid.UUID],
    signer: str,
    box: Box,
) -> None:
    """State a team's key and members, signed by `signer` with `box`."""
    content = {
        "kind": "team",
        "team": team.value,
        "box": str(opened.id),
        "generation": opened.generation,
        "public": opened.box.public.encode().hex(),
        "members": sorted(str(member) for member in members),
    }
    directory.state(site, content, signer, box)


def _only_supervisors(principal: Principal) -> None:
    if principal.role is not Role.SUPERVISOR:
        raise NotAllowed("Only a supervisor does this.")
