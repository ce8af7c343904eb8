"""What may happen, written by hand from the facts and the reports: state, event or tap, condition, next state.

Nothing here is made from the rules of the package. Who changes a rule on purpose changes its row here, too.
"""

from __future__ import annotations


def rows(table: str) -> list[list[str]]:
    """The lines of a table as words; ``-`` is nothing."""
    return [line.split() for line in table.splitlines() if line.strip()]


CARDS = rows("""
NOT_ISSUED  CardIssued     -     VALID
VALID       CardRewritten  -     VALID
VALID       CardSuspended  -     SUSPENDED
VALID       CardRevoked    -     REVOKED
VALID       CardExpired    over  EXPIRED
SUSPENDED   CardResumed    -     VALID
SUSPENDED   CardRevoked    -     REVOKED
SUSPENDED   CardExpired    over  EXPIRED
""")
"""A card is handed over once, stopped and released, stopped for good, and ends on its day, be it stopped or not.
Nothing brings a revoked or an expired card back (life-cycle facts 1.3 and 1.5)."""

PEOPLE = rows("""
UNKNOWN   ResidentRegistered  -  RESIDENT
RESIDENT  ResidentMoved       -  RESIDENT
RESIDENT  ResidentRenamed     -  RESIDENT
RESIDENT  MovingOutNotified   -  MOVING
RESIDENT  ResidentDied        -  DEAD
MOVING    ResidentMoved       -  RESIDENT
MOVING    ResidentRenamed     -  MOVING
MOVING    ResidentDied        -  DEAD
""")
"""A person is registered once; who moved out is nowhere until a town takes the notice of moving in; nothing is entered
about the dead (life-cycle facts 1.3.8 and 1.5)."""

