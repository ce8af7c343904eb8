"""Tables whose sentences are read: shown whole, and from the left."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["whole_tables"]


def whole_tables() -> None:
    """From now on show every DataFrame of this notebook with whole texts, from the left.

    pandas cuts a text after 50 characters, and Jupyter sets it against the right edge of its column.
    """
    import pandas as pd
    from IPython.core.getipython import get_ipython

    pd.set_option("display.max_colwidth", None, "display.width", 200)
    shell: Any = get_ipython()
    if shell is not None:
        shell.display_formatter.formatters["text/html"].for_type(pd.DataFrame, _from_the_left)


def _from_the_left(table: pd.DataFrame) -> str | None:
    html: str | None = table._repr_html_()  # type: ignore[operator]
    return html and re.sub("<(td|th)>", r'<\1 style="text-align: left;">', html)
