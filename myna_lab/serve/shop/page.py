"""The shop for people: what to ask, the phone's sheet, and what came of it. HTML and a style sheet; no script at all.

    choose -> the holder's answer to the sheet -> verdict, what was learnt, question and answer side by side

Everything is a form, a heading, a list or a table, so that keyboards and screen readers need no help of ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from importlib import resources

from myna_lab.errors import MisuseError
from myna_lab.ground.arguments import one_of
from myna_lab.lab.handles import PhoneHandle
from myna_lab.relying_parties.inquiry import PROTOCOLS
from myna_lab.serve.shop.desk import Desk, Transaction
from myna_lab.serve.shop.json_api import elements_in
from myna_lab.serve.shop.shown import result
from myna_lab.texts import LANGUAGES, text

__all__ = ["CSS", "Page"]

CSS = resources.files(__package__).joinpath("style.css").read_bytes()
ELSEWHERE = "https://sh0p.jpki-emu.invalid"
_ASKS: Mapping[str, tuple[list[str], list[str]]] = {
    "age": (["age_over_20"], []),
    "identity": (["full_name_unicode", "resident_address_unicode"], ["full_name_unicode", "resident_address_unicode"]),
    "my_number": (["individual_number_unicode"], ["individual_number_unicode"]),
}
"""What the page can ask for, and what of it the shop means to keep."""
_WAYS = (PROTOCOLS[0], *(f"{name}{how}" for name in PROTOCOLS[1:] for how in ("", " encrypted")))
_HOLDERS = {False: ("yes", "no"), True: ("own", "other", "no")}
"""What the holder can do: with the sheet, and once she agreed and the phone asks for her face or finger."""


class Page:
    """The pages of the shop.

    Args:
        desk: its two sides.
        origin: its own.
    """

    def __init__(self, desk: Desk, origin: str) -> None:
        self._desk, self._origin = desk, origin

    def shown(self, language: str, number: str) -> str:
        """A page in a language: of a transaction, or without one what can be asked.

        Raises:
            MisuseError: no such transaction.
        """
        if not number:
            return self._whole(language, "", self._choose(language))
        transaction = self._found(number)
        inner = result(transaction, language) if transaction.code else self._sheet(transaction, language)
        inner = self._asked(transaction, language) + inner
        again = f'<p><a href="/{language}/">{_said("again", language)}</a></p>'
        return self._whole(language, f"sessions/{number}", inner + again)

    def posted(self, form: Mapping[str, str], number: str) -> str:
        """Take a form: a question, or the holder's answer to a sheet.

        Returns:
            The transaction's number.

        Raises:
            MisuseError: a field that the form does not have so, or a sheet that was answered.
        """

        def chosen(name: str, values: Iterable[str]) -> str:
            return one_of(name, form.get(name, ""), tuple(values), code="bad_request")

        if number:
            transaction, holder = self._found(number), chosen("holder", ("yes", *_HOLDERS[True]))
            if holder == "yes":
                self._desk.agree(transaction)
            else:
                self._desk.decide(transaction, agrees=holder != "no", other_face=holder == "other")
            return number
        phone = self._desk.phone(form.get("phone"))
        protocol, _, encrypted = chosen("protocol", _WAYS).partition(" ")
        elements, over = elements_in(*_ASKS[chosen("what", _ASKS)])
        elsewhere = chosen("origin", ("own", "other")) == "other"
        begun = self._desk.ask(protocol, elements, origin=self._origin, encrypted=bool(encrypted), over=over)
        self._desk.show_sheet(begun, phone, ELSEWHERE if elsewhere else "")
        return begun.number

    def _whole(self, language: str, rest: str, inner: str) -> str:
        (other,) = (each for each in LANGUAGES if each != language)
        title = _said("title", language)
        return (
            f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<title>{title} · TEST</title><link rel="stylesheet" href="/style.css"></head><body>'
            f'<header><p class="test"><strong>{_said("test", language)}</strong></p>'
            f'<nav><a href="/{other}/{rest}" lang="{other}" hreflang="{other}">{_said("other_language", language)}</a>'
            f"</nav></header><main><h1>{title}</h1>{inner}</main></body></html>\n"
        )

    def _choose(self, language: str) -> str:
        phones = self._desk.phones
        lead = f"<p>{_said('lead', language)}</p>"
        if not phones:
            return f"{lead}<p>{_said('nobody', language)}</p>"

        origins = {"own": self._origin, "other": ELSEWHERE}
        sets = (
            ("phone", {each.name: _owner(each, language) for each in phones}),
            ("protocol", {value: _way(value, language) for value in _WAYS}),
            ("what", {name: text(f"shop.ask.{name}", language) for name in _ASKS}),
            ("origin", {name: text(f"shop.origin.{name}", language, origin=origins[name]) for name in origins}),
        )
        fields = "".join(_radios(name, text(f"shop.choose.{name}", language), values) for name, values in sets)
        button = f'<button type="submit">{_said("choose.ask", language)}</button>'
        return f'{lead}<form method="post" action="/{language}/ask">{fields}{button}</form>'

    def _found(self, number: str) -> Transaction:
        """A transaction of the page; one that a stranger's wallet is to answer has no screen here."""
        transaction = self._desk.find(number)
        if not transaction.phone:
            raise MisuseError(
                "a stranger's wallet answers this question, at /verifier/answers.", code="unknown_session"
            )
        return transaction

    def _asked(self, transaction: Transaction, language: str) -> str:
        """Who was asked, and how."""
        is_way = transaction.asking.protocol in _WAYS[:1] or not transaction.asking.encrypted
        how = _way(transaction.asking.protocol + ("" if is_way else " encrypted"), language)
        phone = _owner(self._desk.phone(transaction.phone), language)
        return f"<p>{escape(text('shop.asked', language, phone=phone, protocol=how))}</p>"

    def _sheet(self, transaction: Transaction, language: str) -> str:
        assert transaction.sheet is not None, "without a sheet the wallet had refused"
        who, *lines = transaction.sheet.in_language(language).splitlines()
        wishes = "".join(f"<li>{escape(line.strip())}</li>" for line in lines if line.startswith(" "))
        warnings = "".join(f'<p class="warning">{escape(line)}</p>' for line in lines if not line.startswith(" "))
        holder = self._desk.phone(transaction.phone).holder.name
        title = escape(text("shop.sheet.title", language, holder=holder))
        buttons = "".join(
            f'<button type="submit" name="holder" value="{name}">{_said(f"sheet.{name}", language)}</button>'
            for name in _HOLDERS[transaction.agreed]
        )
        step = "face" if transaction.agreed else "buttons"
        action = f"/{language}/sessions/{transaction.number}"
        return (
            f'<section class="phone" aria-labelledby="sheet"><h2 id="sheet">{title}</h2>'
            f"<p>{_said('sheet.lead', language)}</p><p class='origin'>{escape(transaction.stated)}</p>"
            f"<p>{escape(who)}</p><ul>{wishes}</ul>{warnings}"
            f'<form method="post" action="{action}"><fieldset><legend>{_said(f"sheet.{step}", language)}</legend>'
            f"{buttons}</fieldset></form></section>"
        )


def _radios(name: str, legend: str, values: Mapping[str, str]) -> str:
    """One of several; the first is chosen beforehand."""
    rows = "".join(
        f'<label><input type="radio" name="{name}" value="{escape(value)}"{" checked" if n == 0 else ""}> '
        f"{escape(said)}</label>"
        for n, (value, said) in enumerate(values.items())
    )
    return f"<fieldset><legend>{escape(legend)}</legend>{rows}</fieldset>"


def _owner(phone: PhoneHandle, language: str) -> str:
    return text("shop.choose.phone_of", language, holder=phone.holder.name, model=phone.model)


def _way(value: str, language: str) -> str:
    protocol, _, encrypted = value.partition(" ")
    name = text(f"shop.protocol.{protocol}", language)
    return text("shop.protocol.encrypted", language, protocol=name) if encrypted else name


def _said(name: str, language: str) -> str:
    return escape(text(f"shop.{name}", language))