LIFE = rows("""
nothing                  at_once    VALID      GOOD     GOOD     GOOD     GOOD     HOLDS_CARD
move                     at_once    VALID      GOOD     GOOD     GOOD     GOOD     HOLDS_CARD
move                     same_day   VALID      GOOD     GOOD     GOOD     GOOD     HOLDS_CARD
move                     midnight   VALID      GOOD     REVOKED  GOOD     REVOKED  HOLDS_CARD
change_name              same_day   VALID      GOOD     GOOD     GOOD     GOOD     HOLDS_CARD
change_name              midnight   VALID      GOOD     REVOKED  GOOD     REVOKED  HOLDS_CARD
change_alias             midnight   VALID      GOOD     REVOKED  GOOD     REVOKED  HOLDS_CARD
move,reissue_signing     midnight   VALID      GOOD     GOOD     GOOD     REVOKED  HOLDS_CARD
move,change_name         midnight   VALID      GOOD     REVOKED  GOOD     REVOKED  HOLDS_CARD
move_out                 midnight   VALID      GOOD     GOOD     GOOD     GOOD     HOLDS_CARD
move_out                 89_days    VALID      GOOD     GOOD     GOOD     GOOD     HOLDS_CARD
move_out                 90_days    REVOKED    REVOKED  REVOKED  REVOKED  REVOKED  DEAD
move_out,move            90_days    VALID      GOOD     REVOKED  GOOD     REVOKED  HOLDS_CARD
record_death             at_once    REVOKED    REVOKED  REVOKED  REVOKED  REVOKED  DEAD
hotline                  at_once    VALID      GOOD     GOOD     GOOD     GOOD     HOLDS_CARD
hotline                  9_min      VALID      GOOD     GOOD     GOOD     GOOD     HOLDS_CARD
hotline                  10_min     SUSPENDED  ON_HOLD  ON_HOLD  ON_HOLD  ON_HOLD  HOLDS_CARD
hotline_card             10_min     SUSPENDED  ON_HOLD  ON_HOLD  GOOD     GOOD     HOLDS_CARD
hotline_phone            10_min     VALID      GOOD     GOOD     ON_HOLD  ON_HOLD  HOLDS_CARD
hotline,owner_card       10_min     SUSPENDED  REVOKED  REVOKED  ON_HOLD  ON_HOLD  HOLDS_CARD
report_lost              at_once    SUSPENDED  ON_HOLD  ON_HOLD  GOOD     GOOD     HOLDS_CARD
report_lost,resume       at_once    VALID      GOOD     ON_HOLD  GOOD     GOOD     HOLDS_CARD
report_lost,resume,reissue_signing  at_once  VALID  GOOD  GOOD   GOOD     GOOD     HOLDS_CARD
report_lost,lost         at_once    REVOKED    REVOKED  REVOKED  REVOKED  REVOKED  DEAD
return_card              at_once    REVOKED    REVOKED  REVOKED  REVOKED  REVOKED  DEAD
revoke                   at_once    VALID      REVOKED  REVOKED  GOOD     GOOD     HOLDS_CARD
owner_card               at_once    VALID      REVOKED  REVOKED  GOOD     GOOD     HOLDS_CARD
owner_card_signing       at_once    VALID      GOOD     REVOKED  GOOD     GOOD     HOLDS_CARD
owner_phone              at_once    VALID      GOOD     GOOD     REVOKED  REVOKED  DEAD
owner_phone_signing      at_once    VALID      GOOD     GOOD     GOOD     REVOKED  HOLDS_CARD
owner_phone_by_card      at_once    VALID      GOOD     GOOD     REVOKED  REVOKED  DEAD
auth_of_card             at_once    VALID      REVOKED  REVOKED  GOOD     GOOD     HOLDS_CARD
auth_of_phone            at_once    VALID      GOOD     GOOD     REVOKED  REVOKED  DEAD
auth_of_card_held        at_once    VALID      ON_HOLD  ON_HOLD  GOOD     GOOD     HOLDS_CARD
reissue_signing          at_once    VALID      GOOD     GOOD     GOOD     GOOD     HOLDS_CARD
lost                     at_once    REVOKED    REVOKED  REVOKED  REVOKED  REVOKED  DEAD
lost                     45_days    VALID      GOOD     GOOD     REVOKED  REVOKED  DEAD
lost_special             at_once    REVOKED    REVOKED  REVOKED  REVOKED  REVOKED  DEAD
lost_special             7_days     VALID      GOOD     GOOD     REVOKED  REVOKED  DEAD
damaged                  at_once    VALID      GOOD     GOOD     GOOD     GOOD     HOLDS_CARD
damaged                  45_days    VALID      GOOD     GOOD     REVOKED  REVOKED  DEAD
damaged,record_death     45_days    REVOKED    REVOKED  REVOKED  REVOKED  REVOKED  DEAD
return_card,revoked      45_days    VALID      GOOD     GOOD     REVOKED  REVOKED  DEAD
renewal                  at_once    VALID      GOOD     GOOD     REVOKED  REVOKED  DEAD
certificates_end         at_once    VALID      EXPIRED  EXPIRED  EXPIRED  EXPIRED  HOLDS_CARD
card_ends                at_once    EXPIRED    EXPIRED  EXPIRED  EXPIRED  EXPIRED  HOLDS_CARD
""")
"""What was done, when it is looked at; then the newest card and its certificates for log-in and signing, the phone's
two certificates, the phone (life-cycle facts 1.3 to 1.5, 2.4). Signing never works longer than log-in, nor than
the card."""

