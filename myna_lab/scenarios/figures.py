"""The figures of a summary: each with its unit, its words in both languages, and the parameters behind it."""

from __future__ import annotations

from typing import NamedTuple

from myna_lab.texts import text

__all__ = ["FIGURES", "Figure", "unit"]

_PEOPLE = (
    "cards_delivered",
    "cards_delivered_again",
    "first_cards_a_year",
    "cards_made",
    "card_made_before",
    "age_at_first_card_to_2017",
    "age_at_first_card_to_2022",
    "age_at_first_card",
    "death_rate_at_70",
    "death_rate_doubles",
    "death_recorded",
)
_TERMS = (
    *_PEOPLE, "certificate_birthdays", "card_birthdays_adult", "card_birthdays_minor", "leap_day_birthday",
    "renewal_from", "unrenewed_on_the_day", "never_renewed", "renewed_late_after",
)  # fmt: skip
_SCREENS = tuple(
    f"setup_fails_{screen}"
    for screen in ("face", "input_aid_pin", "signing_password", "card_reading", "new_pins", "wallet")
)
_ADDING = (
    *_TERMS, "sign_certificate_minimum_age", "android_phone_from", "iphone_phone_from", "phone_able", "iphone_share",
    "iphone_first_wave", "iphone_first_wave_lasts", "iphone_added_a_year", "android_added_a_year",
    "android_added_with_attributes", "android_attributes_from", *_SCREENS, "setup_tried_again",
    "setup_tried_again_after", "setup_blocks_pin", "window_visited_after", "moves_a_year", "name_changes_a_year",
    "reissued_at_the_visit", "issue_delay_android",
)  # fmt: skip
_CHANGES = (
    *_ADDING, "phone_changes_a_year", "platform_changed", "revoked_before_change", "added_again", "added_again_after",
)  # fmt: skip
_LOSSES = (
    *_CHANGES, "phone_losses_a_year", "phone_loss_noticed_after", "losses_reported", "loss_reported_after",
    "hotline_records_after", "losses_found", "loss_found_after", "phone_replaced_after", "stop_lifted_after",
    "hold_release",
)  # fmt: skip
_CARDS_LOST = (
    "card_losses_a_year", "card_loss_noticed_after", "card_reissued_after", "losses_reported", "loss_reported_after",
    "hotline_records_after", "losses_found", "loss_found_after", "stop_lifted_after",
)  # fmt: skip
_OCSP = ("ocsp_refresh",)
_ASKED = ("ocsp_refresh", "ocsp_answers_kept", "uses_repeated", "use_repeated_after", "status_unreachable")
_LIST = ("crl_period", "crl_hour", "crl_switch_over", "list_fetched_within", "list_swapped_in")
_FORMER = ("revoke_former_at",)
_USES = tuple(
    f"{name}_{what}"
    for name in ("portal", "store", "clinic", "tax", "bank", "private", "counter")
    for what in ("uses_a_year", "status", "cache")
)
_LEARNS = tuple(name for name in _USES if not name.endswith("_a_year"))
_HEALTH = ("clinic_uses_a_year", "health_card_share", "health_card_share_grows")
_ENTRIES = (*_LOSSES, *_CARDS_LOST, *_FORMER)


class Figure(NamedTuple):
    """One row of a summary."""

    name: str
    unit: str
    en: str
    ja: str
    behind: tuple[str, ...]
    """Names of the parameters that it rests on."""


def unit(word: str, language: str) -> str:
    """A unit in a language; in tables it is always the English word."""
    return text(f"nation.unit_{word}", language)


