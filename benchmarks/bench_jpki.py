"""Certificates, OCSP and lists beside their limits and peers, in one run: ours as a ratio of each.

    python benchmarks/bench_jpki.py [rounds] [--small]

    issue, OCSP in process     limit: the raw RSA-2048 signature of cryptography
    path validation            limit: the three raw RSA verifications that it needs; peer: pyhanko-certvalidator
    OCSP over HTTP             peer: `openssl ocsp` as a server, one process; it closes each connection, so ours is
                               measured that way, too, and as most clients ask, kept alive
    a list of a million lines  peer: cryptography's builder and its look-up; limit of memory: what the process used

Rates of the first two are by CPU time, because nothing but this process works; the others are by wall time. Each column
is measured in turn, round by round, so that a busy machine slows all of them. `--small` takes lists of 50,000.
"""

from __future__ import annotations

import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from asn1crypto import pem
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from myna_lab import Lab
from myna_lab.formats import jpki

CALLS = 300
"""Calls of one round."""
IN_FLIGHT = 8
"""Requests on their way at once, over HTTP."""
BIG, HUGE = 1_000_000, 10_000_000


def rates(columns: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Calls a second of each column, by CPU time; the first round is thrown away."""
    found: dict[str, list[float]] = {name: [] for name in columns}
    for turn in range(rounds + 1):
        for name, call in columns.items():
            begun = time.process_time()
            for _ in range(CALLS):
                call()
            if turn:
                found[name].append(CALLS / (time.process_time() - begun))
    return found


def show(found: dict[str, list[float]], limit: str, unit: str = "a second") -> None:
    """A table: median, smallest, largest, and the ratio to a column."""
    base = statistics.median(found[limit])
    for name, values in found.items():
        middle = statistics.median(values)
        print(f"  {name:46}{middle:10.0f} {unit}  ({min(values):.0f} to {max(values):.0f}){middle / base:9.2f} x")


def in_process(lab: Lab, rounds: int) -> None:
    authority = lab.world.things.authorities.sign
    row = lab.certificates(kind="card_sign")[0]
    read = x509.load_der_x509_certificate(row.der)
    resident = lab.world.things.resident("person-1")
    partition = lab.world.things.partition(row.municipality)
    subject = jpki.Subject(resident.name, resident.address, resident.born, resident.sex)
    octets = read.tbs_certificate_bytes
    public: Any = read.public_key()
    serials = iter(range(1, 1 << 62))

    def issue() -> bytes:
        return jpki.issue(
            "card_sign",
            authority=authority,
            serial=next(serials),
            public_key=public,
            subject=subject,
            partition=partition,
            common_name="2025062409000000000" + partition.window_identifier,
            not_before=read.not_valid_before_utc,
            not_after=read.not_valid_after_utc,
            parameters=lab.parameters,
        )

    request = jpki.ocsp_request(row.der, row.issuer)
    columns: dict[str, Callable[[], object]] = {
        "limit: RSA-2048 signature by cryptography": lambda: authority.key.sign(octets, padding.PKCS1v15(), SHA256()),
        "issue a signing certificate": issue,
        "OCSP answer, signed each": lambda: lab.revocation.ocsp(request),
        "OCSP answer, presigned": lambda: lab.revocation.ocsp(request, presigned=True),
    }
    print("\nin process, CPU time (aims: issue 0.80 x, OCSP 0.90 x)")
    show(rates(columns, rounds), "limit: RSA-2048 signature by cryptography")


# --------------------------------------------------------------------------------------------------------------- path


def path(lab: Lab, rounds: int) -> None:
    """A certificate that was never seen before, with the OCSP answer about it, for each call."""
    authority = lab.world.things.authorities.sign
    row = lab.certificates(kind="card_sign")[0]
    read = x509.load_der_x509_certificate(row.der)
    resident, partition = lab.world.things.resident("person-1"), lab.world.things.partition(row.municipality)
    subject = jpki.Subject(resident.name, resident.address, resident.born, resident.sex)
    public: Any = read.public_key()
    known = jpki.CertificateStatus("good", lab.now)
    count = 2 * CALLS * (rounds + 1)
    serials = range(10_000_000, 10_000_000 + count)
    certificates = [
        jpki.issue(
            "card_sign", authority=authority, serial=serial, public_key=public, subject=subject, partition=partition,
            common_name="2025062409000000000" + partition.window_identifier, not_before=read.not_valid_before_utc,
            not_after=read.not_valid_after_utc, parameters=lab.parameters,
        )
        for serial in serials
    ]  # fmt: skip
    answers = [
        jpki.ocsp_response(
            jpki.ocsp_request(der, row.issuer), authority=authority, status=lambda _: known, produced_at=lab.now,
            next_update=lab.now + timedelta(minutes=15),
        )
        for der in certificates
    ]  # fmt: skip
    fresh = iter(zip(certificates, answers, strict=True))
    key: Any = x509.load_der_x509_certificate(authority.certificate).public_key()

    def raw() -> None:
        for _ in range(3):
            key.verify(read.signature, read.tbs_certificate_bytes, padding.PKCS1v15(), SHA256())

    def ours() -> None:
        der, answer = next(fresh)
        assert jpki.validate_path(
            der, anchors=row.issuer, at=lab.now, ocsp_responses=answer, usage="sign", parameters=lab.parameters
        )

    def theirs() -> None:
        der, answer = next(fresh)
        by_certvalidator(der, answer, row.issuer, lab.now)

    print("\npath validation with the OCSP answer, a new certificate each, CPU time (aim: under 3 ms)")
    found = rates({"limit: three raw RSA verifications": raw, "ours": ours, "peer: certvalidator": theirs}, rounds)
    show(found, "limit: three raw RSA verifications")
    for name, values in found.items():
        print(f"  {name:46}{1000 / statistics.median(values):10.2f} ms")


def by_certvalidator(der: bytes, answer: bytes, issuer: bytes, at: datetime) -> None:
    """The same by pyhanko-certvalidator: the path, then the answer."""
    import asyncio

    from asn1crypto import ocsp
    from asn1crypto import x509 as decoder
    from pyhanko_certvalidator import CertificateValidator, ValidationContext
    from pyhanko_certvalidator.revinfo.validate_ocsp import verify_ocsp_response

    own = decoder.Certificate.load(der)
    context = ValidationContext(
        trust_roots=[decoder.Certificate.load(issuer)], moment=at, allow_fetching=False,
        ocsps=[ocsp.OCSPResponse.load(answer)],
    )  # fmt: skip

    async def judge() -> None:
        found = await CertificateValidator(own, validation_context=context).async_validate_path()
        await verify_ocsp_response(own, found, context)

    asyncio.run(judge())


# --------------------------------------------------------------------------------------------------------------- HTTP


def kept_alive(port: int, request: bytes, count: int) -> float:
    """Answers a second over kept connections."""
    head = b"POST /ocsp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/ocsp-request\r\n"
    head += b"Content-Length: %d\r\n\r\n"
    message = head % len(request) + request
    links = [socket.create_connection(("127.0.0.1", port)) for _ in range(IN_FLIGHT)]
    for link in links:
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    links[0].sendall(message)
    size = len(links[0].recv(65_536))
    begun = time.perf_counter()
    for _ in range(count // IN_FLIGHT):
        for link in links:
            link.sendall(message)
        for link in links:
            got = 0
            while got < size:
                got += len(link.recv(65_536))
    spent = time.perf_counter() - begun
    for link in links:
        link.close()
    return count / spent


def closed_each(port: int, request: bytes, count: int) -> float:
    """Answers a second, each on a connection of its own."""
    head = b"POST /ocsp HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/ocsp-request\r\n"
    message = head + b"Content-Length: %d\r\n\r\n" % len(request) + request
    begun = time.perf_counter()
    for _ in range(count // IN_FLIGHT):
        links = [socket.create_connection(("127.0.0.1", port)) for _ in range(IN_FLIGHT)]
        for link in links:
            link.sendall(message)
        for link in links:
            got = 0
            while data := link.recv(65_536):
                got += len(data)
            assert got > 1024, "an answer, and no error"
            link.close()
    return count / (time.perf_counter() - begun)


def openssl_server(lab: Lab, folder: Path, request: bytes) -> tuple[subprocess.Popen[bytes], int]:
    """`openssl ocsp` that answers for the lab's authority by its own responder's key, of the same size as ours."""
    authority = lab.world.things.authorities.auth
    (folder / "ca.pem").write_bytes(pem.armor("CERTIFICATE", authority.certificate))
    (folder / "responder.pem").write_bytes(pem.armor("CERTIFICATE", authority.responder_certificate))
    (folder / "key.pem").write_bytes(
        authority.responder_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    rows = [own for own in lab.certificates() if own.key.authority == "auth"]
    (folder / "index.txt").write_text(
        "".join(f"V\t400101000000Z\t\t{own.serial:08X}\tunknown\t/CN=x\n" for own in rows)
    )
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    process = subprocess.Popen(
        [shutil.which("openssl") or "openssl", "ocsp", "-index", "index.txt", "-CA", "ca.pem", "-rsigner",
         "responder.pem", "-rkey", "key.pem", "-port", str(port), "-nmin", "15", "-ignore_err"],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    for _ in range(100):
        try:
            closed_each(port, request, IN_FLIGHT)  # a connection without a request would block it
            break
        except OSError:
            time.sleep(0.05)
    return process, port


SERVER = """
import sys
from myna_lab import Lab, serve
lab = Lab(seed=7)
lab.resident()
with serve.revocation(lab, presigned=sys.argv[1] == "presigned") as door:
    print(door.port, flush=True)
    sys.stdin.read()
"""


def over_http(lab: Lab, rounds: int, count: int) -> None:
    own = next(own for own in lab.certificates() if own.key.authority == "auth")
    request = jpki.ocsp_request(own.der, own.issuer)
    with tempfile.TemporaryDirectory() as folder:
        peer, port = openssl_server(lab, Path(folder), request)
        ours = {
            way: subprocess.Popen([sys.executable, "-c", SERVER, way], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            for way in ("each", "presigned")
        }
        ports = {way: int(process.stdout.readline()) for way, process in ours.items() if process.stdout}
        columns: dict[str, Callable[[], float]] = {
            "peer: openssl ocsp, one process": lambda: closed_each(port, request, count),
            "ours, signed each, closed each": lambda: closed_each(ports["each"], request, count),
            "ours, signed each, kept alive": lambda: kept_alive(ports["each"], request, count),
            "ours, presigned, kept alive": lambda: kept_alive(ports["presigned"], request, 4 * count),
        }
        found: dict[str, list[float]] = {name: [] for name in columns}
        for turn in range(rounds + 1):
            for name, measure in columns.items():
                rate = measure()
                found[name] += [rate] if turn else []
        for process in (peer, *ours.values()):
            process.terminate()
            process.wait()
    print(f"\nOCSP over HTTP, wall time, {IN_FLIGHT} requests on their way (aims: signed each 1 x, presigned 2 x)")
    show(found, "peer: openssl ocsp, one process")


# -------------------------------------------------------------------------------------------------------------- lists


def columns(size: int) -> jpki.Columns:
    chance = np.random.default_rng(1)
    serials = np.uint64(109_000_000) + np.arange(size, dtype=np.uint64) * np.uint64(3)
    return jpki.Columns(
        serials, chance.integers(1_600_000_000, 1_750_000_000, size), chance.integers(0, 7, size).astype(np.uint8)
    )


def our_list(lab: Lab, rows: jpki.Columns) -> bytes:
    return jpki.crl(
        authority=lab.world.things.authorities.sign,
        entries=rows,
        partition=None,
        number=1,
        this_update=lab.now,
        next_update=lab.now + timedelta(days=2),
    )


def their_list(lab: Lab, rows: jpki.Columns) -> Any:
    """By cryptography's builder, all its lines given at once."""
    issuer = x509.load_der_x509_certificate(lab.world.things.authorities.sign.certificate)
    flags = list(x509.ReasonFlags)
    lines = []
    for serial, seconds, reason in zip(
        rows.serials.tolist(), rows.revoked_at.tolist(), rows.reasons.tolist(), strict=True
    ):
        line = x509.RevokedCertificateBuilder(serial, datetime.fromtimestamp(seconds, lab.now.tzinfo))
        if reason:
            line = line.add_extension(x509.CRLReason(flags[reason]), critical=False)
        lines.append(line.build())
    builder = x509.CertificateRevocationListBuilder(issuer.subject, lab.now, lab.now + timedelta(days=2), [], lines)
    return builder.sign(lab.world.things.authorities.sign.key, SHA256())


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    begun = time.perf_counter()
    return work(), time.perf_counter() - begun


def looking_up(read: jpki.RevocationList, serials: list[int]) -> float:
    """Seconds of CPU for looking all of these up; the best of three."""
    spent = []
    for _ in range(3):
        begun = time.process_time()
        for serial in serials:
            read.find(serial)
        spent.append(time.process_time() - begun)
    return min(spent)


def lists(lab: Lab, size: int) -> None:
    rows = columns(size)
    octets, built = timed(lambda: our_list(lab, rows))
    octets, again = timed(lambda: our_list(lab, rows))
    read, loading = timed(lambda: jpki.read_crl(octets))
    wanted = rows.serials[:: max(1, size // 5000)].tolist()
    finding, missing = (looking_up(read, [serial + more for serial in wanted]) for more in (0, 1))
    theirs, their_time = timed(lambda: their_list(lab, rows))
    _, scan = timed(lambda: theirs.get_revoked_certificate_by_serial_number(int(rows.serials[-1])))
    print(
        f"\na list of {size:,} lines, {len(octets) / 1e6:.0f} MB, wall time (aims: built 20 x faster, found under 5 µs)"
    )
    print(f"  built, ours (first, second)              {built:8.2f} s {again:8.2f} s")
    print(f"  built, peer: cryptography's builder      {their_time:8.2f} s {their_time / again:14.1f} x")
    print(f"  loaded, ours                             {loading:8.2f} s")
    print(f"  found, ours                              {finding / len(wanted) * 1e6:8.2f} µs")
    print(f"  not found, ours                          {missing / len(wanted) * 1e6:8.2f} µs")
    print(f"  found, peer: cryptography (the last one) {scan * 1e6:8.0f} µs")


def peak(size: int) -> None:
    """Peak memory of a process of its own that builds a list and reads it back."""
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import bench_jpki as b; b.peak_here({size})"
    )
    print(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout, end="")


def peaked_at() -> float:
    """The most memory that this process held until now, MiB (ru_maxrss would count the parent's)."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def peak_here(size: int) -> None:
    lab = Lab(seed=7)
    rows = columns(size)
    before = peaked_at()
    octets, built = timed(lambda: our_list(lab, rows))
    after_building = peaked_at()
    read, loading = timed(lambda: jpki.read_crl(octets))
    after_reading = peaked_at()
    assert len(read) == size and read.find(int(rows.serials[-1]))
    print(
        f"  {size:>10,} lines: peak {after_reading:6.0f} MiB (before {before:.0f}, built {after_building:.0f});"
        f" built {built:.2f} s, loaded {loading:.2f} s"
    )


def main() -> None:
    """Print the tables."""
    small = "--small" in sys.argv
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    rounds = numbers[0] if numbers else 7
    socket.setdefaulttimeout(30)
    lab = Lab(seed=7)
    lab.resident()
    cores = len(os.sched_getaffinity(0))
    print(f"Python {platform.python_version()}, {cores} cores, seed 7, {rounds} rounds")
    in_process(lab, rounds)
    path(lab, min(rounds, 3))
    if shutil.which("openssl"):
        over_http(lab, rounds, 800)
    lists(lab, 50_000 if small else BIG)
    print("\npeak memory, each in a process of its own (aims: a million 400 MiB, ten million 2560 MiB)")
    for size in (50_000,) if small else (BIG, HUGE):
        peak(size)


if __name__ == "__main__":
    main()
