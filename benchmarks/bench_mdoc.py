"""Attribute records issued and verified, beside the raw signatures and hashes that they need, in the same run.

    python benchmarks/bench_mdoc.py [repeats]

The limit is what nobody can avoid. To issue: one deterministic ECDSA signature on P-256, one SHA-256 for each element,
and the draws (SHAKE256). To verify: three signatures (root over signer, issuer, device) and one SHA-256
for each element that came.
"""

from __future__ import annotations

import hashlib
import statistics
import sys
import time
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from myna_lab import Lab
from myna_lab.formats import mdoc
from myna_lab.formats.mdoc import inspecting, request, response, transcript
from myna_lab.ground.chance import Chance
from myna_lab.keys import elliptic_key


def best(work: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Smallest and median milliseconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return min(times), statistics.median(times)


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
    n_draws = n_digests + len(items)
    """Each salt and each decoy, and for each element a number."""
    message = b"x" * 1200
    algorithm = ec.ECDSA(SHA256(), deterministic_signing=True)

    def raw_issue() -> None:
        issuer.signer_key.sign(message, algorithm)
        for item in items:
            hashlib.sha256(item).digest()
        for n in range(n_draws):
            hashlib.shake_256(b"%d" % n).digest(64)

    seen = transcript.web("bench", "https://shop.jpki-emu.invalid")
    asked = request.elements_of(["full_name_unicode", "age_over_20", "portrait"])
    octets = issue()
    shown = response.device_response(
        [response.document(octets, response.chosen(record, asked), device_key=key, transcript=seen)]
    )
    came = [item.received for each in response.chosen(record, asked).values() for item in each]
    signature, public = key.sign(message, ec.ECDSA(SHA256())), key.public_key()
    roots = [issuer.iaca_certificate]

    def raw_verify() -> None:
        for _ in range(3):
            public.verify(signature, message, ec.ECDSA(SHA256()))
        for item in came:
            hashlib.sha256(item).digest()

    def verify() -> None:
        document = response.read_response(shown).documents[0]
        checks = inspecting.inspect(document, inspecting.Session(seen, asked), anchors=roots, at=now)
        assert inspecting.code_of(checks) == "accepted", checks

    iphone = lab.iphone(hanako)
    iphone.add_card().run()
    rows = []
    for label, ours, raw in (("issue", issue, raw_issue), ("verify", verify, raw_verify)):
        ours(), raw()
        rows += [(f"raw, {label}", *best(raw, repeats)), (label, *best(ours, repeats))]
    print(f"{'':32}{'best ms':>10}{'median ms':>12}{'share of raw':>14}")
    for (name, limit, middle), (own, mine, median) in zip(rows[::2], rows[1::2], strict=True):
        print(f"{name:32}{limit:10.3f}{middle:12.3f}")
        print(f"{own:32}{mine:10.3f}{median:12.3f}{limit / mine:14.0%}")
    whole = best(lambda: iphone.present("age_over_20"), repeats)
    print(f"{'a presentation near by, whole':32}{whole[0]:10.3f}{whole[1]:12.3f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