CERTIFICATES = rows("""
REQUESTED  CertificateIssued     only_phone                    ISSUED
ISSUED     CertificateActivated  due                           GOOD
ISSUED     CertificateSuspended  -                             ON_HOLD
ISSUED     CertificateRevoked    -                             REVOKED
ISSUED     CertificateExpired    due                           EXPIRED
GOOD       CertificateSuspended  -                             ON_HOLD
GOOD       CertificateRevoked    -                             REVOKED
GOOD       CertificateExpired    due                           EXPIRED
ON_HOLD    CertificateActivated  due                           ON_HOLD
ON_HOLD    CertificateResumed    releasable_before_activation  ISSUED
ON_HOLD    CertificateResumed    releasable                    GOOD
ON_HOLD    CertificateRevoked    -                             REVOKED
ON_HOLD    CertificateExpired    due                           EXPIRED
""")
"""REVOKED and EXPIRED are final (RFC 5280 5.3.1); a hold may be lifted or become final, and does not outlive the
certificate; the five minutes go on under a hold (life-cycle facts 8)."""

PHONES = rows("""
UNKNOWN            PhoneAcquired        -              WITHOUT_CARD
WITHOUT_CARD       ApplicationAccepted  -              APPLIED
WITHOUT_CARD       ContentErased        -              WITHOUT_CARD
WITHOUT_CARD       FactoryReset         -              WITHOUT_CARD
WITHOUT_CARD       BackupRestored       -              WITHOUT_CARD
APPLIED            ApplicationAccepted  -              APPLIED
APPLIED            ApplicationLapsed    -              WITHOUT_CARD
APPLIED            CertificateRevoked   applied_for    WITHOUT_CARD
APPLIED            PassAdded            -              HOLDS_CARD
APPLIED            CredentialInstalled  -              HOLDS_CARD
APPLIED            ContentErased        -              APPLIED
APPLIED            FactoryReset         -              APPLIED
APPLIED            BackupRestored       -              APPLIED
HOLDS_CARD         ApplicationAccepted  -              APPLIED_OVER_LIVE
HOLDS_CARD         CertificateRevoked   on_the_phone   DEAD
HOLDS_CARD         PassDeleted          -              WITHOUT_CARD
HOLDS_CARD         ContentErased        -              WITHOUT_CARD
HOLDS_CARD         FactoryReset         -              HOLDS_CARD
DEAD               ApplicationAccepted  -              APPLIED_OVER_DEAD
DEAD               CertificateRevoked   on_the_phone   DEAD
DEAD               PassDeleted          -              WITHOUT_CARD
DEAD               PhoneErased          -              WITHOUT_CARD
DEAD               ContentErased        -              WITHOUT_CARD
DEAD               FactoryReset         -              DEAD
DEAD               RevocationLearned    -              DEAD
APPLIED_OVER_LIVE  ApplicationAccepted  -              APPLIED_OVER_LIVE
APPLIED_OVER_LIVE  ApplicationLapsed    -              HOLDS_CARD
APPLIED_OVER_LIVE  CertificateRevoked   applied_for    HOLDS_CARD
APPLIED_OVER_LIVE  CertificateRevoked   on_the_phone   APPLIED_OVER_DEAD
APPLIED_OVER_LIVE  PassAdded            -              HOLDS_CARD
APPLIED_OVER_LIVE  CredentialInstalled  -              HOLDS_CARD
APPLIED_OVER_LIVE  PassDeleted          -              APPLIED
APPLIED_OVER_LIVE  ContentErased        -              APPLIED
APPLIED_OVER_LIVE  FactoryReset         -              APPLIED_OVER_LIVE
APPLIED_OVER_DEAD  ApplicationAccepted  -              APPLIED_OVER_DEAD
APPLIED_OVER_DEAD  ApplicationLapsed    -              DEAD
APPLIED_OVER_DEAD  CertificateRevoked   applied_for    DEAD
APPLIED_OVER_DEAD  CertificateRevoked   on_the_phone   APPLIED_OVER_DEAD
APPLIED_OVER_DEAD  PassAdded            -              HOLDS_CARD
APPLIED_OVER_DEAD  CredentialInstalled  -              HOLDS_CARD
APPLIED_OVER_DEAD  PassDeleted          -              APPLIED
APPLIED_OVER_DEAD  PhoneErased          -              APPLIED
APPLIED_OVER_DEAD  ContentErased        -              APPLIED
APPLIED_OVER_DEAD  FactoryReset         -              APPLIED_OVER_DEAD
APPLIED_OVER_DEAD  RevocationLearned    -              APPLIED_OVER_DEAD
""")
"""A revoked pass stays, dead, until it is deleted by hand (iPhone) or erases itself (Android); a live one is never
erased by itself. Erasing an iPhone takes what is on it, resetting an Android leaves it; a backup goes onto an empty
phone and brings nothing; only a dead pass learns of its revocation.
Adding again is possible in every state, and what comes to nothing leaves what was there."""

