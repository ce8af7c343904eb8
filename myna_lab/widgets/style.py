"""The look, from ``style*.css`` beside this file: all under classes of our own; colours follow the notebook's theme."""

import re
from importlib import resources

__all__ = ["CERTIFICATE", "DESK", "PICTURE", "RECORD", "STORY", "STYLE"]


def _element(*files: str) -> str:
    folder = resources.files(__package__)
    sheets = "\n".join(folder.joinpath(file).read_text(encoding="utf-8") for file in files)
    return f"<style>\n{sheets}</style>"


def _carried(*files: str) -> str:
    """As it travels with the widgets of each view: without comments and line breaks."""
    return " ".join(re.sub(r"/[*].*?[*]/", " ", _element(*files), flags=re.DOTALL).split())


PICTURE = _element("style.css", "style_picture.css")
"""The style of a picture, which stands in the saved notebook."""

RECORD = _element("style.css", "style_mdoc.css")
"""The style of pictures of the attribute record."""

STYLE = _carried("style.css", "style_view.css", "style_phones.css")
"""The style of the set-up and of two phones."""

DESK = _carried("style.css", "style_view.css", "style_desk.css")
"""The style of the services desk."""

CERTIFICATE = _carried("style.css", "style_view.css", "style_certificate.css")
"""The style of the certificate viewer."""

STORY = _carried("style.css", "style_view.css", "style_player.css")
"""The style of stories, missions, attackers and parameters: a view's, and what only they have."""
