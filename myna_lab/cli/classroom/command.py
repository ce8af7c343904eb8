"""``myna-lab class``: a class on this computer, until Ctrl-C."""

from __future__ import annotations

from pathlib import Path

import click

from myna_lab.cli.results.command import printing, show

__all__ = ["class_"]

FOLDER = click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("myna_lab_class"),
    show_default=True,
    help="Where the class lies; a second start with it goes on.",
)
PEM = click.Path(exists=True, dir_okay=False, resolve_path=True, path_type=Path)


@click.group(name="class", invoke_without_command=True)
@FOLDER
@click.option("--students", type=click.IntRange(1, 999), default=40, show_default=True, help="How many may join.")
@click.option("--address", default="127.0.0.1", show_default=True, help="An address of this computer; then with TLS.")
@click.option("--port", type=click.IntRange(1024, 65533), default=8000, show_default=True, help="And the next two.")
@click.option("--certificate", type=PEM, help="For TLS, PEM; default: a self-made one.")
@click.option("--key", type=PEM, help="Its private key, PEM.")
@click.option("--page/--lab", default=False, help="Begin with the single page (for phones) instead of JupyterLab.")
@click.option("--memory", type=click.IntRange(512, 65536), default=2048, show_default=True, help="MiB for one process.")
@click.option(
    "--folder-limit",
    type=click.IntRange(16, 1 << 20),
    default=1024,
    show_default=True,
    help="MiB of each student's folder; less where all together would not fit on the disk.",
)
@click.option("--idle", type=click.IntRange(1, 1440), default=60, show_default=True, help="Minutes; then unused ends.")
@click.option("--without-walls", is_flag=True, help="Start although students can read each other's files.")
@click.pass_context
def class_(
    context: click.Context,
    folder: Path,
    students: int,
    address: str,
    port: int,
    certificate: Path | None,
    key: Path | None,
    page: bool,
    memory: int,
    folder_limit: int,
    idle: int,
    without_walls: bool,
) -> None:
    """A class on this computer: a JupyterHub with a laboratory for each student, until Ctrl-C."""
    if context.invoked_subcommand is not None:
        return
    from myna_lab.cli.classroom.folder import ClassFolder, Settings
    from myna_lab.cli.classroom.session import hold

    settings = Settings(
        students=students,
        address=address,
        port=port,
        certificate=str(certificate or ""),
        key=str(key or ""),
        walls=not without_walls,
        page=page,
        memory=memory,
        folder_limit=folder_limit,
        idle=idle,
    )
    hold(ClassFolder(folder), settings, click.echo)


@class_.command()
def install() -> None:
    """Install JupyterHub's proxy by npm, once, into a folder of the user's cache."""
    from myna_lab.cli.classroom import proxy

    click.echo(f"installed in {proxy.install()}")


@class_.command()
@FOLDER
def stop(folder: Path) -> None:
    """End a class whose window is gone: the hub, its proxy, all servers."""
    from myna_lab.cli.classroom.folder import ClassFolder
    from myna_lab.cli.classroom.running import end

    click.echo("the class ended." if end(ClassFolder(folder).existing()) else "no class runs here.")


@class_.command()
@FOLDER
def students(folder: Path) -> None:
    """Who is in the class: number, which is also the folder, and first name."""
    from myna_lab.cli.classroom.folder import ClassFolder, student_name
    from myna_lab.cli.classroom.roster import Roster

    for row in Roster(ClassFolder(folder).existing().roster).students():
        click.echo(f"{student_name(row.number)}  {row.name}")


@class_.command()
@FOLDER
@printing
def results(folder: Path, csv: Path | None, excel: Path | None, notebooks: Path | None) -> None:
    """Who tried which exercise, how often, and whether it is right; at any time, also during the lesson."""
    from myna_lab.cli.classroom.folder import ClassFolder
    from myna_lab.cli.classroom.results import of_class
    from myna_lab.cli.results.known import exercises
    from myna_lab.exercises.tries import now

    show(of_class(ClassFolder(folder).existing(), exercises(notebooks), now()), csv, excel)


@class_.command(name="new-word")
@FOLDER
@click.argument("number", type=click.IntRange(1))
def new_word(folder: Path, number: int) -> None:
    """Forget a student's own word: the next log-in with the name chooses a new one."""
    from dataclasses import replace

    from myna_lab.cli.classroom.folder import ClassFolder
    from myna_lab.cli.classroom.roster import Roster

    roster = Roster(ClassFolder(folder).existing().roster)
    row = roster.of(number)
    roster.keep(replace(row, word=""))
    click.echo(f"{row.name} chooses a new word at the next log-in.")


@class_.command(name="start-over")
@FOLDER
@click.argument("number", type=click.IntRange(1))
def start_over(folder: Path, number: int) -> None:
    """Give a student new notebooks at the next start; the old folder, results too, is kept aside."""
    from myna_lab.cli.classroom import desk, running
    from myna_lab.cli.classroom.folder import ClassFolder
    from myna_lab.cli.classroom.roster import Roster

    place = ClassFolder(folder).existing()
    row = Roster(place.roster).of(number)
    aside = desk.set_aside(place, number)
    ended = running.end_server(place, number)
    click.echo(
        f"{row.name} begins with new notebooks{' (reload the page)' if ended else ''}; the old: {aside or 'none'}"
    )


@class_.command(name="open-solutions")
@FOLDER
def open_solutions(folder: Path) -> None:
    """Show the solutions to everybody in the class, read-only, in the folder "solutions"; at once."""
    from myna_lab.cli.classroom import desk
    from myna_lab.cli.classroom.folder import ClassFolder

    click.echo(f"{desk.open_solutions(ClassFolder(folder).existing())} solutions are open.")


@class_.command(name="close-solutions")
@FOLDER
def close_solutions(folder: Path) -> None:
    """Take the solutions away again."""
    from myna_lab.cli.classroom import desk
    from myna_lab.cli.classroom.folder import ClassFolder

    desk.close_solutions(ClassFolder(folder).existing())
    click.echo("the solutions are closed.")
