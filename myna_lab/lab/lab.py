"""A simulated Japan: clock, chance and log, handed out to those who need them.

lab.record(decision) -> what is due before -> one durable batch -> folds (books, model, agenda) -> what is due now
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from myna_lab import events as ev
from myna_lab import registry
from myna_lab.books import Books
from myna_lab.card import Behaviour, CardContents, Chip
from myna_lab.chance import Chance
from myna_lab.durations import JST, duration, show
from myna_lab.durations import at as instant
from myna_lab.errors import MisuseError, StorageError
from myna_lab.events import Clock, Decision, Entry, EventLog, Verdict
from myna_lab.lab.agenda import Agenda
from myna_lab.lab.certificates import Certificate, certificates_of
from myna_lab.lab.due import decide
from myna_lab.lab.establish import establish
from myna_lab.lab.explain import Explanation, explain_flow, explain_verdict
from myna_lab.lab.handles import Android, Holder, IPhone, PhoneHandle
from myna_lab.lab.journal import Journal, existing
from myna_lab.lab.keys import NewKeys
from myna_lab.lab.model import FIXED_KEYS, Model
from myna_lab.lab.revocation import Revocation
from myna_lab.lab.services import ClinicHandle, DeskHandle, PoliceHandle, PortalHandle
from myna_lab.lab.tables import Tables
from myna_lab.parameters import Parameters
from myna_lab.provisioning import Flow
from myna_lab.residents import draw

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

__all__ = ["Lab"]

_DEFAULT_MODELS = {"iphone": ("iPhone 15", "18.5"), "android": ("Pixel 8", "15")}


class Lab:
    """A simulated Japan under one clock.

    Args:
        seed: the same seed gives the same people, certificates and events.
        start: when it begins ("2025-09-19 09:00"); "now": the computer's clock is read once; default: parameter
            ``start``.
        journal: a file that keeps it from the first event on; None: in memory.
        parameters: overrides of the model's numbers, such as ``{"activation_delay": "1min"}``.

    Raises:
        MisuseError: a bad time or parameter, or a journal that already holds a lab (use :meth:`open`).
        StorageError: the file cannot be used; it is left as it is.

    Example:
        >>> lab = Lab(seed=7)
        >>> lab.portal.log_in(lab.iphone(lab.resident())).code
        'no_credential'
    """

    def __init__(
        self,
        seed: int = 1,
        *,
        start: str | datetime | None = None,
        journal: str | os.PathLike[str] | None = None,
        parameters: Mapping[str, object] | None = None,
    ) -> None:
        table = Parameters(parameters)
        begins = _now() if start == "now" else instant(start if start is not None else table.text("start"))
        store = Journal(journal, claim=False)
        if next(store.read(), None) is not None:
            store.close()
            raise MisuseError(
                f"{journal} already holds a lab; Lab.open({str(journal)!r}) goes on with it.", code="exists"
            )
        store.claim()
        self._set_up(store, seed, table, begins)
        started = ev.LabStarted(seed, begins, table.overrides(), _version())
        # One batch: a lab without authorities must not be found on a disk.
        self.log.append([started, *establish(begins, table, Chance(seed), self._model.key).events])

    def _set_up(self, journal: Journal, seed: int, parameters: Parameters, begins: datetime) -> None:
        self.seed = seed
        self.parameters = parameters
        self._behaviour = Behaviour.of(parameters)
        self.books = Books()
        self._journal = journal
        self._model = Model(vault=journal, make_chip=self._make_chip, parameters=parameters, seed=seed)
        self._agenda = Agenda(parameters.duration("authority_interval"))
        self.log = EventLog(journal, Clock(begins), self.books.trial)
        for fold in (self.books, self._model, self._agenda):
            self.log.follow(fold)
        self.keys = NewKeys(self._model)
        self.revocation = Revocation(
            books=self.books,
            generations=lambda: self._model.generations,
            partition=self._model.partition,
            parameters=parameters,
            now=lambda: self.now,
            lock=lambda: self.log.lock,
        )
        self.portal = PortalHandle(self)
        self.desk = DeskHandle(self)
        self.clinic = ClinicHandle(self)
        self.police = PoliceHandle(self)
        self.tables = Tables(self)

    # ----------------------------------------------------------------------------------------------------- the file

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Lab:
        """Open a lab's file and go on with it; it belongs to this lab from now on.

        Args:
            path: a file made by ``Lab(journal=…)`` or :meth:`save`.

        Raises:
            MisuseError: no such file.
            StorageError: not a file of myna_lab, or damaged.
        """
        journal = Journal(existing(path), claim=False)
        try:
            lab = cls._replayed(journal)
            journal.claim()
            return lab
        except BaseException:
            journal.close()
            raise

    @classmethod
    def copy_of(cls, path: str | os.PathLike[str]) -> Lab:
        """A private copy in memory of a file, which stays with the lab that has it open and is not written to.

        Raises:
            MisuseError: no such file.
            StorageError: not a file of myna_lab, or damaged.
        """
        journal = Journal(existing(path), claim=False)
        try:
            return cls._replayed(journal.copy_in_memory(sys.maxsize))
        finally:
            journal.close()

    @classmethod
    def _replayed(cls, journal: Journal) -> Lab:
        entries = journal.read()
        first = next(entries, None)
        if first is None:
            raise MisuseError(f"{journal.path} holds no lab yet; Lab(journal=…) starts one.", code="no_such_file")
        if not isinstance(first.event, ev.LabStarted):
            raise StorageError(f"{journal.path}: the log does not begin with LabStarted; the file is damaged.")
        begun = first.event
        lab = cls.__new__(cls)
        lab._set_up(journal, begun.seed, Parameters(dict(begun.parameters)), begun.start)
        lab.log.replay([first, *entries])
        return lab

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Copy this lab into a file, over an older file of myna_lab if there is one.

        Returns:
            The file's path.

        Raises:
            StorageError: another kind of file is there, or it cannot be written; it is left as it is.
        """
        from pathlib import Path

        with self.log.lock:
            self._journal.copy_to(path)
        return Path(path)

    def fork(self, at: str | datetime | None = None) -> Lab:
        """A private copy in memory that goes its own way; nothing in it is recorded here.

        Args:
            at: the instant from which it goes on: what happened later is not in it; an instant ahead lets time pass in
                the copy. None: now.
        """
        when = self.now if at is None else instant(at)
        with self.log.lock:
            if when < self.log[0].at:
                raise MisuseError(f"this lab began at {show(self.log[0].at)}; asked for {show(when)}.", code="bad_time")
            length = sum(entry.at <= when for entry in self.log)
            copy = self._replayed(self._journal.copy_in_memory(length))
        if when > copy.now:
            copy.advance_to(when)
        return copy

    def errands(self, holder: Holder | None = None, *, at: str | datetime | None = None) -> pd.DataFrame:
        """What can be done with the plastic card, an iPhone, an Android phone: what may be left at home.

        Each cell is a service's answer, asked on a private copy, so nothing is recorded here. A phone that the holder
        does not have is imagined in the copy.

        Args:
            holder: whose card and phones; None: the first resident, or an imagined one with a licence.
            at: the instant whose rules and books are asked; None: now.

        Returns:
            DataFrame of shape (4, 6), index ``errand``; columns ``plastic``, ``iphone``, ``android``: "yes", "no" or
            "from" a date; and for each ``…_reason``: the verdict's code.
        """
        from myna_lab.lab.errands import errands

        return errands(self, holder, self.now if at is None else instant(at))

    def close(self) -> None:
        """Close the file; what was recorded stays."""
        with self.log.lock:
            self._journal.close()

    # --------------------------------------------------------------------------------------------------------- time

    @property
    def now(self) -> datetime:
        """The simulated instant, JST."""
        return self.log.clock.now

    def advance(self, by: str | timedelta | float) -> datetime:
        """Let time pass ("5min", "1d"); what falls due meanwhile happens at its own time.

        Returns:
            The new instant.

        Raises:
            MisuseError: not a duration, or negative.
        """
        return self.advance_to(self.now + duration(by))

    def advance_to(self, to: str | datetime) -> datetime:
        """Let time pass until an instant ("2025-09-19 10:00").

        Returns:
            The new instant.

        Raises:
            MisuseError: not a time, or in the past.
        """
        target = instant(to)
        if target < self.now:
            raise MisuseError(
                f"time does not go back: it is {show(self.now)}, asked for {show(target)}.", code="time_goes_back"
            )
        self.record([ev.TimePassed(target)], elapse=target - self.now)
        return self.now

    # -------------------------------------------------------------------------------------------------- people, things

    def resident(self, **attributes: Any) -> Holder:
        """A fictional holder with a valid plastic card.

        Args:
            attributes: ``name``, ``address``, ``born``, ``licence``, ``user_authentication_pin``,
                ``signing_password``, ``input_aid_pin`` …: what is not said is drawn, always an adult of 20 or more.

        Returns:
            Her handle; ``.card`` is the plastic card, ``.slip`` shows her PINs.

        Raises:
            MisuseError: an unknown attribute, or a value that cannot be.
        """
        with self.log.lock:
            person, card = self._model.new_name("person"), self._model.new_name("card")
            chance = self.chance(f"resident/{person}")
            drawn = draw(person, chance, on=self.now, parameters=self.parameters, **attributes)
            numbers, secrets = self.keys.take(4)
            decision = registry.issue_card(
                drawn,
                card=card,
                keys=(numbers[0], numbers[1], numbers[2], numbers[3]),
                key=self.keys.get,
                issuer_keys=FIXED_KEYS,
                books=self.books,
                authorities=self._model.authorities,
                chance=self.chance(f"card/{card}"),
                at=self.now,
                parameters=self.parameters,
            )
            self.record(decision.events, {**decision.secrets, **secrets})
            return Holder(self, person)

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
        """
        return IPhone(self, self._acquire("iphone", holder, model, os_version, biometrics, two_factor))

    def android(self, holder: Holder, *, model: str = "", os_version: str = "") -> Android:
        """An Android phone for a holder.

        Args:
            holder: who owns it.
            model: default: one that serves ("Pixel 8").
            os_version: default: one that serves ("15").
        """
        return Android(self, self._acquire("android", holder, model, os_version, True, True))

    def _acquire(
        self, platform: str, holder: Holder, model: str, os_version: str, biometrics: bool, two_factor: bool
    ) -> str:
        if not isinstance(holder, Holder) or holder.lab is not self:
            raise MisuseError(
                "a phone belongs to a resident of this lab: lab.iphone(lab.resident()).", code="foreign_holder"
            )
        default_model, default_version = _DEFAULT_MODELS[platform]
        with self.log.lock:
            phone = self._model.new_name(platform)
            bought = ev.PhoneAcquired(
                phone,
                holder.person,
                platform,
                model or default_model,
                os_version or default_version,
                biometrics,
                two_factor,
            )
            self.record([bought])
        return phone

    @property
    def residents(self) -> tuple[Holder, ...]:
        """All residents, in the order of making."""
        return tuple(Holder(self, person) for person in self._model.residents)

    @property
    def phones(self) -> tuple[PhoneHandle, ...]:
        """All phones, in the order of making."""
        kinds: dict[str, type[PhoneHandle]] = {"iphone": IPhone, "android": Android}
        return tuple(kinds[row.platform](self, row.phone) for row in self._model.phones.values())

    def certificates(
        self, owner: Holder | PhoneHandle | None = None, *, kind: str | None = None
    ) -> tuple[Certificate, ...]:
        """Certificates of the books, the oldest first.

        Args:
            owner: only those of a holder (her card's and phones'), or of one phone; None: everybody's.
            kind: only ``card_sign``, ``card_auth``, ``phone_sign`` or ``phone_auth``.
        """
        return certificates_of(self, owner, kind)

    def export_kit(self, folder: str | os.PathLike[str]) -> Path:
        """Write a test kit for relying parties: certificates in every state, lists, answers, signed documents.

        It shares this lab's authorities and instant, and records nothing here. Needs the extra ``signing``.

        Args:
            folder: an empty or new folder, or one that holds an older kit.

        Returns:
            The folder; ``manifest.json`` in it lists the cases.

        Raises:
            MisuseError: the folder holds something else.
        """
        from myna_lab.lab.kit import export_kit

        return export_kit(self, folder)

    # --------------------------------------------------------------------------------------------------------- record

    def record(
        self,
        events: Sequence[ev.Event],
        secrets: Mapping[str, bytes] | None = None,
        elapse: timedelta = timedelta(),
    ) -> tuple[Entry, ...]:
        """Append one decision, after letting time pass; what falls due before and at that time happens, too.

        Raises:
            IllegalTransition: an event is not lawful; it was not written.
            StorageError: the journal cannot be written; nothing was changed.
        """
        with self.log.lock:
            target = self.now + elapse
            self._settle(target)
            entries = self.log.append(Decision(tuple(events), secrets or {}), at=target)
            self._settle(self.now)
            return entries

    def _settle(self, until: datetime) -> None:
        for due in self._agenda.due(until):
            try:
                when = max(due.at, self.now)
                decision = decide(due, self, when)
                if decision.events:
                    self.log.append(decision, at=when)
            except BaseException:
                self._agenda.put_back(due)
                raise

    def chance(self, name: str) -> Chance:
        """A named source of draws of this lab."""
        return Chance(self.seed).child(name)

    def explain(self, what: Verdict | Flow) -> Explanation:
        """What a service or an app saw, what was true at that moment, and what it could not know.

        Args:
            what: a verdict of a service, or a set-up.
        """
        return (
            explain_flow(what, self) if isinstance(what, Flow) else explain_verdict(what, self.books, self.parameters)
        )

    def _make_chip(self, name: str, contents: CardContents) -> Chip:
        return Chip(
            name,
            contents,
            key=self._model.key,
            record=lambda event, secrets: self._record_chip(event, secrets),
            lock=self.log.lock,
            secret=self._journal.get,
            atr=bytes.fromhex(self.parameters.text("atr")),
            behaviour=self._behaviour,
            chance=self.chance(f"challenge/{name}"),
        )

    def _record_chip(self, event: ev.Event, secrets: Mapping[str, bytes]) -> None:
        self.record([event], secrets)

    def __repr__(self) -> str:
        people, phones = len(self._model.residents), len(self._model.phones)
        holds = f"{people} residents, {phones} phones, {len(self.log)} events"
        return f"<Lab TEST seed={self.seed}, {show(self.now)} JST, {holds}>"


def _now() -> datetime:
    """The computer's clock, in whole seconds: read for those who ask for a lab that starts now."""
    return datetime.now(JST).replace(microsecond=0)  # noqa: TID251


def _version() -> str:
    try:
        return version("myna-lab")
    except PackageNotFoundError:
        return ""
