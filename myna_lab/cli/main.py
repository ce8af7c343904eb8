"""The command line: ``myna-lab walkthrough``, ``lab``, ``serve card``, ``serve revocation``, ``kit``, ``doctor``."""

from __future__ import annotations

import functools
import io
import sys
from typing import TYPE_CHECKING

import click

from myna_lab.cli import STOPPED
from myna_lab.errors import MynaLabError

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence

    from myna_lab.lab import Lab
    from myna_lab.lab.handles import Holder, PhoneHandle
    from myna_lab.serve import Reader

__all__ = ["main"]


class _Group(click.Group):
    """Errors of ours are sentences for people, not tracebacks; so is Ctrl-C."""

    def invoke(self, context: click.Context) -> object:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):  # redirected: a letter that the code page lacks becomes "?"
                stream.reconfigure(errors="replace")
        try:
            return super().invoke(context)
        except MynaLabError as error:
            raise click.ClickException(str(error)) from error
        except KeyboardInterrupt:
            click.echo(STOPPED, err=True)
            raise SystemExit(130) from None


@click.group(cls=_Group)
@click.version_option(package_name="myna-lab")
def main() -> None:
    """A simulated Japan: My Number Cards, phones, certificates. TEST data only."""


@main.command()
@click.option("--seed", default=7, show_default=True, help="The same seed tells the same story.")
def walkthrough(seed: int) -> None:
    """Tell the whole story in the terminal."""
    from myna_lab.cli.walkthrough import walkthrough as lines

    for line in lines(seed):
        click.echo(line)


@main.command()
@click.option("--notebook", default="00_index.ipynb", show_default=True, help="Which notebook to open.")
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="Port on loopback; default: a free one.")
@click.option("--browser/--no-browser", default=None, help="Open a browser; default: if there is a screen.")
def lab(notebook: str, port: int | None, browser: bool | None) -> None:
    """Open JupyterLab on the first notebook."""
    from myna_lab.cli.workbench import open_lab

    open_lab(notebook, port=port, browser=browser)


@main.command()
def doctor() -> None:
    """Check Python, JupyterLab, widgets, fonts and the optional system parts; each line has its cure."""
    from myna_lab.cli.doctor import print_report

    sys.exit(0 if print_report(click.echo) else 1)


def _listen_for_a_stop() -> threading.Event:
    """Note Ctrl-C or a polite kill until the command ends, also where a shell started it with Ctrl-C ignored."""
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


@main.group()
def serve() -> None:
    """Doors for other people's programs, on loopback only."""


def _reader_options(command: Callable[..., None]) -> Callable[..., None]:
    """``--contactless`` and ``--atr``."""
    command = click.option(
        "--atr", default=None, help="Answer to reset in hexadecimal, with or without spaces or colons."
    )(command)
    lies = "As on a contactless reader: the ATR begins 3B 88 80 01, and FF CA 00 00 00 gives a UID."
    return click.option("--contactless", is_flag=True, help=lies)(command)


def _atr(contactless: bool, atr: str | None) -> str | None:
    """The answer to reset that the options ask for; None: as it is."""
    from myna_lab.devices.card import CONTACTLESS_ATR
    from myna_lab.errors import MisuseError
    from myna_lab.parameters import Parameters

    if contactless and atr is not None:
        raise MisuseError("--contactless has an ATR of its own; give one of --contactless and --atr.")
    if atr is not None:
        return Parameters({"atr": atr}).text("atr")
    return CONTACTLESS_ATR.hex().upper() if contactless else None


@serve.command(name="card")
@click.argument("file", type=click.Path(dir_okay=False), required=False)
@click.option("--seed", default=7, show_default=True, help="Without FILE: seed of the lab whose first card is served.")
@click.option("--person", default=None, help="Whose card, by name or as person-2; default: the first resident's.")
@click.option("--port", type=click.IntRange(1, 65535), default=35963, show_default=True, help="vpcd's port.")
@click.option("--phone", type=click.Choice(["iphone", "android"]), default=None, help="Serve her phone instead.")
@click.option("--trace", is_flag=True, help="Print every exchange in words.")
@click.option("--show-slip", is_flag=True, help="Print the TEST PINs.")
@_reader_options
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

    shown = _atr(contactless, atr)
    if file is not None:  # what cannot be done leaves the file as it is
        with closing(Lab.copy_of(_existing(file))) as copy:
            _device(copy, person, phone)
    with empty_reader(port=port) as link, closing(Lab(seed=seed) if file is None else Lab.open(file)) as world:
        holder, device = _device(world, person, phone)
        chip = holder.card if device is None else applet(device.world.phone(device.name))
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