WHEREABOUTS = rows("""
WITH_OWNER      PhoneLost        -  LOST
WITH_OWNER      PhoneHandedOver  -  IN_OTHER_HANDS
LOST            PhoneFound       -  WITH_OWNER
LOST            PhoneHandedOver  -  IN_OTHER_HANDS
IN_OTHER_HANDS  PhoneHandedOver  -  IN_OTHER_HANDS
IN_OTHER_HANDS  PhoneFound       -  WITH_OWNER
IN_OTHER_HANDS  PhoneLost        -  LOST
""")
"""A phone is lost once before it is found, and whoever has it can lose it or hand it on."""

LOST_MODE = rows("""
OFF      LostModeOrdered    -  ORDERED
ORDERED  LostModeTurnedOn   -  ON
ORDERED  LostModeTurnedOff  -  OFF
ON       LostModeTurnedOff  -  OFF
OFF      ContentErased      -  OFF
ORDERED  ContentErased      -  OFF
ON       ContentErased      -  OFF
""")
"""Ordered first, on once the phone hears of it (life-cycle facts 2.4.9)."""

ERASURE = rows("""
NOT_ORDERED  ErasureOrdered  -  ORDERED
NOT_ORDERED  ContentErased   -  NOT_ORDERED
NOT_ORDERED  FactoryReset    -  NOT_ORDERED
ORDERED      ContentErased   -  NOT_ORDERED
ORDERED      FactoryReset    -  NOT_ORDERED
""")
"""Pending until the phone is on line; one that is erased by hand meanwhile is not erased again (life-cycle facts
2.4.11)."""

APPS = rows("""
THERE  FactoryReset         -  RESET
RESET  FactoryReset         -  RESET
THERE  CredentialInstalled  -  THERE
RESET  CredentialInstalled  -  THERE
""")
"""A reset takes the app; who adds a card brings it back (life-cycle facts 3.10)."""

HEARD = rows("""
NOTHING     RevocationLearned  -  REVOCATION
NOTHING     PassAdded          -  NOTHING
NOTHING     PassDeleted        -  NOTHING
NOTHING     ContentErased      -  NOTHING
REVOCATION  PassAdded          -  NOTHING
REVOCATION  PassDeleted        -  NOTHING
REVOCATION  ContentErased      -  NOTHING
""")
"""A wallet hears of a card's revocation once (life-cycle facts 2.4.10)."""

