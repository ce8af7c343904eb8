"""The error tree: who is at fault, a code for texts, and no way to raise its root."""

from __future__ import annotations

import inspect

import pytest

from myna_lab import errors

TREE = [cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, errors.MynaLabError)]


def test_the_root_is_never_raised() -> None:
    """The catch-all root cannot be made, so every error says who is at fault."""
    with pytest.raises(TypeError, match="root of the tree"):
        errors.MynaLabError("anything")


def test_all_lists_the_whole_tree() -> None:
    """`__all__` names every class of the tree and nothing else."""
    assert sorted(errors.__all__) == sorted(cls.__name__ for cls in TREE)


def test_codes_are_unique() -> None:
    """Each class has its own default code, so that texts can tell them apart."""
    codes = [cls.default_code for cls in TREE]
    assert len(set(codes)) == len(codes)


def test_an_error_carries_code_and_values() -> None:
    """`str` is the plain sentence; code and values are what another language is rendered from."""
    error = errors.MisuseError("no such file: a", code="no_such_file", path="a")
    assert (str(error), error.code, error.values) == ("no such file: a", "no_such_file", {"path": "a"})
    assert errors.StorageError("x").code == "storage"


def test_misuse_is_a_value_error() -> None:
    """A caller who knows nothing of this tree can still catch misuse as ValueError; a refusal is none."""
    assert issubclass(errors.MisuseError, ValueError)
    assert not issubclass(errors.Refused, ValueError)


@pytest.mark.parametrize(
    ("lawful", "words"), [(("Issue", "Revoke"), "lawful: Issue, Revoke."), ((), "lawful: nothing: the state is final.")]
)
def test_an_illegal_transition_says_what_is_lawful(lawful: tuple[str, ...], words: str) -> None:
    """The message names state, event, subject and what would have been right."""
    error = errors.IllegalTransition("GOOD", "Resume", lawful, "sign/01")
    assert str(error) == f"Resume is not lawful in state GOOD of sign/01; {words}"
    assert error.values["lawful"] == lawful


def test_a_card_refusal_carries_its_status_word() -> None:
    """The status word is an attribute as a number, and a value as four hexadecimal digits."""
    error = errors.CardRefused("the PIN is wrong", sw=0x63C2, command="VERIFY", tries_left=2)
    assert (error.sw, error.command) == (0x63C2, "VERIFY")
    assert error.values == {"sw": "63C2", "command": "VERIFY", "tries_left": 2}
