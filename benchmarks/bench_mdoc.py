"""Attribute records issued and verified, beside the raw signatures and hashes that they need, in the same run.

    python benchmarks/bench_mdoc.py [repeats]

The limit is what nobody can avoid. To issue: one deterministic ECDSA signature on P-256, one SHA-256 for each element,
one SHAKE256 for each salt and each digest of nothing. To verify: the signatures of issuer and device, one SHA-256 for
each element that came; for a signer that the reader meets for the first time also the root's signature over its
certificate. Ours and the limit take turns, and CPU time is counted, so that other work on the machine does not decide.
"""

from __future__ import annotations

import hashlib
import statistics
import sys
import time
from collections.abc import Callable, Mapping

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from myna_lab import Lab
from myna_lab.formats import mdoc
from myna_lab.formats.mdoc import inspecting, paths, request, response, transcript
from myna_lab.ground.chance import Chance
from myna_lab.keys import elliptic_key

_TOGETHER = 10


def in_turn(works: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, tuple[float, float]]:
    """Each work's smallest and median milliseconds of CPU; they take turns."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(repeats):
        for name, work in works.items():
            start = time.process_time_ns()
            for _ in range(_TOGETHER):
                work()
            times[name].append((time.process_time_ns() - start) / 1e6 / _TOGETHER)
    return {name: (min(own), statistics.median(own)) for name, own in times.items()}


def main(repeats: int) -> None:
    """Print the table."""
    lab = Lab(seed=1)
    world, hanako = lab.world, lab.resident()
    resident = world.things.resident(hanako.person)
    key, issuer, now = elliptic_key(Chance(1)), world.things.authorities.mdoc, lab.now
    attributes = mdoc.Attributes(
        resident.written_name,
        resident.address,
        resident.municipality,
        resident.born,
        resident.sex,
        resident.my_number,
        resident.portrait,
    )

    def issue() -> bytes:
        return mdoc.issue(
            attributes,
            issuer=issuer,
            device_key=key.public_key(),
            chance=Chance(1).child("record"),
            signed_at=now,
            parameters=lab.parameters,
        )

    record = mdoc.parse(issue())
    items = [item.received for each in record.items.values() for item in each]
    n_digests = sum(map(len, record.value_digests.values()))
    message = b"x" * 1200
    algorithm = ec.ECDSA(SHA256(), deterministic_signing=True)

    def raw_issue() -> None:
        issuer.signer_key.sign(message, algorithm)
        for item in items:
            hashlib.sha256(item).digest()
        for n in range(n_digests):
            hashlib.shake_256(b"%d" % n).digest(32)

    seen = transcript.web("bench", "https://shop.jpki-emu.invalid")
    asked = request.elements_of(["full_name_unicode", "age_over_20", "portrait"])
    octets = issue()
    shown = response.device_response(
        [response.document(octets, response.chosen(record, asked), device_key=key, transcript=seen)]
    )
    came = [item.received for each in response.chosen(record, asked).values() for item in each]
    signature, public = key.sign(message, ec.ECDSA(SHA256())), key.public_key()
    roots = [issuer.iaca_certificate]

    def raw_verify(n_signatures: int = 2) -> None:
        for _ in range(n_signatures):
            public.verify(signature, message, ec.ECDSA(SHA256()))
        for item in came:
            hashlib.sha256(item).digest()

    def verify() -> None:
        document = response.read_response(shown).documents[0]
        checks = inspecting.inspect(document, inspecting.Session(seen, asked), anchors=roots, at=now)
        assert inspecting.code_of(checks) == "accepted", checks

    def verify_first() -> None:
        paths.forget()
        verify()

    iphone = lab.iphone(hanako)
    iphone.add_card().run()
    works: Mapping[str, Callable[[], object]] = {
        "raw, issue": raw_issue,
        "issue": issue,
        "raw, verify": raw_verify,
        "verify": verify,
        "raw, verify, a new signer": lambda: raw_verify(3),
        "verify, a new signer": verify_first,
        "a presentation near by, whole": lambda: iphone.present("age_over_20"),
    }
    found = in_turn(works, repeats)
    print(f"{'':32}{'best ms':>10}{'median ms':>12}{'share of raw':>14}")
    for name, (least, middle) in found.items():
        limit = found.get(f"raw, {name}")
        print(f"{name:32}{least:10.3f}{middle:12.3f}" + ("" if limit is None else f"{limit[0] / least:14.0%}"))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
