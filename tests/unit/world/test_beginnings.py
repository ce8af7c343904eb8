"""What labs of one process share is the same only where they begin alike."""

from __future__ import annotations

from myna_lab import Lab
from myna_lab.events import AuthorityEstablished


def authorities(lab: Lab) -> tuple[bytes, ...]:
    return tuple(entry.event.certificate for entry in lab.log if isinstance(entry.event, AuthorityEstablished))


def test_labs_that_begin_alike_have_the_same_authorities_and_others_have_their_own() -> None:
    """Seed, start and parameters each give other certificates, also after a lab that began otherwise."""
    beginnings = [
        {"seed": 7},
        {"seed": 8},
        {"seed": 7, "start": "2026-01-05 10:00"},
        {"seed": 7, "parameters": {"authority_age": "300d"}},
        {"seed": 7, "parameters": {"first_serial": 5000}},
    ]
    first, again = ([authorities(Lab(**how)) for how in beginnings] for _ in range(2))  # type: ignore[arg-type]
    assert first == again
    assert len(set(first)) == len(beginnings)
