"""Answers are sealed to supervision, bound to no case, and counted only when opened."""

import dataclasses
import json
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select, update

from helpline.audit.models import AuditRow
from helpline.errors import BadInput, NotFound
from helpline.extensions import Base, db
from helpline.keys.rules import Role
from helpline.keys.service import directory, teams
from helpline.surveys import rules
from helpline.surveys.models import SurveyAnswer, SurveyInstrument
from helpline.surveys.rules import Answer, canonical, parse
from helpline.surveys.service import answers as service
from tests.organisation import Organisation

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
FORM = service.current(rules.AFTER_CLOSE)


def answer(organisation: Organisation, day: date = TODAY, **answers: Answer) -> None:
    service.record_answer(organisation.site, FORM, answers, day, "hi")


def read(organisation: Organisation) -> service.Results:
    return service.results(organisation.supervisor, rules.AFTER_CLOSE, NOW)


def test_answers_are_counted_with_their_interval_and_the_rate_of_those_asked(
    organisation: Organisation,
) -> None:
    with organisation.work():
        for number in range(20):
            service.count_asked(rules.AFTER_CLOSE, date(2026, 10 + number % 2, 7))
        for number in range(12):
            answer(organisation, date(2026, 10, 1 + number), reach=3, help=5 if number < 9 else 2)
        answer(organisation, reach=5)
    with organisation.work():
        found = read(organisation)
        (form,) = found.forms
        reach, help_ = form.questions
        assert (reach.counts[3], reach.counts[5], reach.answered) == (12, 1, 13)
        assert help_.counts == {1: 0, 2: 3, 3: 0, 4: 0, 5: 9}
        assert help_.share == rules.share(9, 12)
        assert reach.share is not None
        assert (reach.share.count, round(reach.share.value, 3)) == (13, 0.077)
        assert [(month.month, month.asked, month.answered) for month in found.months] == [
            (date(2026, 11, 1), 10, 1),
            (date(2026, 10, 1), 10, 12),
        ]
        assert found.response == rules.share(13, 20)


def test_below_ten_answers_there_is_no_statement(organisation: Organisation) -> None:
    with organisation.work():
        for _ in range(9):
            answer(organisation, reach=5, help=5)
        (form,) = read(organisation).forms
        assert [result.share for result in form.questions] == [None, None]
        assert form.answered == 9


def test_more_answers_than_questions_make_no_rate(organisation: Organisation) -> None:
    with organisation.work():
        for _ in range(11):
            answer(organisation, reach=5)
        service.count_asked(rules.AFTER_CLOSE, TODAY)
        assert read(organisation).response is None


def test_only_supervisors_read_and_each_reading_is_in_the_trail(organisation: Organisation) -> None:
    with organisation.work():
        counsellor = organisation.principal(organisation.admit(Role.COUNSELLOR))
        answer(organisation, help=4, remark="lantern remark")
    with organisation.work():
        with pytest.raises(NotFound):
            service.results(counsellor, rules.AFTER_CLOSE, NOW)
        (form,) = read(organisation).forms
        assert [(one.text, one.language) for one in form.remarks] == [("lantern remark", "hi")]
        acts = db.session.scalars(select(AuditRow.act)).all()
        assert acts.count("surveys.read") == 1


def test_nothing_of_an_answer_stands_in_clear_and_nothing_leads_to_a_case(
    organisation: Organisation,
) -> None:
    with organisation.work():
        answer(organisation, help=4, remark="lantern remark")
        row = db.session.scalars(select(SurveyAnswer)).one()
        assert b"lantern" not in row.sealed
        assert row.stamp is not None
        table = Base.metadata.tables["survey_answers"]
        assert {key.column.table.name for key in table.foreign_keys} == {"survey_instruments"}


def test_an_answer_opens_again_from_supervisions_shelf_and_after_somebody_left(
    organisation: Organisation,
) -> None:
    with organisation.work():
        leaver = organisation.admit(Role.SUPERVISOR)
        answer(organisation, help=4)
    with organisation.work():
        assert read(organisation).answered == 1
        assert db.session.scalars(select(SurveyAnswer.stamp)).one() is None
    with organisation.work():
        answer(organisation, help=5)
        assert not teams.remove(organisation.principal(leaver), leaver)
        (proposal,) = directory.proposals()
        teams.second(organisation.supervisor, proposal.id)
    with organisation.work():
        answer(organisation, help=3)
        (form,) = read(organisation).forms
        assert (form.answered, form.questions[1].counts[4]) == (3, 1)
    with organisation.work():
        assert read(organisation).faults == 0


def test_what_the_form_does_not_know_is_refused_and_not_kept(organisation: Organisation) -> None:
    for wrong in ({"help": 9}, {}, {"who": "me"}):
        with organisation.work(), pytest.raises(BadInput):
            service.record_answer(organisation.site, FORM, wrong, TODAY, "hi")
    with organisation.work():
        assert db.session.scalar(select(func.count()).select_from(SurveyAnswer)) == 0
    with organisation.work(), pytest.raises(NotFound):
        service.current("before_open")


def test_old_answers_keep_the_form_they_were_given_to(organisation: Organisation) -> None:
    content = json.loads(canonical(FORM))
    content["questions"][0]["labels"]["en"] = "Could you reach us?"
    old = parse(content)
    with organisation.work():
        answer(organisation, reach=5)
        service.record_answer(organisation.site, old, {"reach": 1}, TODAY, "en")
    with organisation.work():
        now, before = read(organisation).forms
        assert (now.current, before.current) == (True, False)
        assert before.instrument == old
        assert before.questions[0].counts[1] == now.questions[0].counts[5] == 1


def test_answers_that_were_changed_from_outside_are_told_and_not_counted(
    organisation: Organisation,
) -> None:
    with organisation.work():
        for _ in range(3):
            answer(organisation, help=4)
    with organisation.work():
        first, second, _ = db.session.scalars(select(SurveyAnswer)).all()
        first.sealed, first.stamp = second.sealed, second.stamp
    with organisation.work():
        found = read(organisation)
        assert (found.answered, found.faults) == (2, 1)


def test_a_form_that_was_changed_from_outside_takes_its_answers_with_it(
    organisation: Organisation,
) -> None:
    old = dataclasses.replace(FORM, invitation={"en": "Hello."})
    with organisation.work():
        service.record_answer(organisation.site, old, {"help": 1}, TODAY, "en")
        answer(organisation, help=5)
    with organisation.work():
        forged = canonical(dataclasses.replace(FORM, invitation={"en": "Hullo."}))
        db.session.execute(
            update(SurveyInstrument).where(SurveyInstrument.id == old.id).values(body=forged)
        )
    with organisation.work():
        found = read(organisation)
        assert (found.answered, found.faults) == (1, 1)


def test_an_answer_moved_to_another_form_is_told(organisation: Organisation) -> None:
    other = dataclasses.replace(FORM, invitation={"en": "Hello."})
    with organisation.work():
        service.record_answer(organisation.site, other, {"help": 1}, TODAY, "en")
        answer(organisation, help=5)
    with organisation.work():
        db.session.execute(update(SurveyAnswer).values(instrument_id=FORM.id))
    with organisation.work():
        found = read(organisation)
        assert (found.answered, found.faults) == (1, 1)
