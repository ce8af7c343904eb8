"""A test kit for relying parties: what an engineer without test cards needs, as files, with what to expect of each.

    calendar       when what happens; people: its holders, rare names and births too
    generations    which of a lab's authorities issue; world: certificates in every state, their books
    amend          certificates, lists and answers with one thing changed
    author         a case with its files; pkcs12: the private keys; encoding: what is encoded in DER by hand
    cases          states, times, strangers, wrong use; revocation: bad lists and answers
    documents      signed in every form; signed_data: CMS and time-stamps
    export         the folder: manifest.json with legend.toml and its schema, readme.md, programs/ that judge

The lists and answers come from the same publisher as the lab's own, over books of the kit's own.
"""

from myna_lab.kit.export import EXPECTED, export

__all__ = ["EXPECTED", "export"]
