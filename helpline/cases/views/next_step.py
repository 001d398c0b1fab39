"""What comes next in a case: one act, why, and its button. The first that fits, top to bottom."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from helpline.cases.rules.agenda import open_appointments
from helpline.cases.rules.clocks import ClockName
from helpline.cases.rules.consents import Purpose, Recipient, latest
from helpline.cases.rules.state import State
from helpline.cases.rules.status import Guard, Status
from helpline.cases.service.reading import CaseView


@dataclass(frozen=True, slots=True)
class NextStep:
    """`label` is the button's; without one nobody here can do anything. `posts`: acts at once."""

    action: str
    why: str = ""
    label: str = ""
    url: str = ""
    key: str = ""
    posts: bool = False


def next_step(view: CaseView, me: str, *, supervises: bool) -> NextStep:
    """The one thing to be done."""
    return (
        _nobodys(view)
        or _second_look(view, me, supervises=supervises)
        or _unprepared(view)
        or _worker_waits(view)
        or _ended(view)
        or _with_others(view)
        or NextStep(
            _("Go on, or close with an outcome"),
            _("The worker has an answer."),
            _("Close"),
            _to("close", view),
        )
    )


def _nobodys(view: CaseView) -> NextStep | None:
    if view.case.assignee is not None:
        return None
    if view.state.closed is not None:
        return NextStep(_("Nothing. This case is closed"))
    if view.case.reserved is not None:
        reserved = _("Whoever answered the call has it reserved.")
        return NextStep(_("Wait for them, or let a supervisor assign it"), reserved)
    why = _("Until somebody takes it nobody answers.")
    return NextStep(_("Take this case"), why, _("Take"), _to("take", view), "T", posts=True)


def _second_look(view: CaseView, me: str, *, supervises: bool) -> NextStep | None:
    question = view.state.question
    if question is None:
        return None
    if not supervises or question.by == me:
        return NextStep(_("Wait for the second person"), _("A supervisor looks at it and decides."))
    decide = url_for("cases.decide", case_id=view.case.id, question_id=question.id)
    why = _("Somebody waits for your decision.")
    return NextStep(_("Look at it, then decide"), why, _("Decide"), decide)


def _unprepared(view: CaseView) -> NextStep | None:
    if view.state.severity is None or not view.state.main:
        why = _("The clocks follow the severity.")
        action = _("Say what it is about and how serious")
        return NextStep(action, why, _("Code the case"), _to("coding", view), "E")
    if view.needs_card:
        why = _("Whoever answers this phone next must know.")
        action = _("Write what whoever answers must know")
        return NextStep(action, why, _("Write it"), _to("policy", view))
    return None


def _worker_waits(view: CaseView) -> NextStep | None:
    wishes = [talk for talk in open_appointments(view.state.appointments) if talk.wish]
    if wishes:
        move = url_for("cases.move_talk", case_id=view.case.id, talk_id=wishes[0].id)
        why = _("The worker cannot come to the talk.")
        return NextStep(_("Agree on another time"), why, _("Another time"), move)
    if view.state.waiting_since is not None:
        why = _("The worker waits for an answer.")
        return NextStep(_("Answer the worker"), why, _("Reply"), "#composer", "R")
    return None


def _ended(view: CaseView) -> NextStep | None:
    if view.state.closed is None:
        return None
    if view.next is not None and view.next.name is ClockName.WATCH:
        why = _("Ask whether anything was done to the worker since the end.")
        label = _("Write down the answer")
        return NextStep(_("Ask after the end"), why, label, _to("watch", view))
    return NextStep(_("Nothing. This case is closed"))


def _with_others(view: CaseView) -> NextStep | None:
    """Consent, letter, plan: the way over the factory."""
    state, case_id = view.state, view.case.id
    if state.status in {Status.ADMISSIBLE, Status.AWAITING_CONSENT} and not _asked(state):
        ask = url_for("cases.consent", case_id=case_id, to=Recipient.FACTORY.value)
        why = _("Without this consent nothing can go to the factory.")
        action = _("Ask the worker what the factory may be told")
        return NextStep(action, why, _("Record consent"), ask, "C")
    written = {sent.recipient for sent in state.disclosures}
    if Guard.CONSENT in state.guards and Recipient.FACTORY not in written:
        letter = url_for("cases.tell", case_id=case_id, recipient=Recipient.FACTORY.value)
        why = _("The worker has agreed.")
        return NextStep(_("Write to the factory"), why, _("Write the letter"), letter)
    plan = state.planned
    if plan is not None and plan.agreed is None and plan.refused is None:
        word = url_for("cases.plan_word", case_id=case_id, plan_id=plan.id)
        why = _("The plan counts when the worker has agreed to it.")
        return NextStep(_("Put the plan before the worker"), why, _("Save the answer"), word)
    if state.status is Status.WITH_FACTORY and plan is None:
        why = _("45 days is the limit.")
        return NextStep(_("Agree on a plan"), why, _("Write a plan"), _to("plan", view))
    return None


def _asked(state: State) -> bool:
    """Whether the worker has said yes or no to telling the factory, and it stands."""
    return any(
        one.purpose is Purpose.TELL and one.recipient is Recipient.FACTORY and one.withdrawn is None
        for one in latest(state.consents)
    )


def _to(page: str, view: CaseView) -> str:
    return url_for(f"cases.{page}", case_id=view.case.id)
