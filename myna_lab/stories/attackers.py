"""Is the phone safer than the card? Tried: what somebody who has it can open with what he knows, and until when.

The table over all tries of :mod:`myna_lab.stories.attempts`, phones as the lab's parameters let them be found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from myna_lab.ground.arguments import one_of
from myna_lab.ground.durations import show
from myna_lab.stories.attempts import ATTACKERS, MEANS, Attempts
from myna_lab.texts import LANGUAGES, both, text

if TYPE_CHECKING:
    import pandas as pd

    from myna_lab.lab import Lab

__all__ = ["attackers", "said_of"]

_COLUMNS = ("plastic", "iphone", "android")


def attackers(lab: Lab, language: str | None = None) -> pd.DataFrame:
    """What a stolen thing opens, and until when, if its owner calls the hotline at once.

    The owner is imagined, in labs apart at this lab's time; she has a licence on her card. The theft is two days from
    now, when everything works.

    Args:
        lab: whose rules and time hold; before 2025-09-19 clinics take no phones.
        language: ``ja`` or ``en``: everything in words; None: codes.

    Returns:
        DataFrame of 28 rows, index (``attacker``, ``means``), all str; columns ``plastic``, ``iphone``, ``android``:
        ``accepted until`` an instant, ``accepted for days`` if three days after the call it still opens, or the code of
        the refusal.
    """
    import pandas as pd

    if language is not None:
        one_of("a language", language, LANGUAGES, code="unknown_language")
    tries = Attempts(lab)
    index = [(attacker, means) for attacker in ATTACKERS for means in MEANS]
    rows = [[_comes_of(tries, attacker, thing, means, language) for thing in _COLUMNS] for attacker, means in index]
    names = pd.MultiIndex.from_tuples(index, names=["attacker", "means"])
    table = pd.DataFrame(rows, index=names, columns=[*_COLUMNS], dtype="str")
    return table if language is None else _named(table, language)


def _comes_of(tries: Attempts, attacker: str, thing: str, means: str, language: str | None) -> str:
    """Until when it opens, or the code of the refusal."""
    tried = tries.attempt(attacker, thing, means)
    if not tried.accepted:
        return tried.code if language is None else said_of(tried.code, language)
    until = tries.until(tried)
    if until is None:
        return "accepted for days" if language is None else text("word.attack.for_days", language)
    return f"accepted until {show(until)}" if language is None else text("word.attack.until", language, at=show(until))


def said_of(code: str, language: str) -> str:
    """What comes of a try, in ``ja`` or ``en``."""
    own = f"word.attack.{code}"
    return text(own if both(own) else f"code.{code}", language)


def _named(table: pd.DataFrame, language: str) -> pd.DataFrame:
    import pandas as pd

    said = [
        (text(f"word.attacker.{attacker}", language), text(f"word.attack.{means}", language))
        for attacker, means in table.index
    ]
    names = [text("word.attack.attacker", language), text("word.attack.means", language)]
    table.index = pd.MultiIndex.from_tuples(said, names=names)
    table.columns = table.columns.map(lambda column: text(f"word.errand.{column}", language))
    return table
