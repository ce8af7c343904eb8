"""The command ``myna-lab``; its parts are loaded by the subcommand that needs them."""

__all__ = ["STOPPED"]

STOPPED = "\nstopped. (中断しました)"
"""What Ctrl-C is answered with."""
