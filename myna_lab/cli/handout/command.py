"""``myna-lab handout``: write the handout."""

from __future__ import annotations

from pathlib import Path

import click

from myna_lab.errors import MisuseError
from myna_lab.texts import LANGUAGES

__all__ = ["handout"]


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@click.option("--language", type=click.Choice(LANGUAGES), default="ja", show_default=True, help="Of the handout.")
@click.option("--seed", default=7, show_default=True, help="The same seed writes the same bytes.")
@click.option(
    "--predictions", is_flag=True, help="The prediction sheet instead: what the notebooks ask, and room to write."
)
@click.option(
    "--notebook", "notebooks", multiple=True, metavar="NN", help="Of the sheet, such as 09; default: 00, 03, 08."
)
def handout(file: Path | None, language: str, seed: int, predictions: bool, notebooks: tuple[str, ...]) -> None:
    """Write screens, failures, PINs, errands and words as one page for A4; FILE: myna_lab_handout_LANGUAGE.html."""
    from myna_lab.cli.handout.page import handout as page
    from myna_lab.cli.handout.predictions import LESSON
    from myna_lab.cli.handout.predictions import predictions as sheet

    if notebooks and not predictions:
        raise MisuseError("--notebook chooses what the prediction sheet asks: write --predictions, too.", code="usage")
    target = file or Path(f"myna_lab_{'predictions' if predictions else 'handout'}_{language}.html")
    content = sheet(language, notebooks or LESSON) if predictions else page(language, seed)
    try:
        target.write_bytes(content.encode())
    except OSError as error:
        raise MisuseError(f"{target} cannot be written: {error.strerror}.", code="not_writable") from error
    click.echo(f"{target}: open it in any browser, and print it on A4.")
