"""All views carry the same sheet: a name that two of them gave to different things would lay one out as the other."""

from __future__ import annotations

import re
from importlib import resources

BASE = ("style.css", "style_view.css")
OWN = ("style_phones.css", "style_player.css", "style_desk.css", "style_certificate.css")


def classes(*sheets: str) -> set[str]:
    """The classes whose look some sheets say."""
    folder, comment = resources.files("myna_lab.widgets"), re.compile(r"/[*].*?[*]/", re.DOTALL)
    rules = "".join(comment.sub("", folder.joinpath(sheet).read_text("utf-8")) for sheet in sheets)
    selectors = re.findall(r"([^{}]+)[{]", rules)
    return {name for selector in selectors for name in re.findall(r"[.](mnc-[\w-]+)", selector)}


def test_no_two_views_mean_different_things_by_a_name() -> None:
    """What two of the views' own sheets speak of is said for all views first."""
    common = classes(*BASE)
    own = [classes(sheet) - common for sheet in OWN]
    assert all(len(names) > 3 for names in own)
    assert [name for names in own for name in names if sum(name in other for other in own) > 1] == []