def _existing(file: str) -> str:
    """The name of a file that holds something."""
    import os

    from myna_lab.errors import MisuseError

    if not file or not os.path.exists(file) or os.path.getsize(file) == 0:
        raise MisuseError(f"there is no card in {file!r}; `myna-lab card new FILE` makes one.", code="no_such_file")
    return file


def _residents(world: Lab, person: str | None) -> Sequence[Holder]:
    """Those whose name or identifier this is; None: all."""
    from myna_lab.errors import MisuseError

    found = [holder for holder in world.residents if person in (None, holder.person, holder.name)]
    if not world.residents:
        raise MisuseError("nobody in this file has a card yet.", code="unknown_person")
    if not found:
        names = ", ".join(f"{holder.person} {holder.name}" for holder in world.residents)
        raise MisuseError(f"there is {names}; got {person!r}.", code="unknown_person")
    return found


def _device(world: Lab, person: str | None, platform: str | None) -> tuple[Holder, PhoneHandle | None]:
    """A holder, and her phone of a platform with the card on it, set up now if there is none."""
    from myna_lab.errors import MisuseError

    if not world.residents:
        world.resident()
    holder = _residents(world, person)[0]
    if platform is None:
        return holder, None
    for phone in reversed(holder.phones):
        if phone.chip is not None and phone.chip.profile == platform:
            return holder, phone
    made: PhoneHandle = world.iphone(holder) if platform == "iphone" else world.android(holder)
    flow = made.add_card().run(same_pins=True)
    if made.chip is None:
        why = f" {flow.notice.in_language('en')}" if flow.notice else ""
        raise MisuseError(
            f"this card cannot be added to a phone: the set-up ends on the screen {flow.title()!r}.{why}",
            code="no_credential",
        )
    world.advance("10min")
    return holder, made


@main.group()
def card() -> None:
    """One card in a file of its own."""


@card.command(name="new")
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--variant", default="ordinary", show_default=True, help="Kind of card; `myna-lab card kinds` lists all.")
@click.option("--seed", default=7, show_default=True, help="The same seed makes the same card.")
@click.option("--show-slip/--hide-slip", default=True, show_default=True, help="Print the TEST PINs.")
@_reader_options
def card_new(file: str, variant: str, seed: int, show_slip: bool, contactless: bool, atr: str | None) -> None:
    """Make a TEST card in a new FILE, which keeps counters and PINs."""
    import os

    from myna_lab.errors import MisuseError
    from myna_lab.lab import Lab
    from myna_lab.stories.card_kinds import card_of_kind, variants

    if variant not in variants():
        raise MisuseError(f"cards are {', '.join(variants())}; got {variant!r}.")
    if not file:
        raise MisuseError("the new file needs a name.")
    if os.path.exists(file):
        raise MisuseError(f"{file} is there already; choose another name.")
    shown = _atr(contactless, atr)
    world = Lab(seed=seed, parameters={"atr": shown} if shown else None)
    holder = card_of_kind(world, variant)
    world.save(file)  # at once or not at all: what fails leaves no file
    click.echo(f"{file}: TEST card of {holder.name}, {variants()[variant].en}.")
    if show_slip:
        click.echo(str(holder.slip))


@card.command(name="kinds")
def card_kinds() -> None:
    """List the kinds of cards."""
    from myna_lab.stories.card_kinds import variants

    for name, kind in variants().items():
        click.echo(f"{name:17} {kind.en} / {kind.ja}")


@card.command(name="show")
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--person", default=None, help="Whose card, by name or as person-2; default: all.")
@click.option("--files", is_flag=True, help="List every file, key and PIN.")
@click.option("--slip", is_flag=True, help="Print the TEST PINs, and what is printed on the card.")
def card_show(file: str, person: str | None, files: bool, slip: bool) -> None:
    """Show what is on the cards of FILE; only --slip prints secrets."""
    from myna_lab.ground.durations import show
    from myna_lab.lab import Lab

    world = Lab.copy_of(_existing(file))  # whoever serves the card goes on with the file
    try:
        for holder in _residents(world, person):
            chip = holder.card
            click.echo(f"TEST card {chip.name} of {holder.name}, until {holder.card_expires:%Y-%m-%d}")
            click.echo(f"simulated time: {show(world.now)}")
            for row in chip.files().query("kind == 'reference data' and size.notna()").itertuples():
                left = "blocked" if row.tries_left == 0 else f"{row.tries_left} of {row.size} tries left"
                click.echo(f"  {row.Index:13} {row.meaning:24} {left}")
            if files:
                click.echo(chip.files().to_string())
            if slip:
                click.echo(str(holder.slip))
    finally:
        world.close()


