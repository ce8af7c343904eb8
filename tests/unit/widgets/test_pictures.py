"""Pictures without a browser: they are drawn from the rules and the log, whole, in both languages."""

from __future__ import annotations

import re

import pytest

from myna_lab import Lab
from myna_lab.analysis.who_knows import Knower, moments
from myna_lab.errors import MisuseError
from myna_lab.provisioning import ENDS, NUMBERS, RULES, Screen
from myna_lab.texts import LANGUAGES, both
from myna_lab.widgets import flow_picture, who_knew
from myna_lab.widgets.pictures import _word

each_platform = pytest.mark.parametrize("platform", list(RULES))


def plain(html: str) -> str:
    return re.sub(r"<[^>]*>", " ", html).replace("&#x27;", "'")


@each_platform
def test_every_rule_is_in_the_picture(platform: str) -> None:
    """Each row of the table is the way on, or one of the lines of its screen; and each line is a row."""
    picture = flow_picture(platform)
    rules = RULES[platform]
    for screen in NUMBERS[platform]:
        drawn = {(_word(rule), rule.to) for rule in rules if rule.before is screen and rule is not picture.main(screen)}
        assert set(picture.others(screen)) == drawn
    assert picture.html.count("<li>") == len(NUMBERS[platform]) + len(ENDS)


@each_platform
def test_the_way_on_goes_by_the_numbers(platform: str) -> None:
    """When all goes well each screen leads to the next number, and the last one to the end: the arrows are true."""
    numbers = NUMBERS[platform]
    for screen, number in numbers.items():
        to = flow_picture(platform).main(screen).to
        assert (numbers.get(to), to is Screen.DONE) == (
            (None, True) if number == max(numbers.values()) else (number + 1, False)
        )


@each_platform
def test_every_word_of_the_picture_is_there(platform: str) -> None:
    """Whatever can become of a tap has words in both languages, and the title of each screen is shown in both."""
    picture = flow_picture(platform)
    for screen in NUMBERS[platform]:
        assert all(set(both(word)) == set(LANGUAGES) for word, _ in picture.others(screen))
        for sentence in both(picture._title(screen)).values():
            assert sentence in plain(picture.html)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_picture_speaks_one_language(language: str) -> None:
    """Japanese alone has no English title, and the other way round."""
    shown = plain(flow_picture("iphone", language).html)
    titles = both("screen.WALLET_DONE.title")
    assert [name for name in LANGUAGES if titles[name] in shown] == [language]


def test_ends_name_where_they_come_from() -> None:
    """An end says the numbers of the screens that lead there."""
    text = plain(flow_picture("iphone", "en").html)
    assert re.search(r"The card cannot be added\s+from screen 8, 12, 19", text)


def test_the_whole_table_as_mermaid() -> None:
    """The Mermaid text has each rule once: in a state's box, or on an arrow."""
    drawing = flow_picture("android").mermaid
    arrows = [line for line in drawing.splitlines() if " --> " in line and "[*]" not in line]
    assert drawing.count("↻") + sum(line.count("<br/>") + 1 for line in arrows) == len(RULES["android"])


def test_a_page_without_style_reads_well() -> None:
    """Sites that show a notebook strip styles: nothing numbers the screens again, and each language has its line."""
    html = flow_picture("iphone").html
    bare = re.sub(r"<(?!br|/?li|/?div)[^>]*>", "", html)
    assert "<ol" not in html and "<li>1 <div>アプリのホーム<br>Home of the app</div>" in bare


def test_no_word_of_the_table_is_broken_up() -> None:
    """Days and times stand on two lines that are not wrapped."""
    lab = Lab(seed=8)
    hanako = lab.resident()
    lab.iphone(hanako).add_card().run()
    assert re.search(r"<th scope=\"col\"><small>06-24</small> <b>\d\d:\d\d:\d\d</b></th>", who_knew(hanako).html)


def test_who_knew_says_the_same_in_words_and_on_the_page() -> None:
    """Every word of the table stands in the page and in the text; a holder without phones has an empty picture."""
    lab = Lab(seed=8)
    hanako = lab.resident()
    assert "Nothing yet" in repr(who_knew(hanako))
    lab.iphone(hanako).add_card().run()
    lab.advance("16min")
    lab.android(hanako).add_card().run()
    lab.advance("16min")
    picture = who_knew(hanako)
    for moment in moments(hanako.phones):
        assert f"{moment.at:%H:%M:%S}" in picture.html and f"{moment.at:%H:%M:%S}" in repr(picture)
        for belief in moment.beliefs.values():
            assert both(belief.said)["ja"] in picture.html and both(belief.said)["en"] in repr(picture)
    assert picture.html.count("<tr") == 1 + len(Knower) * len(hanako.phones)
    assert picture._repr_html_().count("<style>") == 1


def test_only_known_platforms_are_drawn() -> None:
    """Another platform is refused with those that there are."""
    with pytest.raises(MisuseError, match="iphone, android"):
        flow_picture("feature phone")
