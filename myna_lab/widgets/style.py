"""The look, from ``style*.css`` beside this file: all under classes of our own; colours follow the notebook's theme."""

from importlib import resources

__all__ = ["CERTIFICATE", "DESK", "PICTURE", "RECORD", "STORY", "STYLE"]


def _element(*files: str) -> str:
    folder = resources.files(__package__)
    sheets = "\n".join(folder.joinpath(file).read_text(encoding="utf-8") for file in files)
    return f"<style>\n{sheets}</style>"


PICTURE = _element("style.css", "style_picture.css")
"""The style of a picture, which stands in the saved notebook."""

RECORD = _element("style.css", "style_mdoc.css")
"""The style of pictures of the attribute record."""

STYLE = _element("style.css", "style_view.css")
"""The style of a view, which travels with its widgets."""

DESK = _element("style.css", "style_view.css", "style_desk.css")
"""The style of the services desk."""

CERTIFICATE = _element("style.css", "style_view.css", "style_certificate.css")
"""The style of the certificate viewer."""

STORY = _element("style.css", "style_view.css", "style_player.css")
"""The style of stories, missions, attackers and parameters: a view's, and what only they have."""
