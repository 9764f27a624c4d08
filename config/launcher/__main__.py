"""Entry of `python3 config/launcher …`; lets the files import each other as one package."""

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

    from launcher.cli import main  # type: ignore[import-not-found]  # found by the line above

    sys.exit(main(sys.argv[1:]))