IPHONE = rows("""
HOME                  start_adding   ok                   GUIDANCE              -
HOME                  start_adding   unfit                HOME                  offline
HOME                  close          -                    CLOSED                -
GUIDANCE              next           -                    CARD_AT_HAND          -
GUIDANCE              close          -                    CLOSED                -
CARD_AT_HAND          next           -                    OVERVIEW              -
CARD_AT_HAND          back           -                    GUIDANCE              -
CARD_AT_HAND          close          -                    CLOSED                -
OVERVIEW              next           -                    TERMS                 -
OVERVIEW              back           -                    CARD_AT_HAND          -
OVERVIEW              close          -                    CLOSED                -
TERMS                 agree          -                    FACE_CAUTIONS         -
TERMS                 disagree       -                    CLOSED                terms_refused
TERMS                 back           -                    OVERVIEW              -
TERMS                 close          -                    CLOSED                -
FACE_CAUTIONS         next           -                    READY_TO_CAPTURE      -
FACE_CAUTIONS         close          -                    CLOSED                -
READY_TO_CAPTURE      start          -                    CAPTURE               -
READY_TO_CAPTURE      back           -                    FACE_CAUTIONS         -
READY_TO_CAPTURE      close          -                    CLOSED                -
CAPTURE               capture        ok                   CAPTURE_DONE          -
CAPTURE               capture        liveness_failed      READY_TO_CAPTURE      liveness_failed
CAPTURE               capture        liveness_exhausted   REFUSED               liveness_exhausted
CAPTURE               close          -                    CLOSED                -
CAPTURE_DONE          next           -                    INPUT_AID_PIN         -
CAPTURE_DONE          close          -                    CLOSED                -
INPUT_AID_PIN         next           ok                   SIGN_PASSWORD         -
INPUT_AID_PIN         next           malformed            INPUT_AID_PIN         malformed_input_aid
INPUT_AID_PIN         close          -                    CLOSED                -
SIGN_PASSWORD         next           ok                   READ                  -
SIGN_PASSWORD         next           malformed            SIGN_PASSWORD         malformed_signing
SIGN_PASSWORD         back           -                    INPUT_AID_PIN         -
SIGN_PASSWORD         close          -                    CLOSED                -
READ                  start_reading  ok                   READING_DONE          -
READ                  start_reading  input_aid_pin_wrong  INPUT_AID_PIN         wrong_input_aid
READ                  start_reading  sign_password_wrong  SIGN_PASSWORD         wrong_signing
READ                  start_reading  blocked              PIN_BLOCKED           blocked_before_signing
READ                  start_reading  link_lost            READ                  link_lost
READ                  start_reading  unsuitable           REFUSED               face_refused
READ                  back           -                    SIGN_PASSWORD         -
READ                  close          -                    CLOSED                -
READING_DONE          next           -                    NEW_USER_PIN          -
READING_DONE          close          -                    CLOSED                -
NEW_USER_PIN          next           ok                   REPEAT_USER_PIN       -
NEW_USER_PIN          next           same                 NEW_SIGN_PASSWORD     -
NEW_USER_PIN          next           malformed            NEW_USER_PIN          malformed_user_authentication
NEW_USER_PIN          close          -                    CLOSED                -
REPEAT_USER_PIN       next           ok                   NEW_SIGN_PASSWORD     -
REPEAT_USER_PIN       next           different            NEW_USER_PIN          confirmation_differs
REPEAT_USER_PIN       back           -                    NEW_USER_PIN          -
REPEAT_USER_PIN       close          -                    CLOSED                -
NEW_SIGN_PASSWORD     next           ok                   REPEAT_SIGN_PASSWORD  -
NEW_SIGN_PASSWORD     next           same                 ADD_TO_WALLET         -
NEW_SIGN_PASSWORD     next           malformed            NEW_SIGN_PASSWORD     malformed_signing
NEW_SIGN_PASSWORD     next           different            NEW_SIGN_PASSWORD     not_the_cards
NEW_SIGN_PASSWORD     back           -                    NEW_USER_PIN          -
NEW_SIGN_PASSWORD     close          -                    CLOSED                -
REPEAT_SIGN_PASSWORD  next           ok                   ADD_TO_WALLET         -
REPEAT_SIGN_PASSWORD  next           different            NEW_SIGN_PASSWORD     confirmation_differs
REPEAT_SIGN_PASSWORD  back           -                    NEW_SIGN_PASSWORD     -
REPEAT_SIGN_PASSWORD  close          -                    CLOSED                -
ADD_TO_WALLET         add            -                    WALLET                -
ADD_TO_WALLET         close          -                    CLOSED                -
WALLET                continue       ok                   WALLET_DONE           -
WALLET                continue       refused              REFUSED               registry_card_suspended
WALLET                continue       later                WALLET                offline
WALLET                continue       interrupted          INTERRUPTED           -
WALLET                close          -                    CLOSED                -
WALLET_DONE           done           -                    FIVE_MINUTES          -
WALLET_DONE           close          -                    DONE                  -
FIVE_MINUTES          next           -                    LOSS_GUIDANCE         -
FIVE_MINUTES          close          -                    DONE                  -
LOSS_GUIDANCE         finish         -                    DONE                  -
LOSS_GUIDANCE         close          -                    DONE                  -
""")
"""Screen, tap, what is the case, next screen, what the screen says. From the hands-on report of 2025-06-24: 14 differs,
back to 13; 16 differs, back to 15; the switch asks once. Once the card is in Wallet, closing loses guidance only."""

