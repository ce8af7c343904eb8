"""What is left on a phone for who has it now: what they see, what they can open, and who takes it until when.

Each row is asked of the phone and of the books as they are; nothing is tried, so no try is spent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from myna_lab.devices.phone import IDENTITIES, STRANGERS
from myna_lab.devices.phone.identities import reach, refuse_unusable
from myna_lab.errors import Refused
from myna_lab.ground.durations import show
from myna_lab.jlis.books import LIVE, CertificateState
from myna_lab.texts import text
from myna_lab.texts.session import one, page
from myna_lab.world.world import World

__all__ = ["Residue", "Taken", "Way", "residue"]

C = CertificateState


class Phone(Protocol):
    """A phone's handle."""

    @property
    def world(self) -> World:
        """Where it is."""
        ...

    @property
    def phone(self) -> str:
        """Its identifier."""
        ...


@dataclass(frozen=True, slots=True)
class Way:
    """One way to get at something on the phone."""

    what: str
    """``face``: the card's face; ``log_in`` or ``sign``."""
    by: str
    """``looking``, ``own_face`` (of who has the phone), ``pin`` or ``password``."""
    opens: bool
    code: str
    """Why not; empty if it opens."""
    tries: int | None
    """Tries left where something is typed, right or wrong."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Until when somebody who asks one source takes what the phone yields."""

    source: str
    """``books``, ``ocsp`` or ``crl``."""
    until: datetime
    """From then on it is refused; of a certificate that is live: its last second, if nobody revokes it before."""
    is_over: bool
    """Whether it is refused by now."""


@dataclass(frozen=True, slots=True)
class Residue:
    """What is left on one phone."""

    phone: str
    at: datetime
    in_hands_of: str
    """A person, ``finder``, ``buyer`` or ``repairer``; empty: nobody."""
    ways: tuple[Way, ...]
    taken: tuple[Taken, ...]
    """Of the user-authentication certificate on the phone; empty if there is none."""
    is_live: bool
    """Whether that certificate is live in the books: then it is taken until it is revoked."""

    def in_language(self, language: str) -> str:
        """The table in ``ja`` or ``en``."""
        title = text("word.left_on_phone.title", language, phone=self.phone, at=show(self.at))
        hands = f"word.hands.{self.in_hands_of or 'nobody'}"
        known = self.in_hands_of in ("", *STRANGERS)
        who = text("word.left_on_phone.hands", language, who=text(hands, language) if known else self.in_hands_of)
        rows = [self._said(way, language) for way in self.ways]
        if not self.taken:
            rows.append(text("word.left_on_phone.not_taken", language))
        for row in self.taken:
            how = "live" if self.is_live else "over" if row.is_over else "until"
            source = text(f"word.left_on_phone.source.{row.source}", language)
            rows.append(text(f"word.left_on_phone.{how}", language, source=source, until=show(row.until)))
        return "\n".join([title, f"  {who}", *(f"  {row}" for row in rows)])

    @staticmethod
    def _said(way: Way, language: str) -> str:
        what = text(f"word.left_on_phone.what.{way.what}_{way.by}", language)
        if way.opens:
            opens = text("word.left_on_phone.opens", language)
        else:
            opens = text("word.left_on_phone.closed", language, code=text(f"code.{way.code}", language))
        left = "" if way.tries is None else text("word.left_on_phone.tries", language, tries=way.tries)
        return text("word.left_on_phone.row", language, what=what, opens=opens, left=left)

    def __str__(self) -> str:
        return self.in_language(one())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return page(self)


def residue(phone: Phone) -> Residue:
    """What is left on a phone, for who has it in hand now.

    Args:
        phone: its handle.
    """
    world = phone.world
    with world.lock:
        model = world.phone(phone.phone)
        ways = (
            _face(phone),
            _way(phone, "log_in", "own_face"),
            _way(phone, "log_in", "pin"),
            _way(phone, "sign", "password"),
        )
        live, taken = _taken(phone)
        return Residue(phone.phone, world.now, model.in_hands_of, ways, taken, live)


def _face(phone: Phone) -> Way:
    """The card's face is seen by who opens the wallet; a dead pass shows it, too."""
    model = phone.world.phone(phone.phone)
    held = model.installed
    code = "no_credential" if held is None else "no_face" if not held.record_ref or model.reset else ""
    try:
        refuse_unusable(model)
    except Refused as refused:
        code = code or refused.code
    return Way("face", "looking", not code, code, None)


def _way(phone: Phone, what: str, by: str) -> Way:
    """An identity, opened by what is shown or typed, if it is the right one."""
    model = phone.world.phone(phone.phone)
    identity = IDENTITIES["user" if what == "log_in" else "signing"]
    try:
        reach(model, identity, by_face=by == "own_face")
        code = ""
    except Refused as refused:
        code = refused.code
    counted = {} if model.installed is None else model.installed.tries_left
    tries = counted.get(identity.name)
    if not code and tries == 0:
        code = "pin_blocked"
    return Way(what, by, not code, code, None if by == "own_face" else tries)


def _taken(phone: Phone) -> tuple[bool, tuple[Taken, ...]]:
    world = phone.world
    held = world.phone(phone.phone).installed
    if held is None:
        return False, ()
    row, now = world.books.certificate("auth", held.auth_serial), world.now
    past = row.past_at(now)
    if past.state in LIVE and past.state is not C.ON_HOLD:
        return True, tuple(Taken(source, row.not_after, False) for source in ("books", "ocsp", "crl"))
    if past.state is C.EXPIRED:
        return False, tuple(Taken(source, row.not_after, True) for source in ("books", "ocsp", "crl"))
    ends = {
        "books": past.at,
        "ocsp": world.revocation.answered_from(row, past.at),
        "crl": world.revocation.listed_from(past.at),
    }
    return False, tuple(Taken(source, until, until <= now) for source, until in ends.items())
