"""Field by field: what stands in each of the six profiles, and how sure it is.

    Row(field, in, value, critical, mark, en, ja)

This is what people read (``profile_table``, ``explain``, ``docs/certificates.md``); the makers look up
:mod:`myna_lab.formats.jpki.profiles`, and a test holds the two together.

Marks: ``confirmed`` (decoded from certificate bytes, an official text, or several readers that agree), ``reported``
(one secondary source), ``assumed`` (ours), ``unknown`` (looked for and not found; ours is a choice), ``TEST`` (another
than the real one, on purpose).

Source: certificate facts 0 to 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from myna_lab.errors import MisuseError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MARKS", "PROFILES", "ROWS", "Row", "basis", "profile_table", "side_by_side"]

PROFILES = ("card_sign", "card_auth", "phone_sign", "phone_auth", "authority", "responder")
MARKS: Mapping[str, str] = MappingProxyType(
    {"confirmed": "確認済み", "reported": "報告あり", "assumed": "仮定", "unknown": "不明", "TEST": "試験用に変更"}
)
"""Marks in English and Japanese."""

SIGN, AUTH = ("card_sign", "phone_sign"), ("card_auth", "phone_auth")
CARD, PHONE = ("card_sign", "card_auth"), ("phone_sign", "phone_auth")
PEOPLE = (*CARD, *PHONE)
ROOT, RESPONDER = ("authority",), ("responder",)


class Row(NamedTuple):
    """One field of one or several profiles."""

    field: str
    profiles: tuple[str, ...]
    value: str
    critical: bool
    mark: str
    en: str
    ja: str


def _row(field: str, profiles: tuple[str, ...], value: str, mark: str, en: str, ja: str, critical: bool = False) -> Row:
    return Row(field, profiles, value, critical, mark, en, ja)


_OCSP = "OCSP at http://ocsp.jpki-emu.invalid/auth (parameter authority_information_access)"
_KEY_OF_AUTHORITY = "SHA-1 of the authority's key, its name and serial number (parameter key_identifier_with_issuer)"
_BOTH = (*PEOPLE, *ROOT, *RESPONDER)
ROWS: tuple[Row, ...] = (
    _row("version", _BOTH, "3", "confirmed", "decoded", "実物を解読"),
    _row("serial_number", PEOPLE, "4 octets, one rising counter for each authority", "confirmed",
         "length and order from masked public dumps; that authorities share the counter is assumed",
         "長さと順序は公開された例から。認証局の証明書と共通の番号というのは仮定"),
    _row("serial_number", ROOT, "from the same counter", "assumed", "real ones lie within the run of people's numbers",
         "実物の番号は利用者の番号の並びの中にある"),
    _row("serial_number", RESPONDER, "the number after the authority's", "assumed", "ours", "本実装の選択"),
    _row("signature_algorithm", _BOTH, "sha256WithRSAEncryption", "confirmed", "decoded", "実物を解読"),
    _row("issuer", _BOTH, "C=JP, O=JPKI-EMU, OU=JPKI for …, OU=Japan Agency … (TEST)", "TEST",
         "real O is JPKI; order and string types as decoded", "実物のOはJPKI。順序と文字型は実物どおり"),
    _row("not_before", CARD, "a second in hours of work before the card is handed over", "confirmed",
         "a real time of day in public dumps; the hours (certificate_hours) are assumed",
         "公開された例では実際の時刻。時間帯（certificate_hours）は仮定"),
    _row("not_before", PHONE, "the activation (parameter not_before)", "assumed", "not published", "公開情報なし"),
    _row("not_before", ROOT, "the second of the key ceremony", "confirmed", "decoded", "実物を解読"),
    _row("not_before", RESPONDER, "that of the authority", "assumed", "ours", "本実装の選択"),
    _row("not_after", ("card_auth",), "23:59:59 JST of the 5th birthday after issue, or the card's last day",
         "confirmed", "municipal guidance and decoded examples", "市区町村の案内と実物の例"),
    _row("not_after", ("card_sign",), "as card_auth, and never later than it", "confirmed", "municipal guidance",
         "市区町村の案内"),
    _row("not_after", PHONE, "as the card's certificate of the same use", "confirmed",
         "official guidance for Android, 2023", "Android向けの公式案内（2023年）"),
    _row("not_after", ROOT, "23:59:59 JST, ten years (parameter authority_years)", "confirmed", "decoded",
         "実物を解読"),
    _row("not_after", RESPONDER, "that of the authority", "assumed", "ours", "本実装の選択"),
    _row("subject", SIGN, "C=JP, L=prefecture, L=town, CN=time, sequence, window", "confirmed",
         "C, L, L, CN decoded from a test certificate; what the CN holds is reported",
         "C, L, L, CNは試験用証明書を解読。CNの中身は報告による"),
    _row("subject", AUTH, "C=JP, CN=14 letters and digits, window", "confirmed",
         "length of one test card; the split is assumed", "長さは試験カードから。分け方は仮定"),
    _row("subject", ROOT, "equal to the issuer, also over generations", "confirmed", "decoded", "実物を解読"),
    _row("subject", RESPONDER, "C=JP, O, OU of the authority, CN=OCSP Responder … (TEST)", "assumed", "ours",
         "本実装の選択"),
    _row("public_key", _BOTH, "RSA-2048, e=65537", "confirmed", "decoded", "実物を解読"),
    _row("key_usage", SIGN, "digitalSignature, nonRepudiation", "confirmed", "several readers agree",
         "複数の読み取り例が一致", True),
    _row("key_usage", AUTH, "digitalSignature", "confirmed", "several readers agree", "複数の読み取り例が一致", True),
    _row("key_usage", ROOT, "keyCertSign, cRLSign", "confirmed", "decoded", "実物を解読", True),
    _row("key_usage", RESPONDER, "digitalSignature", "assumed", "RFC 6960 4.2.2.2", "RFC 6960 4.2.2.2", True),
    _row("extended_key_usage", ("card_auth",), "clientAuth (parameter extended_key_usage)", "confirmed",
         "decoded from a test certificate of 2025-10", "2025年10月の試験用証明書を解読"),
    _row("extended_key_usage", ("phone_auth",), "clientAuth (parameter extended_key_usage)", "assumed",
         "as on the card", "カードと同じと仮定"),
    _row("extended_key_usage", SIGN, "none (parameter sign_extended_key_usage)", "confirmed",
         "decoded from a test certificate; phones: assumed", "試験用証明書を解読。スマホは仮定"),
    _row("subject_alternative_name", SIGN, "six otherNames in the order 1, 4, 3, 5, 2, 6", "confirmed",
         "several readers agree; real identifiers", "複数の読み取り例が一致。OIDは実物どおり"),
    _row("subject_alternative_name", ROOT, "the Japanese name as directoryName", "TEST",
         "decoded; ours says TEST", "実物を解読。本実装はTESTと書く"),
    _row("certificate_policies", ("card_sign",), "2.999.5.1.1.20 and a CPS address", "TEST",
         "real 1.2.392.200149.8.5.1.1.20 is confirmed; critical and address reported",
         "実物の1.2.392.200149.8.5.1.1.20は確認済み。criticalとURIは報告あり", True),
    _row("certificate_policies", ("card_auth",), "2.999.5.1.3.30 and a CPS address", "TEST",
         "real 1.2.392.200149.8.5.1.3.30 is reported; address decoded from a test certificate; critical assumed",
         "実物の1.2.392.200149.8.5.1.3.30は報告あり。URIは試験用証明書を解読。criticalは仮定", True),
    _row("certificate_policies", ("phone_sign",), "2.999.5.1.1.40 and a CPS address", "TEST",
         "real …1.40 is reported by one weak source", "実物の…1.40は弱い報告が一つ", True),
    _row("certificate_policies", ("phone_auth",), "2.999.5.1.3.50 and a CPS address", "TEST",
         "real number unknown; ours is a guess", "実物の番号は不明。本実装は推測", True),
    _row("issuer_alternative_name", PEOPLE, "the authority's Japanese name", "assumed",
         "that it exists and names the service is confirmed; the whole value is assumed",
         "存在とサービスの名は確認済み。値の全体は仮定"),
    _row("crl_distribution_points", CARD, "directoryName … OU=CRL Distribution Points, OU=prefecture, CN=town CRLDP",
         "assumed", "two imitations agree; the CN is assumed", "二つの模造例が一致。CNは仮定"),
    _row("crl_distribution_points", PHONE, "the same with CN=town Mobile CRLDP", "assumed",
         "separate revocation files for phones are confirmed; the name is ours",
         "スマホ用の失効情報が別なのは確認済み。名前は本実装の選択"),
    _row("basic_constraints", ROOT, "CA, no path length", "confirmed", "decoded", "実物を解読", True),
    _row("crl_distribution_points", ROOT, "its own name: the ARL", "confirmed", "decoded", "実物を解読"),
    _row("authority_information_access", ("card_auth",), _OCSP, "TEST",
         "an http address, decoded from a test certificate of 2025-10; ours cannot exist",
         "2025年10月の試験用証明書にhttpのURIがある。本実装のURIは実在しない"),
    _row("authority_information_access", ("phone_auth",), _OCSP, "assumed", "as on the card", "カードと同じと仮定"),
    _row("authority_information_access", SIGN, "none (parameter sign_authority_information_access)", "confirmed",
         "decoded from a test certificate; phones: assumed", "試験用証明書を解読。スマホは仮定"),
    _row("authority_key_identifier", CARD, _KEY_OF_AUTHORITY, "confirmed",
         "decoded from test certificates of 2025-10; SHA-1 is assumed", "2025年10月の試験用証明書を解読。SHA-1は仮定"),
    _row("authority_key_identifier", PHONE, _KEY_OF_AUTHORITY, "assumed", "as on the card", "カードと同じと仮定"),
    _row("subject_key_identifier", PEOPLE, "SHA-1 of the key", "assumed",
         "that it exists is confirmed; SHA-1 is assumed", "存在は確認済み。SHA-1は仮定"),
    _row("subject_key_identifier", ROOT, "SHA-1 of the key", "confirmed", "decoded and recomputed", "解読して再計算"),
    _row("extended_key_usage", RESPONDER, "OCSPSigning", "assumed", "RFC 6960 4.2.2.2", "RFC 6960 4.2.2.2"),
    _row("ocsp_no_check", RESPONDER, "present", "assumed", "RFC 6960 4.2.2.2.1", "RFC 6960 4.2.2.2.1"),
    _row("authority_key_identifier", RESPONDER, "SHA-1 of the authority's key", "assumed", "ours", "本実装の選択"),
    _row("subject_key_identifier", RESPONDER, "SHA-1 of the key", "assumed", "ours", "本実装の選択"),
)  # fmt: skip
"""Every field of every profile."""


def profile_rows(profile: str) -> tuple[Row, ...]:
    """The rows of one profile, in the order of the certificate.

    Raises:
        MisuseError: no such profile.
    """
    if profile not in PROFILES:
        raise MisuseError(f"{profile!r} is not a profile; there are {', '.join(PROFILES)}.", code="unknown_kind")
    return tuple(row for row in ROWS if profile in row.profiles)


def basis(profile: str, field: str, language: str = "en") -> str:
    """How sure a field of a profile is, in words; empty for a field that the profile does not know."""
    for row in profile_rows(profile):
        if row.field == field:
            return f"{MARKS[row.mark]}: {row.ja}" if language == "ja" else f"{row.mark}: {row.en}"
    return ""


def profile_table(profile: str) -> pd.DataFrame:
    """One profile as a table: index ``field``; columns ``value``, ``critical``, ``mark``, ``basis``.

    Args:
        profile: one of ``PROFILES``.
    """
    import pandas as pd

    rows = [(row.field, row.value, row.critical, row.mark, row.en) for row in profile_rows(profile)]
    table = pd.DataFrame(rows, columns=["field", "value", "critical", "mark", "basis"])
    return table.set_index("field").astype({"mark": "category"})


def side_by_side(profiles: tuple[str, ...] = PEOPLE) -> pd.DataFrame:
    """Profiles side by side: index ``field``, a column for each with its value; ``!`` marks critical, "-" absent."""
    import pandas as pd

    fields = dict.fromkeys(row.field for row in ROWS if set(row.profiles) & set(profiles))

    def value(profile: str, field: str) -> str:
        found = [row for row in profile_rows(profile) if row.field == field]
        return f"{'! ' if found[0].critical else ''}{found[0].value}" if found else "-"

    columns = {profile: [value(profile, field) for field in fields] for profile in profiles}
    return pd.DataFrame(columns, index=pd.Index(list(fields), name="field"))
