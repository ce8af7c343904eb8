"""A lab's file: what was acknowledged is there, and goes on from there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from cryptography.x509 import load_der_x509_certificate

from myna_lab import Lab, parameters
from myna_lab import events as ev
from myna_lab.errors import MisuseError, StorageError
from myna_lab.events import Entry
from myna_lab.ground.durations import duration
from myna_lab.provisioning import Screen
from myna_lab.world import things as model
from myna_lab.world.file.journal import Journal


def _story(lab: Lab) -> None:
    """A set-up with a wrong password, a login too early, a second phone."""
    hanako = lab.resident()
    iphone = lab.iphone(hanako)
    flow = iphone.add_card()
    while flow.screen is not Screen.SIGN_PASSWORD:
        flow.next(hanako._resident.input_aid_pin if flow.asks else None)
    flow.next("WRONG1").next()
    assert flow.screen is Screen.SIGN_PASSWORD
    iphone.add_card().run()
    lab.portal.log_in(iphone)
    lab.advance("6min")
    lab.portal.log_in(iphone)
    lab.android(hanako).add_card().run()
    lab.advance("16min")


def _events(lab: Lab) -> list[tuple[str, str, str]]:
    return [(entry.at.isoformat(), entry.name, entry.body()) for entry in lab.log]


def test_two_runs_with_one_seed_are_byte_identical() -> None:
    """Same seed: same events, same certificates, same OCSP answer and CRL."""
    first, second = Lab(seed=11), Lab(seed=11)
    for lab in (first, second):
        _story(lab)
    assert _events(first) == _events(second)
    assert first.revocation.crl("auth") == second.revocation.crl("auth")
    assert first.tables.events().equals(second.tables.events())
    assert _events(first) != _events(Lab(seed=12))


def test_a_file_holds_what_memory_holds(tmp_path: Path) -> None:
    """A lab on a file, the same lab in memory, and the file opened again have the same log, books and chips."""
    kept = Lab(seed=11, journal=tmp_path / "class.mynalab")
    _story(kept)
    kept.close()
    again, memory = Lab.open(tmp_path / "class.mynalab"), Lab(seed=11)
    _story(memory)
    assert _events(again) == _events(memory)
    assert again.now == memory.now
    assert again.books.certificates == memory.books.certificates
    assert again.books.phones == memory.books.phones
    assert [h.card.state for h in again.residents] == [h.card.state for h in memory.residents]
    assert str(again.phones[1].slip) == str(memory.phones[1].slip)
    assert again.portal.log_in(again.phones[1]).accepted


def test_reopened_after_any_batch_a_new_set_up_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut the file after any batch: the lab opens, a new set-up runs to its end, and at most one pair is live."""
    ends: list[int] = []
    commit = Journal.commit

    def spied(self: Journal, entries: Sequence[Entry], secrets: Mapping[str, bytes]) -> None:
        commit(self, entries, secrets)
        ends.append(entries[-1].seq)

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "commit", spied)
        whole = Lab(seed=5, journal=tmp_path / "whole.mynalab")
        _story(whole)
    assert len(ends) > 60
    for length in ends:
        cut = tmp_path / "cut.mynalab"
        with closing(whole.world.journal.copy_in_memory(length)) as copy:
            copy.copy_to(cut)
        lab = Lab.open(cut)
        person = lab.residents[0] if lab.residents else lab.resident()
        flow = lab.iphone(person).add_card().run()
        assert flow.screen is Screen.DONE, f"after entry {length}: {flow}"
        live = lab.books.live_on_phones(person.person)
        assert [len(live), len({row.device for row in live})] == [2, 1], f"after entry {length}"
        lab.close()
        cut.unlink()