ANDROID = rows("""
HOME                  start_adding   ok                   GUIDANCE              -
HOME                  start_adding   unfit                HOME                  offline
HOME                  close          -                    CLOSED                -
GUIDANCE              next           -                    TERMS                 -
GUIDANCE              close          -                    CLOSED                -
TERMS                 agree          -                    SIGN_PASSWORD         -
TERMS                 disagree       -                    CLOSED                terms_refused
TERMS                 back           -                    GUIDANCE              -
TERMS                 close          -                    CLOSED                -
SIGN_PASSWORD         next           ok                   READ                  -
SIGN_PASSWORD         next           malformed            SIGN_PASSWORD         malformed_signing
SIGN_PASSWORD         close          -                    CLOSED                -
READ                  start_reading  ok                   WAIT_FOR_NOTICE       -
READ                  start_reading  sign_password_wrong  SIGN_PASSWORD         wrong_signing
READ                  start_reading  blocked              PIN_BLOCKED           blocked_before_signing
READ                  start_reading  link_lost            READ                  link_lost
READ                  start_reading  unsuitable           REFUSED               no_sign_certificate
READ                  start_reading  refused              REFUSED               registry_card_suspended
READ                  start_reading  later                READ                  offline
READ                  back           -                    SIGN_PASSWORD         -
READ                  close          -                    CLOSED                -
WAIT_FOR_NOTICE       open_notice    ok                   SIGN_PASSWORD_AGAIN   -
WAIT_FOR_NOTICE       open_notice    refused              REFUSED               registry_superseded
WAIT_FOR_NOTICE       open_notice    later                WAIT_FOR_NOTICE       offline
WAIT_FOR_NOTICE       close          -                    INTERRUPTED           -
SIGN_PASSWORD_AGAIN   next           ok                   READ_AGAIN            -
SIGN_PASSWORD_AGAIN   next           malformed            SIGN_PASSWORD_AGAIN   malformed_signing
SIGN_PASSWORD_AGAIN   close          -                    INTERRUPTED           -
READ_AGAIN            start_reading  ok                   NEW_USER_PIN          -
READ_AGAIN            start_reading  sign_password_wrong  SIGN_PASSWORD_AGAIN   wrong_signing
READ_AGAIN            start_reading  blocked              PIN_BLOCKED           blocked_before_signing
READ_AGAIN            start_reading  link_lost            READ_AGAIN            link_lost
READ_AGAIN            start_reading  unsuitable           REFUSED               other_card
READ_AGAIN            back           -                    SIGN_PASSWORD_AGAIN   -
READ_AGAIN            close          -                    INTERRUPTED           -
NEW_USER_PIN          next           ok                   REPEAT_USER_PIN       -
NEW_USER_PIN          next           same                 NEW_SIGN_PASSWORD     -
NEW_USER_PIN          next           malformed            NEW_USER_PIN          malformed_user_authentication
NEW_USER_PIN          close          -                    INTERRUPTED           -
REPEAT_USER_PIN       next           ok                   NEW_SIGN_PASSWORD     -
REPEAT_USER_PIN       next           different            NEW_USER_PIN          confirmation_differs
REPEAT_USER_PIN       back           -                    NEW_USER_PIN          -
REPEAT_USER_PIN       close          -                    INTERRUPTED           -
NEW_SIGN_PASSWORD     next           ok                   REPEAT_SIGN_PASSWORD  -
NEW_SIGN_PASSWORD     next           same                 INSTALL               -
NEW_SIGN_PASSWORD     next           malformed            NEW_SIGN_PASSWORD     malformed_signing
NEW_SIGN_PASSWORD     next           different            NEW_SIGN_PASSWORD     not_the_cards
NEW_SIGN_PASSWORD     back           -                    NEW_USER_PIN          -
NEW_SIGN_PASSWORD     close          -                    INTERRUPTED           -
REPEAT_SIGN_PASSWORD  next           ok                   INSTALL               -
REPEAT_SIGN_PASSWORD  next           different            NEW_SIGN_PASSWORD     confirmation_differs
REPEAT_SIGN_PASSWORD  back           -                    NEW_SIGN_PASSWORD     -
REPEAT_SIGN_PASSWORD  close          -                    INTERRUPTED           -
INSTALL               continue       ok                   FIVE_MINUTES          -
INSTALL               continue       refused              REFUSED               registry_superseded
INSTALL               continue       later                INSTALL               offline
INSTALL               continue       interrupted          INTERRUPTED           -
INSTALL               close          -                    INTERRUPTED           -
FIVE_MINUTES          next           -                    LOSS_GUIDANCE         -
FIVE_MINUTES          close          -                    DONE                  -
LOSS_GUIDANCE         finish         -                    DONE                  -
LOSS_GUIDANCE         close          -                    DONE                  -
""")
"""Apply, wait for the notice, register with password and card once more, choose PINs, install (press, 2023-05). From
the accepted application on, closing leaves something half-made."""

