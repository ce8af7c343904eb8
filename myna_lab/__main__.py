"""``python -m myna_lab``, and the command ``myna-lab``: Ctrl-C while Python still loads is a word, not a traceback."""

import sys

__all__ = ["STOPPED", "main"]

STOPPED = "\nstopped. (中断しました)"


def main() -> None:
    """Run the command line."""
    try:
        from myna_lab.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(STOPPED)


if __name__ == "__main__":
    main()