def test_a_foreign_file_is_left_alone(tmp_path: Path) -> None:
    """Neither opening nor saving touches somebody else's file."""
    foreign = tmp_path / "diary.txt"
    foreign.write_text("dear diary", encoding="utf-8")
    with pytest.raises(StorageError):
        Lab.open(foreign)
    with pytest.raises(StorageError):
        Lab(seed=1, journal=foreign)
    with pytest.raises(StorageError):
        Lab(seed=1).save(foreign)
    assert foreign.read_text(encoding="utf-8") == "dear diary"


def test_save_over_an_older_lab_and_open(tmp_path: Path) -> None:
    """Saving over a file of ours is allowed; the copy goes its own way."""
    lab = Lab(seed=3)
    hanako = lab.resident()
    path = lab.save(tmp_path / "a.mynalab")
    lab.iphone(hanako)
    lab.save(path)
    copy = Lab.open(path)
    assert len(copy.phones) == 1
    copy.iphone(copy.residents[0])
    assert len(lab.phones) == 1


def test_the_file_belongs_to_who_opened_it_last(tmp_path: Path) -> None:
    """The older lab is refused at its next write, and its clock and log stay as they were."""
    first = Lab(seed=3, journal=tmp_path / "a.mynalab")
    second = Lab.open(tmp_path / "a.mynalab")
    before, length = first.now, len(first.log)
    with pytest.raises(StorageError, match="another lab"):
        first.advance("1min")
    assert (first.now, len(first.log)) == (before, length)
    second.advance("1min")


def test_a_new_lab_does_not_overwrite_an_old_one(tmp_path: Path) -> None:
    """Lab(journal=…) on a file that already holds a lab is refused."""
    Lab(seed=3, journal=tmp_path / "a.mynalab").close()
    with pytest.raises(MisuseError, match="already holds"):
        Lab(seed=3, journal=tmp_path / "a.mynalab")
    with pytest.raises(MisuseError, match="no lab"):
        Lab.open(tmp_path / "nowhere.mynalab")


def test_a_full_disk_changes_nothing_and_the_chip_answers_6581() -> None:
    """If the journal cannot be written, a VERIFY answers 6581 and every state is as before."""
    lab = Lab(seed=3)
    hanako = lab.resident()
    card, length = hanako.card, len(lab.log)
    lab.world.journal.close()
    with card.connect() as transmit:
        assert transmit(bytes.fromhex("00A4040C0AD392F000260100000001")).hex() == "9000"
        assert transmit(bytes.fromhex("00A4020C020018")).hex() == "9000"
        assert transmit(bytes.fromhex("0020008004") + b"0000").hex() == "6581"
        assert transmit(bytes.fromhex("00200080")).hex() == "63c3"
    assert len(lab.log) == length
    with pytest.raises(StorageError):
        lab.advance("1min")


def test_time_does_not_go_back() -> None:
    """Advancing into the past, or by a negative time, is refused and says the present time."""
    lab = Lab(seed=3)
    with pytest.raises(MisuseError, match="2025-06-24 09:00:00"):
        lab.advance_to("2025-06-24 08:59")
    for wrong in ("-5min", "five minutes"):
        with pytest.raises(MisuseError, match=f"{wrong!r} is not a duration"):
            lab.advance(wrong)
    assert f"{lab.now:%H:%M}" == "09:00"


def test_parameters_are_fixed_and_kept(tmp_path: Path) -> None:
    """Overrides are in the log, so a reopened lab keeps them; an unknown one is refused."""
    lab = Lab(seed=3, parameters={"activation_delay": "1min"}, journal=tmp_path / "a.mynalab")
    lab.close()
    assert Lab.open(tmp_path / "a.mynalab").parameters.duration("activation_delay").seconds == 60
    with pytest.raises(MisuseError, match="no parameter"):
        Lab(parameters={"five_minutes": "1min"})


