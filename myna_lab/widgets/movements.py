"""What the app asks a face to do before it is captured: a drawn face, a prompt, and a button for each movement.

    prompt -> a movement -> the right one: the next prompt, and after the last the capture -> another: asked again

What is asked is drawn for each set-up and each try. A learner may leave it out: the blue button lets the resident obey.

Source: set-up facts 1.7 (movements are asked, such as turning and blinking; which ones and how many: assumed).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from myna_lab.lab.handles import PhoneHandle
from myna_lab.provisioning import Flow, Screen
from myna_lab.texts.speech import Speech
from myna_lab.texts.terms import Term
from myna_lab.widgets.view import box, show_if

__all__ = ["MOVEMENTS", "Movements", "drawn_face"]

MOVEMENTS = ("left", "right", "blink", "mouth")
"""What may be asked: keys of ``word.movement``."""
_ASKED = 3
"""How many are asked."""
_TURN = {"left": -16, "right": 16}
"""How far eyes, nose and mouth go aside; as in a mirror."""


class Setting(Protocol):
    """The view of a set-up."""

    speech: Speech
    phone: PhoneHandle
    flow: Flow

    def act(self, work: Callable[[], object]) -> None:
        """Do something, then show what is new."""

    def button(self, work: Callable[[], None], kind: str) -> Any:
        """A button without words yet."""

    def capture(self) -> None:
        """Tap that the face is captured."""


class Movements:
    """The buttons, and how far the prompts were obeyed.

    Args:
        wizard: whose.
    """

    def __init__(self, wizard: Setting) -> None:
        self._wizard = wizard
        self._try = ("", 0)
        self._asked: tuple[str, ...] = ()
        self._obeyed = 0
        self._made = ""
        """The last movement; empty: none yet."""
        self._was_wrong = False
        self.buttons = {name: wizard.button(self._maker(name), "quiet") for name in MOVEMENTS}
        self.box = box("moves", *self.buttons.values())

    @property
    def asked(self) -> str:
        """What is asked now."""
        return self._asked[min(self._obeyed, _ASKED - 1)]

    def _maker(self, name: str) -> Callable[[], None]:
        def make() -> None:
            self._made, self._was_wrong = name, name != self.asked
            self._obeyed += not self._was_wrong
            if self._obeyed == _ASKED:
                self._wizard.capture()
            else:
                self._wizard.act(lambda: None)

        return make

    def refresh(self) -> None:
        """Show the buttons where a face is captured; each try begins with prompts of its own."""
        flow, is_here = self._wizard.flow, self._wizard.flow.screen is Screen.CAPTURE
        show_if(self.box, is_here)
        for name, button in self.buttons.items():
            button.description = self._wizard.speech.line(f"word.movement.{name}.do")
        if not is_here:
            self._try = ("", 0)
            return
        about = len(self._wizard.phone.world.log.about(flow.flow))
        if self._try != (flow.flow, about):
            self._try, self._obeyed, self._made, self._was_wrong = (flow.flow, about), 0, "", False
            self._asked = self._drawn()

    def _drawn(self) -> tuple[str, ...]:
        """Three movements, never the same twice in a row."""
        flow, n = self._try
        chance = self._wizard.phone.world.chance(f"movements/{flow}/{n}")
        asked: list[str] = []
        while len(asked) < _ASKED:
            asked.append(chance.choice([name for name in MOVEMENTS if name not in asked[-1:]]))
        return tuple(asked)

    def prompt(self) -> str:
        """What is asked, and whether the last movement was another; HTML. Empty on other screens."""
        if not self._asked or self._wizard.flow.screen is not Screen.CAPTURE:
            return ""
        say, wanted = self._wizard.speech, Term(f"word.movement.{self.asked}.prompt")
        values = {"prompt": wanted, "n": self._obeyed + 1, "all": _ASKED}
        if self._was_wrong:
            return say.html("word.movement.again", done=Term(f"word.movement.{self._made}.do"), **values)
        return say.html("word.movement.ask", **values)

    def page(self) -> str:
        """Prompt and drawn face for the phone's screen."""
        if not (prompt := self.prompt()):
            return ""
        say = self._wizard.speech
        colour = "bad" if self._was_wrong else "good" if self._made else "wait"
        return (
            f'<div class="mnc-asked">{drawn_face(self._made)}'
            f'<div class="mnc-prompt mnc-said-{colour}">{prompt}</div></div>'
            f'<div class="mnc-text mnc-hint">{say.html("word.movement.hint")}</div>'
        )


_COVERED = (
    '<path d="M 36 98 q 39 -14 78 0 l -5 30 q -34 24 -68 0 z" fill="#dfe6ee" stroke="#9aa6b6" stroke-width="2"/>'
    '<path d="M 26 50 q 49 -62 98 0 z" fill="#4d6a94"/>'
    '<rect x="10" y="46" width="130" height="10" rx="5" fill="#3a5274"/>'
)
"""Mask and hat."""


def drawn_face(made: str = "", *, covered: bool = False) -> str:
    """A face in an oval as the front camera shows it, after a movement; its prompt says what is to be done."""
    aside = _TURN.get(made, 0)
    eye = (
        '<path d="M {0} 74 q 9 7 18 0" fill="none" stroke="#26313f" stroke-width="3" stroke-linecap="round"/>'
        if made == "blink"
        else '<ellipse cx="{1}" cy="73" rx="8" ry="6" fill="#fff"/><circle cx="{2}" cy="73" r="4.5" fill="#26313f"/>'
    )
    eyes = "".join(eye.format(x - 9, x, x + aside / 5) for x in (57 + aside, 93 + aside))
    mouth = (
        f'<ellipse cx="{75 + aside}" cy="120" rx="11" ry="12" fill="#7c2f35"/>'
        if made == "mouth"
        else f'<path d="M {61 + aside} 116 q 14 11 28 0" fill="none" stroke="#a4454b" stroke-width="3.5" '
        'stroke-linecap="round"/>'
    )
    return (
        '<div class="mnc-face mnc-drawn" aria-hidden="true"><svg viewBox="0 0 150 180">'
        '<path d="M 12 180 q 8 -34 63 -36 q 55 2 63 36" fill="#7f93b2"/>'
        '<rect x="60" y="128" width="30" height="28" rx="12" fill="#e9bd9c"/>'
        '<ellipse cx="75" cy="84" rx="46" ry="57" fill="#f4cfb0"/>'
        f'<ellipse cx="{29 - aside / 3}" cy="86" rx="6" ry="11" fill="#e9bd9c"/>'
        f'<ellipse cx="{121 - aside / 3}" cy="86" rx="6" ry="11" fill="#e9bd9c"/>'
        '<path d="M 27 80 q -4 -58 48 -60 q 52 2 48 60 q -8 -26 -26 -33 q -38 10 -58 -2 q -8 12 -12 35" '
        'fill="#30292a"/>'
        f"{eyes}"
        f'<path d="M {75 + aside * 1.2} 80 q {4 + aside / 4} 14 -2 18" fill="none" stroke="#d19b78" stroke-width="3" '
        f'stroke-linecap="round"/>{mouth}{_COVERED if covered else ""}</svg></div>'
    )
