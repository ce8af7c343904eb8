"""Write docs/path_table.md from the table of tests/fields: `python tools/make_path_table.py [--record]`.

With `--record`, OpenSSL, Go and the JDK, as far as they are installed, are asked again first; what they say is kept in
tests/fields/verdicts.toml under their versions.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from fields import judges, rendering, table  # noqa: E402

from myna_lab.cli import doctor  # noqa: E402


def record() -> None:
    said = table.recorded() if table.VERDICTS.exists() else {}
    with tempfile.TemporaryDirectory() as name:
        judges.write(Path(name), table.cases())
        for judge, (program, ask) in judges.JUDGES.items():
            if path := doctor.program(program):
                column = f"{judge} {judges.version(judge, path)}"
                for row, (word, _) in ask(path, Path(name), table.cases()).items():
                    case = next(one for one in table.cases() if one.name == row)
                    said.setdefault(case.title, {})[column] = word
                print(column)
    kept = {case.title: said[case.title] for case in table.cases()}
    lines = ["# What other programs said of each row, by version; written by tools/make_path_table.py --record.\n"]
    for title, words in kept.items():
        columns = ", ".join(f'"{column}" = "{words[column]}"' for column in sorted(words))
        lines.append(f'"{title}" = {{ {columns} }}\n')
    table.VERDICTS.write_text("".join(lines))
    table.recorded.cache_clear()


if __name__ == "__main__":
    if "--record" in sys.argv:
        record()
    (ROOT / "docs" / "path_table.md").write_text(rendering.page())
