"""A simulated Japan: people, their cards and phones, the services, and what is asked about them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from myna_lab import events as ev
from myna_lab.analysis.explain import Explanation, explain_flow, explain_verdict
from myna_lab.devices.card import Chip
from myna_lab.devices.phone import checked_model, version_of
from myna_lab.errors import MisuseError
from myna_lab.events import Verdict
from myna_lab.formats import jpki
from myna_lab.ground.arguments import one_of, only_text, shown
from myna_lab.ground.durations import at as instant
from myna_lab.ground.durations import show
from myna_lab.ground.switches import only_bool
from myna_lab.jlis.office import TrustAnchor
from myna_lab.jlis.publishing.revocation import Revocation
from myna_lab.lab.certificates import Certificate, certificates_of
from myna_lab.lab.handles import Android, Holder, IPhone, PhoneHandle
from myna_lab.lab.services import ClinicHandle, DeskHandle, PoliceHandle, PortalHandle
from myna_lab.lab.tables import Tables
from myna_lab.parameters import Parameters
from myna_lab.provisioning import Flow
from myna_lab.residents import draw
from myna_lab.texts import LANGUAGES, counted
from myna_lab.world.file.journal import Journal
from myna_lab.world.world import World

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

__all__ = ["Lab"]

_DEFAULT_MODELS = {"iphone": ("iPhone 15", "18.5"), "android": ("Pixel 8", "15")}


class Lab(World):
    """A simulated Japan under one clock; ``with Lab(journal=…) as lab:`` closes its file at the end.

    Args:
        seed: the same seed gives the same people, certificates and events.
        start: when it begins ("2025-09-19 09:00"); "now": the computer's clock is read once; default: parameter
            ``start``.
        journal: a file that keeps it from the first event on; None: in memory.
        parameters: overrides of the model's numbers, such as ``{"activation_delay": "1min"}``.

    Raises:
        MisuseError: a bad seed, time or parameter, or a journal that already holds a lab (use :meth:`open`).
        StorageError: the file cannot be used; it is left as it is.

    Example:
        >>> lab = Lab(seed=7)
        >>> lab.portal.log_in(lab.iphone(lab.resident())).code
        'no_credential'
    """

    def _set_up(self, journal: Journal, seed: int, parameters: Parameters, begins: datetime) -> None:
        super()._set_up(journal, seed, parameters, begins)
        self.revocation = Revocation(self.books, self.things, parameters, self.log)
        self.portal = PortalHandle(self)
        self.desk = DeskHandle(self)
        self.clinic = ClinicHandle(self)
        self.police = PoliceHandle(self)
        self.tables = Tables(self)

    def __setattr__(self, name: str, value: object) -> None:
        if "tables" in vars(self):  # the last one that is set up
            raise MisuseError(
                f"{name} of a lab is not set from outside: what happens, and lab.advance(), change it.",
                code="read_only",
            )
        super().__setattr__(name, value)

    def errands(
        self, holder: Holder | None = None, *, at: str | datetime | None = None, language: str | None = None
    ) -> pd.DataFrame:
        """What can be done with the plastic card, an iPhone, an Android phone: what may be left at home.

        Each cell is a service's answer, asked on a private copy, so nothing is recorded here. A phone that the holder
        does not have is imagined in the copy.

        Args:
            holder: whose card and phones; None: the first resident, or an imagined one with a licence.
            at: the instant whose rules and books are asked; None: now.
            language: ``ja`` or ``en``: everything in words; None: the reasons as codes.

        Returns:
            DataFrame of shape (4, 6), index ``errand``; columns ``plastic``, ``iphone``, ``android``: "yes", "yes,
            with the sign password" (signing on a phone, where no face stands for it), "no" or "from" a date; and for
            each ``…_reason``: the verdict's code, or why a phone cannot be set up.

        Raises:
            MisuseError: a holder of another lab, or one who was not registered yet; another language.
        """
        from myna_lab.analysis.errands import errands

        if holder is not None:
            self._refuse_foreign(holder)
        if language is not None:
            one_of("a language", language, LANGUAGES, code="unknown_language")
        return errands(self, holder, self.now if at is None else instant(at), language)

    # -------------------------------------------------------------------------------------------------- people, things

    def resident(self, **attributes: Any) -> Holder:
        """A fictional holder with a valid plastic card.

        Args:
            attributes: ``name``, ``address``, ``born``, ``licence``, ``licence_pin``, ``user_authentication_pin``,
                ``signing_password``, ``input_aid_pin`` …: what is not said is drawn, always an adult of 20 or more.
                Text and digits may be full-width. For a foreign resident: a ``name`` with several given names, an
                ``alias`` (通称), ``western_birth_date=True``. ``unknown_birth_day``: True or "day", "month" (nor the
                month), "year" (nothing is known); ages then go by ``born`` all the same.

        Returns:
            Her handle; ``.card`` is the plastic card, ``.slip`` shows her PINs.

        Raises:
            MisuseError: an unknown attribute, or a value that cannot be.
        """
        with self.log.lock:
            person, card = self.things.new_name("person"), self.things.new_name("card")
            chance = self.chance(f"resident/{person}")
            drawn = draw(person, chance, on=self.now, parameters=self.parameters, **attributes)
            numbers = self.things.new_keys(4)
            decision = self.office.issue_card(
                drawn,
                card=card,
                keys=(numbers[0], numbers[1], numbers[2], numbers[3]),
                chance=self.chance(f"card/{card}"),
                at=self.now,
            )
            self.record(decision.events, decision.secrets)
            return Holder(self, person)

    def card_of_kind(self, kind: str = "ordinary") -> Holder:
        """A new resident with a card of a kind that lessons want, such as ``under_15``, ``expired`` or ``blocked``.

        Args:
            kind: one that `myna-lab card kinds` lists; the clock moves on if the kind says so.

        Returns:
            Her handle; ``.card`` is the card.

        Raises:
            MisuseError: no such kind; the error lists them.
        """
        from myna_lab.stories.card_kinds import make_card

        return make_card(self, kind)

    @property
    def card_anchors(self) -> tuple[TrustAnchor, ...]:
        """Public keys of those who sign and certify what is on cards; none of them is on a card."""
        return self.office.trust_anchors

    def iphone(
        self,
        holder: Holder,
        *,
        model: str = "",
        os_version: str = "",
        biometrics: bool = True,
        two_factor: bool = True,
    ) -> IPhone:
        """An iPhone for a holder.

        Args:
            holder: who owns it.
            model: default: one that serves ("iPhone 15").
            os_version: default: one that serves ("18.5").
            biometrics: whether a face or finger is enrolled.
            two_factor: whether the Apple account asks for a second factor.

        Raises:
            MisuseError: a holder of another lab, no such iPhone, or no version of a system.
        """
        return IPhone(self, self._acquire("iphone", holder, model, os_version, biometrics, two_factor))

    def android(self, holder: Holder, *, model: str = "", os_version: str = "") -> Android:
        """An Android phone for a holder.

        Args:
            holder: who owns it.
            model: default: one that serves ("Pixel 8").
            os_version: default: one that serves ("15").

        Raises:
            MisuseError: a holder of another lab, an iPhone's name, or no version of a system.
        """
        return Android(self, self._acquire("android", holder, model, os_version, True, True))

    def _acquire(
        self, platform: str, holder: Holder, model: str, os_version: str, biometrics: bool, two_factor: bool
    ) -> str:
        self._refuse_foreign(holder)
        default_model, default_version = _DEFAULT_MODELS[platform]
        model, os_version = (
            default if isinstance(given, str) and not given else given
            for given, default in ((model, default_model), (os_version, default_version))
        )
        only_bool(biometrics=biometrics, two_factor=two_factor)
        only_text("a model", model, default_model)
        if platform == "iphone":
            model = checked_model(model)
        elif "iphone" in model.casefold():
            raise MisuseError(f"an Android phone is no iPhone; got {shown(model)}.", code="unknown_model")
        version_of(os_version)
        with self.log.lock:
            phone = self.things.new_name(platform)
            bought = ev.PhoneAcquired(
                phone,
                holder.person,
                platform,
                model,
                os_version,
                biometrics,
                two_factor,
            )
            self.record([bought])
        return phone

    def _refuse_foreign(self, holder: object) -> None:
        if not isinstance(holder, Holder) or holder.lab is not self:
            raise MisuseError(
                f"a holder is one of this lab's, such as lab.resident(); got {_of_another(holder)}.",
                code="foreign_holder",
            )

    @property
    def residents(self) -> tuple[Holder, ...]:
        """All residents, in the order of making."""
        return tuple(Holder(self, person) for person in self.things.residents)

    @property
    def phones(self) -> tuple[PhoneHandle, ...]:
        """All phones, in the order of making."""
        kinds: dict[str, type[PhoneHandle]] = {"iphone": IPhone, "android": Android}
        return tuple(kinds[row.platform](self, row.phone) for row in self.things.phones.values())

    def owns(self, device: Chip | PhoneHandle) -> bool:
        """Whether a chip or phone is one of this lab's, and not of another."""
        if isinstance(device, PhoneHandle):
            return device.lab is self
        if not isinstance(device, Chip):
            raise MisuseError(f"a chip or a phone is owned; got {shown(device)}.", code="no_device")
        return self.things.chip(device.name) is device

    def certificates(
        self, owner: Holder | PhoneHandle | None = None, *, kind: str | None = None
    ) -> tuple[Certificate, ...]:
        """Certificates of the books, the oldest first.

        Args:
            owner: only those of a holder (her card's and phones'), or of one phone; None: everybody's.
            kind: only ``card_sign``, ``card_auth``, ``phone_sign`` or ``phone_auth``.

        Raises:
            MisuseError: an owner who is no holder or phone of this lab, or an unknown kind.
        """
        return certificates_of(self, owner, kind)

    @property
    def authorities(self) -> Mapping[str, Sequence[jpki.Authority]]:
        """``sign`` and ``auth`` to their generations, the oldest first, with their (published) TEST keys."""
        return self.things.generations

    def explain(self, what: Verdict | Flow) -> Explanation:
        """What a service or an app saw, what was true at that moment, and what it could not know.

        Args:
            what: a verdict of a service of this lab, or a set-up on one of its phones.

        Raises:
            MisuseError: something else, or one of another lab: its books know nothing of it.
        """
        if not isinstance(what, Verdict | Flow):
            raise MisuseError(
                f"a verdict or a set-up (phone.add_card()) can be explained; got {shown(what)}.", code="not_explained"
            )
        if not self._has(what):
            raise MisuseError(
                "this verdict or set-up is of another lab, or of a copy; ask the lab in which it happened.",
                code="foreign_verdict",
            )
        return (
            explain_flow(what, self) if isinstance(what, Flow) else explain_verdict(what, self.books, self.parameters)
        )

    def _has(self, what: Verdict | Flow) -> bool:
        """Whether it happened here; the newest are asked about most."""
        if isinstance(what, Flow):
            return self.things.phones.get(what.phone.phone) is what.phone
        return any(isinstance(e.event, ev.VerdictGiven) and e.event.verdict == what for e in reversed(tuple(self.log)))

    def __repr__(self) -> str:
        people, phones = len(self.things.residents), len(self.things.phones)
        holds = ", ".join(
            (
                counted(people, "resident", "residents"),
                counted(phones, "phone", "phones"),
                counted(len(self.log), "event", "events"),
            )
        )
        return f"<Lab TEST seed={self.seed}, {show(self.now)} JST, {holds}>"


def _of_another(holder: object) -> str:
    return f"{holder.person} of another lab" if isinstance(holder, Holder) else shown(holder)
