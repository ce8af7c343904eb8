"""A simulated Japan in a notebook: My Number Cards, phones, certificates and services. TEST data only."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from myna_lab.errors import MynaLabError
    from myna_lab.lab import Lab
    from myna_lab.parameters import Parameters

__all__ = ["Lab", "MynaLabError", "Parameters"]

_HOMES = {"Lab": "lab", "MynaLabError": "errors", "Parameters": "parameters"}
"""The module of each name. It is loaded when the name is first used: ``import myna_lab`` alone costs nothing."""


def __getattr__(name: str) -> object:
    """A name of ``__all__``, or a module of the package (PEP 562)."""
    from importlib import import_module
    from importlib.util import find_spec

    if name in _HOMES:
        globals()[name] = found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        return found
    if not name.startswith("_") and find_spec(f"{__name__}.{name}"):
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)


def __dir__() -> list[str]:
    """What is here, loaded or not."""
    from pkgutil import iter_modules

    modules = (module.name for module in iter_modules(__path__) if not module.name.startswith("_"))
    return sorted({*globals(), *__all__, *modules})
