"""A program for Pyodide as its npm package is, without cryptography, pandas and numpy: what runs, what says why not."""

import os
import tempfile
from datetime import UTC, datetime, timedelta

import cbor2
from asn1crypto import core

import myna_lab  # noqa: F401 - names that are tried below
from myna_lab import Parameters, explain
from myna_lab.errors import MynaLabError
from myna_lab.events import Entry, TimePassed
from myna_lab.exercises import check
from myna_lab.formats import iso7816, jpki, mdoc  # noqa: F401
from myna_lab.formats.jpki import der
from myna_lab.formats.mdoc.diagnostic import diagnostic
from myna_lab.world.file.journal import Journal

print(iso7816.explain(bytes.fromhex("00A4040C0AD392F000260100000001"), bytes.fromhex("9000"), language="en"))
print(iso7816.decode(bytes.fromhex("840100")))
print(diagnostic(cbor2.dumps({"docType": "org.iso.18013.5.1.mDL"})))
print(core.Integer.load(bytes.fromhex("020107")).native, der.integer(7).hex())
print(explain("OCSP").name)
check("1", "9000", "9000", hint="", hint_ja="")

now = datetime(2026, 4, 1, tzinfo=UTC)
print(Parameters().duration("activation_delay") > timedelta(0))

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "lab.myna")
    journal = Journal(path)
    journal.commit([Entry(1, now, TimePassed(now))], {"secret-1": b"1111"})
    journal.close()
    again = Journal(path)
    print([entry.name for entry in again.read()], again.get("secret-1"))
    again.close()

for use in ("myna_lab.Lab", "myna_lab.kit", "jpki.validate_path", "jpki.issue", "mdoc.verify_issuer"):
    try:
        eval(use)
    except MynaLabError as error:
        print(use, error.code, "cryptography" in str(error), "docs/browser.md" in str(error))
