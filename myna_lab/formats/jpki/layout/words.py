"""What fields of requests, answers and lists say, in words, read from the octets that are marked for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from asn1crypto import core
from asn1crypto import x509 as asn1_x509
from cryptography import x509

from myna_lab.errors import MalformedError
from myna_lab.formats.jpki import der
from myna_lab.formats.jpki.explanation import SHORT_NAMES, Field
from myna_lab.formats.jpki.layout.parts import Head, Located, opened
from myna_lab.formats.jpki.list_reader import read_scope
from myna_lab.formats.jpki.status import REASON_NAMES
from myna_lab.ground.durations import show
from myna_lab.texts import both, text

__all__ = ["Words"]


class Words(NamedTuple):
    """The words of one language for the fields of some octets."""

    data: bytes
    language: str

    def word(self, name: str, **values: object) -> str:
        """A word of fields.toml."""
        return text(f"field.{name}", self.language, **values)

    def field(self, name: str, value: str, begins: int, ends: int, *, critical: bool = False) -> Located:
        """A field; what has no word of ours is called by its own name, an object identifier.

        An entry of a list is named ``entry SERIAL``: so the same one of two lists stands in one line, wherever it lies.
        """
        key, _, serial = name.partition(" ")
        label = self.word(key, serial=serial) if both(f"field.{key}") else name
        basis = self.word(f"basis.{name}") if both(f"field.basis.{name}") else ""
        return Located(Field(name, label, value, critical, basis), begins, ends)

    def whole(self, name: str, value: str, span: der.Span) -> Located:
        """A field that is one object."""
        return self.field(name, value, span.offset, span.end)

    def time(self, name: str, span: der.Span) -> Located:
        """An instant."""
        return self.whole(name, f"{show(der.read_time(self.data, span))} JST", span)

    def octets(self, name: str, span: der.Span) -> Located:
        """Octets that stand for themselves, such as a digest."""
        return self.whole(name, self.data[span.start : span.end].hex(), span)

    def identifier(self, span: der.Span) -> str:
        """An OBJECT IDENTIFIER with dots."""
        return str(core.ObjectIdentifier.load(self.data[span.offset : span.end]).dotted)

    def name(self, octets: bytes) -> str:
        """A distinguished name, DER.

        Raises:
            MalformedError: it is none.
        """
        try:
            parts = [each for rdn in asn1_x509.Name.load(octets, strict=True).chosen for each in rdn]
            kinds = [(each["type"].dotted, str(each["value"].native)) for each in parts]
        except (ValueError, TypeError, KeyError) as error:
            raise MalformedError(f"these octets are no name: {error}", code="malformed_der") from error
        return ", ".join(f"{SHORT_NAMES.get(x509.ObjectIdentifier(oid), oid)}={value}" for oid, value in kinds)

    def algorithm(self, span: der.Span) -> Located:
        """How it was signed."""
        oid = self.identifier(der.read(self.data, span.start, span.end, der.OID))
        known = x509.ObjectIdentifier(oid)._name
        return self.whole("signature_algorithm", oid if known == "Unknown OID" else known, span)

    def signature(self, name: str, span: der.Span) -> Located:
        """The signature, told by its length."""
        return self.whole(name, self.word("octets", n=span.end - span.start - 1), span)

    def reason(self, number: int) -> str:
        """A CRLReason (RFC 5280 5.3.1); one that is not listed there is told by its number."""
        known = REASON_NAMES.get(number)
        return f"{text(f'word.reason_code.{known.lower()}', self.language)} ({number})" if known else str(number)

    def instant(self, at: datetime) -> str:
        """As people read it."""
        return f"{show(at)} JST"

    # ----------------------------------------------------------------------------------------------------- extensions

    def extensions(self, outer: der.Span) -> Iterator[Head | Located]:
        """Each of some extensions, the SEQUENCE of all of them within ``outer``, or being it."""
        rows = outer if outer.tag == der.SEQUENCE else der.last(self.data, outer.start, outer, der.SEQUENCE)
        yield opened(outer, rows)
        for row in der.children(self.data, rows):
            oid, critical, value = der.extension(self.data, row)
            name, tell = _EXTENSIONS.get(oid, ("", _unknown))
            try:
                said = tell(self, value)
            except MalformedError:  # other than the profile has it: by its octets, never left out
                said = _unknown(self, value)
            name = name or self.identifier(der.read(self.data, row.start, row.end, der.OID))
            yield self.field(name, said, row.offset, row.end, critical=critical)

    def whole_of(self, value: der.Span, tag: int) -> der.Span:
        """The one object within the value of an extension."""
        return der.last(self.data, value.start, value, tag)


def _unknown(words: Words, value: der.Span) -> str:
    return words.data[value.start : value.end].hex()


def _nonce(words: Words, value: der.Span) -> str:
    inner = words.whole_of(value, der.OCTET_STRING)
    return words.data[inner.start : inner.end].hex()


def _number(words: Words, value: der.Span) -> str:
    return str(der.read_integer(words.data, words.whole_of(value, der.INTEGER)))


def _reason(words: Words, value: der.Span) -> str:
    return words.reason(der.read_integer(words.data, words.whole_of(value, der.ENUMERATED)))


def _key(words: Words, value: der.Span) -> str:
    (part, *more) = der.children(words.data, words.whole_of(value, der.SEQUENCE))
    if part.tag != 0x80 or more:
        return _unknown(words, value)
    return words.data[part.start : part.end].hex()


def _scope(words: Words, value: der.Span) -> str:
    place, only = read_scope(words.data, value)
    told = [words.name(place)] if place else []
    return "; ".join([*told, *([words.word(f"only_{only}")] if only else [])]) or words.word("none")


_EXTENSIONS: Mapping[bytes, tuple[str, Callable[[Words, der.Span], str]]] = {
    bytes.fromhex("2b0601050507300102"): ("nonce", _nonce),
    bytes.fromhex("551d14"): ("crl_number", _number),
    bytes.fromhex("551d15"): ("revocation_reason", _reason),
    bytes.fromhex("551d1c"): ("issuing_distribution_point", _scope),
    bytes.fromhex("551d23"): ("authority_key_identifier", _key),
}
"""Identifier (content octets) to the name and how the value is told (RFC 5280 5.2, 5.3; RFC 6960 4.4)."""
