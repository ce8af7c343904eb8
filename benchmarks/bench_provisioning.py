"""A whole set-up beside the raw RSA cost of its signatures, in the same run.

    python benchmarks/bench_provisioning.py [repeats]

The limit is what nobody can avoid: the signatures and verifications that the set-up asks for. Everything else is ours.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256

from myna_lab import Lab
from myna_lab.keys import rsa_key

N_SIGNATURES = 6
"""By the card: the application; by the phone: two requests; by the authorities: two certificates; one to spare for the
two ECDSA signatures of the attribute record."""
N_VERIFICATIONS = 3
"""The application and the two requests."""


def best(work: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Smallest and median milliseconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return min(times), statistics.median(times)


def raw_rsa() -> None:
    """The signatures and verifications of one set-up, without anything else."""
    key, public = rsa_key(0), rsa_key(0).public_key()
    signatures = [key.sign(b"x" * 64, padding.PKCS1v15(), SHA256()) for _ in range(N_SIGNATURES)]
    for signature in signatures[:N_VERIFICATIONS]:
        public.verify(signature, b"x" * 64, padding.PKCS1v15(), SHA256())


def main(repeats: int) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        rows: list[tuple[str, float, float]] = [("raw RSA of one set-up", *best(raw_rsa, repeats))]
        for name, journal in (("in memory", None), ("on a file", Path(folder) / "bench.mynalab")):
            lab = Lab(seed=1, journal=journal)
            hanako = lab.resident()
            for trace in (True, False):
                hanako.card.trace.enabled = trace
                phone = lab.iphone(hanako)
                phone.add_card().run()  # warm
                label = f"set-up {name}, {'with' if trace else 'no'} trace"
                rows.append((label, *best(lambda phone=phone: phone.add_card().run(), repeats)))
        lab = Lab(seed=2)
        lab.resident()
        rows.append(("a resident with her card", *best(lab.resident, repeats)))
        iphone = lab.iphone(lab.residents[0])
        iphone.add_card().run()
        lab.advance("6min")
        lab.portal.log_in(iphone)
        rows.append(("a login at the portal", *best(lambda: lab.portal.log_in(iphone), repeats)))
    limit = rows[0][1]
    print(f"{'':36}{'best ms':>10}{'median ms':>12}{'x raw RSA':>11}")
    for label, smallest, median in rows:
        print(f"{label:36}{smallest:10.2f}{median:12.2f}{smallest / limit:11.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
