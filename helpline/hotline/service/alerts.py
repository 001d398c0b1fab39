""" "Please log in": phones of duty and on-call people are alerted until somebody looks."""

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from helpline.accounts.service import people
from helpline.cases.models import IS_OPEN, Case
from helpline.cases.rules.severity import SERIOUS
from helpline.cases.rules.status import Status
from helpline.columns import new_id
from helpline.errors import NotFound
from helpline.extensions import db
from helpline.hotline import rules
from helpline.hotline.models import Duty, StaffAlert
from helpline.hotline.rules import DutyState
from helpline.hotline.service import oncall, roster
from helpline.hotline.service.setting import Setting
from helpline.jobs import Arguments, enqueue
from helpline.register.service import lines
from helpline.register.service.lines import LineView
from helpline.unit_of_work import after_commit
from telephony import flow
from telephony.numbers import CallerNumber
from telephony.prompts import Prompts
from telephony.provider import Ability, CarrierError
from telephony.softphone import Phone

log = logging.getLogger(__name__)

JOB = "hotline.alert"
FRESH = timedelta(hours=2)
"""An alarm that is older stands on the wall board; no phone is rung for it any more."""
DANGER, UNRATED, CLOCK, WELFARE = "danger", "unrated", "clock", "welfare"


def raise_for_danger(line: LineView, case_id: uuid.UUID | None, now: datetime) -> None:
    """Key 9: at once, at any hour."""
    subject = f"{DANGER}:{case_id or new_id()}"
    row = _raise(DANGER, subject, line.id, case_id, now, now)
    if row is not None:
        enqueue(JOB, {"alert": str(row.id)})


def raise_welfare(line: LineView, handle: bytes, now: datetime) -> None:
    """The third silent call in 24 hours: a supervisor looks before the next ring."""
    subject = f"{WELFARE}:{handle.hex()[:32]}:{now.date()}"
    _raise(WELFARE, subject, line.id, None, None, now)


def raise_for_clocks(now: datetime) -> None:
    """Contacts that nobody has rated for too long, and S3 and S4 clocks at 80 %."""
    query = select(Case.id, Case.severity, Case.alarm, Case.assignee).where(
        Case.alarm <= now, Case.alarm > now - FRESH, IS_OPEN
    )
    for case_id, severity, alarm, assignee in db.session.execute(query):
        unrated = severity is None and assignee is None
        if not (unrated or (severity is not None and severity >= SERIOUS)):
            continue
        kind = UNRATED if unrated else CLOCK
        _raise(kind, f"{kind}:{case_id}:{alarm:%y%m%d%H%M}", None, case_id, now, now)


def see(person: uuid.UUID) -> None:
    """Somebody whose phone was alerted has a page open: their alerts have done their work."""
    for row in _unseen():
        if str(person) in row.tried:
            row.seen, row.next_at = True, None


def settle(alert_id: uuid.UUID) -> None:
    """A supervisor has looked at it. Raises NotFound."""
    row = db.session.get(StaffAlert, alert_id)
    if row is None:
        raise NotFound
    row.seen, row.next_at = True, None


def open_alerts() -> Sequence[StaffAlert]:
    """What nobody has looked at yet, oldest day first."""
    return list(_unseen())


def due(now: datetime) -> Sequence[uuid.UUID]:
    """Alerts whose next phone is to be reached now."""
    query = select(StaffAlert.id).where(StaffAlert.seen.is_(False), StaffAlert.next_at <= now)
    return db.session.scalars(query).all()


def send(setting: Setting, arguments: Arguments, now: datetime) -> None:
    """Job: the next person's phone hears "Please log in"; the one after it ten minutes later."""
    row = db.session.get(StaffAlert, uuid.UUID(arguments["alert"]), with_for_update=True)
    if row is None or row.seen or row.next_at is None or row.next_at > now:
        return
    if _settled(row):
        row.seen, row.next_at = True, None
        return
    order = _order(row, now)
    person = rules.next_to_alert(order, [uuid.UUID(one) for one in row.tried])
    row.next_at = now + timedelta(minutes=setting.hotline.alert_repeat_minutes)
    if person is None:
        return
    row.tried = [*row.tried, str(person)]
    reached = roster.reachable(setting.site, person, now, None)
    line = lines.by_id(row.line_id) if row.line_id else next(iter(lines.all_active()), None)
    if reached is not None and line is not None:
        _leave(setting, reached.phone, line, person)
    if row.kind != DANGER:
        _one_ring_for_all(row, now)


