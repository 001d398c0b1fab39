"""Who counts as what: the directory's statements folded into people, roles and teams. Pure.

Signatures are verified before a statement comes here; this file decides whether the people who
signed were entitled to, and what the statement changes.
"""

import enum
import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


class Role(enum.StrEnum):
    """What a person is here; only the directory says so."""

    COUNSELLOR = "counsellor"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    CERTIFIER = "certifier"
    SPONSOR = "sponsor"


class Team(enum.StrEnum):
    """Teams of people who hold a box together."""

    SUPERVISION = "supervision"
    INTAKE = "intake"
    REPORTING = "reporting"
    CERTIFIER = "certifier"


# Which roles may stand in which team; administrators, auditors and sponsors stand in none.
# Certifiers hold letters addressed to them and never a case.
TEAM_ROLES: Mapping[Team, frozenset[Role]] = {
    Team.SUPERVISION: frozenset({Role.SUPERVISOR}),
    Team.INTAKE: frozenset({Role.COUNSELLOR, Role.SUPERVISOR}),
    Team.REPORTING: frozenset({Role.SUPERVISOR}),
    Team.CERTIFIER: frozenset({Role.CERTIFIER}),
}

# What a new person joins on admission.
FIRST_TEAMS: Mapping[Role, tuple[Team, ...]] = {
    Role.COUNSELLOR: (Team.INTAKE,),
    Role.SUPERVISOR: (Team.SUPERVISION, Team.INTAKE, Team.REPORTING),
    Role.ADMINISTRATOR: (),
    Role.AUDITOR: (),
    Role.CERTIFIER: (Team.CERTIFIER,),
    Role.SPONSOR: (),
}

ROLES_WITHOUT_KEYS = frozenset(role for role, teams in FIRST_TEAMS.items() if not teams)

RECOVERY = "recovery"


class Refused(Exception):
    """A statement that the directory's own rules do not allow."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something sealed belongs: it opens nowhere else."""

    purpose: str
    table: str
    row: str
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Sealed:
    """Sealed bytes with the generation of the box they lie in.

    `stamp` is there exactly when they were put through the slot: who puts holds no key, so the
    server's stamp says that it was us.
    """

    data: bytes
    generation: int
    stamp: bytes | None = None


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """A person as the directory states them; `public` is the person box's encoded public key."""

    role: Role
    public: bytes


@dataclass(frozen=True, slots=True)
class TeamEntry:
    """A team as the directory states it; `public` belongs to `generation`."""

    box: uuid.UUID
    generation: int
    public: bytes
    members: frozenset[uuid.UUID]


@dataclass(frozen=True, slots=True)
class Statement:
    """One line of the directory: canonical body, who signed, and the hash of the line before."""

    body: bytes
    signatures: tuple[tuple[str, bytes], ...]

    @property
    def content(self) -> dict[str, Any]:
        content = json.loads(self.body)
        if not isinstance(content, dict):
            raise Refused("a statement must be an object")
        return content

    @property
    def hash(self) -> bytes:
        digest = hashlib.sha256(len(self.body).to_bytes(4, "big") + self.body)
        for signer, signature in self.signatures:
            digest.update(signer.encode() + b"\0" + signature)
        return digest.digest()

    @property
    def signers(self) -> frozenset[str]:
        return frozenset(signer for signer, _ in self.signatures)


@dataclass(frozen=True, slots=True)
class DirectoryState:
    """Everything the directory says after `length` statements; `head` is the last one's hash."""

    length: int = 0
    head: bytes = b""
    mode: str = ""
    recovery: bytes = b""
    people: Mapping[uuid.UUID, PersonEntry] = field(default_factory=dict)
    teams: Mapping[Team, TeamEntry] = field(default_factory=dict)

    def supervisors(self) -> frozenset[uuid.UUID]:
        return frozenset(
            ident for ident, person in self.people.items() if person.role is Role.SUPERVISOR
        )

    def role_of(self, person: uuid.UUID) -> Role | None:
        entry = self.people.get(person)
        return entry.role if entry else None

    def teams_of(self, person: uuid.UUID) -> tuple[Team, ...]:
        return tuple(name for name, team in self.teams.items() if person in team.members)

    def key_of(self, signer: str) -> bytes | None:
        """The encoded public key with which `signer` signs now, or None."""
        if signer == RECOVERY:
            return self.recovery or None
        try:
            entry = self.people.get(uuid.UUID(signer))
        except ValueError:
            return None
        return entry.public if entry and entry.role is Role.SUPERVISOR else None

    def signatures_needed(self, content: Mapping[str, Any]) -> int:
        """How many supervisors must sign `content` now (recovery's signature always suffices)."""
        concerns_supervisor = content.get("kind") == "admit" and content.get("role") == "supervisor"
        if content.get("kind") == "remove":
            concerns_supervisor = uuid.UUID(content["person"]) in self.supervisors()
        return 2 if concerns_supervisor and len(self.supervisors()) >= 2 else 1


