"""The command line: ``myna-lab walkthrough``, ``myna-lab lab``, ``myna-lab serve card``, ``myna-lab doctor``."""

from __future__ import annotations

import sys

import click

from myna_lab.errors import MynaLabError

__all__ = ["main"]


class _Group(click.Group):
    """Errors of ours are sentences for people, not tracebacks."""

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except MynaLabError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Group)
@click.version_option(package_name="myna-lab")
def main() -> None:
    """A simulated Japan: My Number Cards, phones, certificates. TEST data only."""


@main.command()
@click.option("--seed", default=7, show_default=True, help="The same seed tells the same story.")
def walkthrough(seed: int) -> None:
    """Tell the whole story in the terminal."""
    from myna_lab.walkthrough import walkthrough as lines

    for line in lines(seed):
        click.echo(line)


@main.command()
@click.option("--notebook", default="03_provisioning_wizard.ipynb", show_default=True, help="Which notebook to open.")
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="Port on loopback; default: a free one.")
@click.option("--browser/--no-browser", default=None, help="Open a browser; default: if there is a screen.")
def lab(notebook: str, port: int | None, browser: bool | None) -> None:
    """Open JupyterLab on the first notebook."""
    from myna_lab.workbench import open_lab

    open_lab(notebook, port=port, browser=browser)


@main.command()
def doctor() -> None:
    """Check Python, JupyterLab, widgets, fonts and the optional system parts; each line has its cure."""
    from myna_lab.doctor import print_report

    sys.exit(0 if print_report(click.echo) else 1)


@main.group()
def serve() -> None:
    """Doors for other people's programs, on loopback only."""


@serve.command()
@click.option("--seed", default=7, show_default=True, help="Seed of the lab whose first resident's card is served.")
@click.option("--journal", type=click.Path(dir_okay=False), default=None, help="Use the first card of this lab's file.")
@click.option("--port", type=click.IntRange(1, 65535), default=35963, show_default=True, help="vpcd's port.")
@click.option("--show-slip/--hide-slip", default=False, help="Print the card's TEST PINs.")
def card(seed: int, journal: str | None, port: int, show_slip: bool) -> None:
    """Put a plastic card into the virtual PC/SC reader (vpcd) until Ctrl-C."""
    import os
    import threading

    from myna_lab import serve as doors
    from myna_lab.lab import Lab

    world = Lab.open(journal) if journal and os.path.exists(journal) else Lab(seed=seed, journal=journal)
    holder = world.residents[0] if world.residents else world.resident()
    with doors.card(holder.card, port=port):
        click.echo(
            f"TEST card of {holder.name} is in the virtual reader (vpcd, 127.0.0.1:{port}). Ctrl-C takes it out."
        )
        if show_slip:
            click.echo(str(holder.slip))
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            click.echo("taken out.")
    world.close()
