"""A card whose process is killed, or whose file is cut off, has every try spent that it acknowledged."""

from __future__ import annotations

import multiprocessing
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from chip_worker import JPKI, REFERENCE, WRONG, right, work

from myna_lab import Lab
from myna_lab.errors import MynaLabError, StorageError
from myna_lab.ground.chance import Chance
from needs import rounds

pytestmark = pytest.mark.soak
MOST = 5
ANSWERS = {"9000": MOST, "63c4": 4, "63c3": 3, "63c2": 2, "63c1": 1, "63c0": 0, "6984": 0}


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a new card."""
    path = tmp_path_factory.mktemp("fresh") / "card.mynalab"
    lab = Lab(seed=7, journal=path)
    lab.resident()
    lab.close()
    return path


def _copy(path: Path, folder: Path) -> Path:
    """A copy of a journal with what stands beside it."""
    for file in path.parent.glob(f"{path.name}*"):
        shutil.copy(file, folder / file.name)
    return folder / path.name


def test_killed_while_pins_are_tried(fresh: Path, tmp_path: Path) -> None:
    """After each SIGKILL the file opens, and the counter is what was acknowledged, or that after the try under way."""
    if not hasattr(signal, "SIGKILL"):
        pytest.skip("this system has no SIGKILL")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["chip_worker"])
    left, middle = MOST, 0
    for kill in range(rounds(20, 500)):
        if kill % 25 == 0:  # a long log opens slowly, and proves no more
            path, left = _copy(fresh, tmp_path), MOST
        ours, theirs = context.Pipe()
        process = context.Process(target=work, args=(str(path), theirs), daemon=True)
        process.start()
        theirs.close()
        assert ours.recv() == "ready"
        time.sleep(0.03 * Chance(kill).child("kill").uniform())
        process.kill()
        under_way = ""
        for message in _received(ours):
            if message in ("wrong", "right"):
                under_way = message
            else:
                left, under_way = ANSWERS[message], ""
        process.join()
        lab = Lab.open(path)
        found = lab.residents[0].card.tries_left(REFERENCE)
        possible = {left} | ({left - 1} if under_way else set()) | ({MOST} if under_way == "right" else set())
        assert found in possible, f"kill {kill}: acknowledged {left}, then {under_way or 'nothing'}, found {found}"
        middle += bool(under_way)
        left = found
        if found < 4:  # so that no round blocks the card: two wrong, and a right one that is cut off
            card = lab.residents[0].card
            card.transmit(JPKI)
            assert card.transmit(right(lab)).hex() == "9000"
            left = MOST
        lab.close()
    assert middle, "no kill fell into a try"


def _received(pipe: multiprocessing.connection.Connection) -> Iterator[str]:
    """What is left in a pipe whose other end is dead; a message that was cut off is not there."""
    try:
        while True:
            yield pipe.recv()
    except (EOFError, OSError):
        return


def test_the_file_alone_is_whole_after_each_command(fresh: Path, tmp_path: Path) -> None:
    """Copied after any command, without what may lie beside it, the file opens with every event and its counter."""
    (tmp_path / "live").mkdir()
    path = _copy(fresh, tmp_path / "live")
    lab = Lab.open(path)
    card, good = lab.residents[0].card, right(lab)
    card.transmit(JPKI)
    left, lengths = [], []
    for number, command in enumerate((WRONG, WRONG, good, WRONG, good, WRONG, WRONG, WRONG)):
        card.transmit(command)
        copy = shutil.copy(path, tmp_path / f"copy-{number}.mynalab")
        again = Lab.open(copy)
        assert [entry.body() for entry in again.log] == [entry.body() for entry in lab.log]
        left.append(again.residents[0].card.tries_left(REFERENCE))
        lengths.append(len(again.log))
        again.close()
    lab.close()
    assert left == [4, 3, MOST, 4, MOST, 4, 3, 2]
    assert lengths == [lengths[0] + 2 * number for number in range(8)], "each try is two events: spent, then judged"


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.9])
def test_a_file_cut_in_its_middle_is_named(fresh: Path, tmp_path: Path, keep: float) -> None:
    """A file that lost its end says so in an error and stays as it is; it never opens as another card."""
    path = _copy(fresh, tmp_path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])
    cut = path.read_bytes()
    with pytest.raises(StorageError):
        Lab.open(path)
    assert path.read_bytes() == cut


def test_a_damaged_file_is_named_and_left_as_it_is(fresh: Path, tmp_path: Path) -> None:
    """Bytes overwritten at random: the file opens, or an error of ours says why and no byte changes."""
    whole, refused = fresh.read_bytes(), 0
    path = tmp_path / "damaged.mynalab"
    for i in range(rounds(60, 3000)):
        chance = Chance(i).child("damage")
        content = bytearray(whole)
        for _ in range(chance.choice([1, 3, 30, 300])):
            content[chance.integer(0, len(content) - 1)] = chance.integer(0, 255)
        path.write_bytes(content)
        try:
            Lab.open(path).close()
        except MynaLabError as error:
            refused += 1
            assert str(error), i
            assert path.read_bytes() == bytes(content), i
        for beside in tmp_path.glob("damaged.mynalab-*"):
            beside.unlink()
    assert refused > 10
