"""A nation in a table: what delays and revocation rules cost a hundred million holders, with honest uncertainty.

    assumptions -> plan -> chunks of holders -> tallies -> tables -> questions

It shares parameters and durations with the laboratory, and nothing else: two models that agree say more than one.
Ask it how many, at what cost and how sure; ask ``myna_lab.studies``, which plays some hundred people with real chips
and certificates, what happens case by case.
What it claims and what it does not: docs/nation.md.
"""

from typing import TYPE_CHECKING

__all__ = ["WORKER_ENVIRONMENT", "Assumptions", "Study", "nation", "published", "read"]

_HOMES = {
    "WORKER_ENVIRONMENT": "workers",
    "Assumptions": "assumptions",
    "Study": "study",
    "nation": "study",
    "published": "calibration",
    "read": "result",
}
"""The module of each name. It is loaded when the name is first used: a worker process needs no pandas."""

if TYPE_CHECKING:
    from myna_lab.scenarios.assumptions import Assumptions
    from myna_lab.scenarios.calibration import published
    from myna_lab.scenarios.result import read
    from myna_lab.scenarios.study import Study, nation
    from myna_lab.scenarios.workers import WORKER_ENVIRONMENT
else:

    def __getattr__(name: str) -> object:
        """A name of ``__all__`` (PEP 562)."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
        from myna_lab.ground.interrupts import loaded

        value = getattr(loaded(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """What is here, loaded or not."""
    return sorted({*globals(), *__all__})
