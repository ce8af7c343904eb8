"""The wizard: building it, what a page holds of it when the set-up is finished, and a cold start to its first screen.

    python benchmarks/bench_views.py [rounds]

The state is what the page is sent and a notebook would save: of each model of the view what differs from its default,
and with the defaults. A cold start is a process of its own with bytecode that an earlier one has written; Jupyter's own
start comes before it. All is CPU time. Aims: built under 50 ms, state under 150 kB, first screen under 4 s.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

from bench_start import start
from ipywidgets import Widget

from myna_lab import Lab
from myna_lab.texts.speech import SPEECHES
from myna_lab.widgets import wizard
from myna_lab.widgets.wizard import Wizard

SEED = 7
FIRST_SCREEN = f"""
from myna_lab import Lab
from myna_lab.widgets import wizard
lab = Lab(seed={SEED})
wizard(lab.iphone(lab.resident())).box
"""


def models(widget: Any) -> Iterator[Any]:
    """The view's widgets, layouts and styles, each once."""
    seen: dict[str, Any] = {}
    ahead = [widget]
    while ahead:
        model = ahead.pop()
        if model.model_id in seen:
            continue
        seen[model.model_id] = model
        for name in model.keys:
            value = getattr(model, name)
            ahead += [one for one in (value if isinstance(value, list | tuple) else [value]) if isinstance(one, Widget)]
    return iter(seen.values())


def kilobytes(own: Sequence[Any], *, drop_defaults: bool) -> float:
    """The state of some models as JSON."""
    state = Widget.get_manager_state(drop_defaults=drop_defaults, widgets=own)["state"]
    return len(json.dumps(state, ensure_ascii=False).encode()) / 1e3


def finished(language: str) -> tuple[Wizard, list[float]]:
    """A wizard whose set-up was clicked through and whose panels were all opened; and the CPU seconds of each press."""
    lab = Lab(seed=SEED)
    view, spent = wizard(lab.iphone(lab.resident()), language), []
    while not view.flow.finished:
        if view.flow.asks:
            view.fill.click()
        begun = time.process_time()
        view.main.click()
        spent.append(time.process_time() - begun)
    for name in view.tabs.names:
        view.tabs.value = name
    return view, spent


def built(rounds: int) -> list[float]:
    """CPU seconds of a new wizard, in each round."""
    lab, times = Lab(seed=SEED), []
    phone = lab.iphone(lab.resident())
    for _ in range(rounds + 1):
        begun = time.process_time()
        wizard(phone, "both")
        times.append(time.process_time() - begun)
    return times[1:]


def main(rounds: int) -> None:
    """Print the table."""
    print(f"Python {platform.python_version()}, seed {SEED}, median of {rounds} (smallest, largest)")
    times = [1e3 * seconds for seconds in built(rounds)]
    print(f"  a wizard is built          {statistics.median(times):8.1f} ms ({min(times):.1f}, {max(times):.1f})")
    for language in SPEECHES:
        view, spent = finished(language)
        own = list(models(view.box))
        sizes = [kilobytes(own, drop_defaults=drop) for drop in (True, False)]
        print(
            f"  finished, {language:4}  {len(own):4} models {sizes[0]:7.1f} kB, with defaults {sizes[1]:.1f} kB;"
            f" a press {1e3 * statistics.median(spent):.1f} ms, the slowest {1e3 * max(spent):.0f} ms"
        )
    start(("-c", FIRST_SCREEN), os.environ)  # writes the bytecode
    cold = [start(("-c", FIRST_SCREEN), os.environ)[0] for _ in range(rounds)]
    print(f"  a cold start to its screen {statistics.median(cold):8.2f} s  ({min(cold):.2f}, {max(cold):.2f})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