def test_a_changed_default_does_not_change_an_old_lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file keeps every value, exactly: a later version with other defaults replays it as it was."""
    given = {"seconds_to_read": "1500ms"}
    with Lab(seed=3, parameters=given, journal=tmp_path / "a.mynalab") as lab:
        kept = {name: parameter.value for name, parameter in lab.parameters.items()}
    defaults = parameters.defaults()
    later = defaults | {
        "activation_delay": replace(defaults["activation_delay"], value=duration("7min")),
        "hold_release": replace(defaults["hold_release"], value="all"),
    }
    monkeypatch.setattr(parameters, "defaults", lambda: later)
    with Lab.open(tmp_path / "a.mynalab") as again:
        assert {name: parameter.value for name, parameter in again.parameters.items()} == kept
        assert again.books.hold_release == kept["hold_release"] != "all"


def test_what_the_former_owner_wrote_while_a_lab_was_opened_is_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the reading of a file and its claim another lab may still write: the new one has that, too."""
    path = tmp_path / "a.mynalab"
    first, claim = Lab(seed=3, journal=path), Journal.claim

    def late(self: Journal) -> None:
        first.resident()
        claim(self)

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "claim", late)
        second = Lab.open(path)
    assert len(second.residents) == 1
    second.resident()
    with pytest.raises(StorageError):
        first.resident()
    second.close()
    assert len(Lab.open(path).residents) == 2


def test_a_lab_saved_onto_its_own_file_goes_on_there(tmp_path: Path) -> None:
    """What happens after saving onto the own journal is in the file."""
    path = tmp_path / "a.mynalab"
    lab = Lab(seed=3, journal=path)
    lab.resident()
    lab.save(path)
    lab.resident()
    lab.close()
    assert len(Lab.open(path).residents) == 2


def test_after_eight_years_everything_is_still_issued(tmp_path: Path) -> None:
    """Authorities, and the issuer of attribute records too, are renewed as years go by, and a replay knows them."""
    with Lab(seed=3, journal=tmp_path / "a.mynalab") as lab:
        first = lab.world.things.authorities.mdoc
        lab.advance("3000d")
        assert lab.iphone(lab.resident()).add_card().run().screen is Screen.DONE
        newest = lab.world.things.authorities.mdoc
        assert newest.signer_certificate != first.signer_certificate
        assert newest.signer_key.private_numbers() != first.signer_key.private_numbers()
    with Lab.open(tmp_path / "a.mynalab") as again:
        issuer = again.world.things.authorities.mdoc
        assert issuer.iaca_certificate == newest.iaca_certificate
        assert issuer.signer_key.private_numbers() == newest.signer_key.private_numbers()
        assert again.iphone(again.resident()).add_card().run().screen is Screen.DONE


def test_what_fell_due_is_forgotten() -> None:
    """The agenda holds what is ahead: it does not grow with what has happened."""
    lab = Lab(seed=3)
    hanako = lab.resident()
    phone, sizes = lab.android(hanako), []
    for _ in range(4):
        phone.add_card().run()
        lab.advance("1h")
        sizes.append(len(lab.world.agenda))
        assert not lab.world.agenda._awaited
    steps = {later - earlier for earlier, later in pairwise(sizes)}
    assert steps == {2}, "of each set-up the end of two certificates is ahead, and nothing else"


def test_a_held_certificate_becomes_active_once(tmp_path: Path) -> None:
    """Reopening a lab, or forking it, records no second activation of a certificate that is on hold."""
    path = tmp_path / "a.mynalab"
    with Lab(seed=1, journal=path) as lab:
        phone = lab.iphone(lab.resident())
        phone.add_card().run()
        late = lab.certificates(phone, kind="phone_auth")[0]
        late.hold()  # within the five minutes: the activation is still ahead
        ready = lab.certificates(lab.residents[0], kind="card_auth")[0]
        ready.hold()
    for _ in range(3):
        with Lab.open(path) as lab:
            lab.advance("1h")
            copy = lab.fork()
            copy.advance("1h")
            for log in (lab.log, copy.log):
                active = [
                    (e.event.authority, e.event.serial) for e in log if isinstance(e.event, ev.CertificateActivated)
                ]
                assert [active.count(("auth", c.serial)) for c in (late, ready)] == [1, 1]


