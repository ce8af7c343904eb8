"""Personalisation: from a holder, certificates and key numbers to the contents of a chip."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from myna_lab.devices.card.applications import common, jpki, licence, manager, text, visual
from myna_lab.devices.card.applications.licence import Licence
from myna_lab.devices.card.cardholder import Cardholder
from myna_lab.devices.card.contents import CardContents
from myna_lab.devices.card.issuer import AUTHORITIES, Issuer, key_id, modulus
from myna_lab.errors import MisuseError

__all__ = ["personalise", "phone_contents"]


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
    driving: Licence | None = None,
    atr: bytes = manager.ATR,
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
        driving: the holder's driving licence; None: the card has no licence application.
        atr: the answer to reset, which a data object repeats.

    Raises:
        MisuseError: a serial number of another form.

    Returns:
        The same bytes for the same arguments.

    Source: card facts 1.2 to 1.7, 3 and 5.
    """
    if not (serial.isascii() and serial.isdecimal() and len(serial) == 15):
        raise MisuseError("a card's serial number has 15 digits.", code="bad_serial")

    def issuer_key(name: str) -> RSAPrivateKey:
        return key(issuer_keys[name])

    def issuer(application: str, digits: str) -> Issuer:
        authority, municipal = f"{application}_authority", key_id(holder.municipality + digits, 0)
        return Issuer(AUTHORITIES[authority], municipal, issuer_key(application), issuer_key(authority))

    a, b = holder.my_number, holder.verification_number_b
    references = {
        "jpki/0018": ("user_authentication", reference_data.get("user_authentication")),
        "jpki/001B": ("signing", reference_data.get("signing")),
        "text/0011": ("input_aid", reference_data.get("input_aid")),
        "text/0014": ("verification_number", a),
        "text/0015": ("verification_number", b),
        "visual/0011": ("birth_number", holder.birth_number),
        "visual/0012": ("verification_number", b),
        "visual/0013": ("verification_number", a),
        "common/001C": ("resident_register", reference_data.get("resident_register")),
        "juki/001C": ("resident_register", reference_data.get("resident_register")),
        "licence/0006": ("licence", driving.pin if driving else None),
    }
    key_numbers = {
        "jpki/0017": keys["auth"],
        "text/0006": keys["messaging"],
        "text/0013": keys["text"],
        "visual/0014": keys["visual"],
        "common/0019": keys["common"],
    }
    if certificates.get("sign"):
        key_numbers["jpki/001A"] = keys["sign"]
    return _contents(
        "plastic",
        jpki.files("plastic", certificates)
        | text.files(holder, issuer("text", "31"), modulus(key(keys["text"])), modulus(key(keys["messaging"])))
        | visual.files(holder, issuer("visual", "21"), modulus(key(keys["visual"])))
        | common.files(holder, serial)
        | manager.files(holder, serial, atr, issuer_key)
        | licence.files(driving, holder.portrait, issuer_key("licence")),
        references,
        key_numbers,
        tries,
    )


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
    return _contents(
        platform,
        jpki.files(platform, certificates),
        {"jpki/0018": ("user", pins.get("user")), "jpki/001B": ("signing", pins.get("signing"))},
        {f"jpki/{key}": keys[kind] for key, kind in (("0017", "auth"), ("001A", "sign")) if kind in keys},
        tries,
        n_changes,
    )


def _contents(
    profile: str,
    files: Mapping[str, bytes],
    references: Mapping[str, tuple[str, str | None]],
    keys: Mapping[str, int],
    tries: Mapping[str, int],
    n_changes: int = 0,
) -> CardContents:
    """Contents from references as (name of the tries, value); what has no value is not there."""
    there = {reference: (kind, value) for reference, (kind, value) in references.items() if value is not None}
    return CardContents(
        profile,
        files,
        {reference: value.encode() for reference, (_, value) in there.items()},
        keys,
        {reference: tries[kind] for reference, (kind, _) in there.items()},
        n_changes,
    )
