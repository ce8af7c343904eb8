"""What a file shows to any SQLite tool: a view for each table that people look for, computed from the events alone.

    lab   people   cards   phones   certificates   verdicts          and the table ``events`` itself

Only this text is allowed in a file (``file_check``); the lab itself never reads a view, so that one cannot lie to it.
A secret stands in the vault, which no view names. The state of a thing is the work of the folds: a view says the newest
event instead, and when each kind happened. ``json_extract`` and not ``->>``: tools older than SQLite 3.38 have it, too.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["VIEWS"]

_NEWEST = "substr(max(printf('%012d', seq) || name), 13) AS newest_event"
"""The kind of the entry with the highest number of a group."""


def _field(path: str, alias: str = "") -> str:
    return f"json_extract(body, '$.{path}') AS {alias or path}"


def _of(kind: str, field: str) -> str:
    """The field of the newest event of a kind, within a group."""
    return f"max(CASE WHEN name = '{kind}' THEN json_extract(body, '$.{field}') END) AS {field}"


def _when(alias: str, *kinds: str) -> str:
    """When one of these kinds happened last, within a group; the times of a lab compare as text."""
    return f"max(CASE WHEN name IN ({_listed(kinds)}) THEN at END) AS {alias}"


def _listed(kinds: tuple[str, ...]) -> str:
    return ", ".join(f"'{kind}'" for kind in kinds)


def _view(name: str, *columns: str, where: str, by: str = "") -> str:
    group = f" GROUP BY {by}" if by else ""
    return f"CREATE VIEW {name} AS SELECT {', '.join(columns)} FROM events WHERE {where}{group}"


_CARD = ("CardIssued", "CardSuspended", "CardResumed", "CardRevoked", "CardExpired")
_CERTIFICATE = tuple(
    f"Certificate{what}" for what in ("Issued", "Activated", "Suspended", "Resumed", "Revoked", "Expired")
)

VIEWS: Mapping[str, str] = {
    "lab": _view(
        "lab",
        "(SELECT value FROM meta WHERE name = 'format') AS format",
        _field("version"),
        _field("seed"),
        _field("start"),
        "(SELECT max(at) FROM events) AS now",
        "(SELECT count(*) FROM events) AS n_events",
        where="seq = 1",
    ),
    "people": _view(
        "people",
        _field("person"),
        _field("name", "registered_name"),
        "at AS registered_at",
        where="name = 'ResidentRegistered'",
    ),
    "cards": _view(
        "cards",
        _field("card"),
        _of("CardIssued", "person"),
        _when("issued_at", "CardIssued"),
        _of("CardIssued", "expires"),
        _when("suspended_at", "CardSuspended"),
        _when("resumed_at", "CardResumed"),
        _when("revoked_at", "CardRevoked"),
        _NEWEST,
        where=f"name IN ({_listed(_CARD)})",
        by="json_extract(body, '$.card')",
    ),
    "phones": _view(
        "phones",
        _field("phone"),
        _of("PhoneAcquired", "person"),
        _of("PhoneAcquired", "platform"),
        _of("PhoneAcquired", "model"),
        _of("PhoneAcquired", "os_version"),
        _when("acquired_at", "PhoneAcquired"),
        _when("card_added_at", "PassAdded", "CredentialInstalled"),
        _when("card_removed_at", "PassDeleted", "PhoneErased", "ContentErased"),
        _NEWEST,
        where="json_extract(body, '$.phone') IS NOT NULL",
        by="json_extract(body, '$.phone')",
    ),
    "certificates": _view(
        "certificates",
        _field("authority"),
        _field("serial"),
        _of("CertificateIssued", "kind"),
        _of("CertificateIssued", "person"),
        _of("CertificateIssued", "device"),
        _when("issued_at", "CertificateIssued"),
        _of("CertificateIssued", "activates_at"),
        _of("CertificateIssued", "not_after"),
        _when("suspended_at", "CertificateSuspended"),
        _when("resumed_at", "CertificateResumed"),
        _when("revoked_at", "CertificateRevoked"),
        _of("CertificateRevoked", "reason"),
        _of("CertificateRevoked", "cause"),
        _NEWEST,
        where=f"name IN ({_listed(_CERTIFICATE)})",
        by="json_extract(body, '$.authority'), json_extract(body, '$.serial')",
    ),
    "verdicts": _view(
        "verdicts",
        "seq",
        *(_field(name) for name in ("service", "device")),
        *(_field(f"verdict.{name}", name) for name in ("at", "accepted", "code", "serial", "usage", "knowledge_at")),
        _field("verdict.usable_from", "usable_from"),
        "json_array_length(body, '$.verdict.checks') AS n_checks",
        where="name = 'VerdictGiven'",
    ),
}
"""Statements by name."""
