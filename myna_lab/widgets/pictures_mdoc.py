"""Pictures of the attribute record: the pass that is drawn from it, what stands in it, and a session's octets.

Each is a page without a kernel, and the same in plain text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from html import escape

from myna_lab.devices.phone.sheet import ElementName
from myna_lab.errors import MisuseError
from myna_lab.formats import mdoc
from myna_lab.formats.mdoc.elements import MY_NUMBER
from myna_lab.formats.mdoc.transcript import NULL, layout
from myna_lab.formats.mdoc.verifying import shown_value
from myna_lab.ground.arguments import shown
from myna_lab.ground.durations import show
from myna_lab.lab.handles import PhoneHandle
from myna_lab.lab.presented import Presented
from myna_lab.texts import text
from myna_lab.texts.speech import Speech
from myna_lab.widgets.pictures import Picture, aligned
from myna_lab.widgets.screen import portrait
from myna_lab.widgets.style import RECORD

__all__ = ["pass_picture", "record_picture", "transcript_picture"]

_FACE = ("full_name_unicode", "resident_address_unicode", "birth_date_unicode", "sex_unicode", MY_NUMBER)
"""What the pass shows beside the portrait, in this order."""


def pass_picture(phone: PhoneHandle, language: str = "both") -> Picture:
    """The card's face in the wallet, drawn from the attribute record alone; the My Number as dots.

    ウォレットの券面。券面情報の記録だけから描く。

    Args:
        phone: an iPhone or Android phone that holds a record.
        language: ``ja``, ``en`` or ``both``.

    Raises:
        MisuseError: no phone, or one without a record.
    """
    speech, record = Speech(language), mdoc.parse(_record_of(phone))
    said = {each.element_identifier: each for items in record.items.values() for each in items}
    values = {name: shown_value(name, said[name].element_value, show_my_number=False) for name in _FACE}
    until = show(record.valid_until)[:10]
    rows = "".join(
        f"<div><small>{speech.html(f'word.element.{name}')}</small>"
        f'<strong lang="ja">{escape(str(value))}</strong></div>'
        for name, value in values.items()
    )
    html = (
        f'<div class="mnc-mdoc-pass"><header><b>{speech.html("word.pass_title")}</b><em>TEST</em></header>'
        f'<img alt="{escape(speech.line("word.element.portrait"))}" '
        f'src="{portrait(bytes(said["portrait"].element_value))}"><section>{rows}</section>'
        f"<footer>{speech.html('word.mdoc.until', day=until)}</footer></div>"
    )
    lines = [[text(f"word.element.{name}", "en"), str(value)] for name, value in values.items()]
    return Picture(html, aligned([["TEST", text("word.mdoc.until", "en", day=until)], *lines]), RECORD)


def record_picture(what: PhoneHandle | Presented, language: str = "both") -> Picture:
    """What stands in a record: elements with their salts above, digests below, and what the issuer signs around them.

    記録の中身。項目と乱数、ダイジェスト、発行者の署名。

    Args:
        what: a phone, whose whole record is shown; or a presentation: then what its reader has of it.
        language: ``ja``, ``en`` or ``both``.

    Raises:
        MisuseError: something else, or a phone without a record.
    """
    speech = Speech(language)
    if isinstance(what, Presented):
        if what.judged.document is None:
            raise MisuseError("nothing was shown in this presentation.", code="no_record")
        record = what.judged.document.record
    else:
        record = mdoc.parse(_record_of(what))
    html, lines = "", [["name space", "no.", "element", "value", "salt", "digest"]]
    for space, digests in record.value_digests.items():
        known = {item.digest_id: item for item in record.items.get(space, ())}
        cells = ""
        for number, digest in digests.items():
            item = known.get(number)
            name, value, salt = _item(item, language)
            fits = item is not None and sha256(item.received).digest() == digest
            kind = "hidden" if item is None else "fits" if fits else "differs"
            title = speech.html(f"word.element.{item.element_identifier}") if item else "·"
            if item is not None and item.element_identifier.startswith("age_over_"):
                title = speech.stacked(ElementName(item.element_identifier).in_language)
            cells += (
                f'<li class="mnc-mdoc-{kind}"><b>{number}</b><div>{title}</div><em lang="ja">{escape(value)}</em>'
                f"<code>{salt}</code><code>{digest.hex()[:16]}…</code></li>"
            )
            lines.append([space, str(number), name, value, salt, f"{digest.hex()[:16]}…"])
        html += f'<h4><code>{space}</code></h4><ol class="mnc-mdoc-items">{cells}</ol>'
    facts = tuple(_facts(record))
    signed = "".join(f"<li>{speech.html(f'word.mdoc.{key}', **values)}</li>" for key, values in facts)
    page = f'<div class="mnc-mdoc-signed">{html}<ul>{signed}</ul></div>'
    said = "\n".join(text(f"word.mdoc.{key}", "en", **values) for key, values in facts)
    return Picture(page, f"{aligned(lines)}\n{said}", RECORD)


def _item(item: mdoc.Item | None, language: str) -> tuple[str, str, str]:
    """Name, value and salt of an item for a page; of one that is not shown, nothing."""
    if item is None:
        return "", "", ""
    value = shown_value(item.element_identifier, item.element_value, show_my_number=False)
    said = f"{len(value):,} octets" if isinstance(value, bytes) else str(value)
    return item.element_identifier, said, f"{item.random.hex()[:8]}…"


def _facts(record: mdoc.Record) -> Iterable[tuple[str, dict[str, object]]]:
    """What the issuer signs besides the digests, and the signature."""
    yield "digests", {"n": sum(map(len, record.value_digests.values()))}
    yield "device_key", {"x": record.device_key[-2].hex()[:16]}
    yield "period", {"begins": show(record.valid_from), "ends": show(record.valid_until)}
    if record.expected_update is not None:
        yield "update", {"at": show(record.expected_update)}
    if record.status is not None:
        yield "status", {"idx": record.status.idx}
    yield "signature", {"octets": record.issuer_auth.signature.hex()[:16]}


_ENTERS = {
    "near": ("reader", "keys", "device"),
    "web": ("reader", "hpke", "device"),
    "app": ("reader", "hpke", "device"),
}
"""What is computed from a transcript, by way; by OpenID4VP the device's signature alone."""


