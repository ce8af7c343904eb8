"""The test certification authorities: profiles, certificates, CRL, OCSP, path validation.

    profiles         what each kind of certificate looks like, as data
    names, subject   distinguished names, CRL partitions, the holder's attributes
    authority        the authorities and their OCSP responders
    issuance         people's certificates, and when they end; extensions: what those of a town have in common
    der              octets by hand, where it must be fast
    status           what the caller knows of certificates
    revocation_list  CRL; columns: a million lines without an object for each; list_reader: found again
    ocsp             request and answer
    issuers          which authority a certificate or a request belongs to
    path             is this certificate good, here and now? path_to_anchor: to its authority, judged by a verifier
                     that we did not write; revocation_data: what OCSP answers and lists say of it, and what counts
    answer_reader    OCSP answers, read strictly; algorithms: the signatures that are believed
    profile_tables   the six profiles field by field, and how sure each is
    explanation      a certificate in words
    layout           where each field lies in the octets: certificates, OCSP requests and answers, lists
    documents        signed documents (CMS, PDF); cms_reader: read strictly; text_pdf: something to sign

Nothing here keeps a state or reads a clock: keys, serial numbers, times and statuses are arguments. Everything is TEST:
the organisation is JPKI-EMU, the keys are public, hosts end in ``.invalid``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from myna_lab.ground.interrupts import names_of

if TYPE_CHECKING:
    from myna_lab.formats.jpki.authority import Authority, establish, establish_responder
    from myna_lab.formats.jpki.columns import Columns
    from myna_lab.formats.jpki.explanation import Field, explain, fields
    from myna_lab.formats.jpki.issuance import end_of_validity, issue
    from myna_lab.formats.jpki.issuers import asked_of, issuer_of
    from myna_lab.formats.jpki.list_reader import RevocationList, read_crl
    from myna_lab.formats.jpki.names import Partition
    from myna_lab.formats.jpki.ocsp import ocsp_request, ocsp_response
    from myna_lab.formats.jpki.path import CODES, PathResult, validate_path
    from myna_lab.formats.jpki.profile_tables import basis, profile_table, side_by_side
    from myna_lab.formats.jpki.profiles import KINDS, Profile, authority_of
    from myna_lab.formats.jpki.revocation_list import crl
    from myna_lab.formats.jpki.status import REASONS, CertificateStatus, RevokedEntry
    from myna_lab.formats.jpki.subject import Subject, common_name, stated_in

__all__ = [
    "CODES",
    "KINDS",
    "REASONS",
    "Authority",
    "CertificateStatus",
    "Columns",
    "Field",
    "Partition",
    "PathResult",
    "Profile",
    "RevocationList",
    "RevokedEntry",
    "Subject",
    "asked_of",
    "authority_of",
    "basis",
    "common_name",
    "crl",
    "end_of_validity",
    "establish",
    "establish_responder",
    "explain",
    "fields",
    "issue",
    "issuer_of",
    "ocsp_request",
    "ocsp_response",
    "profile_table",
    "read_crl",
    "side_by_side",
    "stated_in",
    "validate_path",
]

_HOMES = {
    **dict.fromkeys(("Authority", "establish", "establish_responder"), "authority"),
    "Columns": "columns",
    **dict.fromkeys(("Field", "explain", "fields"), "explanation"),
    **dict.fromkeys(("end_of_validity", "issue"), "issuance"),
    **dict.fromkeys(("asked_of", "issuer_of"), "issuers"),
    **dict.fromkeys(("RevocationList", "read_crl"), "list_reader"),
    "Partition": "names",
    **dict.fromkeys(("ocsp_request", "ocsp_response"), "ocsp"),
    **dict.fromkeys(("CODES", "PathResult", "validate_path"), "path"),
    **dict.fromkeys(("basis", "profile_table", "side_by_side"), "profile_tables"),
    **dict.fromkeys(("KINDS", "Profile", "authority_of"), "profiles"),
    "crl": "revocation_list",
    **dict.fromkeys(("REASONS", "CertificateStatus", "RevokedEntry"), "status"),
    **dict.fromkeys(("Subject", "common_name", "stated_in"), "subject"),
}
"""The module of each name, loaded when the name is first used: what reads octets alone needs no cryptography."""

__getattr__ = names_of(__name__, _HOMES)
