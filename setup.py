"""What pyproject.toml cannot say: the notebooks beside the package travel in it, as myna_lab/notebooks."""

from setuptools import find_namespace_packages, setup

NOTEBOOKS = ["myna_lab.notebooks", "myna_lab.notebooks.pictures", "myna_lab.notebooks.solutions"]

setup(
    packages=[*find_namespace_packages(include=["myna_lab*"]), *NOTEBOOKS],
    package_dir={"myna_lab.notebooks": "notebooks"},
)