def test_a_fork_goes_its_own_way() -> None:
    """What happens in a fork does not happen in the lab."""
    lab = Lab(seed=3)
    lab.resident()
    other = lab.fork()
    other.advance("1d")
    other.resident()
    assert (len(lab.residents), len(other.residents)) == (1, 2)
    assert f"{lab.now:%d}" == "24"


def test_a_fork_finds_chips_without_power_and_gives_open_set_ups_up() -> None:
    """What was verified, and a set-up under way, stay in the lab; the fork begins by giving it up."""
    lab = Lab(seed=3)
    holder = lab.resident()
    phone = lab.iphone(holder)
    flow = phone.add_card()
    flow.do("start_adding")
    lab.advance("1min")
    with holder.card.connect() as transmit:
        transmit(bytes.fromhex("00A4040C0AD392F000260100000001"))
        transmit(bytes.fromhex("00A4020C020018"))
        pin = holder._resident.user_authentication_pin
        assert transmit(bytes.fromhex("0020008004") + pin.encode()) == b"\x90\x00"
        fork = lab.fork(at=lab.now)
        assert holder.card.status("jpki/0018").name == "VERIFIED"
        assert fork.residents[0].card.status("jpki/0018").name == "NOT_VERIFIED"
    given_up = fork.log[-1]
    assert given_up.event == ev.ApplicationAbandoned(flow.flow, "iphone-1", "GUIDANCE", "a copy of the lab was made")
    assert (given_up.at, fork.world.is_open(flow.flow), lab.world.is_open(flow.flow)) == (lab.now, False, True)
    assert [e.at for e in lab.fork("2025-06-25 09:00").log if isinstance(e.event, type(given_up.event))] == [lab.now]
    fork.phones[0].add_card().run()
    assert len([e for e in fork.log if isinstance(e.event, ev.ApplicationAbandoned)]) == 1
    assert flow.screen.name == "GUIDANCE" and phone.chip is None
    flow.run()
    assert phone.chip is not None


def _moduli(lab: Lab) -> list[int]:
    return [load_der_x509_certificate(each.der).public_key().public_numbers().n for each in lab.certificates()]


def test_a_whole_class_has_the_same_bytes_and_keys_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """From any key number on, the same seed gives the same certificates, and no two of them share a key."""
    monkeypatch.setattr(model, "FIRST_FREE", 510)  # these keys lie on both sides of the first round's end
    labs = [Lab(seed=3), Lab(seed=3)]
    for lab in labs:
        for _ in range(3):
            lab.iphone(lab.resident()).add_card().run()
    one, other = ([each.der for each in lab.certificates()] for lab in labs)
    assert one == other and len(one) == 12
    assert len(set(_moduli(labs[0]))) == 12


def test_an_opened_file_goes_on_with_the_next_keys(tmp_path: Path) -> None:
    """Whoever comes after opening gets the keys, and so the bytes, that she would have got without."""
    whole = Lab(seed=3)
    with Lab(seed=3, journal=tmp_path / "a.mynalab") as begun:
        begun.resident()
        whole.resident()
    with Lab.open(tmp_path / "a.mynalab") as again:
        again.resident()
        whole.resident()
        assert [each.der for each in again.certificates()] == [each.der for each in whole.certificates()]
        assert len(set(_moduli(again))) == 4


def test_when_all_keys_are_used_up_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """A resident takes four keys; with three left she is refused, the lab stays as it was, and says what to do."""
    monkeypatch.setattr(model, "FIRST_FREE", 523_776 - 4 - 3)
    lab = Lab(seed=3)
    lab.resident()
    events = len(lab.log)
    with pytest.raises(MisuseError, match="used up the 523,776 TEST keys; start another") as refused:
        lab.resident()
    assert (refused.value.code, len(lab.log), len(lab.residents)) == ("keys_used_up", events, 1)
