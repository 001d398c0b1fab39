"""The directory: only what supervisors signed counts, and nothing can be taken back from it."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, event, select

from crypto.boxes import Box
from helpline.errors import BadInput, Conflict, NotAllowed, Unavailable
from helpline.extensions import db
from helpline.keys import rules
from helpline.keys.models import DirectoryProposal, DirectoryStatement
from helpline.keys.rules import FIRST_TEAMS, DirectoryState, Role, Statement, Team
from helpline.keys.service import boxes, directory, teams
from helpline.keys.service.principal import as_statement, principal_of
from helpline.keys.service.site import Site
from tests.organisation import Organisation, new_site


def another_node(organisation: Organisation, folder: Path) -> Site:
    """A fresh node of the same installation: the same keys, an empty state folder."""
    folder.mkdir()
    site = organisation.site
    return Site(site.key, folder, site.root, site.costs)


def test_typing_other_digits_than_were_read_out_admits_nobody(organisation: Organisation) -> None:
    with organisation.work():
        public = Box.new().signing_public
        wrong = "1" + public.fingerprint().digits[1:]
        if wrong == public.fingerprint().digits:
            wrong = "2" + wrong[1:]
        with pytest.raises(BadInput):
            teams.admit(organisation.supervisor, uuid4(), Role.COUNSELLOR, public.encode(), wrong)


def test_the_second_supervisor_is_admitted_by_one_the_third_by_two(
    organisation: Organisation,
) -> None:
    with organisation.work():
        second = organisation.admit(Role.SUPERVISOR)
    with organisation.work():
        third, box = uuid4(), Box.new()
        organisation.boxes[third] = box
        public = box.signing_public
        stands = teams.admit(
            organisation.supervisor,
            third,
            Role.SUPERVISOR,
            public.encode(),
            public.fingerprint().digits,
        )
        assert not stands
        assert principal_of(organisation.site, third, box) is None
    with organisation.work():
        proposal = directory.proposals()[0].id
        with pytest.raises(NotAllowed):
            teams.second(organisation.supervisor, proposal)
    with organisation.work():
        teams.second(organisation.principal(second), proposal)
    with organisation.work():
        assert organisation.principal(third).teams == FIRST_TEAMS[Role.SUPERVISOR]
        with pytest.raises(Conflict):
            teams.second(organisation.principal(second), proposal)
        boxes.team_box(organisation.principal(third), Team.REPORTING)


def test_a_proposal_changed_in_the_database_is_refused(organisation: Organisation) -> None:
    with organisation.work():
        second = organisation.admit(Role.SUPERVISOR)
    with organisation.work():
        public = Box.new().signing_public
        digits = public.fingerprint().digits
        teams.admit(organisation.supervisor, uuid4(), Role.SUPERVISOR, public.encode(), digits)
        thief = as_statement(uuid4(), Role.SUPERVISOR, Box.new().signing_public.encode())
        row = db.session.scalars(select(DirectoryProposal)).one()
        row.body = rules.canonical(thief)
    with organisation.work(), pytest.raises(Exception, match="signature"):
        teams.second(organisation.principal(second), row.id)


def test_a_counsellor_admits_nobody(organisation: Organisation) -> None:
    with organisation.work():
        counsellor = organisation.admit(Role.COUNSELLOR)
    with organisation.work(), pytest.raises(NotAllowed):
        organisation.admit(Role.COUNSELLOR, by=counsellor)


def test_a_statement_signed_by_somebody_else_raises_the_alarm_and_does_not_count(
    organisation: Organisation,
) -> None:
    thief = Box.new()
    with organisation.work():
        state = directory.read(organisation.site).state
        content = {
            **as_statement(uuid4(), Role.SUPERVISOR, thief.signing_public.encode()),
            "version": 1,
            "sequence": state.length + 1,
            "previous": state.head.hex(),
        }
        body = rules.canonical(content)
        forged = Statement(body, ((str(organisation.first), thief.sign(body)),))
        db.session.add(
            DirectoryStatement(
                sequence=state.length + 1,
                body=body,
                signatures=directory.pack(forged.signatures),
                hash=forged.hash,
            )
        )
    with organisation.work():
        found = directory.read(organisation.site)
        assert found.alarm
        assert found.state.length == state.length
        assert directory.status(organisation.site) == "alarm"


def test_a_shortened_directory_is_refused_and_contacts_are_sealed_by_the_last_good_one(
    organisation: Organisation,
) -> None:
    with organisation.work():
        counsellor = organisation.admit(Role.COUNSELLOR)
    with organisation.work():
        teams.remove(organisation.supervisor, counsellor)
    with organisation.work():
        length = directory.read(organisation.site).state.length
        db.session.execute(
            delete(DirectoryStatement).where(DirectoryStatement.sequence > length - 2)
        )
    with organisation.work():
        found = directory.read(organisation.site)
        assert found.alarm
        assert found.state.role_of(counsellor) is None
        made = boxes.make(
            organisation.site, "case", [boxes.team_holder(organisation.site, Team.INTAKE)]
        )
        assert boxes.put(organisation.site, made.id, b"still taken in", rules.Place("a", "b", "c"))


def test_the_node_remembers_across_a_restart(organisation: Organisation) -> None:
    with organisation.work():
        organisation.admit(Role.COUNSELLOR)
    with organisation.work():
        length = directory.read(organisation.site).state.length
        db.session.execute(delete(DirectoryStatement))
    site = organisation.site
    restarted = Site(site.key, site.state_folder, site.root, site.costs)
    with organisation.work():
        found = directory.read(restarted)
        assert found.alarm
        assert found.state.length == length


def test_a_node_that_never_saw_a_sound_directory_takes_nothing_in(
    organisation: Organisation, tmp_path: Path
) -> None:
    with organisation.work():
        db.session.execute(delete(DirectoryStatement).where(DirectoryStatement.sequence == 1))
    with organisation.work():
        fresh = another_node(organisation, tmp_path / "other")
        assert directory.status(fresh) == "none"
        with pytest.raises(Unavailable):
            boxes.team_holder(fresh, Team.INTAKE)


def test_a_directory_founded_by_another_root_is_refused(
    organisation: Organisation, tmp_path: Path
) -> None:
    with organisation.work():
        fresh = new_site(tmp_path / "fresh", Box.new())
        assert directory.status(fresh) == "none"


def test_a_demo_directory_is_refused_by_a_production_key(
    organisation: Organisation, tmp_path: Path
) -> None:
    with organisation.work():
        demo = new_site(tmp_path / "demo", organisation.recovery, mode="demo")
        assert directory.status(demo) == "none"


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_the_directory_refuses_a_team_with_an_administrator_or_auditor(role: Role) -> None:
    person = UUID(int=1)
    team = {
        "kind": "team",
        "team": "intake",
        "box": str(uuid4()),
        "generation": 1,
        "public": "",
        "members": [str(person)],
        "version": 1,
        "sequence": 1,
        "previous": "",
    }
    supervisor = UUID(int=2)
    state = DirectoryState(
        people={
            person: rules.PersonEntry(role, b""),
            supervisor: rules.PersonEntry(Role.SUPERVISOR, b"key"),
        }
    )
    statement = Statement(rules.canonical(team), ())
    with pytest.raises(rules.Refused, match="role"):
        rules.follow(state, statement, frozenset({str(supervisor)}))


def test_after_a_disaster_recovery_admits_a_new_supervisor(organisation: Organisation) -> None:
    with organisation.work():
        new, box = uuid4(), Box.new()
        admission = as_statement(new, Role.SUPERVISOR, box.signing_public.encode())
        assert directory.state(organisation.site, admission, rules.RECOVERY, organisation.recovery)
    with organisation.work():
        found = principal_of(organisation.site, new, box)
        assert found is not None
        assert found.role is Role.SUPERVISOR


def test_a_transaction_asks_for_the_head_once(organisation: Organisation) -> None:
    with organisation.work():
        asked: list[str] = []

        def note(*arguments: object) -> None:
            asked.append(str(arguments[2]))

        event.listen(db.engine, "before_cursor_execute", note)
        states = [directory.read(organisation.site).state for _ in range(3)]
        event.remove(db.engine, "before_cursor_execute", note)
    assert states == [states[0]] * 3
    assert len([text for text in asked if "directory_statements" in text]) == 1


def test_what_was_just_stated_counts_at_once_and_no_more_if_it_is_undone(
    organisation: Organisation,
) -> None:
    with organisation.work():
        directory.read(organisation.site)
        with db.session.begin_nested() as undone:
            lost = organisation.admit(Role.COUNSELLOR)
            assert directory.read(organisation.site).state.role_of(lost) is Role.COUNSELLOR
            undone.rollback()
        assert directory.read(organisation.site).state.role_of(lost) is None
        stays = organisation.admit(Role.COUNSELLOR)
        assert directory.read(organisation.site).state.role_of(stays) is Role.COUNSELLOR
    with organisation.work():
        state = directory.read(organisation.site).state
    assert state.role_of(stays) is Role.COUNSELLOR
    assert state.role_of(lost) is None
