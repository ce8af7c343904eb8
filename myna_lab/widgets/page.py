"""Whether a notebook is shown as a page without code."""

import os

__all__ = ["is_a_page"]


def is_a_page() -> bool:
    """Whether Voila serves it: no cell can be edited, and each time the page is loaded it has a new kernel."""
    return os.environ.get("SERVER_SOFTWARE", "").startswith("voila/")
