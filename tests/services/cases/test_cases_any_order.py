"""Whatever people do in whatever order: the factory hears nothing without consent, nobody opens
what they do not hold, and every case is held by somebody."""

import contextlib
import dataclasses
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from helpline.cases.models import Case
from helpline.cases.rules.consents import Ground, Recipient, Way
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.policy import Policy
from helpline.cases.rules.state import State
from helpline.cases.rules.status import NEXT, Accepted, Outcome, Status
from helpline.cases.service import (
    afterwards,
    assignment,
    closing,
    coding,
    consenting,
    deciding,
    disclosing,
    files,
    intake,
    named,
    planning,
    reaching,
)
from helpline.cases.service.afterwards import Harm
from helpline.cases.service.closing import Ending
from helpline.cases.service.coding import Coding
from helpline.cases.service.disclosing import Letter
from helpline.config import Retention
from helpline.errors import HelplineError, NotFound
from helpline.extensions import db
from helpline.keys.rules import Role, Team
from helpline.keys.service import boxes, directory
from helpline.keys.service.principal import Principal
from helpline.register.service import taxonomy
from tests.load.storms import LONG, PROVE, figure
from tests.services.cases.conftest import MONDAY, Desk, open_desk
from tests.services.cases.ledger import TELL

PEOPLE = st.sampled_from(["ada", "ben", "first", "second"])
WHO = st.one_of(st.just("holder"), st.just("holder"), PEOPLE)
"""Mostly whoever handles the case, so that much of what is tried can be done."""
NO = dataclasses.replace(TELL, given=False, facts={})


