"""How many examples a property test tries: a few in the fast run, many in the thorough one.

Where `CI` is set, as `.ci/run` and GitHub set it, every run tries the same examples: a rare one that fails is found by
people who run the tests at their desk, and by fuzzing, not by whoever happens to land a change.
"""

import os

from hypothesis import settings

# Every property is tried with this many examples when it does not say how many, and with this share when it does.
FAST, THOROUGH = 20, 100
_FEWEST = 5

# How long an example takes depends on the machine more than on the code, so no test fails for its duration.
_SAME = bool(os.environ.get("CI"))
settings.register_profile("fast", deadline=None, max_examples=FAST, derandomize=_SAME)
settings.register_profile("thorough", deadline=None, max_examples=THOROUGH, derandomize=_SAME)


def load_profile(*, thorough: bool) -> None:
    """Choose the profile of a run; `--hypothesis-profile` overrides it."""
    settings.load_profile("thorough" if thorough else "fast")


def thorough() -> bool:
    """Check whether this run is the thorough one."""
    return settings.default.max_examples >= THOROUGH


def examples(count: int) -> int:
    """Return how many examples to try of a property that deserves `count` in the thorough run."""
    return count if thorough() else max(_FEWEST, count * FAST // THOROUGH)
