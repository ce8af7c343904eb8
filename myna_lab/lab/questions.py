"""What is asked of a lab as a whole: why something came out as it did, and what can be left at home."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from myna_lab import events as ev
from myna_lab.analysis.explain import Explanation, explain_flow, explain_verdict
from myna_lab.devices.card import Chip
from myna_lab.errors import MisuseError, Refused
from myna_lab.events import Verdict
from myna_lab.ground.arguments import one_of, shown
from myna_lab.ground.durations import at as instant
from myna_lab.jlis.books import PersonState
from myna_lab.lab.handles import Holder, PhoneHandle, phones_of
from myna_lab.lab.ours import only_holder, refuse_foreign
from myna_lab.provisioning import Flow
from myna_lab.relying_parties.service import Service
from myna_lab.texts import LANGUAGES
from myna_lab.world.world import World

if TYPE_CHECKING:
    import pandas as pd

    from myna_lab.analysis.asking import Asked

__all__ = ["Questions", "only_device"]


def only_device(world: World, device: object) -> None:
    """Refuse what is no phone or card of this lab.

    Raises:
        MisuseError: code ``no_device``.
    """
    wanted = "a device is a phone or a card of this lab, such as lab.phones[0] or hanako.card"
    refuse_foreign(world, device, (PhoneHandle, Chip), wanted, code="no_device")


class Questions:
    """What a lab answers about what happened in it."""

    world: World

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
        if isinstance(what, Flow):
            return explain_flow(what, self.world)
        return explain_verdict(what, self.world.books, self.world.parameters)

    def errands(
        self, holder: Holder | None = None, *, at: str | datetime | None = None, language: str | None = None
    ) -> pd.DataFrame:
        """What can be done with the plastic card, an iPhone, an Android phone: what may be left at home.

        Each cell is a service's answer, asked on a private copy, so nothing is recorded here. A phone that the holder
        does not have is imagined in the copy.

        Args:
            holder: whose card and phones; None: the first resident, or an imagined one with a licence.
            at: the instant whose rules and books are asked, a store's hours, too; None: now.
            language: ``ja`` or ``en``: everything in words; None: the reasons as codes.

        Returns:
            DataFrame of shape (n, 6), index ``errand``, a row for each service that has one; columns ``plastic``,
            ``iphone``, ``android``: "yes", "yes, with the signing password" (signing on a phone, where no face stands
            for it), "yes, at prepared sites only" (a clinic and a phone; before that, what the trial's sites do), "no"
            or "from" a date; and for each ``…_reason``: the verdict's code, or why a phone cannot be set up.

        Raises:
            Refused: code ``deceased``: the holder is dead at that instant.
            MisuseError: a holder of another lab, or one who was not registered yet; another language.
        """
        from myna_lab.analysis.errands import errands

        if holder is not None:
            only_holder(self.world, holder)
        if language is not None:
            one_of("a language", language, LANGUAGES, code="unknown_language")
        when = self.world.now if at is None else instant(at)
        if holder is not None and self.world.books.person_state(holder.person, when) is PersonState.DEAD:
            raise Refused(f"the register has the death of {holder.person}: she goes on no errands.", code="deceased")
        return errands(self.world, None if holder is None else holder.person, when, language)

    def ask(self, service: Service, device: PhoneHandle | Chip, *, at: str | datetime | None = None) -> Asked:
        """Show a phone or card to a service at any instant, as its owner would, and see who knew what at that moment.

        It is asked on a private copy: nothing is recorded here, no counter moves, and the clock stays where it is, for
        an instant ahead, too.

        Args:
            service: one of ``lab.services``, also one by other rules, such as ``lab.portal.with_policy(cache="1h")``.
            device: a phone, or a card such as ``hanako.card``.
            at: the instant, past or ahead; None: now.

        Returns:
            The verdict, the OCSP answer and the list of that moment, and what the books said.

        Raises:
            MisuseError: no service, a device of another lab, one that was not there yet, or one that the service does
                not take.
        """
        from myna_lab.analysis.asking import ask

        if not isinstance(service, Service):
            raise MisuseError(f"a service is one of lab.services; got {shown(service)}.", code="no_service")
        only_device(self.world, device)
        return ask(self.world, service, device.name, self.world.now if at is None else instant(at))

    def _has(self, what: Verdict | Flow) -> bool:
        """Whether it happened here; the newest are asked about most."""
        if isinstance(what, Flow):
            return what.phone in phones_of(self.world)
        return any(
            isinstance(e.event, ev.VerdictGiven) and e.event.verdict == what for e in reversed(tuple(self.world.log))
        )
