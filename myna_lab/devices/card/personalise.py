"""Personalisation: every row of every application of a chip is filled, as the application declares it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from myna_lab.devices.card.applications.manager import ATR
from myna_lab.devices.card.cardholder import Cardholder
from myna_lab.devices.card.chip_kinds import applications
from myna_lab.devices.card.contents import CardContents
from myna_lab.devices.card.personalisation import Personalisation
from myna_lab.devices.card.structure import Kind
from myna_lab.errors import MisuseError

__all__ = ["personalise", "phone_contents"]

T = TypeVar("T")


def personalise(
    holder: Cardholder,
    *,
    reference_data: Mapping[str, str],
    certificates: Mapping[str, bytes | None],
    keys: Mapping[str, int],
    tries: Mapping[str, int],
    issuer_keys: Mapping[str, int],
    key: Callable[[int], RSAPrivateKey],
    serial: str = "900000000000000",
    further: tuple[object, ...] = (),
    atr: bytes = ATR,
) -> CardContents:
    """The contents of a plastic card.

    Args:
        holder: whose card it is.
        reference_data: ``input_aid``, ``user_authentication`` and ``resident_register`` (4 digits) and ``signing`` (6
            to 16 of A-Z 0-9); one that is left out does not exist on the card, and counts as blocked.
        certificates: ``sign``, ``auth``, ``sign_ca`` and ``auth_ca`` to DER; ``sign`` may be None or left out.
        keys: ``sign``, ``auth``, ``text``, ``visual``, ``common`` (internal authentication) and ``messaging`` (session
            keys) to numbers of RSA keys.
        tries: ``user_authentication``, ``signing``, ``input_aid``, ``resident_register``, ``verification_number``,
            ``birth_number`` and ``licence``, 1 to 15 each.
        issuer_keys: numbers of the keys that sign the files (``text``, ``visual``, ``licence``), of those that certify
            the first two (``text_authority``, ``visual_authority``), and of the card manager's chain (``root``,
            ``intermediate``, ``lowest``).
        key: an RSA-2048 key by number.
        serial: the card's serial number, 15 digits; a real one begins with 4.
        further: what a single application knows of: a :class:`Licence`, without which there is no licence application.
        atr: the answer to reset, which a data object repeats.

    Raises:
        MisuseError: a serial number of another form.

    Returns:
        The same bytes for the same arguments.

    Source: card facts 1.2 to 1.7, 3 and 5.
    """
    if not certificates.get("sign"):
        keys = {name: number for name, number in keys.items() if name != "sign"}
    chip = Personalisation(
        "plastic", keys, reference_data, certificates, holder, key, issuer_keys, serial, atr, further
    )
    return _contents(chip, tries)


def phone_contents(
    platform: str,
    *,
    pins: Mapping[str, str],
    certificates: Mapping[str, bytes],
    keys: Mapping[str, int],
    tries: Mapping[str, int],
    n_changes: int = 0,
) -> CardContents:
    """The contents of the applet in a phone's secure element: the JPKI application alone.

    Both identities are optional: without ``sign`` there is no sign certificate, key or password.

    Args:
        platform: ``iphone`` or ``android``.
        pins: the phone's own ``user`` PIN (4 digits) and ``signing`` password (6 to 16).
        certificates: ``sign``, ``auth``, ``sign_ca`` and ``auth_ca`` to DER.
        keys: ``sign`` and ``auth`` to numbers of RSA keys.
        tries: ``user`` and ``signing``, 1 to 15 each.
        n_changes: how many PINs this phone's former applets had changed.

    Raises:
        MisuseError: another platform.

    Source: card facts 1.2 and 1.7.1.
    """
    if platform not in ("iphone", "android"):
        raise MisuseError(f"platform is 'iphone' or 'android'; got {platform!r}.", code="unknown_platform")
    return _contents(Personalisation(platform, keys, _of_card(pins), certificates), _of_card(tries), n_changes)


def _of_card(by_identity: Mapping[str, T]) -> Mapping[str, T]:
    """The card's names of PINs for a phone's two: what a phone calls user, a card calls user authentication."""
    return {{"user": "user_authentication"}.get(name, name): value for name, value in by_identity.items()}


def _contents(chip: Personalisation, tries: Mapping[str, int], n_changes: int = 0) -> CardContents:
    """Each row filled; what has no value is not there."""
    rows = [row for application in applications(chip.profile) for row in application.files]
    filled = [(row, value) for row in rows if (value := row.filled(chip)) is not None]
    own_keys = [row for row in rows if row.key in chip.keys]
    own_keys.sort(key=lambda row: row.key == "sign")  # keys that every card has come first, in stored files too
    return CardContents(
        chip.profile,
        {row.reference: value for row, value in filled if row.kind is not Kind.REFERENCE},
        {row.reference: value for row, value in filled if row.kind is Kind.REFERENCE},
        {row.reference: chip.keys[row.key] for row in own_keys},
        {row.reference: tries[row.tries] for row, _ in filled if row.kind is Kind.REFERENCE},
        n_changes,
    )
