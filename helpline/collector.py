"""Python's garbage collector, told at once that rooms are many objects and stay.

Imported before everything else: a third of the time in which the program starts went into looking
through what had just been made.
"""

import gc

gc.set_threshold(50_000, 20, 20)


def freeze() -> None:
    """What stands now lives as long as the process: it is not looked through again."""
    gc.freeze()
