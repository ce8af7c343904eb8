"""What is on one chip when it is handed over: files, reference data, key numbers, tries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import cbor2

from myna_lab.errors import MalformedError
from myna_lab.texts import counted

__all__ = ["CardContents"]


@dataclass(frozen=True, slots=True, repr=False)
class CardContents:
    """The contents of one chip. Its repr shows no secrets."""

    profile: str
    """``plastic``, ``iphone`` or ``android``."""
    files: Mapping[str, bytes]
    """``jpki/0001`` to the file's bytes."""
    reference_data: Mapping[str, bytes]
    """``jpki/0018`` to the PIN as it is compared."""
    keys: Mapping[str, int]
    """``jpki/0017`` to the number of the RSA key."""
    tries: Mapping[str, int]
    """``jpki/0018`` to the most tries, 1 to 15."""
    n_changes: int = 0
    """How many PINs a former chip of the same name had changed; names of vault entries go on from there."""

    def encode(self) -> bytes:
        """All contents as CBOR, for the vault."""
        return cbor2.dumps({field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def decode(cls, data: bytes) -> CardContents:
        """Read :meth:`encode`'s bytes.

        Raises:
            MalformedError: they are something else.
        """
        try:
            return cls(**cbor2.loads(data))
        except (cbor2.CBORError, TypeError, ValueError) as error:
            reason = type(error).__name__
        # Raised out here, because what failed may quote a PIN.
        raise MalformedError(f"not encoded card contents: {reason}.", code="malformed_contents")

    def __repr__(self) -> str:
        counts = f"{counted(len(self.files), 'file', 'files')}, {counted(len(self.keys), 'key', 'keys')}"
        counts += f", {len(self.reference_data)} reference data"
        return f"<CardContents TEST {self.profile}: {counts}>"
