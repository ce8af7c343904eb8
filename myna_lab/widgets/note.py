"""What stands in a notebook where a view is going to be, or was: the cell has not been run, or its kernel is gone.

It is an output of its own before the view. While the view lives, the view's style hides it.
"""

from __future__ import annotations

from myna_lab.texts.speech import Speech

__all__ = ["note"]

# What a dead view leaves behind (an error of the page's, broken pictures) is hidden from here: its own style is gone.
_STYLE = """<style>.mnc-appears { border: 2px dashed #727c8f; border-radius: 14px; padding: 10px 16px; max-width: 640px;
  line-height: 1.6; } .mnc-appears .mnc-second { opacity: .8; }
.jp-OutputArea-child:has(.mnc-appears) + .jp-OutputArea-child:not(:has(.mnc-view)) { display: none; }
.jp-OutputArea-child:has(.mnc-appears):has(+ .jp-OutputArea-child .mnc-view:not(.jupyter-widgets-disconnected))
  { display: none; }</style>"""


def note(appears: str) -> str:
    """The sentence, as HTML with its style.

    Args:
        appears: key of the word that says what appears.
    """
    return f'{_STYLE}<div class="mnc-appears">{Speech("both").html(appears)}</div>'
