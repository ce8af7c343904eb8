"""How certificates write a resident: her town, and name and address in the characters that a certificate has."""

from __future__ import annotations

import re

from myna_lab.formats import jpki
from myna_lab.parameters import Parameters
from myna_lab.residents import Resident

__all__ = ["partition_of", "subject_of"]


def partition_of(resident: Resident) -> jpki.Partition:
    """The resident's town, as certificates name it."""
    return jpki.Partition(resident.prefecture_latin, resident.city_latin, resident.municipality)


_CHARACTERS = re.compile(".[\ufe00-\ufe0f\U000e0100-\U000e01ef]?", re.DOTALL)
"""A character, with the selector of its variant if it has one."""
_SAME = str.maketrans("－～∥￠￡￢", "−〜‖¢£¬")
"""One character of JIS, two of Unicode."""
_HALF_WIDTH = 0x8E


def _is_strange(character: str) -> bool:
    """Whether it is outside JIS X 0208 (levels 1 and 2) and X 0212 (supplementary kanji).

    EUC-JP holds them, and half-width katakana behind 8E.
    """
    try:
        return character.translate(_SAME).encode("euc_jp")[0] == _HALF_WIDTH
    except UnicodeEncodeError:
        return True


def _substituted(text: str, substitute: str) -> tuple[str, str]:
    """A text in the characters that a certificate has, and its flags: one 0 or 1 for each, 1 for a substitute."""
    characters: list[str] = _CHARACTERS.findall(text)
    strange = [_is_strange(character) for character in characters]
    written = "".join(substitute if flag else one for one, flag in zip(characters, strange, strict=True))
    return written, "".join("01"[flag] for flag in strange)


def subject_of(resident: Resident, parameters: Parameters) -> jpki.Subject:
    """The resident, as a signing certificate states her: strange characters of name and address are replaced.

    Args:
        resident: as the register has her.
        parameters: ``substitute_character``.

    Source: certificate facts 3 (which characters are replaced: confirmed).
    """
    substitute = parameters.text("substitute_character")
    (name, name_flags), (address, address_flags) = (
        _substituted(text, substitute) for text in (resident.written_name, resident.address)
    )
    return jpki.Subject(
        name,
        address,
        resident.born,
        resident.sex,
        name_flags,
        address_flags,
        resident.birth_known,
        resident.western_birth_date,
    )
