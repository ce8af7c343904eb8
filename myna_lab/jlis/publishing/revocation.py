"""What J-LIS publishes: CRL and OCSP answers, made from the books of their own instant.

One fact has three faces: the line of a list, the answer of a responder and the row of a table are each the same fold at
an instant of its own. So a service learns of a revocation late because it must, not because a script says so.
"""

from __future__ import annotations

from myna_lab.jlis.publishing.answers import Answers
from myna_lab.jlis.publishing.lists import Lists
from myna_lab.jlis.publishing.records import Records

__all__ = ["Revocation"]


class Revocation(Answers, Lists, Records):
    """Published revocation data; arguments as for :class:`myna_lab.jlis.publishing.generations.Generations`."""

    def __repr__(self) -> str:
        counts = ", ".join(f"{kind}: {self.generations(kind)}" for kind in ("sign", "auth"))
        return f"<Revocation TEST, generations {counts}>"
