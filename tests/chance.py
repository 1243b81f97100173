"""How much the Hypothesis tests leave to chance: nothing in the suite, everything when asked to be thorough.

The suite takes its examples from the code of each test alone. So it says the same twice, however its tests
are shared out, and a failure in continuous integration comes again when that one test is run by itself.
`make thorough` looks with fresh chance, and longer; what it finds becomes an `@example` of the test.

Where one promise is kept by the same code in many places, the suite tries a few that stand for all, and
`make thorough` the rest as well (`tried_on`).
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.database import DirectoryBasedExampleDatabase
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

Test = TypeVar("Test", bound=Callable[..., Any])
SUITE, THOROUGH = "suite", "thorough"
EXAMPLES = 50
TIMES_AS_MANY = 20

# For a test whose examples are meant to share a fixture, such as one application.
SHARED_FIXTURE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]

_constants_of_the_code = providers._get_local_constants


def register() -> None:
    """Make both profiles known, and let the suite's be the one that holds."""
    # A shared machine is slow now and then, which says nothing about the code.
    habits: dict[str, Any] = {
        "deadline": None,
        "print_blob": True,
        "suppress_health_check": [HealthCheck.too_slow],
    }
    settings.register_profile(SUITE, max_examples=EXAMPLES, derandomize=True, **habits)
    settings.register_profile(
        THOROUGH,
        max_examples=EXAMPLES * TIMES_AS_MANY,
        derandomize=False,
        # What was found once is tried first the next time.
        database=DirectoryBasedExampleDatabase(".hypothesis/examples"),
        **habits,
    )
    settings.load_profile(SUITE)
    providers._get_local_constants = _local_constants


def is_thorough() -> bool:
    return settings.get_current_profile_name() == THOROUGH


def examples(suite: int, *, thorough: int | None = None) -> int:
    """Give how many examples a test tries that needs another number than most; its modules ask at import.

    Thorough is as many times more as for every test, or the number named, where an example is expensive.
    """
    if not is_thorough():
        return suite
    return thorough or suite * TIMES_AS_MANY


def tried_on(
    names: str | Sequence[str],
    suite: Sequence[Any],
    *,
    thorough: Sequence[Any],
    **how: Any,
) -> Callable[[Test], Test]:
    """Parametrize a test as pytest does, by what the suite tries, and by the rest too when thorough."""
    cases = [*suite, *thorough] if is_thorough() else list(suite)

    def mark(test: Test) -> Test:
        marked: Test = pytest.mark.parametrize(names, cases, **how)(test)
        return pytest.mark.variants(marked)

    return mark


def _local_constants() -> Constants:
    # Hypothesis tries the constants that it finds in whatever modules have been imported so far, which
    # differs with the tests that the process happened to run before.
    return _constants_of_the_code() if is_thorough() else Constants()
