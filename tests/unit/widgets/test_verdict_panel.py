"""The verdict as the wizard shows it: what was seen, in the reader's language."""

from __future__ import annotations

import pytest

from myna_lab.events import Check, Verdict, reason
from myna_lab.ground.durations import at
from myna_lab.texts.speech import Speech
from myna_lab.widgets import panels

SEEN = reason("path.stale", what="OCSP", of="2025-06-24 09:00:00")
VERDICT = Verdict(
    "portal", False, "stale_revocation_data", at("2025-06-24 09:20"), (Check("revocation", False, "RFC 5280", SEEN),)
)


@pytest.mark.parametrize(("language", "told"), [("ja", ("ja",)), ("en", ("en",)), ("both", ("ja", "en"))])
def test_reasons_are_told_in_the_language_of_the_view(language: str, told: tuple[str, ...]) -> None:
    """A Japanese reader sees a Japanese reason, an English reader an English one, and both see both."""
    page = panels.verdict(VERDICT, None, Speech(language))
    for one in ("ja", "en"):
        assert (SEEN.in_language(one) in page) == (one in told)


def test_what_stands_in_a_reason_is_escaped() -> None:
    """Values come from certificates that anybody may have made."""
    check = Check("policy", True, "RFC 5280", reason("path.policy", policies="<b>2.999</b>"))
    page = panels.verdict(Verdict("portal", True, "accepted", VERDICT.at, (check,)), None, Speech("both"))
    assert "<b>2.999" not in page and "&lt;b&gt;2.999" in page