def canonical(content: Mapping[str, Any]) -> bytes:
    """The one way to write a statement's content as bytes."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def follow(state: DirectoryState, statement: Statement, signers: frozenset[str]) -> DirectoryState:
    """The state after `statement`, truly signed by `signers`; raises `Refused` by the rules."""
    content = statement.content
    if content.get("version") != 1:
        raise Refused("unknown version of a statement")
    if content.get("sequence") != state.length + 1:
        raise Refused("a statement is missing or out of order")
    if content.get("previous") != state.head.hex():
        raise Refused("a statement does not follow the one before")
    if statement.body != canonical(content):
        raise Refused("a statement is not in canonical form")
    _check_signers(state, content, signers)
    try:
        changed = _APPLY[content["kind"]](state, content)
    except (KeyError, ValueError, TypeError) as error:
        raise Refused("a statement cannot be understood") from error
    return replace(changed, length=state.length + 1, head=statement.hash)


def _check_signers(
    state: DirectoryState, content: Mapping[str, Any], signers: frozenset[str]
) -> None:
    if content.get("kind") == "root":
        if signers != {RECOVERY}:
            raise Refused("the first statement is signed by recovery")
        return
    if RECOVERY in signers:
        return
    if any(state.key_of(signer) is None for signer in signers):
        raise Refused("only supervisors who stand in the directory sign")
    if len(signers) < state.signatures_needed(content):
        raise Refused("two supervisors sign for a supervisor")


def _root(state: DirectoryState, content: Mapping[str, Any]) -> DirectoryState:
    if state.length:
        raise Refused("there is one root")
    if content["mode"] not in {"demo", "production"}:
        raise Refused("unknown mode")
    return replace(state, mode=content["mode"], recovery=bytes.fromhex(content["public"]))


def _admit(state: DirectoryState, content: Mapping[str, Any]) -> DirectoryState:
    person = uuid.UUID(content["person"])
    if person in state.people:
        raise Refused("this person stands in the directory already")
    entry = PersonEntry(Role(content["role"]), bytes.fromhex(content["public"]))
    return replace(state, people={**state.people, person: entry})


def _remove(state: DirectoryState, content: Mapping[str, Any]) -> DirectoryState:
    person = uuid.UUID(content["person"])
    if person not in state.people:
        raise Refused("this person does not stand in the directory")
    people = {ident: entry for ident, entry in state.people.items() if ident != person}
    teams = {
        name: replace(team, members=team.members - {person}) for name, team in state.teams.items()
    }
    return replace(state, people=people, teams=teams)


def _team(state: DirectoryState, content: Mapping[str, Any]) -> DirectoryState:
    name = Team(content["team"])
    members = frozenset(uuid.UUID(member) for member in content["members"])
    if not all(state.role_of(member) in TEAM_ROLES[name] for member in members):
        raise Refused("this role does not stand in this team")
    entry = TeamEntry(
        uuid.UUID(content["box"]),
        int(content["generation"]),
        bytes.fromhex(content["public"]),
        members,
    )
    before = state.teams.get(name)
    if before is None:
        if entry.generation != 1:
            raise Refused("a team begins with its first generation")
    elif entry.box != before.box or not _follows(before, entry):
        raise Refused("a team's generation is out of order")
    return replace(state, teams={**state.teams, name: entry})


def _follows(before: TeamEntry, after: TeamEntry) -> bool:
    """The next generation, or the same key with nobody gone."""
    if after.generation == before.generation + 1:
        return after.public != before.public
    return (
        after.generation == before.generation
        and after.public == before.public
        and after.members >= before.members
    )


_APPLY = {"root": _root, "admit": _admit, "remove": _remove, "team": _team}
