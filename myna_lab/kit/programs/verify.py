"""Judges the cases of a TEST kit with pyHanko's path checker: python programs/verify.py in the kit's folder.

The checker looks at an OCSP response by itself only where the certificate names a responder (AIA), so list and response
are each given to their own checker; both words are printed where they differ. It is not given the request, so it cannot
tell a wrong nonce.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from datetime import datetime
from pathlib import Path
from typing import Any

from asn1crypto import crl, ocsp, x509
from pyhanko_certvalidator import CertificateValidator, PKIXValidationParams, ValidationContext, errors
from pyhanko_certvalidator.revinfo.validate_crl import verify_crl
from pyhanko_certvalidator.revinfo.validate_ocsp import verify_ocsp_response

__all__ = ["judge", "main"]

BITS = {"sign": {"digital_signature", "non_repudiation"}, "auth": {"digital_signature"}}
PURPOSES = {"sign": {"1.3.6.1.5.5.7.3.36"}, "auth": {"client_auth"}}
"""id-kp-documentSigning (RFC 9336), id-kp-clientAuth: where a certificate says what it is for."""
WORDS = {"signature": "bad_signature", "policies": "wrong_usage", "critical": "unknown_critical"}


def _of_path(judging: Coroutine[Any, Any, Any]) -> Any:
    """The path; or the kit's word for why there is none."""
    try:
        return asyncio.run(judging)
    except errors.ExpiredError:
        return "expired"
    except errors.NotYetValidError:
        return "not_yet_valid"
    except errors.InvalidCertificateError:
        return "wrong_usage"
    except errors.PathBuildingError:
        return "wrong_authority"
    except errors.PathValidationError as error:
        return next((word for part, word in WORDS.items() if part in str(error)), str(error))


def _of_data(judging: Coroutine[Any, Any, Any]) -> str:
    """The kit's word for what a list or an answer says."""
    try:
        asyncio.run(judging)
    except errors.RevokedError as error:
        return "held" if error.reason.native == "certificate_hold" else "revoked"
    except errors.CRLNoMatchesError:
        return "wrong_partition"
    except (
        errors.CRLValidationError, errors.CRLValidationIndeterminateError, errors.OCSPNoMatchesError,
        errors.OCSPValidationError, errors.OCSPValidationIndeterminateError, errors.PathValidationError,
    ):  # fmt: skip
        return "undetermined"
    return "good"


def judge(folder: Path, case: dict[str, Any], policies: dict[str, list[str]]) -> set[str]:
    """What the library finds: of the path, or else of the list and of the answer, apart.

    Args:
        folder: the kit's.
        case: a row of the manifest's ``cases``.
        policies: of the manifest.
    """
    use = case["kind"].partition("_")[2]
    own = x509.Certificate.load((folder / case["certificate"]).read_bytes())
    anchor = x509.Certificate.load((folder / case["anchor"]).read_bytes())
    at = datetime.fromisoformat(case["at"])

    def context(**data: Any) -> ValidationContext:
        return ValidationContext(trust_roots=[anchor], moment=at, allow_fetching=False, **data)

    required = PKIXValidationParams(user_initial_policy_set=frozenset(policies[use]), initial_explicit_policy=True)
    validator = CertificateValidator(own, validation_context=context(), pkix_params=required)
    path = _of_path(validator.async_validate_usage(BITS[use], PURPOSES[use], extended_optional=True))
    if isinstance(path, str):
        return {path}
    found = set()
    if case["crl"]:
        held = crl.CertificateList.load((folder / case["crl"]).read_bytes())
        found.add(_of_data(verify_crl(own, path, context(crls=[held]))))
    if case["ocsp"]:
        held = ocsp.OCSPResponse.load((folder / case["ocsp"]).read_bytes())
        found.add(_of_data(verify_ocsp_response(own, path, context(ocsps=[held]))))
    return found or {"good"}


def main(folder: Path) -> None:
    """Print a line for each case: id, what was found, what the kit expects; a star where they differ."""
    manifest, differ = json.loads((folder / "manifest.json").read_text(encoding="utf-8")), 0
    for case in manifest["cases"]:
        found = "+".join(sorted(judge(folder, case, manifest["policies"])))
        differ += found != case["expected"]
        print(" " if found == case["expected"] else "*", case["id"], found, case["expected"], sep="\t")
    print(differ, "differ")


if __name__ == "__main__":
    main(Path())
