"""The error tree: its branches say who is at fault.

Every error carries a ``code`` and ``values``; ``str(error)`` is plain English, and ``texts`` renders the code for
people in Japanese or English. PINs, keys and My Numbers never appear in an error.

    MynaLabError
    ├─ MisuseError         our caller: wrong length, naive time, unknown name
    ├─ ScenarioError       a scenario or story file
    ├─ MalformedError      received bytes are not what the standard says
    ├─ StorageError        the journal cannot be read or written
    ├─ IllegalTransition   an event that is not lawful in this state
    └─ Refused             a correct answer that says no
"""

from __future__ import annotations

__all__ = [
    "CardRefused",
    "IllegalTransition",
    "IssuanceRefused",
    "MalformedApdu",
    "MalformedCertificate",
    "MalformedError",
    "MalformedMdoc",
    "MalformedTlv",
    "MisuseError",
    "MynaLabError",
    "PhoneRefused",
    "Refused",
    "RegistrationRefused",
    "ScenarioError",
    "StorageError",
    "TapRefused",
]


class MynaLabError(Exception):
    """Catch-all root; only its children are raised.

    Args:
        message: plain English: what happened, in which state, what would have been right.
        code: a short stable name that ``texts`` can render.
        values: what the rendered sentence needs (never a secret).
    """

    default_code = "error"

    def __init__(self, message: str, *, code: str = "", **values: object) -> None:
        if type(self) is MynaLabError:
            raise TypeError("MynaLabError is the root of the tree; raise one of its children.")
        super().__init__(message)
        self.code = code or self.default_code
        self.values = values


class MisuseError(MynaLabError, ValueError):
    """The caller asked for something that cannot be asked: says what was expected."""

    default_code = "misuse"


class ScenarioError(MynaLabError, ValueError):
    """A scenario or story file is wrong: path, key, allowed values."""

    default_code = "scenario"


class StorageError(MynaLabError):
    """The journal cannot be read or written; nothing was changed."""

    default_code = "storage"


class MalformedError(MynaLabError):
    """Received bytes are not what the standard says: standard, clause, offset."""

    default_code = "malformed"


class MalformedApdu(MalformedError):
    """Not a command or response APDU of ISO/IEC 7816-3 12.1."""

    default_code = "malformed_apdu"


class MalformedTlv(MalformedError):
    """Not a BER-TLV object of ISO/IEC 7816-4 5.2.2."""

    default_code = "malformed_tlv"


class MalformedCertificate(MalformedError):
    """Not an X.509 certificate of RFC 5280, or not one of this profile."""

    default_code = "malformed_certificate"


class MalformedMdoc(MalformedError):
    """Not a mobile document of ISO/IEC 18013-5."""

    default_code = "malformed_mdoc"


class IllegalTransition(MynaLabError):
    """An event is not lawful in this state; nothing was changed.

    Args:
        state: the present state.
        event: what was tried.
        lawful: names of the events that would be lawful.
    """

    default_code = "illegal_transition"

    def __init__(self, state: object, event: str, lawful: tuple[str, ...], subject: object = "") -> None:
        of = f" of {subject}" if subject else ""
        ways = ", ".join(lawful) if lawful else "nothing: the state is final"
        super().__init__(
            f"{event} is not lawful in state {state}{of}; lawful: {ways}.", state=str(state), event=event, lawful=lawful
        )


class Refused(MynaLabError):
    """A correct answer that says no; ``code`` is the reason."""

    default_code = "refused"


class CardRefused(Refused):
    """The card answered with another status word than 9000, where success was expected.

    Args:
        sw: status word, 0x0000 to 0xFFFF.
        command: the command in words.
        tries_left: tries left of a reference data, if the status word says so.
        values: more for the rendered sentence, such as ``reference``: which PIN.
    """

    default_code = "card_refused"

    def __init__(
        self,
        message: str,
        *,
        sw: int,
        command: str = "",
        code: str = "",
        tries_left: int | None = None,
        **values: object,
    ) -> None:
        super().__init__(message, code=code, sw=f"{sw:04X}", command=command, tries_left=tries_left, **values)
        self.sw = sw
        self.command = command
        self.tries_left = tries_left


class PhoneRefused(Refused):
    """A phone did not open or use one of its identities; ``code`` is the error's name.

    Args:
        identity: ``user`` or ``signing``.
        tries_left: tries left of its PIN or password, if that was compared or is blocked.
        sw: the secure element's status word, in hexadecimal, if it answered.
    """

    default_code = "phone_refused"

    def __init__(self, message: str, *, code: str = "", identity: str, tries_left: int | None = None, sw: str = ""):
        super().__init__(message, code=code, identity=identity, tries_left=tries_left, sw=sw)
        self.identity = identity
        self.tries_left = tries_left


class TapRefused(Refused):
    """A tap is not lawful on this screen; nothing was changed. ``values["lawful"]`` says what is."""

    default_code = "tap_refused"


class RegistrationRefused(Refused):
    """J-LIS or a municipal window does not do what it was asked for."""

    default_code = "registration_refused"


class IssuanceRefused(Refused):
    """A certification authority does not issue what was asked."""

    default_code = "issuance_refused"