@card.command(name="anchors")
def card_anchors() -> None:
    """Print the public keys that check cards and are on none: authorities, the licence's signer, key common/0019."""
    from myna_lab.lab import Lab

    for anchor in Lab().card_anchors:
        named = f", key identifier {anchor.key_id}" if anchor.key_id else ""
        click.echo(f"# TEST {anchor.name}: checks {anchor.checks}{named}\n{anchor.public_key}", nl=False)


@serve.command()
@click.option("--seed", default=7, show_default=True, help="Seed of a lab with one resident and her iPhone.")
@click.option("--journal", type=click.Path(dir_okay=False), default=None, help="Serve this lab's file instead.")
@click.option("--port", type=click.IntRange(0, 65535), default=8888, show_default=True, help="0: a free one.")
@click.option(
    "--clock",
    type=click.Choice(["simulated", "real"]),
    default="simulated",
    show_default=True,
    help="real: the lab follows the computer's clock.",
)
@click.option("--presigned/--sign-each", default=False, help="Sign one answer per certificate and refresh period.")
def revocation(seed: int, journal: str | None, port: int, clock: str, presigned: bool) -> None:
    """Publish OCSP, CRLs and the authorities' certificates over HTTP until Ctrl-C."""
    stopped = _listen_for_a_stop()
    from contextlib import closing

    from myna_lab import serve as doors
    from myna_lab.errors import MisuseError
    from myna_lab.serve.revocation import open_port

    if journal == "":
        raise MisuseError("the lab's file needs a name.", code="no_such_file")
    # The port comes first: a second start fails here, and the lab's file stays with the first.
    with (
        open_port(port) as listener,
        closing(_published(seed, journal, clock)) as world,
        doors.revocation(world, listener, clock=clock, presigned=presigned) as door,
    ):
        click.echo(f"TEST revocation data of {len(world.books.certificates)} certificates: {door.url}/ lists all.")
        click.echo(door.commands)
        click.echo("Ctrl-C closes the door.")
        _wait_for(stopped, lambda: door.failure)
        if door.failure:
            raise click.ClickException(f"the door was closed: {door.failure}")
        click.echo("closed.")


def _published(seed: int, journal: str | None, clock: str) -> Lab:
    """The lab of a file, or a new one with one resident and her iPhone."""
    import os
    from datetime import UTC, datetime, timedelta

    from myna_lab.lab import Lab

    if journal and os.path.exists(journal) and os.path.getsize(journal):
        return Lab.open(journal)
    # The set-up takes simulated minutes, and must be over by now.
    begun = datetime.now(UTC) - timedelta(hours=1) if clock == "real" else None  # noqa: TID251
    world = Lab(seed=seed, start=begun, journal=journal)
    world.iphone(world.resident()).add_card().run()
    return world


@main.command()
@click.argument("folder", type=click.Path(file_okay=False))
@click.option("--seed", default=7, show_default=True, help="The same seed and instant write the same bytes.")
@click.option(
    "--at", "instant", default=None, help='When it is used: "now" or "2025-06-24 09:00"; default: a lab\'s start.'
)
@click.option("--lasts", default=None, help='For how long after it real clocks may be used: "2d"; with --at now a day.')
@click.option("--policy-arc", default=None, help="Policies below another identifier than the example arc 2.999.5.1.")
def kit(folder: str, seed: int, instant: str | None, lasts: str | None, policy_arc: str | None) -> None:
    """Write a test kit for relying parties: certificates in every state, keys, lists, answers, signed documents."""
    from datetime import UTC, datetime

    from myna_lab.kit import export
    from myna_lab.lab import Lab

    is_now = instant == "now"
    start = datetime.now(UTC) if is_now else instant  # noqa: TID251 - the one look at the computer's clock
    world = Lab(seed=seed, start=start, parameters={"policy_arc": policy_arc} if policy_arc else None)
    written = export(world, folder, lasts=lasts or ("1d" if is_now else "0s"))
    click.echo(f"{written}: start with README.md; manifest.json lists the cases.")
