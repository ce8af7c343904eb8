"""``myna-lab serve``: a card in the virtual reader, revocation data or a shop over HTTP, until Ctrl-C."""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING

import click

from myna_lab.cli.cards import atr_of, device_of, existing, reader_options
from myna_lab.errors import MynaLabError

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from datetime import datetime

    from myna_lab.lab import Lab
    from myna_lab.serve import Reader

__all__ = ["serve"]


_PEM = click.Path(exists=True, dir_okay=False)


_clock = click.option(
    "--clock",
    type=click.Choice(["simulated", "real"]),
    default="simulated",
    show_default=True,
    help="real: the lab follows the computer's clock.",
)


@click.group()
def serve() -> None:
    """Servers for other people's programs, on 127.0.0.1 only."""


@serve.command(name="card")
@click.argument("file", type=click.Path(dir_okay=False), required=False)
@click.option("--seed", default=7, show_default=True, help="Without FILE: seed of the lab whose first card is served.")
@click.option("--person", default=None, help="Whose card, by name or as person-2; default: the first resident's.")
@click.option("--port", type=click.IntRange(1, 65535), default=35963, show_default=True, help="vpcd's port.")
@click.option("--phone", type=click.Choice(["iphone", "android"]), default=None, help="Serve her phone instead.")
@click.option("--trace", is_flag=True, help="Print every exchange in words.")
@click.option("--show-slip", is_flag=True, help="Print the TEST PINs.")
@reader_options
def serve_card(
    file: str | None,
    seed: int,
    person: str | None,
    port: int,
    phone: str | None,
    trace: bool,
    show_slip: bool,
    contactless: bool,
    atr: str | None,
) -> None:
    """Put a card into the virtual PC/SC reader (vpcd) until Ctrl-C; Enter takes it out and puts it back.

    FILE is made by `myna-lab card new`, or any lab's journal: what happens to the card is kept there.
    """
    stopped = _listen_for_a_stop()
    from contextlib import closing

    from myna_lab.devices.phone.identities import applet
    from myna_lab.lab import Lab
    from myna_lab.serve.reader import Reader, empty_reader

    shown = atr_of(contactless, atr)
    if file is not None:  # what cannot be done leaves the file as it is
        with closing(Lab.copy_of(existing(file))) as copy:
            device_of(copy, person, phone)
    with empty_reader(port=port) as link, closing(Lab(seed=seed) if file is None else Lab.open(file)) as lab:
        holder, device = device_of(lab, person, phone)
        chip = holder.card if device is None else applet(lab.world.phone(device.name))
        if shown is not None:
            chip.atr = bytes.fromhex(shown)
        if trace:
            chip.trace.watch(click.echo)
        with Reader(chip, link) as reader:
            what = f"{phone} profile of {holder.name}'s phone" if phone else f"card of {holder.name}"
            click.echo(f"TEST {what} is in the virtual reader (vpcd, 127.0.0.1:{port}). Ctrl-C takes it out.")
            if show_slip:
                click.echo(str((device or holder).slip))
            _move_on_enter(reader)
            _wait_for(stopped, lambda: reader.failure)
            if reader.failure:
                raise click.ClickException(f"the card was taken out: {reader.failure}")
            click.echo("taken out.")


@serve.command()
@click.option("--seed", default=7, show_default=True, help="Seed of a lab with one resident and her iPhone.")
@click.option("--journal", type=click.Path(dir_okay=False), default=None, help="Serve this lab's file instead.")
@click.option("--port", type=click.IntRange(0, 65535), default=8888, show_default=True, help="0: a free one.")
@_clock
@click.option("--presigned/--sign-each", default=False, help="Sign one answer per certificate and refresh period.")
def revocation(seed: int, journal: str | None, port: int, clock: str, presigned: bool) -> None:
    """Publish OCSP, CRLs and the authorities' certificates over HTTP until Ctrl-C."""
    stopped = _listen_for_a_stop()
    from contextlib import closing

    from myna_lab import serve as doors
    from myna_lab.errors import MisuseError
    from myna_lab.serve.door import open_port

    if journal == "":
        raise MisuseError("the lab's file needs a name.", code="no_such_file")
    # The port comes first: a second start fails here, and the lab's file stays with the first.
    with (
        open_port(port) as listener,
        closing(_published(seed, journal, clock)) as lab,
        doors.revocation(lab, listener, clock=clock, presigned=presigned) as door,
    ):
        click.echo(f"TEST revocation data of {len(lab.books.certificates)} certificates: {door.url}/ lists all.")
        click.echo(door.commands)
        click.echo("Ctrl-C closes the door.")
        _wait_for(stopped, lambda: door.failure)
        if door.failure:
            raise click.ClickException(f"the door was closed: {door.failure}")
        click.echo("closed.")


