"""What pyproject.toml cannot say: the notebooks beside the package travel in it, as myna_lab/notebooks."""

from setuptools import find_namespace_packages, setup

setup(
    packages=[*find_namespace_packages(include=["myna_lab*"]), "myna_lab.notebooks"],
    package_dir={"myna_lab.notebooks": "notebooks"},
)
