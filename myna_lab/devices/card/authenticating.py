"""GET CHALLENGE, INTERNAL AUTHENTICATE, and the card-key commands of which only the refusals are known."""

from __future__ import annotations

from collections.abc import Callable

from myna_lab import events as ev
from myna_lab.devices.card.chip_kinds import BIOMETRIC
from myna_lab.devices.card.interior import Interior
from myna_lab.devices.card.lookup import Answer, named
from myna_lab.devices.card.signing import SCHEMES, SIGNATURE_LENGTH
from myna_lab.devices.card.structure import Kind, permits
from myna_lab.formats.iso7816 import CommandApdu, StatusWord

__all__ = ["get_challenge", "internal_authenticate", "issuer_command", "last_command", "set_public_key"]

SW = StatusWord
_LONGEST_CHALLENGE = 256


def get_challenge(chip: Interior, command: CommandApdu) -> Answer:
    """Exactly Ne bytes of chance, 1 to 256 (card facts 2.5)."""
    if command.data or not command.ne:
        return Answer(SW.WRONG_LENGTH)
    if command.p1 or command.p2:
        return Answer(SW.WRONG_PARAMETERS)
    if command.ne > _LONGEST_CHALLENGE:
        return Answer(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    return Answer(SW.SUCCESS, chip.challenge(command.ne))


def internal_authenticate(chip: Interior, command: CommandApdu) -> Answer:
    """The signature over a challenge, SHA-256 with RSA, by a key that is made for it (card facts 1.5, 2.5)."""
    if not command.data or not command.ne:
        return Answer(SW.WRONG_LENGTH)
    if command.p1:
        return Answer(SW.WRONG_PARAMETERS)
    file = named(chip, command.p2)
    if isinstance(file, Answer):
        return file
    if file.kind is not Kind.KEY:
        return Answer(SW.INCOMPATIBLE_WITH_FILE_STRUCTURE, b"", file)
    if not permits(file.use, chip.volatile.verified):
        return Answer(SW.SECURITY_STATUS_NOT_SATISFIED, b"", file)
    key = chip.key(file)
    if key is None or not file.authenticates:
        return Answer(SW.CONDITIONS_OF_USE_NOT_SATISFIED, b"", file)
    if command.ne < SIGNATURE_LENGTH:
        return Answer(0x6C00, b"", file)
    signature = SCHEMES[3].sign(key, command.data)
    chip.record(ev.SignatureComputed(chip.name, file.reference))
    return Answer(SW.SUCCESS, signature, file)


def issuer_command(p1: frozenset[int] = frozenset()) -> Callable[[Interior, CommandApdu], Answer]:
    """A command that only the issuer may send: refused before it is looked into.

    Args:
        p1: the values of P1 that reach that refusal; empty: all.

    Source: card facts 8.1 (no public data); which P1 MANAGE ATTRIBUTES knows was measured by one source.
    """

    def refuse(chip: Interior, command: CommandApdu) -> Answer:
        known = not p1 or command.p1 in p1
        return Answer(SW.SECURITY_STATUS_NOT_SATISFIED if known else SW.WRONG_PARAMETERS)

    return refuse


def set_public_key(chip: Interior, command: CommandApdu) -> Answer:
    """A terminal's certificate: no P1 and P2 are known that a card takes, and 256 bytes are too few for one."""
    if command.p2 == 0xC1:
        return Answer(SW.WRONG_LENGTH)
    return Answer(SW.WRONG_PARAMETERS)


def last_command(chip: Interior, command: CommandApdu) -> Answer:
    """The end of a dialogue, as iPhone clients say it: plastic cards answer 6700; that a phone takes it is assumed."""
    return Answer(SW.SUCCESS if chip.profile in BIOMETRIC else SW.WRONG_LENGTH)
