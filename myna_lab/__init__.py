"""A simulated Japan in a notebook: My Number Cards, phones, certificates and services. TEST data only."""

from typing import TYPE_CHECKING

__all__ = ["Lab", "MynaLabError", "Parameters", "explain", "language", "said", "tell"]

_HOMES = {
    "Lab": "lab",
    "MynaLabError": "errors",
    "Parameters": "parameters",
    "explain": "texts.glossary",
    "language": "texts.session",
    "said": "texts.session",
    "tell": "texts.session",
}
"""The module of each name. It is loaded when the name is first used: ``import myna_lab`` alone costs nothing."""

if TYPE_CHECKING:  # a type checker sees the names alone, and reports any other
    from myna_lab.errors import MynaLabError
    from myna_lab.lab import Lab
    from myna_lab.parameters import Parameters
    from myna_lab.texts.glossary import explain
    from myna_lab.texts.session import language, said, tell
else:

    def __getattr__(name: str) -> object:
        """A name of ``__all__``, or a module of the package (PEP 562)."""
        from importlib.util import find_spec

        from myna_lab.ground.interrupts import loaded

        home = f"{__name__}.{_HOMES.get(name, name)}"
        if name.startswith("_") or not find_spec(home):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
        module = loaded(home)
        value = globals()[name] = getattr(module, name) if name in _HOMES else module
        return value


def __dir__() -> list[str]:
    """What is here, loaded or not."""
    from pkgutil import iter_modules

    modules = (module.name for module in iter_modules(__path__) if not module.name.startswith("_"))
    return sorted({*globals(), *__all__, *modules})