@serve.command()
@click.option("--seed", default=7, show_default=True, help="Seed of a lab with three residents and their phones.")
@click.option(
    "--journal", type=click.Path(dir_okay=False), default=None, help="Serve a copy of this lab's file instead."
)
@click.option("--port", type=click.IntRange(0, 65535), default=8890, show_default=True, help="0: a free one.")
@_clock
@click.option(
    "--root", "roots", type=_PEM, multiple=True, help="PEM: a root of strangers' records that the shop trusts."
)
@click.option("--reader-root", "readers", type=_PEM, multiple=True, help="PEM: a root of readers that wallets know.")
def shop(
    seed: int, journal: str | None, port: int, clock: str, roots: tuple[str, ...], readers: tuple[str, ...]
) -> None:
    """Open a web shop's page, and doors for other people's verifiers and wallets, until Ctrl-C."""
    stopped = _listen_for_a_stop()
    from contextlib import closing

    from myna_lab import serve as doors
    from myna_lab.serve.door import open_port

    further = {"roots": _certificates(roots), "reader_roots": _certificates(readers)}
    with (
        open_port(port) as listener,
        closing(_with_phones(seed, journal, clock)) as lab,
        doors.shop(lab, listener, clock=clock, **further) as door,
    ):
        click.echo(f"TEST shop: {door.url}/ in a browser.")
        click.echo(
            f"A verifier of yours asks at {door.url}/wallet, a wallet of yours answers at {door.url}/verifier/answers."
        )
        click.echo("Ctrl-C closes the shop.")
        _wait_for(stopped, lambda: door.failure)
        if door.failure:
            raise click.ClickException(f"the shop was closed: {door.failure}")
        click.echo("closed.")


def _certificates(files: tuple[str, ...]) -> list[bytes]:
    """The certificates of PEM files, DER."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    from myna_lab.errors import MisuseError

    found: list[bytes] = []
    for file in files:
        with open(file, "rb") as opened:
            try:
                found += [each.public_bytes(Encoding.DER) for each in x509.load_pem_x509_certificates(opened.read())]
            except ValueError as error:
                raise MisuseError(f"{file} holds no certificate in PEM.", code="bad_anchor") from error
    return found


def _with_phones(seed: int, journal: str | None, clock: str) -> Lab:
    """A copy of a file's lab, or a new one: an iPhone, an Android phone, and the iPhone of somebody under 20."""
    from myna_lab.lab import Lab

    if journal is not None:
        return Lab.copy_of(journal)
    # Android has the card's face from a day on.
    lab = Lab(seed=seed, start=_begun(clock) or "2026-10-25 10:00")
    for phone in (
        lab.iphone(lab.resident()),
        lab.android(lab.resident()),
        lab.iphone(lab.resident(born=f"{lab.now.year - 19}-01-15")),
    ):
        phone.add_card().run()
    lab.advance("10min")
    return lab


def _published(seed: int, journal: str | None, clock: str) -> Lab:
    """The lab of a file, or a new one with one resident and her iPhone."""
    import os

    from myna_lab.lab import Lab

    if journal and os.path.exists(journal) and os.path.getsize(journal):
        return Lab.open(journal)
    lab = Lab(seed=seed, start=_begun(clock), journal=journal)
    lab.iphone(lab.resident()).add_card().run()
    return lab


def _begun(clock: str) -> datetime | None:
    """When a lab by the computer's clock begins: set-ups take minutes or wait for the morning, and must be over."""
    from datetime import UTC, datetime, timedelta

    return datetime.now(UTC) - timedelta(days=3) if clock == "real" else None  # noqa: TID251


def _listen_for_a_stop() -> threading.Event:
    """Catch Ctrl-C and SIGTERM until the command ends, even if a shell started it with Ctrl-C ignored."""
    import signal
    import threading

    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        before = signal.signal(number, lambda *_: stopped.set())
        click.get_current_context().call_on_close(functools.partial(signal.signal, number, before))
    return stopped


def _wait_for(stopped: threading.Event, until: Callable[[], object]) -> None:
    while not stopped.wait(0.5) and not until():  # a wait without end would not let Windows see Ctrl-C
        pass


def _move_on_enter(reader: Reader) -> None:
    """In a terminal, each Enter takes the card out or puts it back."""
    import signal
    import threading
    from contextlib import suppress

    if not sys.stdin.isatty():
        return
    if hasattr(signal, "SIGTTIN"):  # in the background a read fails, instead of stopping this process
        signal.signal(signal.SIGTTIN, signal.SIG_IGN)

    def move() -> None:
        with suppress(OSError, ValueError):  # the terminal is gone, or not ours
            for _ in sys.stdin:
                try:
                    reader.remove() if reader.inserted else reader.insert()
                except MynaLabError as error:
                    click.echo(str(error))
                click.echo("the card is in." if reader.inserted else "the card is out.")

    click.echo("Enter takes it out and puts it back.")
    threading.Thread(target=move, daemon=True).start()