def transcript_picture(presented: Presented, language: str = "both") -> Picture:
    """Every octet of a session's transcript, coloured by what it is, and where the whole enters.

    セッショントランスクリプトの全バイトと、それが入る先。

    Args:
        presented: a presentation.
        language: ``ja``, ``en`` or ``both``.

    Raises:
        MisuseError: no presentation.
    """
    if not isinstance(presented, Presented):
        raise MisuseError(f"a presentation has a transcript; got {shown(presented)}.", code="no_record")
    speech, rows = Speech(language), layout(presented.transcript)
    strips, lines, begins = "", [["from", "octets", "what", "hex"]], 0
    for n, (what, octets) in enumerate(rows):
        key = f"word.octets.{'empty' if octets == NULL and what != 'handover' else _KEYS[what]}"
        strips += (
            f'<li class="mnc-octets-{n % 5}"><small>{begins}–{begins + len(octets) - 1}</small>'
            f"<b>{speech.html(key)}</b><code>{_spaced(octets)}</code></li>"
        )
        lines.append([str(begins), str(len(octets)), text(key, "en"), _spaced(octets[:12]) + " …" * (len(octets) > 12)])
        begins += len(octets)
    entered = _ENTERS.get(presented.way, ("device",))
    hashed = {"web": ("hashed_web",), "openid4vp": ("hashed_openid4vp",)}.get(presented.way, ())
    ends = "".join(f"<li>{speech.html(f'word.octets.{key}')}</li>" for key in (*hashed, *entered))
    page = f'<ol class="mnc-octets">{strips}</ol><ul class="mnc-octets-enter">{ends}</ul>'
    said = "\n".join(f"-> {text(f'word.octets.{key}', 'en')}" for key in (*hashed, *entered))
    return Picture(page, f"{aligned(lines)}\n{said}", RECORD)


_KEYS = {
    "array of 3": "array",
    "device engagement": "engagement",
    "reader's key": "reader_key",
    "handover": "handover",
    "handover: array of 2": "handover_array",
    "handover: array of 5": "handover_array",
    "handover: name": "name",
    "handover: nonce": "nonce",
    "handover: merchant": "merchant",
    "handover: team": "team",
    "handover: recipient digest": "recipient_digest",
    "handover: web digest": "web_digest",
    "handover: openid4vp digest": "openid4vp_digest",
}
"""What :func:`~myna_lab.formats.mdoc.transcript.layout` calls the octets, to the key of their words."""


def _spaced(octets: Sequence[int]) -> str:
    return " ".join(f"{octet:02x}" for octet in octets)


def _record_of(phone: object) -> bytes:
    if not isinstance(phone, PhoneHandle):
        raise MisuseError(f"a phone holds a record; got {shown(phone)}.", code="no_device")
    record = phone.world.phone(phone.phone).record()
    if not record:
        raise MisuseError(f"{phone.phone} holds no attribute record.", code="no_record")
    return record