SECURITY_STATUS = rows("""
NOT_VERIFIED  QUERY           -             NOT_VERIFIED  63Cx  same
VERIFIED      QUERY           -             VERIFIED      63Cx  same
BLOCKED       QUERY           -             BLOCKED       63C0  same
NOT_VERIFIED  RIGHT           -             VERIFIED      9000  full
VERIFIED      RIGHT           -             VERIFIED      9000  full
BLOCKED       RIGHT           -             BLOCKED       6984  same
NOT_VERIFIED  WRONG           not_last_try  NOT_VERIFIED  63Cx  less
VERIFIED      WRONG           not_last_try  NOT_VERIFIED  63Cx  less
NOT_VERIFIED  WRONG           last_try      BLOCKED       63C0  less
VERIFIED      WRONG           last_try      BLOCKED       63C0  less
BLOCKED       WRONG           -             BLOCKED       6984  same
NOT_VERIFIED  FACE_OR_FINGER  -             VERIFIED      -     same
VERIFIED      FACE_OR_FINGER  -             VERIFIED      -     same
VERIFIED      CHANGE          -             VERIFIED      9000  full
NOT_VERIFIED  AGAIN           -             NOT_VERIFIED  9000  same
VERIFIED      AGAIN           -             VERIFIED      9000  same
BLOCKED       AGAIN           -             BLOCKED       9000  same
NOT_VERIFIED  FORGET          -             NOT_VERIFIED  -     same
VERIFIED      FORGET          -             NOT_VERIFIED  -     same
BLOCKED       FORGET          -             BLOCKED       -     same
BLOCKED       UNBLOCK         -             NOT_VERIFIED  -     full
""")
"""Of one PIN: status, what is done to it, condition, status, answer (x: the tries left), tries. An empty VERIFY changes
nothing; the try that exhausts the counter answers 63C0, later ones 6984, right or wrong; SELECT of the same
application and a warm reset keep what was verified, another application and power-off do not (card facts 2.5)."""

SET_UPS = {"iphone": IPHONE, "android": ANDROID}
