"""Where a learner does what parts 1 to 3 of ``test_article.py`` state: a table from each test's name to a place.

A place is a notebook's cell, a control on a screen of the wizard (notebooks 03 and 08), or an act of a story.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from myna_lab.provisioning import Screen

__all__ = ["PLACES", "Act", "Cell", "Nowhere", "Press"]

S = Screen


@dataclass(frozen=True)
class Cell:
    """A code cell of a notebook."""

    notebook: str
    """Its two digits."""
    cell: str
    """The cell's id."""
    words: str
    """What the cell calls, as it stands there."""


@dataclass(frozen=True)
class Press:
    """A control that the wizard shows on a screen."""

    platform: str
    screen: Screen
    control: str
    """A tap, a mishap, a what-if, or ``entry``, ``fill_wrong``, ``same``, ``old_phone``."""


@dataclass(frozen=True)
class Act:
    """A step of a story."""

    story: str
    act: str
    """The last name of its sentence in ``texts/stories.toml``."""
    wanted: str
    """What happens in it: an event, or a service's answer."""


@dataclass(frozen=True)
class Nowhere:
    """No learner does it."""

    why: str


Place = Cell | Press | Act | Nowhere

PROTOCOL = Nowhere("Between app and J-LIS; a holder cannot change what is sent, so no screen and no door offers it.")

IPHONE: Mapping[str, Place] = {
    "the_screens_come_in_the_reported_order": Cell("03", "wizard", "wizard(playground.iphone("),
    "the_app_offers_the_card_when_this_phone_holds_none": Press("iphone", S.HOME, "start_adding"),
    "an_iphone_xs_with_ios_18_5_serves": Nowhere(
        "All phones of notebooks and wizard are newer; the oldest is only told."
    ),
    "each_requirement_is_asked_at_the_first_tap": Press("iphone", S.HOME, "old_phone"),
    "the_phone_must_be_on_line": Press("iphone", S.HOME, "go_offline"),
    "whether_the_card_has_a_sign_certificate_shows_at_the_reading": Act("under_15", "reading", "ReadingRefused"),
    "whether_the_certificate_is_valid_shows_in_wallet": Press("iphone", S.WALLET, "card_revoked"),
    "refusing_the_terms_leaves_the_flow": Press("iphone", S.TERMS, "disagree"),
    "the_tries_of_the_capture_are_limited": Press("iphone", S.CAPTURE, "liveness_failed"),
    "three_tries_are_the_rule": Press("iphone", S.CAPTURE, "liveness_failed"),
    "another_face_is_found_out_only_after_the_reading": Press("iphone", S.CAPTURE, "other_face"),
    "faces_are_compared_and_not_people": Press("iphone", S.CAPTURE, "twin"),
    "the_form_of_the_cards_pins_is_checked_here": Cell("03", "malformed", 'flow.next("12")'),
    "whether_they_are_right_the_chip_says_at_the_reading": Cell("03", "wrong", '.next("WRONG123")'),
    "small_letters_of_the_sign_password_are_raised": Press("iphone", S.SIGN_PASSWORD, "entry"),
    "what_the_phone_reads": Cell("03", "read", "in hanako.card.trace:"),
    "both_pins_and_my_number_open_the_three_applications": Cell("03", "read", 'startswith("VERIFY")'),
    "the_cards_sign_key_signs_the_application": Cell("03", "ex2", "the last command of look (3)"),
    "a_wrong_pin_costs_one_try_and_says_how_many_are_left": Cell("03", "wrong", "hanako.card.tries_left("),
    "a_right_pin_gives_the_tries_back": Cell("03", "wrong", 'flow.next("ABC123").next()'),
    "a_card_taken_away_too_early_is_a_lost_link": Press("iphone", S.READ, "link_lost"),
    "the_phone_gets_pins_of_its_own": Cell("04", "phone", "iphone.chip.tries_left("),
    "the_form_of_the_new_pins": Press("iphone", S.NEW_USER_PIN, "entry"),
    "small_letters_of_the_new_sign_password_are_raised": Press("iphone", S.NEW_SIGN_PASSWORD, "entry"),
    "what_differs_is_typed_anew": Press("iphone", S.REPEAT_USER_PIN, "fill_wrong"),
    "with_the_switch_each_is_asked_once": Cell("03", "same", 'next("2222", same=True)'),
    "the_switch_compares_the_sign_password_with_the_cards": Press("iphone", S.NEW_SIGN_PASSWORD, "same"),
    "the_switch_cannot_compare_the_user_pin": Press("iphone", S.NEW_USER_PIN, "same"),
    "keys_are_made_in_the_phone_before_the_application": Cell("03", "wallet", "list(lab.log)"),
    "the_requests_are_bound_to_the_signed_application": PROTOCOL,
    "a_request_of_another_application_is_refused": PROTOCOL,
    "an_application_that_the_card_did_not_sign_is_refused": PROTOCOL,
    "the_pass_is_in_wallet": Cell("07", "face", "pass_picture("),
    "the_iphone_holds_a_signed_record_of_the_cards_face": Cell("07", "record-code", "record_picture("),
    "the_app_announces_how_long_it_takes": Press("iphone", S.FIVE_MINUTES, "next"),
    "what_to_do_on_loss_is_shown_last": Press("iphone", S.LOSS_GUIDANCE, "finish"),
    "for_five_minutes_each_service_says_from_when": Cell("03", "early", "lab.portal.log_in("),
}
"""Part 1."""

