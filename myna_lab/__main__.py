"""``python -m myna_lab``, and the command ``myna-lab``: Ctrl-C while Python still loads is a word, not a traceback."""

import sys

from myna_lab.cli import STOPPED

__all__ = ["main"]


def main() -> None:
    """Run the command line."""
    try:
        from myna_lab.cli.main import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(STOPPED)


if __name__ == "__main__":
    main()
