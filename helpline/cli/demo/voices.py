"""What the demo's workers answered after their case was closed: invented, in two of its months."""

import random
from datetime import timedelta

from helpline.columns import utc_now
from helpline.keys.service.site import Site
from helpline.surveys import rules
from helpline.surveys.service import answers as service

ASKED, ANSWERED = 34, 19
_REMARKS = {
    "zh-Hans": ("谢谢你们听我说。", "希望晚上也有人接。"),
    "hi": ("जवाब जल्दी मिला।",),
    "en": ("I did not know that I may ask this.",),
}


def fill(site: Site) -> None:
    """Ask, and keep what some of them answer."""
    chance = random.Random(11)  # noqa: S311  the same invented answers each time
    form, today = service.current(rules.AFTER_CLOSE), utc_now().date()
    remarks = [(language, text) for language, texts in _REMARKS.items() for text in texts]
    for number in range(ASKED):
        day = today - timedelta(days=2 * number)
        service.count_asked(rules.AFTER_CLOSE, day)
        if number >= ANSWERED:
            continue
        language, remark = remarks[number % len(remarks)]
        answers: dict[str, rules.Answer] = {
            "reach": chance.choice((2, 3, 4, 4, 5)),
            "help": chance.choice((1, 3, 4, 5, 5)),
        }
        if number < len(remarks):
            answers["remark"] = remark
        service.record_answer(site, form, answers, day, language)
