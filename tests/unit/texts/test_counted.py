"""English counts: one try, two tries, in every sentence that has a number."""

from __future__ import annotations

import re

import pytest

from myna_lab import Lab
from myna_lab.formats.iso7816 import explain
from myna_lab.texts import LANGUAGES, both, counted, keys, text


@pytest.mark.parametrize(
    ("n", "said"), [(0, "0 tries"), (1, "1 try"), (2, "2 tries"), (1.0, "1 try"), (1.5, "1.5 tries"), (21, "21 tries")]
)
def test_a_number_says_of_what_it_is(n: float, said: str) -> None:
    """One is singular, all else plural."""
    assert counted(n, "try", "tries") == said


@pytest.mark.parametrize(
    ("key", "values", "said"),
    [
        ("notice.wrong_signing", {"tries_left": 1}, "The signing password is wrong; 1 try left."),
        ("notice.wrong_signing", {"tries_left": 4}, "The signing password is wrong; 4 tries left."),
        ("explanation.flow.former", {"n": 1}, "this application revoked 1 certificate."),
        ("reason.service.signatures_lacking", {"n_given": 1, "n_wanted": 2}, "1 signature for 2 documents"),
        ("word.n_exchanges", {"n": 1}, "1 exchange; •• stands for a secret. The last answer:"),
        ("screen.FIVE_MINUTES.body", {"minutes": 1.0}, "about 1 minute after"),
        ("screen.FIVE_MINUTES.body", {"minutes": 0.5}, "about 0.5 minutes after"),
    ],
)
def test_sentences_count(key: str, values: dict[str, float], said: str) -> None:
    """A sentence with a number has the words for one and for many."""
    assert said in text(key, "en", **values)


def test_a_card_says_one_try() -> None:
    """The status word 63C1 and a single byte are told in the singular, in both languages."""
    assert explain("0020008004", "63C1").endswith("63C1 1 try left")
    assert explain("0084000001", "9000").startswith("GET CHALLENGE of 1 byte")
    assert explain("0020008004", "63C1", language="ja").endswith("残り1回")


def test_a_lab_counts_what_it_holds() -> None:
    """A lab's repr has a resident and two phones."""
    lab = Lab(seed=7)
    hanako = lab.resident()
    assert "1 resident, 0 phones, " in repr(lab)
    lab.iphone(hanako)
    lab.android(hanako)
    assert "1 resident, 2 phones, " in repr(lab)


def test_no_sentence_counts_by_hand() -> None:
    """In English no plural noun follows a bare number, and every plural form has its two words."""
    sentences = [both(key)["en"] for kind in ("event", "exchange", "explanation", "notice", "reason", "screen", "word")
                 for key in keys(kind)]  # fmt: skip
    assert len(sentences) > 300 and LANGUAGES == ("ja", "en")
    bare = [s for s in sentences if re.search(r"\{(n|n_\w+|tries_left|minutes)\} [a-z]+s\b", s)]
    assert not bare
    forms = [form for s in sentences for form in re.findall(r"\{\w+:([^}]*\|[^}]*)\}", s)]
    assert len(forms) > 15 and all(form.count("|") == 1 and all(form.split("|")) for form in forms)


ONE, MANY = (
    re.compile(r"\b1 (\w+s|people)\b"),
    re.compile(r"\b(?!1\b)\d+ (person|holder|phone|card|certificate|event|check)\b"),
)


def test_things_count_themselves() -> None:
    """What a world holds is told as people count, none, one and two of each."""
    lab = Lab(seed=7)
    for _ in range(3):
        world = lab.world
        things = (lab, lab.log, lab.books, world.log, world.things, world.people, world.agenda, world)
        told = [repr(each) for each in (*things, *(resident.card for resident in lab.residents))]
        told += [repr(entry.event.verdict) for entry in lab.log if entry.name == "VerdictGiven"]
        assert not [line for line in told if ONE.search(line.replace("'s", "")) or MANY.search(line)]
        holder = lab.resident()
        lab.iphone(holder).add_card()
        holder.card.transmit(bytes.fromhex("0084000008"))
        lab.portal.log_in(holder.phones[0])
