"""Octets as text for codes, pages and apps: base64url without padding (RFC 4648 5), strictly read."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

__all__ = ["base64url", "octets_of"]

_ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def base64url(octets: bytes) -> str:
    """Octets as text."""
    return urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")


def octets_of(text: object) -> bytes:
    """The octets of such a text.

    Raises:
        ValueError: not text, or with padding or another character: the library would leave those out.
    """
    if not isinstance(text, str) or not set(text) <= _ALPHABET:
        raise ValueError("base64url without padding is expected")
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
