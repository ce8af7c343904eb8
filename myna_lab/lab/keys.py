"""RSA keys for people: the pool's while they last, then new ones that the vault keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count, islice

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from myna_lab import keys as pool
from myna_lab.lab.model import FIXED_KEYS, Model

__all__ = ["NewKeys"]

_FIXED = frozenset(FIXED_KEYS.values())


class NewKeys:
    """Hands out unused keys. A new key is usable before it is recorded, and lost if it never is."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._fresh: dict[int, RSAPrivateKey] = {}

    def take(self, n: int) -> tuple[Sequence[int], Mapping[str, bytes]]:
        """The next unused numbers.

        Args:
            n: how many, 1 or more.

        Returns:
            The numbers, and what must be recorded with the event that names them: empty while the pool lasts.
        """
        free = (number for number in count(self._model.next_key) if number not in _FIXED)
        numbers = tuple(islice(free, n))
        beyond = [number for number in numbers if number >= pool.pool_size()]
        if not beyond:
            return numbers, {}
        from tqdm.auto import tqdm

        # The bar shows itself only where making keys takes long enough to be felt.
        self._fresh = {
            number: pool.new_rsa_key() for number in tqdm(beyond, "new TEST keys", unit="key", delay=1, leave=False)
        }
        return numbers, {f"key/{number}": pool.to_der(key) for number, key in self._fresh.items()}

    def get(self, number: int) -> RSAPrivateKey:
        """A key by number, recorded or just taken."""
        return self._fresh[number] if number in self._fresh else self._model.key(number)
