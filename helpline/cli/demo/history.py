"""Past contacts, brought in through the real intake and worked on by use cases."""

import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle

from helpline.accounts.service import people
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.status import Accepted, Outcome
from helpline.cases.service import assignment, closing, coding, intake, reaching, writing
from helpline.cases.service.closing import Ending
from helpline.cases.service.coding import Coding
from helpline.cases.service.intake import Contact, Received
from helpline.cli.common import work
from helpline.cli.demo import cast, way
from helpline.columns import utc_now
from helpline.keys.rules import Role
from helpline.keys.service.principal import Principal
from helpline.keys.service.site import Site
from helpline.keys.views import site as current_site
from helpline.register.service import factories, lines
from helpline.register.service.lines import LineView
from helpline.unit_of_work import HelplineFlask

CONTACTS = 300
WAITING = 6
OPEN = 40
DAYS = 180
_CHANNELS = (EntryKind.VOICE_IN,) * 5 + (EntryKind.SMS,) * 3 + (EntryKind.WALK_IN,)
_HOW_FAR = cycle((3, 2, 1, 4, 0))
_SUMMARY = "Spoken through to the end; the worker knows how to come back."


@dataclass(frozen=True, slots=True)
class Past:
    """One past contact: when, where, what was said, and by whom it was worked on."""

    at: datetime
    line: LineView
    language: str
    kind: EntryKind
    number: str
    code: str
    severity: int
    sentence: str
    counsellor: Principal
    factory: str


def write(app: HelplineFlask, staff: Sequence[Principal], contacts: int = CONTACTS) -> None:
    """Bring the past in: mostly closed cases, some open ones, a few that nobody has taken."""
    chance = random.Random(11)  # noqa: S311  the same invented past each time
    waiting = min(WAITING, contacts // 2)
    still_open = min(OPEN, (contacts - waiting) * 2 // 3)
    closed = contacts - still_open - waiting
    with work(app):
        moments = _moments(chance, utc_now(), closed, still_open, waiting)
        pasts = list(_pasts(chance, staff, moments))
    with app.app_context():
        handles = _handles(current_site(), {past.number for past in pasts})
    for number, past in enumerate(pasts):
        age = len(pasts) - number
        with work(app) as site:
            contact = Contact(
                past.kind,
                past.line.id,
                past.language,
                {"text": past.sentence} if past.kind is EntryKind.SMS else {"seconds": 300},
                past.number,
                handles[past.number],
            )
            received = intake.receive(site, contact, past.at)
            if age > waiting:
                _work_on(past, received, closed=age > waiting + still_open)


def _handles(site: Site, numbers: set[str]) -> dict[str, bytes]:
    """Every number stretched once, on as many cores as there are."""
    ordered = sorted(numbers)
    with ThreadPoolExecutor() as pool:
        return dict(zip(ordered, pool.map(site.handle, ordered), strict=True))


def _work_on(past: Past, received: Received, *, closed: bool) -> None:
    """Claim, note, code, perhaps close; a text that joined an open case is left to its holder."""
    if not received.opened:
        return
    counsellor, case_id, later = past.counsellor, received.case_id, past.at + timedelta(minutes=12)
    if past.kind is EntryKind.VOICE_IN:
        soon, body = past.at + timedelta(seconds=40), {"by": str(counsellor.person), "waited": 40}
        intake.add(counsellor.site, case_id, EntryKind.TALKED, body, soon)
    assignment.claim(counsellor, case_id, later)
    if past.kind is EntryKind.SMS:
        reaching.record_call(counsellor, case_id, reached=True, text="", now=later)
    else:
        writing.note(counsellor, case_id, past.sentence, later)
    coded = Coding(past.code, past.severity, factory=past.factory, language=past.language)
    coding.code(counsellor, case_id, coded, later)
    if past.code.startswith("W") and past.severity == 2 and not closed:
        way.go(counsellor, case_id, later + timedelta(minutes=30), next(_HOW_FAR))
    if closed:
        ending = Ending(Outcome.ADVICE_SUFFICIENT, accepted=Accepted.YES, summary=_SUMMARY)
        closing.close(counsellor, case_id, ending, later + timedelta(days=1))


def _pasts(
    chance: random.Random, staff: Sequence[Principal], moments: Sequence[datetime]
) -> Iterator[Past]:
    speaking = [
        (person, people.languages_of(person.person))
        for person in staff
        if person.role is Role.COUNSELLOR
    ]
    known = lines.all_active()
    codes = [factory.code for factory in factories.all_factories()]
    callers = [f"{prefix}0000001{n:03d}" for prefix in ("+86", "+91") for n in range(60)]
    for at in moments:
        line = chance.choice(known)
        language = chance.choice([one for one in line.languages if one != "en" or at.hour % 3 == 0])
        code, severity, sentence = chance.choice(cast.SENTENCES[language])
        able = [person for person, spoken in speaking if language in spoken]
        prefix = "+86" if line.country == "CN" else "+91"
        yield Past(
            at=at,
            line=line,
            language=language,
            kind=chance.choice(_CHANNELS),
            number=chance.choice([caller for caller in callers if caller.startswith(prefix)]),
            code=code,
            severity=severity,
            sentence=sentence,
            counsellor=chance.choice(able),
            factory=chance.choice(codes) if chance.random() < 0.7 else "",
        )


def _moments(
    chance: random.Random, now: datetime, closed: int, still_open: int, waiting: int
) -> list[datetime]:
    """Long ago for closed cases, this week for open ones, the last hours for the inbox."""
    long_ago = [now - timedelta(days=chance.uniform(8, DAYS)) for _ in range(closed)]
    lately = [now - timedelta(hours=chance.uniform(5, 70)) for _ in range(still_open)]
    fresh = [now - timedelta(minutes=chance.uniform(2, 25)) for _ in range(waiting)]
    return sorted(long_ago) + sorted(lately) + sorted(fresh)
