"""The factories that hold a certificate, as planning and readers' pages take them."""

from collections.abc import Sequence

from helpline.register.service import factories
from helpline.reports.rules.expecting import Certified


def certified() -> Sequence[Certified]:
    """What the register holds of each active factory."""
    return [
        Certified(one.code, one.country, one.province, one.workers, one.brands)
        for one in factories.all_factories()
        if one.active
    ]