def forget(now: datetime) -> None:
    """Delete alerts that were looked at and are older than a week."""
    old = now.date() - timedelta(days=7)
    db.session.execute(delete(StaffAlert).where(StaffAlert.seen.is_(True), StaffAlert.day < old))


def _leave(setting: Setting, phone: Phone, line: LineView, person: uuid.UUID) -> None:
    """Text where texts are possible, else call; after the commit, and never twice for one try."""
    language = next((c for c in people.languages_of(person) if c in ("en", "zh-Hans", "hi")), "en")
    prompts, sender = Prompts.load(), CallerNumber.parse(line.number)
    body = prompts.text(language, "text_staff_alert")
    turn = flow.staff_alert(language)

    def reach() -> None:
        carrier = setting.carrier
        try:
            if carrier.can(Ability.OUTBOUND_CALL):
                markup = carrier.render(turn, str(new_id()), setting.urls, prompts)
                carrier.place_call(phone, sender, markup, setting.urls)
            elif carrier.can(Ability.TEXT) and isinstance(phone, CallerNumber):
                carrier.send_text(phone, sender, body, setting.urls)
        except CarrierError as error:
            log.warning("a staff alert was not taken: %s", type(error).__name__)

    after_commit(reach)


def _one_ring_for_all(row: StaffAlert, now: datetime) -> None:
    """Who logs in sees everything that is late: other clocks do not ring on top of this one."""
    others = select(StaffAlert).where(
        StaffAlert.kind.in_((UNRATED, CLOCK)), StaffAlert.seen.is_(False), StaffAlert.id != row.id
    )
    for other in db.session.scalars(others.where(StaffAlert.next_at <= now)):
        other.next_at = row.next_at


def _raise(
    kind: str,
    subject: str,
    line_id: uuid.UUID | None,
    case_id: uuid.UUID | None,
    next_at: datetime | None,
    now: datetime,
) -> StaffAlert | None:
    """Enter an alert; the same subject only once."""
    if db.session.scalar(select(StaffAlert.id).where(StaffAlert.subject == subject)):
        return None
    row = StaffAlert(
        kind=kind,
        subject=subject,
        line_id=line_id,
        case_id=case_id,
        day=now.date(),
        next_at=next_at,
        tried=[],
        seen=False,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _unseen() -> Sequence[StaffAlert]:
    query = select(StaffAlert).where(StaffAlert.seen.is_(False))
    return db.session.scalars(query.order_by(StaffAlert.day, StaffAlert.id)).all()


def _settled(row: StaffAlert) -> bool:
    """Whether somebody has taken the case meanwhile, so that no phone need ring any more."""
    case = db.session.get(Case, row.case_id) if row.case_id is not None else None
    if row.kind == CLOCK:
        return case is None or case.alarm is None or case.status == Status.CLOSED.value
    return case is not None and case.assignee is not None


def _order(row: StaffAlert, now: datetime) -> list[uuid.UUID]:
    """Who has a phone with us now: the case's holder, duty, then on-call in the plan's order."""
    case = db.session.get(Case, row.case_id) if row.case_id is not None else None
    holder = [case.assignee] if case is not None and case.assignee is not None else []
    duty = db.session.scalars(
        select(Duty.person_id)
        .where(Duty.state == DutyState.ON, Duty.phone.is_not(None))
        .order_by(Duty.person_id)
    ).all()
    plan = [one.person_id for one in oncall.at(row.line_id, now)]
    reachable = [*duty, *plan]
    return list(dict.fromkeys([*(one for one in holder if one in reachable), *reachable]))
