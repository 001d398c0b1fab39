"""Where the demo's counsellors can send somebody: invented places that nobody can reach."""

from datetime import timedelta

from helpline.columns import utc_now
from helpline.register.rules.services import ServiceKind, ServiceValues
from helpline.register.service import service_upkeep
from helpline.register.service.author import Author

_COAST, _HILLS = "Lantern Coast", "Paper Hills"
_FREE = "Free"

SERVICES = (
    ServiceValues(
        "Lamp Street Legal Aid", ServiceKind.LEGAL_AID, "CN", _COAST, ("zh-Hans", "yue"),
        "Monday to Friday, 9 to 17", "+86 0000 000 201", "3 Lamp Street, Harbour District",
        "https://lamp-street.example", "Workers with a wage or contract claim", _FREE,
        notes="Brings a claim to arbitration. Ask for the morning: the wait is shorter.",
    ),
    ServiceValues(
        "Moonrise Crisis Line", ServiceKind.COUNSELLING, "CN", "", ("zh-Hans",),
        "Day and night", "+86 0000 000 202", audience="Anybody who cannot go on", cost=_FREE,
    ),
    ServiceValues(
        "Paper Hills Labour Office", ServiceKind.LABOUR_AUTHORITY, "CN", _HILLS, ("zh-Hans",),
        "Monday to Friday, 9 to 12 and 14 to 17", "+86 0000 000 203", "1 Seal Square",
        cost=_FREE, notes="Wants the contract or a payslip.",
    ),
    ServiceValues(
        "Blue Kettle Clinic", ServiceKind.HEALTH, "CN", _COAST, ("zh-Hans", "en"),
        "Every day, 8 to 20", "+86 0000 000 204", "12 Kettle Lane",
        audience="Injuries at work, noise, dust", cost="10 a visit; free after an accident",
    ),
    ServiceValues(
        "Harbour Shelter", ServiceKind.SHELTER, "CN", _COAST, ("zh-Hans", "yue"),
        "Day and night", "+86 0000 000 205", audience="Women and children in danger", cost=_FREE,
        notes="The address is told on the telephone only.",
    ),
    ServiceValues(
        "Kite Makers' Union", ServiceKind.UNION, "IN", _HILLS, ("hi", "ta"),
        "Saturday, 16 to 19", "+91 0000 000 206", "Behind the Old Mill", cost=_FREE,
    ),
    ServiceValues(
        "Marigold Counsel", ServiceKind.LEGAL_AID, "IN", "", ("hi", "en"),
        "Monday to Saturday, 10 to 18", "+91 0000 000 207", web="https://marigold.example",
        audience="Workers with unpaid wages or provident fund", cost=_FREE,
    ),
    ServiceValues(
        "Little Boat Child Services", ServiceKind.CHILD, "CN", _HILLS, ("zh-Hans",),
        "Monday to Friday, 9 to 17", "+86 0000 000 208", audience="Children under 16", cost=_FREE,
    ),
    ServiceValues(
        "Summer space at Papercrane Toys", ServiceKind.FAMILY_SPACE, "CN", _COAST, ("zh-Hans",),
        "July and August, while parents work", "+86 0000 000 209",
        audience="Children of all workers there, 4 to 14", cost=_FREE,
    ),
    ServiceValues(
        "Parents at Work, three evenings", ServiceKind.PARENTS_TRAINING, "CN", "", ("zh-Hans",),
        "Evenings; ask for the next dates", "+86 0000 000 210",
        audience="Parents whose children live elsewhere", cost=_FREE,
    ),
    ServiceValues(
        "Her Health, Her Rights", ServiceKind.WOMENS_PROGRAMME, "IN", _HILLS, ("hi", "ta"),
        "Second Sunday of the month", "+91 0000 000 211", audience="Women who work in toy making",
        cost=_FREE,
    ),
)  # fmt: skip
LONG_AGO = 200


def fill(author: Author) -> None:
    """Add them all; the last one was checked long ago, so that one waits for somebody's eye."""
    now = utc_now()
    for values in SERVICES:
        days = LONG_AGO if values is SERVICES[-1] else 20
        ident = service_upkeep.add(author, values, now)
        service_upkeep.checked_today(author, ident, now - timedelta(days=days))
