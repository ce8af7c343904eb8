"""A study in a laboratory: 500 holders, 90 days, one set of rules; CPU time beside the limit of a minute.

    python benchmarks/bench_study.py [holders] [days]

The floor is raw RSA: each log-in is signed by a chip and by an OCSP responder, each card takes 9 signatures and each
set-up 6. CPU seconds of one process; a machine that others use shows in the wall time alone.
"""

from __future__ import annotations

import platform
import resource
import sys
import time

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256

from myna_lab.keys import rsa_key
from myna_lab.studies import lab_study

LIMIT = 60.0
"""Seconds."""
SIGNATURES = {"card": 9, "set-up": 6, "log-in": 2}


def seconds_to_sign(times: int = 200) -> float:
    """CPU seconds of one RSA-2048 signature."""
    key = rsa_key(0)
    key.sign(b"warm", padding.PKCS1v15(), SHA256())
    begun = time.process_time()
    for _ in range(times):
        key.sign(b"x" * 32, padding.PKCS1v15(), SHA256())
    return (time.process_time() - begun) / times


def main(holders: int, days: int) -> None:
    """Print the table."""
    lab_study(holders=2, days=3, progress=False).run()  # warm
    signs = [seconds_to_sign()]
    cpu, wall = time.process_time(), time.perf_counter()
    study = lab_study(holders=holders, days=days, seed=1, progress=False)
    plans = time.process_time() - cpu
    result = study.run()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    begun = time.process_time()
    len(result.summary)
    summary = time.process_time() - begun
    signs.append(seconds_to_sign())
    counted = {"card": holders, "set-up": result.counts.total("set_ups"), "log-in": len(result.log_ins)}
    floor = sum(SIGNATURES[what] * n for what, n in counted.items()) * sum(signs) / len(signs)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"Python {platform.python_version()}, {holders} holders, {days} days, seed 1: "
          + ", ".join(f"{n} {what}s" for what, n in counted.items()))  # fmt: skip
    print(f"{'':24}{'s':>8}{'x raw RSA':>11}{'x limit':>9}")
    for name, spent in (("raw RSA", floor), ("CPU", cpu), ("wall", wall), ("of it: the plans", plans),
                        ("the summary", summary)):  # fmt: skip
        print(f"{name:24}{spent:8.2f}{spent / floor:11.2f}{spent / LIMIT:9.2f}")
    print(f"{1000 * sum(signs) / len(signs):.2f} ms a signature, {memory:.0f} MiB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500, int(sys.argv[2]) if len(sys.argv) > 2 else 90)