ANDROID: Mapping[str, Place] = {
    "android_applies_waits_and_registers": Cell("08", "android-wizard", "wizard(playground.android("),
    "android_asks_the_sign_password_and_nothing_else_of_the_card": Press("android", S.SIGN_PASSWORD_AGAIN, "entry"),
    "the_second_reading_wants_the_same_card": Nowhere("The wizard holds one card; another one only by flow.do()."),
    "the_notice_comes_within_the_service_hours": Cell("12", "ex3", "which phone applied in the evening?"),
    "android_has_no_face_capture_and_no_attributes": Cell("07", "android-code", '"2026-10-19"'),
    "androids_pins_are_its_own": Press("android", S.NEW_USER_PIN, "entry"),
    "from_2026_10_20_android_carries_the_cards_face": Cell("07", "android-code", '"2026-10-20"'),
}
"""Part 2."""

AFTERWARDS: Mapping[str, Place] = {
    "one_phone_per_person_whatever_the_platform": Cell("08", "orders", '"android iphone"'),
    "the_revoked_iphones_pass_stays_until_it_is_deleted_by_hand": Cell("08", "dead", "iphone.delete_pass()"),
    "a_revoked_android_erases_itself_at_once_when_on_line": Cell("08", "orders", "phone.state.value"),
    "off_line_the_residue_stays_until_then": Cell("08", "residue", "android.online = False"),
    "the_licence_is_not_copied_to_a_phone": Cell("01", "licence", "lab.police.check_licence("),
    "the_health_insurance_on_phones": Cell("10", "insurance", "clinic.check_in("),
    "face_or_finger_stand_in_for_the_pin": Act("twins", "owner", "portal:accepted"),
    "signing_asks_for_the_sign_password": Cell("06", "password", "lab.desk.accept(iphone"),
    "without_face_or_finger_the_pin_is_typed": Act("lost_on_friday", "pin", "portal:accepted"),
    "a_found_unlocked_iphone_alone_does_not_help_a_thief": Cell("09", "guess", "lab.portal.log_in(phone, pin)"),
    "ocsp_says_so_at_the_next_quarter_of_an_hour": Cell("03", "second", "lab.explain(lab.portal.log_in(iphone))"),
    "what_may_be_left_at_home": Cell("08", "september", 'lab.errands(driver, at="2025-09-19 10:00"'),
}
"""Part 3."""

PLACES: Mapping[str, Place] = {f"test_{name}": place for name, place in {**IPHONE, **ANDROID, **AFTERWARDS}.items()}