class AnyOrder(RuleBasedStateMachine):
    """One case in the hands of two counsellors and two supervisors, and a worker who speaks."""

    template: Path
    counted: ClassVar[Counter[str]] = Counter()

    @initialize()
    def begin(self) -> None:
        self.counted["cases"] += 1
        self.folder = Path(tempfile.mkdtemp())
        database = shutil.copy(self.template, self.folder / "desk.sqlite3")
        self.desks = open_desk(f"sqlite:///{database}", self.folder)
        self.desk: Desk = next(self.desks)
        self.now: datetime = MONDAY
        self.consented = False
        with self.desk.work():
            second = self.desk.organisation.admit(Role.SUPERVISOR)
            taxonomy.install(MONDAY.date())
        self.people = {
            "ada": self.desk.counsellor,
            "ben": self.desk.colleague,
            "first": self.desk.organisation.first,
            "second": second,
        }
        self.case_id: UUID = self.desk.receive().case_id
        self.status = Status.NEW
        self.attempt("ada", lambda p, now: assignment.claim(p, self.case_id, now))
        self.codes("ada", 2)
        for status in (Status.ADMISSIBLE, Status.AWAITING_CONSENT):
            self.goes("ada", status)

    def teardown(self) -> None:
        with contextlib.suppress(StopIteration, AttributeError):
            next(self.desks)
        shutil.rmtree(getattr(self, "folder", ""), ignore_errors=True)

    def attempt(self, who: str, act: Callable[[Principal, datetime], object]) -> bool:
        """One use case by one person; refused ones change nothing. Returns whether it was done."""
        self.now += timedelta(minutes=7)
        try:
            with self.desk.work():
                act(self.desk.organisation.principal(self.person(who)), self.now)
        except HelplineError:
            self.counted["refused"] += 1
            return False
        self.counted["done"] += 1
        return True

    def person(self, who: str) -> UUID:
        if who != "holder":
            return self.people[who]
        return db.session.get_one(Case, self.case_id).assignee or self.people["ada"]

    @rule(who=WHO, severity=st.integers(0, 4))
    def codes(self, who: str, severity: int) -> None:
        coded = Coding(main="W1", severity=severity, reason="as told")
        self.attempt(who, lambda p, now: coding.code(p, self.case_id, coded, now))

    @rule(who=WHO, pick=st.integers(0, 9))
    def moves(self, who: str, pick: int) -> None:
        """Along the table, also where something is still missing."""
        ways = NEXT[self.state().status]
        status = ways[pick % len(ways)]
        self.goes(who, status)

    def goes(self, who: str, status: Status) -> None:
        until = self.now + timedelta(days=3)
        self.attempt(
            who,
            lambda p, now: coding.change_status(
                p, self.case_id, status, now, reason="so it is", until=until
            ),
        )

    @rule(who=WHO, agrees=st.booleans())
    def hears_the_worker(self, who: str, agrees: bool) -> None:
        word = TELL if agrees else NO
        if self.attempt(who, lambda p, now: consenting.give(p, self.case_id, word, now)):
            self.consented = agrees

    @rule(who=WHO)
    def takes_the_consent_back(self, who: str) -> None:
        def back(principal: Principal, now: datetime) -> None:
            ledger = files.open_file(principal, self.case_id).state.consents
            last = ledger[-1].id if ledger else ""
            consenting.withdraw(principal, self.case_id, last, "No.", Way.TALK, now)

        if self.attempt(who, back):
            self.consented = False

    @rule()
    def worker_takes_everything_back_by_telephone(self) -> None:
        self.now += timedelta(minutes=7)
        with self.desk.work():
            intake.add(self.desk.site, self.case_id, EntryKind.CONSENT_WITHDRAWN, {}, self.now)
        self.consented = False

    @rule(who=WHO)
    def writes_to_the_factory(self, who: str) -> None:
        letter = Letter(Recipient.FACTORY, "The wages of October were not paid.")
        if self.attempt(who, lambda p, now: disclosing.send(p, self.case_id, letter, now)):
            assert self.consented or self.permitted(), "a letter went without consent"

    @rule(who=WHO)
    def asks_to_tell_without_consent(self, who: str) -> None:
        self.attempt(
            who,
            lambda p, now: deciding.ask_to_tell(
                p, self.case_id, TELL, Ground.LIFE, "Locked doors.", now
            ),
        )

    @rule(who=WHO, agrees=st.booleans())
    def decides(self, who: str, agrees: bool) -> None:
        def decide(principal: Principal, now: datetime) -> None:
            question = files.open_file(principal, self.case_id).state.question
            deciding.decide(
                principal,
                self.case_id,
                question.id if question else "",
                agreed=agrees,
                reason="Seen.",
                now=now,
                kept=Retention(),
            )
            assert question is not None
            assert question.by != str(principal.person)

        self.attempt(who, decide)

    @rule(who=WHO, yes=st.booleans())
    def plans(self, who: str, yes: bool) -> None:
        def plan(principal: Principal, now: datetime) -> None:
            due = now + timedelta(days=20)
            made = planning.propose(principal, self.case_id, "Pay.", due, now)
            planning.word(
                principal, self.case_id, made, agreed=yes, words="Yes.", way=Way.TALK, now=now
            )

        self.attempt(who, plan)

    @rule(who=WHO)
    def closes(self, who: str) -> None:
        def close(principal: Principal, now: datetime) -> None:
            reaching.save_policy(principal, self.case_id, Policy(), "Speak to nobody else.", now)
            ending = Ending(Outcome.REMEDIED_FULL, accepted=Accepted.YES)
            closing.close(principal, self.case_id, ending, now)

        self.attempt(who, close)

    @rule(who=WHO)
    def asks_after_the_end(self, who: str) -> None:
        self.now += timedelta(days=30)
        self.attempt(
            who,
            lambda p, now: afterwards.watch(p, self.case_id, 30, Harm.YES, "Moved.", now),
        )

    @rule()
    def worker_calls_again(self) -> None:
        self.now += timedelta(minutes=7)
        self.desk.receive(now=self.now, case_id=self.case_id)

    @rule(who=WHO)
    def claims(self, who: str) -> None:
        self.attempt(who, lambda p, now: assignment.claim(p, self.case_id, now))

    @rule(who=WHO, taker=PEOPLE)
    def assigns(self, who: str, taker: str) -> None:
        self.attempt(
            who, lambda p, now: assignment.assign(p, self.case_id, self.people[taker], now)
        )

    @rule(who=WHO)
    def gives_back(self, who: str) -> None:
        self.attempt(who, lambda p, now: assignment.release(p, self.case_id, now))

    @rule(giver=PEOPLE, taker=PEOPLE)
    def hands_over(self, giver: str, taker: str) -> None:
        self.attempt(
            "first",
            lambda p, now: assignment.hand_over(p, self.people[giver], self.people[taker], now),
        )

    @precondition(lambda self: hasattr(self, "people"))
    @rule(who=WHO)
    def keeps_to_named_people(self, who: str) -> None:
        self.attempt(who, lambda p, now: named.keep_to(p, self.case_id, (), now))

    @invariant()
    def the_factory_hears_nothing_without_consent(self) -> None:
        if not hasattr(self, "people"):
            return
        after = self.state().status
        if after is Status.WITH_FACTORY and self.status is not Status.WITH_FACTORY:
            assert self.consented, "the case reached the factory without consent"
        self.status = after

    @invariant()
    def only_holders_open_it_and_somebody_holds_it(self) -> None:
        if not hasattr(self, "people"):
            return
        with self.desk.work():
            holders = boxes.holders_of(self.case_id)
            teams = directory.read(self.desk.site).state.teams
            case = db.session.get_one(Case, self.case_id)
            assert holders
            if case.assignee is None:
                assert holders == {teams[Team.INTAKE].box}
            elif boxes.held_by_teams(self.desk.site, [self.case_id]):
                assert holders == {case.assignee, teams[Team.SUPERVISION].box}
            else:
                assert case.assignee in holders <= set(self.people.values())
        for name in self.people:
            may = self.reaches(holders, name)
            assert self.opens(name) is may, f"{name} holds it: {may}"

    def reaches(self, holders: frozenset[UUID], name: str) -> bool:
        with self.desk.work():
            principal = self.desk.organisation.principal(self.people[name])
            return bool(holders & set(principal.holder_ids()))

    def opens(self, name: str) -> bool:
        try:
            with self.desk.work():
                principal = self.desk.organisation.principal(self.people[name])
                return files.open_file(principal, self.case_id).faults == []
        except NotFound:
            return False

    def state(self) -> State:
        """As whoever holds it sees it."""
        for name in self.people:
            with contextlib.suppress(NotFound), self.desk.work():
                principal = self.desk.organisation.principal(self.people[name])
                return files.open_file(principal, self.case_id).state
        raise AssertionError("nobody opens the case")

    def permitted(self) -> bool:
        return any(one.ground is not None and one.stands for one in self.state().consents)


AnyOrder.TestCase.settings = settings(
    max_examples=150 if PROVE else 10,
    stateful_step_count=40 if PROVE else 16,
    deadline=None,
    derandomize=not PROVE,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.storm
@pytest.mark.timeout(LONG if PROVE else 240)
class TestAnyOrder(AnyOrder.TestCase):  # type: ignore[misc,valid-type]
    """The machine as a test."""

    @pytest.fixture(autouse=True)
    def empty_database(self, sqlite_template: Path) -> Iterator[None]:
        AnyOrder.template = sqlite_template
        AnyOrder.counted.clear()
        yield
        figure("any order", database="sqlite", **AnyOrder.counted)
