"""Which address of the door has what: lists, certificates, OCSP, and the page that lists all.

    POST /ocsp, GET /ocsp/<base64 of the request>       /ca/sign/2.cer, /ca/all.pem     /crl/sign/2/full.crl, …/arl.crl,
    GET / lists all addresses                           /certificates/card_auth-….cer   …/card_sign-99201.crl
                                                        /list/<key identifier>/<SHA-1 of the name>.crl

The last part but one of an address of a list is the generation of the authority, 1 for the oldest. A service that
knows nothing but a certificate finds its list by what stands in it: key identifier and distribution point.

Source: RFC 2585 4 (media types).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from myna_lab.errors import MisuseError, StorageError
from myna_lab.formats.jpki import KINDS, authority_of
from myna_lab.formats.jpki.list_reader import read_crl
from myna_lab.formats.jpki.ocsp import ocsp_error
from myna_lab.jlis.books import CertificateKey
from myna_lab.jlis.publishing.lists import Listing
from myna_lab.jlis.publishing.places import Place, facts_of
from myna_lab.serve import ocsp
from myna_lab.serve.caching import caching_of, conditional, date_of, kept_for_good
from myna_lab.serve.http11 import Reply, Request

if TYPE_CHECKING:
    from myna_lab.jlis.books import CertificateRow
    from myna_lab.jlis.publishing.revocation import Revocation
    from myna_lab.lab import Lab
    from myna_lab.serve.clock import Clock

__all__ = ["Pages"]

_CERTIFICATE, _LIST, _PEM = "application/pkix-cert", "application/pkix-crl", "application/x-pem-file"
_TEXT = "text/plain; charset=utf-8"
_Content = tuple[bytes, str, dict[str, str]]
"""What stands at an address, its media type, its caching headers."""


class Pages:
    """What a door answers.

    Args:
        url: the door's, for the commands on its page.
        lab: whose certificates are listed.
        published: its lists and answers, by the door's clock.
        clock: the door's.
        presigned: whether one answer per certificate and refresh period is signed, instead of each.
    """

    def __init__(self, url: str, lab: Lab, published: Revocation, clock: Clock, *, presigned: bool) -> None:
        self._url, self._lab, self._published, self._clock, self._presigned = url, lab, published, clock, presigned
        self._pages: list[tuple[re.Pattern[str], Callable[..., _Content]]] = [
            (re.compile(address, re.ASCII), content)
            for address, content in (
                (r"/", self._index),
                (r"/ca/all\.pem", self._anchors),
                (r"/ca/(\w+)/(\d{1,4})\.cer", self._authority),
                (r"/certificates/(\w+)-([0-9A-F]{8,40})\.cer", self._certificate),
                (r"/crl/(\w+)/(\d{1,4})/(\w+)(?:-(\w+))?\.crl", self._list),
                (r"/list/(\w+)/(\w+)\.crl", self._list_at),
            )
        ]

    def answer(self, request: Request) -> Reply:
        """The reply to a request."""
        is_ocsp = request.path == b"/ocsp" or request.path.startswith(b"/ocsp/")
        methods = ocsp.METHODS if is_ocsp else ("GET", "HEAD")
        if request.method not in methods:
            refusal = self.refuse(405, f"{' and '.join(methods)} are answered here; got {request.method}.")
            return refusal._replace(headers={**refusal.headers, "allow": ", ".join(methods)})
        if is_ocsp:
            return ocsp.reply(request, self._ocsp)
        try:
            path = unquote_to_bytes(request.path).decode("latin-1")
            for address, content in self._pages:
                if found := address.fullmatch(path):
                    at = self._clock.moment()
                    octets, media_type, caching = content(at, *found.groups())
                    return conditional(octets, media_type, caching, request, at)
        except MisuseError as error:
            return self.refuse(404, str(error))
        except StorageError as error:
            return self.refuse(503, str(error))
        return self.refuse(404, "there is nothing at this address; / lists all.")

    def refuse(self, status: int, why: str) -> Reply:
        """The reply to what cannot be answered."""
        headers = {"date": date_of(self._clock.latest), "content-type": _TEXT}
        return Reply(status, f"{why}\n".encode("utf-8", "replace"), headers)

    def _ocsp(self, request: bytes) -> tuple[bytes, datetime]:
        """The answer to an OCSP request, and the instant at which it was given."""
        try:
            return self._published.ocsp(request, at=(at := self._clock.moment()), presigned=self._presigned), at
        except StorageError:
            return ocsp_error("try_later"), self._clock.latest

    def commands(self) -> str:
        """What asks about the newest certificate in a shell: curl brings it and its authority, OpenSSL asks."""
        url, rows = self._url, list(self._lab.books.certificates.values())
        if not rows:
            return ""
        issuer = f"/ca/{rows[-1].key.authority}/{self._published.issuer(rows[-1])}.cer"
        files = (("issuer.cer", issuer), ("anchors.pem", "/ca/all.pem"), ("certificate.cer", _place_of_row(rows[-1])))
        # OpenSSL compares the times of an answer with the computer's clock, whatever -attime says.
        simulated = f" -attime {int(self._lab.now.timestamp())} -validity_period 3153600000"
        return "\n".join(
            (
                *(f"curl -s -o {name} {url}{address}" for name, address in files),
                "openssl ocsp -issuer issuer.cer -cert certificate.cer -CAfile anchors.pem "
                f"-url {url}/ocsp{'' if self._clock.real else simulated}",
            )
        )

    def _index(self, at: datetime) -> _Content:
        published = self._published
        authorities = [
            f"/ca/{authority}/{number}.cer"
            for authority in ("sign", "auth")
            for number in range(1, published.generations(authority) + 1)
        ]
        holders = [_place_of_row(row) for row in list(self._lab.books.certificates.values())]
        lists = [_address(which) for which in published.lists(at=at)]
        head = f"TEST revocation data of {self._lab!r}"
        lines = (head, "/ocsp", "/ca/all.pem", *authorities, *lists, *holders, self.commands(), "")
        return "\n".join(lines).encode(), _TEXT, {}

    def _anchors(self, at: datetime) -> _Content:
        from asn1crypto import pem

        anchors = self._published.anchors
        content = b"".join(pem.armor("CERTIFICATE", der) for der in anchors)
        return content, _PEM, kept_for_good(content, min(at, max(facts_of(der).begins for der in anchors)))

    def _authority(self, at: datetime, authority: str, number: str) -> _Content:
        der = self._published.generation(authority, int(number))
        return der, _CERTIFICATE, kept_for_good(der, min(at, facts_of(der).begins))

    def _certificate(self, at: datetime, kind: str, serial: str) -> _Content:
        key = CertificateKey(authority_of(kind), int(serial, 16)) if kind in KINDS else None
        row = key and self._lab.books.certificates.get(key)
        if row is None or _place_of_row(row) != f"/certificates/{kind}-{serial}.cer":
            raise MisuseError(f"there is no certificate {kind}-{serial}.", code="unknown_certificate")
        return row.der, _CERTIFICATE, kept_for_good(row.der, min(at, row.issued_at))

    def _list(self, at: datetime, authority: str, number: str, name: str, town: str | None) -> _Content:
        which = Listing({"full": authority, "arl": f"arl_{authority}"}.get(name, name), town, int(number))
        named = f"/crl/{authority}/{number}/{name}{f'-{town}' if town else ''}.crl"
        if (name not in KINDS) is (town is not None) or _address(which) != named:
            raise MisuseError(f"there is no list {named}.", code="unknown_list")
        return self._listed(at, self._published.listing(which, at=at))

    def _list_at(self, at: datetime, key: str, name: str) -> _Content:
        der = self._published.list_at(Place(key, name), at=at)
        if not der:
            raise MisuseError(f"there is no list /list/{key}/{name}.crl.", code="unknown_list")
        return self._listed(at, der)

    def _listed(self, at: datetime, der: bytes) -> _Content:
        """A list may be kept until the next one is given."""
        return der, _LIST, caching_of(der, at, (read_crl(der).this_update, self._published.next_list(at)))


def _address(which: Listing) -> str:
    if which.municipality:
        return f"/crl/{authority_of(which.what)}/{which.generation}/{which.what}-{which.municipality}.crl"
    authority = which.what.removeprefix("arl_")
    return f"/crl/{authority}/{which.generation}/{'full' if authority == which.what else 'arl'}.crl"


def _place_of_row(row: CertificateRow) -> str:
    return f"/certificates/{row.kind}-{row.key.serial:08X}.cer"
