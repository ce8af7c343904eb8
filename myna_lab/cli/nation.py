"""``myna-lab scenario``: a whole nation in the terminal, as a table, and as pictures and workbooks in a folder."""

from __future__ import annotations

from collections.abc import Sequence

import click

__all__ = ["scenario"]


@click.command()
@click.option("--holders", default=1_000_000, show_default=True, help="People with a card, 0 to 200 million.")
@click.option("--years", default=1.0, show_default=True, help="Length of the study.")
@click.option("--start", default="2026-04-01", show_default=True, help="Its first day.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same figures.")
@click.option("--runs", default=None, type=int, help="How often; default: 5 up to a million holders, else 1.")
@click.option("--workers", default=None, type=int, help="Processes; default: one, above 5 million holders one a core.")
@click.option("--parameters", default=None, help="CSV file of the columns name and value.")
@click.option("--vary", multiple=True, metavar="NAME=VALUE,…", help="Compare these values, too; may be repeated.")
@click.option("--out", default=None, type=click.Path(file_okay=False), help="Folder for workbooks and pictures.")
@click.option("--english", is_flag=True, help="Words of pictures and figures in English.")
def scenario(
    holders: int,
    years: float,
    start: str,
    seed: int,
    runs: int | None,
    workers: int | None,
    parameters: str | None,
    vary: Sequence[str],
    out: str | None,
    english: bool,
) -> None:
    """A whole nation: what delays and revocation rules cost, with the range that the assumptions leave."""
    from myna_lab.scenarios import nation
    from myna_lab.scenarios.telling import rules_of, save, table_of

    language = "en" if english else "ja"
    study = nation(holders, years, seed, start=start, runs=runs, workers=workers, parameters=parameters)
    comparison = study.compare(rules_of(vary))
    for line in table_of(comparison, language):
        click.echo(line)
    if out is not None:
        for path in save(comparison, out, language):
            click.echo(str(path))
