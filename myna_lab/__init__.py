"""A simulated Japan in a notebook: My Number Cards, phones, certificates and services. TEST data only."""

from myna_lab.errors import MynaLabError
from myna_lab.lab import Lab
from myna_lab.parameters import Parameters

__all__ = ["Lab", "MynaLabError", "Parameters"]
