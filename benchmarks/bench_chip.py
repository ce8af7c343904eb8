"""The chip beside a peer (vsmartcard's vicc), trivial cards and the bare limits, in one run.

In process: READ BINARY of 16 bytes. Through pcscd and vpcd: the same, from a PC/SC client in another process. Through
OpenSC's PKCS #11 library: signatures from Python after one login. Everything is best of several, as a rate and as a
ratio. What is missing on this machine is named, and its rows are left out.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests"))

import cards  # noqa: E402

from myna_lab.devices.card import ATR, Chip  # noqa: E402
from myna_lab.devices.card.signing import SCHEMES  # noqa: E402
from myna_lab.keys import rsa_key  # noqa: E402

JPKI, FILE, READ = (bytes.fromhex(text) for text in ("00A4040C0AD392F000260100000001", "00A4020C02000A", "00B0000010"))
PEER = "/usr/lib/python3/site-packages/virtualsmartcard"
PEER_SETUP = f"""
import hashlib, sys
sys.modules.setdefault("sha", hashlib)  # its old spelling, wanted where PyCrypto is missing
sys.path.insert(0, {PEER!r})
"""
PEER_IN_PROCESS = (
    PEER_SETUP
    + """
import time
from virtualsmartcard.SmartcardFilesystem import MF, TransparentStructureEF
from virtualsmartcard.SmartcardSAM import SAM
from virtualsmartcard.VirtualSmartcard import Iso7816OS
root = MF()
root.append(TransparentStructureEF(parent=root, fid=0x000A, shortfid=0x0A, data=bytes(1500)))
card = Iso7816OS(root, SAM("1234", "1234567890"))
read = bytes.fromhex("00B0000010")
card.execute(bytes.fromhex("00A4020C02000A"))
assert card.execute(read)[-2:] == b"\\x90\\0"
best = 0
for _ in range(7):
    begun = time.perf_counter()
    for _ in range(5000):
        card.execute(read)
    best = max(best, 5000 / (time.perf_counter() - begun))
print(best)
"""
)
PEER_THROUGH_PCSC = (
    PEER_SETUP
    + """
from virtualsmartcard.VirtualSmartcard import VirtualICC
VirtualICC(None, "iso7816", "127.0.0.1", int(sys.argv[1])).run()
"""
)
SIGN = """
import sys, time, pkcs11
label, pin, n = sys.argv[2], sys.argv[3], int(sys.argv[4])
token = next(t for t in pkcs11.lib(sys.argv[1]).get_tokens() if t.label.strip("\\x00 ") == label)
with token.open(user_pin=pin) as session:
    key = next(session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY}))
    sign = lambda: key.sign(b"TEST", mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS)
    sign()
    begun = time.perf_counter()
    for _ in range(n):
        sign()
    print(n / (time.perf_counter() - begun))
