"""What a lab, its books and its folds know is read from outside, and changed by events alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from myna_lab import Lab
from myna_lab import events as ev
from myna_lab.devices.card.state import ChipState, evolve
from myna_lab.errors import MisuseError
from myna_lab.jlis.books import Books, CertificateRow


@pytest.fixture(scope="module")
def lab() -> Lab:
    """A lab with a card and a phone that holds one."""
    lab = Lab(seed=7)
    lab.iphone(lab.resident()).add_card().run()
    return lab


def _row(lab: Lab) -> CertificateRow:
    return next(iter(lab.books.certificates.values()))


def _put(table: Any, key: object, value: object) -> None:
    table[key] = value


CHANGES: dict[str, Callable[[Lab], object]] = {
    "a certificate put in": lambda lab: _put(lab.books.certificates, _row(lab).key, None),
    "a certificate taken out": lambda lab: lab.books.certificates.pop(_row(lab).key),  # type: ignore[attr-defined]
    "all certificates taken out": lambda lab: lab.books.certificates.clear(),  # type: ignore[attr-defined]
    "a phone put in": lambda lab: _put(lab.books.phones, "iphone-1", None),
    "a card put in": lambda lab: _put(lab.books.cards, "card-1", None),
    "an application put in": lambda lab: _put(lab.books.applications, "person-1", None),
    "a table of the books": lambda lab: setattr(lab.books, "certificates", {}),
    "whose holds are lifted": lambda lab: setattr(lab.books, "hold_release", "all"),
    "a new name in the books": lambda lab: setattr(lab.books, "revoked", True),
    "a row's state": lambda lab: setattr(_row(lab), "history", ()),
    "a row's past": lambda lab: _put(_row(lab).history, 0, None),
    "a phone's row": lambda lab: setattr(lab.books.phones["iphone-1"], "holds", ()),
    "the books": lambda lab: setattr(lab, "books", Books()),
    "the parameters": lambda lab: setattr(lab, "parameters", None),
    "one parameter": lambda lab: _put(lab.parameters, "activation_delay", "1s"),
    "a parameter's value": lambda lab: setattr(lab.parameters["activation_delay"], "value", 0),
    "a service": lambda lab: setattr(lab, "portal", None),
    "the time": lambda lab: setattr(lab, "now", lab.now),
    "a misspelt name of a lab": lambda lab: setattr(lab, "sead", 1),
    "a misspelt name of a phone": lambda lab: setattr(lab.phones[0], "onlin", False),
    "a misspelt name of a holder": lambda lab: setattr(lab.residents[0], "adress", ""),
    "a certificate's state": lambda lab: setattr(lab.phones[0].certificates[0], "state", "good"),
    "a card's tries": lambda lab: _put(lab.residents[0].card.state.tries_left, "jpki/0018", 15),
    "a card's changed PINs": lambda lab: _put(lab.residents[0].card.state.value_refs, "jpki/0018", ""),
    "a card's state": lambda lab: setattr(lab.residents[0].card.state, "tries_left", {}),
    "a phone from inside": lambda lab: setattr(lab.phones[0]._phone, "online", False),
    "what a phone holds": lambda lab: setattr(lab.phones[0]._phone.installed, "record_ref", ""),
    "a phone's certificates": lambda lab: _put(lab.phones[0]._phone.installed.certificates, "sign", b""),  # type: ignore[union-attr]
    "an entry": lambda lab: setattr(lab.log[0], "at", lab.now),
    "an entry of the log": lambda lab: _put(lab.log, 0, None),
}


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_is_changed_from_outside(change: str, lab: Lab) -> None:
    """Setting an attribute or an item raises, and the books are as they were."""
    before = (dict(lab.books.certificates), dict(lab.books.phones), dict(lab.books.cards), lab.books.hold_release)
    with pytest.raises((AttributeError, TypeError, MisuseError, FrozenInstanceError)):
        CHANGES[change](lab)
    assert before == (
        dict(lab.books.certificates), dict(lab.books.phones), dict(lab.books.cards), lab.books.hold_release
    )  # fmt: skip


def test_what_a_chip_remembers_does_not_grow_with_its_events() -> None:
    """After thousands of tries a state is as shallow as the first one."""
    state = ChipState({"jpki/0018": 3}, {"jpki/0018": "pin/1"})
    for _ in range(5000):
        state = evolve(state, ev.ReferenceDataVerified("card-1", "jpki/0018", 3))
    assert (dict(state.tries_left), dict(state.value_refs)) == ({"jpki/0018": 3}, {"jpki/0018": "pin/1"})


def test_a_table_of_the_books_shows_what_comes_later(lab: Lab) -> None:
    """A view is not a copy: a certificate that is issued later is in it."""
    lab = lab.fork()
    table, length = lab.books.certificates, len(lab.books.certificates)
    lab.resident()
    assert len(table) == length + 2


def test_a_draft_does_not_write_into_the_books(lab: Lab) -> None:
    """What is tried on a draft stays there, and its tables can be read only, too."""
    draft, length = lab.books.draft(), len(lab.books.certificates)
    for entry in Lab(seed=7).log:
        draft.evolve(entry)
    with pytest.raises(TypeError):
        _put(draft.certificates, _row(lab).key, None)
    assert len(lab.books.certificates) == length == len(draft.certificates)
