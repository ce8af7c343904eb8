"""The look, from ``style*.css`` beside this file: all under classes of our own; colours follow the notebook's theme."""

import re
from importlib import resources

__all__ = ["PICTURE", "RECORD", "STYLE"]


def _element(*files: str) -> str:
    folder = resources.files(__package__)
    sheets = "\n".join(folder.joinpath(file).read_text(encoding="utf-8") for file in files)
    return f"<style>\n{sheets}</style>"


def _carried(*files: str) -> str:
    """As it travels with the widgets of each view: without comments, line breaks and spaces that say nothing."""
    said = " ".join(re.sub(r"/[*].*?[*]/", " ", _element(*files), flags=re.DOTALL).split())
    return re.sub(r" ?([{};,]) ?|(?<=:) ", r"\1", said)


PICTURE = _element("style.css", "style_picture.css")
"""The style of a picture, which stands in the saved notebook."""

RECORD = _element("style.css", "style_mdoc.css")
"""The style of pictures of the attribute record."""

STYLE = _carried(
    "style.css", "style_view.css", "style_phones.css", "style_player.css", "style_desk.css", "style_certificate.css"
)
"""The style of every view, which travels with its widgets: one for all, as of two on a page the later would win."""
