"""The key of secure messaging, and how it encrypts: AES-128 in CBC mode, one start value for each command.

The start value of command N is N encrypted. Source: card facts 2.6, measured by one author.
"""

from __future__ import annotations

from typing import NamedTuple

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

__all__ = ["SessionKey"]

_BLOCK = 16


class SessionKey(NamedTuple):
    """An AES-128 key and the number of the next protected command. Its repr shows no key."""

    key: bytes
    """16 bytes; empty once an error ended the session."""
    n: int = 1

    def encrypt(self, data: bytes) -> bytes:
        """Pad (ISO/IEC 7816-4: 80, then zeros) and encrypt for command ``n``."""
        encryptor = Cipher(algorithms.AES(self.key), modes.CBC(self._start())).encryptor()
        data += b"\x80"
        return encryptor.update(data + bytes(-len(data) % _BLOCK)) + encryptor.finalize()

    def decrypt(self, cryptogram: bytes) -> bytes | None:
        """Decrypt what came with command ``n`` and take the padding off; None: it has none."""
        if not cryptogram or len(cryptogram) % _BLOCK:
            return None
        decryptor = Cipher(algorithms.AES(self.key), modes.CBC(self._start())).decryptor()
        data, mark, rest = (decryptor.update(cryptogram) + decryptor.finalize()).rpartition(b"\x80")
        return data if mark and not any(rest) and len(rest) < _BLOCK else None

    def _start(self) -> bytes:
        # CBC of one block with a start value of zeros is that block's encryption.
        encryptor = Cipher(algorithms.AES(self.key), modes.CBC(bytes(_BLOCK))).encryptor()
        return encryptor.update(self.n.to_bytes(_BLOCK, "big")) + encryptor.finalize()

    def __repr__(self) -> str:
        return f"<SessionKey, next command {self.n}>"
