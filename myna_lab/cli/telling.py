"""``myna-lab story``: a story in the terminal, one act after the other, and its timeline in words."""

from __future__ import annotations

import click

__all__ = ["story"]


@click.command()
@click.argument("name", default="")
@click.option("--language", type=click.Choice(["ja", "en"]), default="en", show_default=True, help="Of the sentences.")
@click.option("--seed", default=7, show_default=True, help="The same seed plays the same story.")
@click.option("--events", is_flag=True, help="Each event in a sentence, too.")
@click.option("--timeline/--no-timeline", default=True, help="Who knew what when, at the end.")
def story(name: str, language: str, seed: int, events: bool, timeline: bool) -> None:
    """Play a story; without NAME, list them."""
    from myna_lab import stories
    from myna_lab.lab import Lab

    if not name:
        for each in stories.names():
            click.echo(f"{each:28} {stories.title(each, language)}")
        return
    lab, played = Lab(seed=seed), []
    told = stories.steps(lab, name)
    click.echo(f"{stories.title(name, language)} (TEST)")
    for step in told:
        played.append(step)
        click.echo(step.in_language(language))
        for line in step.happened(language) if events else ():
            click.echo(f"       · {line}")
    if timeline:
        click.echo(f"\n{stories.Played(name, lab, tuple(played)).timeline().in_language(language)}")
