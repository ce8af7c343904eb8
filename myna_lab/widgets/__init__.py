"""Views for notebooks: the only place that knows Jupyter. They show what flow and lab say, and keep nothing."""

from myna_lab.widgets.wizard import Wizard, wizard

__all__ = ["Wizard", "wizard"]
