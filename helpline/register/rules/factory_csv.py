"""Factories as CSV.

Columns: code, name, country, province, workers are needed; key_code (the poster's digits),
region, certified_until (2027-03-31), brands (separated by |) and active (yes, no) may be missing.
"""

from typing import Final

from helpline.register.rules.csv_files import Shape
from helpline.register.rules.factories import COLUMNS, REQUIRED, FactoryValues, read


def _unique(values: FactoryValues) -> dict[str, str]:
    return {"code": values.code, "key_code": values.key_code}


SHAPE: Final = Shape(COLUMNS, REQUIRED, read, _unique)
