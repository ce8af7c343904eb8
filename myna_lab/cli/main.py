"""The command line: ``walkthrough``, ``lab``, ``doctor``, ``kit`` here; the other commands have files of their own."""

from __future__ import annotations

import io
import sys

import click

from myna_lab.cli import STOPPED
from myna_lab.cli.cards import card
from myna_lab.cli.classroom.command import class_
from myna_lab.cli.doors import serve
from myna_lab.cli.handout.command import handout
from myna_lab.cli.nation import scenario
from myna_lab.cli.results.command import results
from myna_lab.cli.telling import story
from myna_lab.errors import MynaLabError
from myna_lab.texts.session import SPEECHES

__all__ = ["main"]


class _Group(click.Group):
    """Prints our errors, and Ctrl-C, as a sentence without a traceback."""

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
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="Port on 127.0.0.1; default: a free one.")
@click.option("--browser/--no-browser", default=None, help="Open a browser; default: if there is a screen.")
@click.option(
    "--language", type=click.Choice(SPEECHES), default=None, help="Of all notebooks; default: the last choice."
)
@click.option("--results", type=click.Path(dir_okay=False), help="Keep in this file what `check` said, for `hand_in`.")
def lab(notebook: str, port: int | None, browser: bool | None, language: str | None, results: str | None) -> None:
    """Open JupyterLab on the first notebook."""
    from myna_lab.cli.workbench import open_lab

    open_lab(notebook, port=port, browser=browser, language=language, results=results)


@main.command()
@click.argument("notebook", default="03_provisioning_wizard")
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="Port on 127.0.0.1; default: a free one.")
@click.option("--language", type=click.Choice(SPEECHES), default=None, help="Of the page; default: the last choice.")
@click.option("--large", is_flag=True, help="Half as large again, for a projector.")
def show(notebook: str, port: int | None, language: str | None, large: bool) -> None:
    """Serve a notebook as a page without code, by Voila on this computer only."""
    from myna_lab.cli.page.show import show as serve_page

    serve_page(notebook, port=port, language=language, large=large)


@main.command()
def doctor() -> None:
    """Check Python, JupyterLab, widgets, fonts and the optional system parts; each line has its cure."""
    from myna_lab.cli.classroom.missing import class_findings
    from myna_lab.cli.doctor import examine, print_report

    sys.exit(0 if print_report(click.echo, findings=[*examine(), *class_findings()]) else 1)


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
    whose = Lab(seed=seed, start=start, parameters={"policy_arc": policy_arc} if policy_arc else None)
    written = export(whose, folder, lasts=lasts or ("1d" if is_now else "0s"))
    click.echo(f"{written}: start with README.md; manifest.json lists the cases.")


main.add_command(card)
main.add_command(class_)
main.add_command(handout)
main.add_command(results)
main.add_command(scenario)
main.add_command(serve)
main.add_command(story)
