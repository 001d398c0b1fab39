"""How long callers of a day waited, told from the bands in which their waits were counted."""

import pytest

from helpline.hotline.rules import median_band, wait_band


@pytest.mark.parametrize(
    ("waits", "middle"),
    [
        ([], ""),
        ([700], "wait_over_600"),
        ([5, 700], "wait_0_20"),
        ([5, 30, 700], "wait_20_60"),
        ([5, 30, 200, 700], "wait_20_60"),
        ([30, 200, 200, 700, 5], "wait_180_600"),
    ],
)
def test_the_band_of_the_middle_wait(waits: list[int], middle: str) -> None:
    counted: dict[str, int] = {"calls": 99, "wanted": len(waits)}
    for seconds in waits:
        counted[wait_band(seconds)] = counted.get(wait_band(seconds), 0) + 1
    assert median_band(counted) == middle
