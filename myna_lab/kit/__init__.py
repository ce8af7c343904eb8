"""A test kit for relying parties: what an engineer without test cards needs, as files, with what to expect of each.

certificates   a certificate with its key; people: holders that not every reader copes with
world          people, certificates in every state, their books
cases          what is judged, and the files
"""

from myna_lab.kit.cases import EXPECTED, export

__all__ = ["EXPECTED", "export"]
