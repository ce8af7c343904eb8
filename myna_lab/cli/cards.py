"""``myna-lab card``: one card in a file of its own; and which card, phone and ATR the options name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from myna_lab.lab import Lab
    from myna_lab.lab.handles import Holder, PhoneHandle

__all__ = ["atr_of", "card", "device_of", "existing", "reader_options"]


def reader_options(command: Callable[..., None]) -> Callable[..., None]:
    """``--contactless`` and ``--atr``."""
    command = click.option(
        "--atr", default=None, help="Answer to reset in hexadecimal, with or without spaces or colons."
    )(command)
    words = "As on a contactless reader: the ATR begins 3B 88 80 01, and FF CA 00 00 00 gives a UID."
    return click.option("--contactless", is_flag=True, help=words)(command)


def atr_of(contactless: bool, atr: str | None) -> str | None:
    """The answer to reset that the options ask for; None: unchanged."""
    from myna_lab.devices.card import CONTACTLESS_ATR
    from myna_lab.errors import MisuseError
    from myna_lab.parameters import Parameters

    if contactless and atr is not None:
        raise MisuseError("--contactless has an ATR of its own; give one of --contactless and --atr.")
    if atr is not None:
        return Parameters({"atr": atr}).text("atr")
    return CONTACTLESS_ATR.hex().upper() if contactless else None


def existing(file: str) -> str:
    """The name of a file, if it holds something."""
    import os

    from myna_lab.errors import MisuseError

    if not file or not os.path.exists(file) or os.path.getsize(file) == 0:
        raise MisuseError(f"there is no card in {file!r}; `myna-lab card new FILE` makes one.", code="no_such_file")
    return file


def residents_of(lab: Lab, person: str | None) -> Sequence[Holder]:
    """The residents with this name or identifier; None: all."""
    from myna_lab.errors import MisuseError

    found = [holder for holder in lab.residents if person in (None, holder.person, holder.name)]
    if not lab.residents:
        raise MisuseError("nobody in this file has a card yet.", code="unknown_person")
    if not found:
        names = ", ".join(f"{holder.person} {holder.name}" for holder in lab.residents)
        raise MisuseError(f"there is {names}; got {person!r}.", code="unknown_person")
    return found


def device_of(lab: Lab, person: str | None, platform: str | None) -> tuple[Holder, PhoneHandle | None]:
    """A holder, and her phone of a platform with the card on it, set up now if there is none."""
    from myna_lab.errors import MisuseError

    if not lab.residents:
        lab.resident()
    holder = residents_of(lab, person)[0]
    if platform is None:
        return holder, None
    for phone in reversed(holder.phones):
        if phone.chip is not None and phone.chip.profile == platform:
            return holder, phone
    made: PhoneHandle = lab.iphone(holder) if platform == "iphone" else lab.android(holder)
    flow = made.add_card().run(same_pins=True)
    if made.chip is None:
        why = f" {flow.notice.in_language('en')}" if flow.notice else ""
        raise MisuseError(
            f"this card cannot be added to a phone: the set-up ends on the screen {flow.title()!r}.{why}",
            code="no_credential",
        )
    lab.advance("10min")
    return holder, made


@click.group()
def card() -> None:
    """One card in a file of its own."""


@card.command(name="new")
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--variant", default="ordinary", show_default=True, help="Kind of card; `myna-lab card kinds` lists all.")
@click.option("--seed", default=7, show_default=True, help="The same seed makes the same card.")
@click.option("--show-slip/--hide-slip", default=True, show_default=True, help="Print the TEST PINs.")
@reader_options
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
    shown = atr_of(contactless, atr)
    lab = Lab(seed=seed, parameters={"atr": shown} if shown else None)
    holder = card_of_kind(lab, variant)
    lab.save(file)  # at once or not at all: what fails leaves no file
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

    lab = Lab.copy_of(existing(file))  # whoever serves the card goes on with the file
    try:
        for holder in residents_of(lab, person):
            chip = holder.card
            click.echo(f"TEST card {chip.name} of {holder.name}, until {holder.card_expires:%Y-%m-%d}")
            click.echo(f"simulated time: {show(lab.now)}")
            for row in chip.files().query("kind == 'reference data' and size.notna()").itertuples():
                left = "blocked" if row.tries_left == 0 else f"{row.tries_left} of {row.size} tries left"
                click.echo(f"  {row.Index:13} {row.meaning:24} {left}")
            if files:
                click.echo(chip.files().to_string())
            if slip:
                click.echo(str(holder.slip))
    finally:
        lab.close()


@card.command(name="anchors")
def card_anchors() -> None:
    """Print the public keys that check cards and are on none: authorities, the licence's signer, key common/0019."""
    from myna_lab.lab import Lab

    for anchor in Lab().card_anchors:
        named = f", key identifier {anchor.key_id}" if anchor.key_id else ""
        click.echo(f"# TEST {anchor.name}: checks {anchor.checks}{named}\n{anchor.public_key}", nl=False)
