"""What the invented organisation is drawn from (DOMAIN.md sections 3 and 6): values, weights.

Shares that no source gives are own; all are ratios, only their proportions count.
"""

from collections.abc import Mapping
from typing import Final

MEAN_WORKERS: Final = 450
SIGMA: Final = 1.0
"""Factory sizes are lognormal."""
RATE_SHAPE: Final = 4.0
"""Rates of factories are gamma-distributed around the mean."""
DRIFT: Final = 0.2
"""How much a factory's rate moves in a year, in the logarithm."""
SUMMER: Final = 1.3
SUMMER_MONTHS: Final = (6, 7, 8, 9)
REPEATS: Final = 0.15
"""Contacts of somebody who has contacted before."""
UNKNOWN: Final = 0.08
"""Contacts without any pseudonym: a withheld number, a letter without a code."""
NO_FACTORY: Final = 0.02
MIX: Final = 25.0
"""How alike factories are in what contacts are about (Dirichlet)."""
FIRST_ANSWER_HOURS, FIRST_ANSWER_SIGMA = 9.0, 1.6
CLOSE_DAYS, CLOSE_SIGMA = 21.0, 1.0
"""Medians and spreads of lognormal times."""

Weights = Mapping[str, float]

CATEGORIES: Final[Weights] = {
    "W1": 11, "W3": 6, "W4": 4, "W5": 5, "W7": 2,
    "H1": 5, "H2": 3, "H3": 3, "H4": 2,
    "C1": 2, "C3": 4, "C4": 4, "C5": 2,
    "S1": 5, "S2": 2,
    "E3": 2, "E5": 3, "E7": 2,
    "D1": 3, "D2": 4, "D4": 1,
    "V1": 5, "V3": 1, "V6": 1,
    "N1": 2, "F08": 0.3, "J2": 0.4, "A1": 1, "G1": 2, "G2": 0.6,
    "P1": 4, "P4": 2, "M1": 3, "M3": 2,
    "L1": 2, "L2": 3, "Q1": 2, "Q5": 3, "X1": 5, "X3": 2, "X7": 1,
}  # fmt: skip
CHANNELS: Final[Weights] = {
    "voice_in": 55, "missed_call": 14, "voicemail": 6, "sms": 10, "web_form": 6,
    "walk_in": 4, "email": 3, "referral_in": 2,
}  # fmt: skip
SEVERITIES: Final[Weights] = {"0": 24, "1": 30, "2": 36, "3": 8, "4": 1, "": 1}
REPORTERS: Final[Weights] = {"anonymous": 57, "self": 33, "co-worker": 5, "family": 4, "group": 1}
OUTCOMES: Final[Weights] = {
    "remedied_full": 30, "remedied_part": 12, "improved_practice": 8, "advice_sufficient": 26,
    "mediated": 4, "substantiated_no_remedy": 4, "not_substantiated": 5,
    "insufficient_information": 4, "withdrawn_by_worker": 2, "withdrawn_fear": 0.5,
    "unreachable": 3, "referred_authority": 1, "out_of_scope": 0.5,
}  # fmt: skip
REMEDIES: Final[Weights] = {
    "none": 50, "money": 26, "reinstatement": 2, "document_returned": 4, "leave_granted": 6,
    "hazard_fixed": 5, "apology_or_discipline": 4, "policy_or_training": 3,
}  # fmt: skip
FINDINGS: Final[Weights] = {
    "not_investigated": 45,
    "grounded": 26,
    "not_grounded": 20,
    "inconclusive": 9,
}
ACCEPTED: Final[Weights] = {"yes": 55, "no": 9, "not_reached": 16, "not_asked": 20}

PLACES: Final = tuple(
    (f"{one} {other}", "IN" if other == "Plain" else "CN")
    for one in ("Lantern", "Paper", "Copper", "River", "Maple")
    for other in ("Coast", "Hills", "Plain")
)
"""Invented provinces, and the country of each."""
BRANDS: Final = (
    "Kite & Co",
    "Tumbletoy",
    "Blue Rabbit",
    "Seven Bears",
    "Marble Works",
    "Otter Play",
)
NAMES: Final = tuple(
    f"{one} {other}"
    for one in (
        "Papercrane",
        "Tin Robot",
        "Wooden Duck",
        "Spinning Top",
        "Music Box",
        "Puzzle Bear",
    )
    for other in ("Toys", "Games", "Plush Works", "Dolls")
)
