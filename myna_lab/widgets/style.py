"""The look, from ``style*.css`` beside this file: all under classes of our own; colours follow the notebook's theme."""

import re
from importlib import resources

__all__ = ["PICTURE", "RECORD", "STYLE"]


def _element(*files: str) -> str:
    """The sheets without comments and line breaks: they travel with each view."""
    folder = resources.files(__package__)
    sheets = " ".join(folder.joinpath(file).read_text(encoding="utf-8") for file in files)
    return f"<style>{' '.join(re.sub(r'/[*].*?[*]/', ' ', sheets, flags=re.DOTALL).split())}</style>"


PICTURE = _element("style.css", "style_picture.css")
"""The style of a picture, which stands in the saved notebook."""

RECORD = _element("style.css", "style_mdoc.css")
"""The style of pictures of the attribute record."""

STYLE = _element("style.css", "style_view.css")
"""The style of a view, which travels with its widgets."""
