"""The trace: every exchange in words, and no secret in it."""

from __future__ import annotations

import pickle

import cards
import pytest

from myna_lab.devices import terminal
from myna_lab.devices.card import CardRemoved, Chip, Trace
from myna_lab.devices.card.trace import MOST_EXCHANGES
from myna_lab.keys import rsa_key

SECRETS = (cards.INPUT_AID_PIN, cards.USER_PIN, cards.SIGN_PASSWORD, cards.MY_NUMBER, "55021720352285", "9753")


@pytest.fixture
def chip() -> Chip:
    """A card after everything that carries a secret was done with it."""
    chip = Chip("card-1", cards.plastic(), key=rsa_key)
    with chip.connect() as transmit:
        terminal.read_for_set_up(
            transmit, input_aid_pin=cards.INPUT_AID_PIN, signing_password=cards.SIGN_PASSWORD, application=b"TEST"
        )
        terminal.select_application(transmit, terminal.AID_TEXT)
        terminal.verify(transmit, 0x0014, cards.MY_NUMBER)
        terminal.verify(transmit, 0x0015, "55021720352285")
        for offset in range(17):  # My Number by single bytes, and through a short EF identifier
            transmit(bytes((0, 0xB0, 0x81, offset, 1)))
        terminal.select_application(transmit, terminal.AID_VISUAL)
        terminal.verify(transmit, 0x0013, cards.MY_NUMBER)
        terminal.read_binary(transmit, 0x0005)
        terminal.authenticate(transmit, b"TEST", pin=cards.USER_PIN)
        transmit(bytes.fromhex("0024019804") + b"9753")
        transmit(bytes.fromhex("00200098000004") + b"9753")  # extended Lc
        transmit(bytes.fromhex("0020009805") + b"9753")  # Lc does not fit
        transmit(bytes.fromhex("0020009800") + b"9753")  # Lc 0, and data all the same
        transmit(bytes.fromhex("0C20009804") + b"9753")
    return chip


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize(
    ("header", "shown"),
    [
        ("00 2F 00 98 04", "00 2F"),  # another instruction
        ("00 A4 00 98 04", "00 A4 00 98 04"),  # one that exists
        ("00 A4 04 00 04", "00 A4 04 00 04"),  # and finds nothing of that name
        ("00 A4 00 00 04", "00 A4 00 00 04"),
        ("00 82 00 98 04", "00 82 00 98 04"),  # one that is refused before it is looked into
        ("80 20 00 98 04", "80 20"),  # another class
        ("A0 20 00 98 04", "A0 20"),
        ("20 00 98 04", "20"),  # the first byte is missing
        ("00 98 04", "00 98"),
        ("98 04", "98 04"),
        ("04", "04"),
        ("", ""),
        ("00 20 00 98", "00 20 00 98"),  # Lc is missing
        ("00 20 00 98 09", "00 20 00 98"),  # Lc is wrong
        ("80 AE 00 00 04", "80 AE 00 00 04"),
    ],
)
@pytest.mark.parametrize("pin", ["9753", "ZQXJ9753"])
def test_one_wrong_byte_in_the_header_shows_no_pin(header: str, shown: str, pin: str, language: str) -> None:
    """Whatever is wrong with a VERIFY or missing in it, at most one character of its PIN is kept, said or shown."""
    chip = Chip("card-1", cards.plastic(), key=rsa_key)
    chip.transmit(bytes.fromhex("00A4040C0AD392F000260100000001"))
    if header[-2:] == "04" and len(header) > 5:
        header = f"{header[:-2]}{len(pin):02X}"
        shown = f"{shown[:-2]}{len(pin):02X}" if len(shown) > 11 else shown
    chip.transmit(bytes.fromhex(header) + pin.encode())
    exchange = chip.trace[-1]
    line = f"{exchange.command_text} {exchange.in_language(language)}"
    assert exchange.command_text.startswith(shown)
    assert "••" in exchange.command_text
    for two in (pin[i : i + 2].encode() for i in range(len(pin) - 1)):
        assert two not in exchange.command
        assert two.hex(" ").upper() not in line and two.hex().upper() not in line and two.decode() not in line


def test_a_name_that_nobody_types_is_shown() -> None:
    """SELECT of an application or file that is not there shows which; of what reads as text, only dots."""
    chip = Chip("card-1", cards.plastic(), key=rsa_key)
    for command in ("00A4040C04D3921234", "00A4040C0AD392F000260100000001", "00A4020C020099"):
        chip.transmit(bytes.fromhex(command))
    assert [e.words.partition(" → ")[0] for e in chip.trace][::2] == ["SELECT application D3921234", "SELECT file 0099"]
    chip.transmit(bytes.fromhex("00A4040C04") + b"9753")
    assert chip.trace[-1].words == "SELECT application •• → 6A82 file or application not found"


