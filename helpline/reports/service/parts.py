"""What a sponsor takes away: of each release the rows that speak of their factories."""

import json
from collections.abc import Collection
from typing import Any

from helpline.reports.rules.parts import part
from helpline.reports.service import portraying, published


def of(number: int, codes: Collection[str]) -> dict[str, Any]:
    """The part of a release for these factories; raises NotFound."""
    row = published.row(number)
    return part(json.loads(row.body), row.digest, codes, portraying.units_of(codes))
