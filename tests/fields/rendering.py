"""The table as a page that an engineer reads: docs/path_table.md."""

from __future__ import annotations

from fields.table import PARTS, Case, cases, recorded

COLUMNS = ("openssl", "go", "jdk")
HEAD = """\
# One field changed: what each verifier says

Each row is a certificate, list (CRL) or OCSP answer of our own test authority in which one field was changed, and which
was then signed again. It says what `jpki.validate_path` makes of it, and what three verifiers did that nobody here
wrote. The data are in `tests/fields` (the rows, and `verdicts.toml` with what the others were seen to say);
`python tools/make_path_table.py` writes this page, and a test asks all of them again where they are installed.

| column | is |
|---|---|
| clause | of RFC 5280 for certificates and lists, of RFC 6960 for answers, unless another is named |
| ours | `accepted`, or the code of the refusal |
| OpenSSL | `openssl verify -x509_strict -explicit_policy`, for auth `-purpose sslclient`, for lists `-crl_check`; and \
`openssl ocsp`, whose look at the computer's clock is put out, so that times are not judged |
| Go | `crypto/x509`: `Verify`, without policies; of lists form, signature and times, and a look for the serial \
number; no OCSP is in the standard library |
| JDK | `PKIX` with explicit policy and `setPolicyQualifiersRejected(false)`; `PKIXRevocationChecker` |
| why | where we refuse what all others take, or take what one of them refuses |

Where at least one of them refuses, so do we, or the row says why not; where all accept and we refuse, it says why, too.
"""


def columns() -> list[str]:
    """Judges with their versions, in the order of the page."""
    found = {column for words in recorded().values() for column in words}
    return sorted(found, key=lambda one: (COLUMNS.index(one.split()[0]), tuple(map(int, one.split()[1].split(".")))))


def _cell(case: Case, judge: str) -> str:
    words = {column: word for column, word in recorded()[case.title].items() if column.startswith(judge)}
    if not words:
        return "–"
    if len(set(words.values())) == 1:
        return next(iter(words.values()))
    return ", ".join(f"{column.split()[1]}: {words[column]}" for column in columns() if column in words)


def page() -> str:
    """The whole page, Markdown."""
    count = len(cases())
    lines = [HEAD, f"\n{count} rows; {', '.join(columns())}.\n"]
    for part in PARTS:
        lines.append(f"\n## {part.capitalize()}\n\n| field | changed | clause | ours | OpenSSL | Go | JDK | why |\n")
        lines.append("|---|---|---|---|---|---|---|---|\n")
        for case in cases():
            if case.part == part:
                row = case.row
                words = [_cell(case, judge) for judge in COLUMNS]
                cells = (row.field, row.change, row.clause, row.ours, *words, row.why)
                lines.append(f"| {' | '.join(cells)} |\n")
    return "".join(lines)