def test_a_command_cut_off_is_in_the_trace() -> None:
    """The command during which the power failed is kept, without an answer, in words and in the table."""
    chip = Chip("card-1", cards.plastic(), key=rsa_key)
    for after_events in (0, 1):
        chip.transmit(bytes.fromhex("00A4040C0AD392F000260100000001"))
        chip.fail_power(after_events)
        with pytest.raises(CardRemoved):
            chip.transmit(bytes.fromhex("0020009804") + b"9753")
        last = chip.trace[-1]
        assert (last.n, last.sw, last.response) == (2 + 2 * after_events, "", b"")
        assert last.words.startswith("VERIFY of ") and last.words.endswith(" → no answer")
        assert "9753" not in repr(chip.trace) and "39 37 35 33" not in repr(chip.trace)
    assert chip.trace.table().iloc[-1]["response"] == ""


def test_exchanges_are_said_in_japanese(chip: Chip) -> None:
    """Words and table are there in Japanese, names of files included; the English words stay as they are."""
    last = chip.trace[-5]
    assert last.in_language("ja") == "CHANGE REFERENCE DATA jpki/0018（利用者証明用暗証番号） → 9000 正常終了"
    assert last.in_language("en") == last.words
    table = chip.trace.table(language="ja")
    assert list(table["words"]) == [exchange.in_language("ja") for exchange in chip.trace]
    assert "SELECT アプリケーション D3921000310001010408（券面事項入力補助） → 9000 正常終了" in set(table["words"])


def test_no_form_of_the_trace_holds_a_secret(chip: Chip) -> None:
    """Neither words, table, HTML nor the kept bytes hold a PIN, a password or My Number, as text or in hexadecimal."""
    trace = chip.trace
    everything = f"{trace} {trace!r} {trace._repr_html_()} {trace.table().to_csv()} {list(trace)}"
    kept = pickle.dumps([tuple(exchange) for exchange in trace])
    for secret in SECRETS:
        assert secret not in everything
        assert secret.encode() not in kept
        assert secret.encode().hex(" ").upper() not in everything
    assert everything.count("••") > 100


def test_single_bytes_of_my_number_are_dots(chip: Chip) -> None:
    """The answers from the My Number file are hidden, whatever the chunk, and the others are shown."""
    one_byte = [
        e.response_text for e in chip.trace if e.words.startswith("READ BINARY of text/0001") and "1 byte" in e.words
    ]
    assert one_byte == ["•• 90 00"] * 17
    assert all(not any(e.response[:-2]) for e in chip.trace if e.response_secret)
    assert any(e.response_text.startswith("FF 20") for e in chip.trace)


def test_commands_with_a_pin_show_dots(chip: Chip) -> None:
    """The header of VERIFY and CHANGE REFERENCE DATA is shown, and Lc if it fits; their data are not, in any form."""
    last = [exchange.command_text for exchange in chip.trace[-5:]]
    assert last == [
        "00 24 01 98 04 •• •• •• ••",
        "00 20 00 98 00 00 04 •• •• •• ••",
        "00 20 00 98 •• •• •• •• ••",
        "00 20 00 98 •• •• •• •• ••",
        "0C 20 00 98 04 •• •• •• ••",
    ]
    assert chip.trace[-5].words == "CHANGE REFERENCE DATA of jpki/0018 (user-authentication PIN) → 9000 success"


def test_a_trace_that_is_off_keeps_nothing(chip: Chip) -> None:
    """With ``enabled`` False no exchange is kept; turned on again, the next one is."""
    n = len(chip.trace)
    chip.trace.enabled = False
    chip.transmit(b"\0\0\0\0")
    assert len(chip.trace) == n
    chip.trace.enabled = True
    chip.transmit(b"\0\0\0\0")
    assert len(chip.trace) == n + 1


def test_the_trace_is_bounded_and_counts_on() -> None:
    """The oldest exchanges fall out, and numbers go on until the trace is cleared."""
    trace = Trace()
    for _ in range(MOST_EXCHANGES + 5):
        trace.add(b"\0\xa4\0\0", b"\x90\0")
    assert (len(trace), trace[0].n, trace[-1].n) == (MOST_EXCHANGES, 6, MOST_EXCHANGES + 5)
    assert repr(trace).startswith("… ")
    trace.clear()
    trace.add(b"\0\xa4\0\0", b"\x90\0")
    assert [exchange.n for exchange in trace] == [1]


def test_the_table_has_one_row_for_each_exchange(chip: Chip) -> None:
    """The DataFrame has the documented columns, and rows in order."""
    table = chip.trace.table()
    assert list(table.columns) == ["words", "command", "response", "sw"]
    assert list(table.index) == [exchange.n for exchange in chip.trace]
    assert Trace().table().shape == (0, 4)


def test_the_notebook_view_escapes_and_shortens(chip: Chip) -> None:
    """The HTML has a row for each of the newest exchanges, and long answers are cut."""
    view = chip.trace._repr_html_()
    assert view.count("<tr>") == 1 + min(100, len(chip.trace))
    assert "(258 bytes)" in view
