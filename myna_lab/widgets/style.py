"""The look, from ``style*.css`` beside this file: all under classes of our own; colours follow the notebook's theme."""

import re
from importlib import resources

__all__ = ["PICTURE", "RECORD", "STYLE"]


def _sheets(*files: str) -> str:
    folder = resources.files(__package__)
    return "\n".join(folder.joinpath(file).read_text(encoding="utf-8") for file in files)


PICTURE = f"<style>\n{_sheets('style.css', 'style_picture.css')}</style>"
"""The style of a picture, which stands in the saved notebook."""

RECORD = f"<style>\n{_sheets('style.css', 'style_mdoc.css')}</style>"
"""The style of pictures of the attribute record."""

_VIEW = re.sub(r"/[*].*?[*]/", " ", _sheets("style.css", "style_view.css"), flags=re.DOTALL)
STYLE = f"<style>{' '.join(_VIEW.split())}</style>"
"""The style of a view, which travels with its widgets: without comments and line breaks."""