FIGURES = {
    figure.name: figure
    for figure in (
        Figure("cards_held", "people", "cards in force at the end", "有効なカード（期末）", _TERMS),
        Figure("phones", "phones", "phones with the card in force at the end", "カードを載せたスマホ（期末）", _LOSSES),
        Figure(
            "unrenewed", "people", "certificates expired and not renewed at the end", "期限切れ・未更新（期末）", _TERMS
        ),
        Figure("renewals", "events", "renewals of certificates at the window", "証明書の更新", _TERMS),
        Figure("set_ups", "events", "cards added to phones", "スマホへの追加", _LOSSES),
        Figure("gave_up", "share", "set-ups given up", "あきらめた設定の割合", (*_SCREENS, "setup_tried_again")),
        Figure(
            "gap_refusals",
            "uses",
            "eager uses refused before certificates work",
            "有効化前に断られた利用（すぐ試した人）",
            ("activation_delay", "activation_spread", "eager_users", "eager_uses_an_hour", *_LOSSES),
        ),
        Figure(
            "gap_peak_hour",
            "uses",
            "eager uses refused before certificates work, in the busiest hour",
            "有効化前に断られた利用（最も多い1時間）",
            ("activation_delay", "activation_spread", "eager_users", "eager_uses_an_hour", "uses_by_hour", *_LOSSES),
        ),
        Figure(
            "gap_refusals_per_1000",
            "uses",
            "eager uses refused before certificates work, per 1,000 set-ups",
            "有効化前に断られた利用（設定1,000件あたり）",
            ("activation_delay", "activation_spread", "eager_users", "eager_uses_an_hour"),
        ),
        Figure("phone_changes", "events", "changes of phone", "機種変更", _LOSSES),
        Figure(
            "accepted_minutes_ocsp",
            "minutes",
            "minutes accepted though revoked, per 1,000 former phones; with OCSP",
            "失効後も受理された分数（旧端末1,000台あたり、OCSP）",
            (*_OCSP, *_USES),
        ),
        Figure(
            "accepted_minutes_crl",
            "minutes",
            "minutes accepted though revoked, per 1,000 former phones; with lists",
            "失効後も受理された分数（旧端末1,000台あたり、失効リスト）",
            (*_LIST, *_USES),
        ),
        Figure(
            "accepted_minutes_offline",
            "minutes",
            "minutes accepted though revoked, per 1,000 former phones; off line",
            "失効後も受理された分数（旧端末1,000台あたり、オフライン）",
            ("mdoc_validity", *_USES),
        ),
        Figure(
            "dead_passes",
            "phones",
            "dead passes in wallets at the end",
            "ウォレットに残る使えないパス（期末）",
            (*_LOSSES, "passes_never_deleted", "pass_deleted_after"),
        ),
        Figure(
            "residue",
            "phones",
            "Androids with a residue at the end",
            "残りのあるAndroid（期末）",
            (*_LOSSES, "android_erases_residue", "android_never_online", "android_online_after"),
        ),
        Figure(
            "astray",
            "phones",
            "live certificates on phones that left their owner, at the end",
            "持ち主の手を離れたスマホの有効な証明書（期末）",
            _LOSSES,
        ),
        Figure("phone_losses", "events", "phones lost", "スマホの紛失", _LOSSES),
        Figure("phone_stops", "events", "stops of phones at the hotline", "電話による一時停止（スマホ）", _LOSSES),
        Figure("card_losses", "events", "plastic cards lost", "カードの紛失", (*_TERMS, *_CARDS_LOST)),
        Figure(
            "loss_exposure_median",
            "hours",
            "from the loss of a phone to the portal's refusal, median",
            "スマホ紛失からポータルが断るまで（中央値）",
            (*_LOSSES, *_OCSP, "portal_status", "portal_cache"),
        ),
        Figure(
            "loss_exposure_p95",
            "hours",
            "from the loss of a phone to the portal's refusal, 95 %",
            "スマホ紛失からポータルが断るまで（95%）",
            (*_LOSSES, *_OCSP, "portal_status", "portal_cache"),
        ),
        Figure(
            "stop_exposure_mean",
            "minutes",
            "from the stop in the books to the portal's refusal, mean",
            "一時停止からポータルが断るまで（平均）",
            (*_OCSP, "portal_status", "portal_cache"),
        ),
        Figure(
            "finder_uses",
            "uses",
            "uses by finders, before and after the stop",
            "拾得者による利用（停止の前と後）",
            (*_LOSSES, *_CARDS_LOST, "finder_uses_a_day", "finder_opens", *_OCSP, *_LIST, "mdoc_validity", *_LEARNS),
        ),
        Figure(
            "finder_uses_after_stop",
            "uses",
            "uses by finders, accepted though revoked",
            "拾得者による利用（失効後に受理）",
            (*_LOSSES, *_CARDS_LOST, "finder_uses_a_day", "finder_opens", *_OCSP, *_LIST, "mdoc_validity", *_LEARNS),
        ),
        Figure(
            "clinic_refused",
            "people",
            "people refused at a clinic",
            "医療機関で断られた人",
            (
                *_HEALTH,
                *_LOSSES,
                "clinics_ready",
                "card_left_at_home",
                "insurance_after_expiry",
                "insurance_on_phone_from",
            ),
        ),
        Figure(
            "lockouts",
            "events",
            "PINs blocked",
            "暗証番号のロック",
            (*_LOSSES, "card_lockouts_a_year", "lockouts_cured_in_stores"),
        ),
        Figure(
            "window_visits",
            "visits",
            "visits to the municipal window",
            "市区町村の窓口への来訪",
            (*_LOSSES, *_CARDS_LOST, "card_lockouts_a_year", "lockouts_cured_in_stores"),
        ),
        Figure(
            "races",
            "events",
            "two phones applied within a minute",
            "1分以内の2台の申請",
            (*_LOSSES, "second_phone_applies", "second_phone_applies_after"),
        ),
        Figure(
            "ocsp_requests", "requests", "OCSP requests", "OCSPへの問い合わせ", (*_TERMS, *_USES, *_HEALTH, *_ASKED)
        ),
        Figure(
            "ocsp_peak_hour",
            "requests",
            "OCSP requests in the busiest hour",
            "最も混む1時間のOCSPへの問い合わせ",
            (*_TERMS, *_USES, *_HEALTH, *_ASKED, "uses_by_hour"),
        ),
        Figure("list_entries", "entries", "entries on the lists at the end", "失効リストの件数（期末）", _ENTRIES),
        Figure(
            "list_gigabytes_a_day",
            "gigabytes",
            "lists fetched a day, at the end",
            "失効リストの転送量（1日、期末）",
            (*_ENTRIES, *_LIST, "crl_bytes_an_entry", "crl_bytes_fixed", "list_municipalities", "list_verifiers"),
        ),
        Figure(
            "must_carry_plastic",
            "share",
            "holders who need the plastic card at a clinic, at the end",
            "医療機関でカードが必要な人の割合（期末）",
            (*_LOSSES, "clinics_ready", "insurance_on_phone_from"),
        ),
    )
}