"""


def rate(do: Callable[[], object], n: int, repeats: int = 7) -> float:
    """The best rate of several rounds, a second."""
    best = 0.0
    for _ in range(repeats):
        begun = time.perf_counter()
        for _ in range(n):
            do()
        best = max(best, n / (time.perf_counter() - begun))
    return best


class Trivial:
    """A card without rules: recorded answers in a dictionary, and bare RSA where a signature is asked for."""

    name, atr = "trivial", ATR

    def __init__(self, answers: dict[bytes, bytes], *, signs: bool = False) -> None:
        self.answers = answers
        self.signs = signs

    def transmit(self, command: bytes) -> bytes:
        """The recorded answer, or success."""
        if self.signs and command[:2] == b"\x80\x2a":
            return SCHEMES[0].sign(rsa_key(cards.KEYS["auth"]), command[5:-1]) + b"\x90\0"
        return self.answers.get(command, b"\x90\0")

    def reset(self) -> None:
        """Nothing to forget."""

    power_off = reset


def show(title: str, rows: list[tuple[str, float]], base: str) -> None:
    """A table of rates, each beside the row called ``base``."""
    limits = dict(rows)
    print(f"\n{title:58}{'a second':>12}  x {base}")
    for name, found in rows:
        ratio = f"{found / limits[base]:.2f}" if base in limits else "-"
        print(f"  {name:56}{found:12,.0f}{ratio:>8}")


def in_process() -> None:
    """READ BINARY of 16 bytes without any reader."""
    chip = Chip("card-1", cards.plastic(), key=rsa_key)
    for command in (JPKI, FILE):
        chip.transmit(command)
    rows = [("chip, trace on", rate(lambda: chip.transmit(READ), 20_000))]
    chip.trace.enabled = False
    rows.append(("chip, trace off", rate(lambda: chip.transmit(READ), 20_000)))
    answers = {READ: bytes(16) + b"\x90\0"}
    rows.append(("a bare dictionary", rate(lambda: answers[READ], 100_000)))
    done = subprocess.run([sys.executable, "-c", PEER_IN_PROCESS], capture_output=True, text=True, check=False)
    if done.returncode == 0:
        rows.insert(0, ("vicc", float(done.stdout)))
    else:
        print("vicc is missing (Debian: vsmartcard-vpicc), so its rows are left out")
    show("READ BINARY of 16 bytes, in process", rows, "vicc")


@contextmanager
def served(card: object, port: int) -> Iterator[None]:
    """A card in the virtual reader, and PC/SC has seen it."""
    from readers import in_reader

    with in_reader(card, port):  # type: ignore[arg-type]
        yield


def in_turns(
    by_name: dict[str, object], port: int, measure: Callable[[], float], rounds: int = 5
) -> list[tuple[str, float]]:
    """The best rate of each card; they take turns, so that a busy moment of the machine hits none alone."""
    best = dict.fromkeys(by_name, 0.0)
    for _ in range(rounds):
        for name, card in by_name.items():
            with served(card, port):
                best[name] = max(best[name], measure())
    return list(best.items())


def through_pcsc(port: int) -> None:
    """The same command through pcscd, vpcd and our door."""
    from readers import card_seen, wait_for

    def trips(n: int, *commands: bytes) -> float:
        done = subprocess.run([sys.executable, str(HERE / "pcsc.py"), str(n), *(c.hex() for c in commands)],
                              capture_output=True, text=True, check=True)  # fmt: skip
        return float(done.stdout)

    traced, quiet = (Chip(f"card-{i}", cards.plastic(), key=rsa_key) for i in (1, 2))
    quiet.trace.enabled = False
    rows = in_turns(
        {"trivial card": Trivial({}), "chip, trace on": traced, "chip, trace off": quiet},
        port,
        lambda: max(trips(3000, JPKI, FILE, READ) for _ in range(2)),
    )
    peer = subprocess.Popen([sys.executable, "-c", PEER_THROUGH_PCSC, str(port)], stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        if Path(PEER).exists():
            wait_for("vicc in the reader", lambda: card_seen("Yes"))
            rows.insert(0, ("vicc", trips(40, bytes.fromhex("00A4000C023F00"))))
    finally:
        peer.terminate()
        peer.wait()
    wait_for("the empty reader", lambda: card_seen("No"))
    show("round trips through pcscd and vpcd", rows, "trivial card")


def through_pkcs11(port: int) -> None:
    """Signatures through OpenSC's library, after one login."""
    libraries = [p for top in ("/usr/lib", "/usr/lib64") for p in Path(top).rglob("opensc-pkcs11.so")]
    if not libraries:
        print("opensc-pkcs11.so is missing, so PKCS #11 is left out")
        return

    def signatures(n: int) -> float:
        with tempfile.TemporaryDirectory() as home:
            command = [sys.executable, "-c", SIGN, str(libraries[0]), "JPKI (User Authentication PIN)", cards.USER_PIN]
            done = subprocess.run([*command, str(n)], capture_output=True, text=True, check=True,
                                  env={"HOME": home, "XDG_CACHE_HOME": home, "PATH": "/usr/bin:/bin"})  # fmt: skip
        return float(done.stdout)

    chip = Chip("card-1", cards.plastic(), key=rsa_key)
    recorded = Trivial({})
    with served(chip, port):
        signatures(1)
    recorded.answers = _recorded(chip)
    rows = [("bare RSA-2048, no card", rate(lambda: SCHEMES[0].sign(rsa_key(2), bytes(51)), 200, 5))]
    rows += in_turns(
        {
            "trivial card, a recorded signature": recorded,
            "trivial card that signs": Trivial(recorded.answers, signs=True),
            "chip": chip,
        },
        port,
        lambda: signatures(400),
    )
    show("signatures through PKCS #11", rows, "trivial card that signs")


def _recorded(chip: Chip) -> dict[bytes, bytes]:
    """Every exchange of the trace; the PIN, which it does not keep, is answered with success by default."""
    return {exchange.command: exchange.response for exchange in chip.trace if exchange.command[1] != 0x20} | {
        bytes.fromhex("00200080"): b"\x63\xc3"
    }


def main() -> None:
    """Print all tables."""
    in_process()
    from readers import virtual_reader

    try:
        with virtual_reader() as port:
            through_pcsc(port)
            through_pkcs11(port)
    except BaseException as missing:  # pytest's skip is no Exception
        if type(missing).__name__ not in ("Skipped", "Failed"):
            raise
        print(f"\nno virtual reader: {missing}")


if __name__ == "__main__":
    main()
