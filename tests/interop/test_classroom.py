"""A whole class through the hub's own pages and kernels: five students in the short form, forty in `make soak`.

One lesson is held, and every test judges what it saw. In it all come in at once and run all cells of a notebook; one
takes memory without end, one never comes to an end, one looks for what is not theirs; the hub is killed in the middle,
and one writes file after file.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from classrooms import Kernel, Student

from myna_lab.cli.classroom import missing as needed
from myna_lab.cli.classroom import proxy
from needs import missing, need_wall, rounds

NOTEBOOKS = ("03_provisioning_wizard.ipynb", "08_one_phone.ipynb")
STUDENTS = rounds(5, 40)
pytestmark = [pytest.mark.interop, pytest.mark.soak, pytest.mark.timeout(1800)]

LOOK = """
import os
import re
from pathlib import Path

def reached(path):
    try:
        return os.listdir(path) != [] if os.path.isdir(path) else len(Path(path).read_bytes()) >= 0
    except OSError:
        return False

def environment(process):
    try:
        return (process / "environ").read_bytes()
    except OSError:
        return b""

def of_others():
    mine = b"JUPYTERHUB_USER=" + os.environ["JUPYTERHUB_USER"].encode()
    seen = map(environment, Path("/proc").glob("[0-9]*"))
    return [each for each in seen if b"JUPYTERHUB" in each and mine not in each]
"""


FOLDER_LIMIT = 64
"""MiB."""
FLOOD = """
import os, shutil, time
os.mkdir("flood")
try:
    for number in range(1000):
        with open(f"flood/{number}", "wb") as file:
            file.write(bytes(2**20))
        time.sleep(0.02)
finally:
    print(number)
"""
ROOM_AGAIN = """
shutil.rmtree("flood")
for _ in range(300):
    try:
        with open("again", "wb") as file:
            print(file.write(bytes(2**20)))
        break
    except OSError:
        time.sleep(0.1)
"""


def free_ports() -> int:
    """The first of three free ports in a row."""
    for port in range(23000, 60000, 3):
        with closing(socket.socket()) as one, closing(socket.socket()) as two, closing(socket.socket()) as three:
            try:
                for number, each in enumerate((one, two, three)):
                    each.bind(("127.0.0.1", port + number))
            except OSError:
                continue
            return port
    raise AssertionError("no free ports")


@dataclass
class Lesson:
    """What was seen."""

    walls: bool
    folder: Path
    screen: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    """From the log-in to the first screen, each student's."""
    work: list[float] = field(default_factory=list)
    """For all cells of a student's notebooks, one notebook after the other, kernels' starts included."""
    away: float = 0.0
    """Seconds without a hub after it was killed."""
    failed: list[str] = field(default_factory=list)
    """Cells that failed."""
    memory: list[float] = field(default_factory=list)
    """MiB of a student's server and first kernel; pages shared with others are counted in shares."""
    greedy: str = ""
    beside: str = ""
    flood: dict[str, object] = field(default_factory=dict)
    reached: dict[str, bool] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    solutions: dict[str, list[str]] = field(default_factory=dict)
    page: str = ""
    results: list[str] = field(default_factory=list)
    """What the teacher sees of them at the end."""
    left: list[str] = field(default_factory=list)
    """Processes that outlived the class."""


def command(*words: str) -> subprocess.CompletedProcess[str]:
    """One of the teacher's commands."""
    line = [sys.executable, "-m", "myna_lab", "class", *words]
    return subprocess.run(line, capture_output=True, text=True, check=True)


def hub_of(teacher: int) -> psutil.Process:
    """The hub's process: the child of the teacher's command."""
    return next(p for p in psutil.Process(teacher).children() if "jupyterhub" in p.cmdline())


def own_memory(student: str) -> float:
    """MiB of everything that a student runs, shared pages counted in shares."""
    total = 0
    for process in psutil.process_iter():
        try:
            if process.environ().get("JUPYTERHUB_USER") == student:
                total += process.memory_full_info().pss
        except psutil.Error:
            continue
    return total / 2**20


EXERCISE = "from myna_lab.exercises import check\ncheck('1', ..., 'none', hint='none', hint_ja='なし')"
"""One that nobody answers: where there are no cells to edit, it asks by a field."""


def notebook(words: str, source: str) -> dict[str, object]:
    """One cell of words, one of code."""
    code = {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None, "id": "b"}
    cells = [{"cell_type": "markdown", "source": words, "metadata": {}, "id": "a"}, code]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}


def spread(seconds: list[float]) -> str:
    """Median and 95 %."""
    late = sorted(seconds)[max(0, round(0.95 * len(seconds)) - 1)]
    return f"{statistics.median(seconds):.0f} s (median), {late:.0f} s (95 %)"


async def come_in(student: Student, code: str, lesson: Lesson) -> Kernel:
    """Log in and run the first cell of 03, which shows something."""
    begun = time.monotonic()
    assert await student.log_in(code) == ""
    await student.sit_down()
    cells = (await student.get(NOTEBOOKS[0]))["content"]["cells"]
    kernel = await student.kernel()
    for cell in [cell for cell in cells if cell["cell_type"] == "code"][:2]:
        _, error = await kernel.run(cell["source"])
        lesson.failed += [error] if error else []
    lesson.seconds.append(time.monotonic() - begun)
    return kernel


async def kill_the_hub(teacher: int, kernel: Kernel, student: Student, lesson: Lesson) -> None:
    """End it in the middle, without a word; what a student sees then."""
    await kernel.run("x = 42")
    assert await student.put("mine.txt", "my work") in (200, 201)
    hub_of(teacher).send_signal(signal.SIGKILL)
    killed = time.monotonic()
    said, error = await kernel.run("print(x)")  # the same connection, while there is no hub
    lesson.kept["kernel"] = said + error
    for _ in range(600):
        await asyncio.sleep(0.2)
        if any("is back" in line for line in lesson.screen):
            lesson.away = time.monotonic() - killed
            break
    again = Student(student.url, student.name, student.word)
    assert await again.log_in((lesson.folder / "hub" / "code").read_text(encoding="utf-8")) == ""
    lesson.kept["same server"] = str((await again.sit_down()).startswith(student.path))
    lesson.kept["file"] = (await again.get("mine.txt"))["content"]
    lesson.kept["old cookies"] = str((await student.ask(f"{student.path}api/contents/mine.txt")).code)
    lesson.kept["new kernel"], _ = await (await again.kernel()).run("print(6 * 7)")


async def try_exercises(student: Student, other: Student) -> None:
    """One is wrong, then runs what the opened solution has; another makes a link of the own file of results."""
    kernel = await student.kernel()
    cells = (await student.get(f"solutions/{NOTEBOOKS[0]}"))["content"]["cells"]
    first, *others = [cell["source"] for cell in cells if "check(" in cell["source"]]
    wrong = re.sub("^answer = .*", "answer = -1", first, flags=re.MULTILINE)
    for source in ("from myna_lab.exercises import check", wrong, first, *others):
        assert (await kernel.run(source))[1] == ""
    await (await other.kernel()).run("import os; os.symlink('/student/mine', 'results.txt')")


async def look_around(kernel: Kernel, other: Student, lesson: Lesson) -> None:
    """What a cell of one student reaches of what is not theirs."""
    folder, another = lesson.folder, lesson.folder / "students" / other.path.split("/")[2]
    hub = folder / "hub"
    files = [file for file in (*hub.rglob("*"), *(hub / "memory").resolve().iterdir()) if file.is_file()]
    wanted = {f"file {file.name}": f"reached({str(file)!r})" for file in files}
    checkout = Path(__file__).resolve().parents[2]
    wanted |= {
        "another student's folder": f"reached({str(another)!r})",
        "another student's notebook": f"reached({str(another / NOTEBOOKS[0])!r})",
        "the solutions": f"reached({str(checkout / 'notebooks' / 'solutions' / NOTEBOOKS[0])!r})",
        "the solutions by the folder": "reached('solutions')",
        "the own folder": "reached('.')",
        "accounts of the computer": "reached('/etc/shadow')",
        "another process's environment": "of_others()",
    }
    await kernel.run(LOOK)
    for what, expression in wanted.items():
        said, error = await kernel.run(f"print(bool({expression}))")
        lesson.reached[what] = said != "False" or bool(error)


async def fill_the_folder(kernel: Kernel, student: Student, other: Student, lesson: Lesson) -> None:
    """Write file after file, what others can do then, and how it goes on once there is room again."""
    lesson.flood["who"] = student.path.split("/")[2]
    lesson.flood["files"], lesson.flood["error"] = await kernel.run(FLOOD)
    lesson.flood["saves"] = (await student.put("small.txt", "x"), await student.put("large.txt", "x" * 9 * 2**20))
    lesson.flood["others"] = await other.put("large.txt", "x" * 9 * 2**20)
    lesson.flood["again"] = await kernel.run(ROOM_AGAIN)


async def lesson_of(url: str, teacher: int, lesson: Lesson) -> None:
    """The lesson."""
    code = (lesson.folder / "hub" / "code").read_text(encoding="utf-8")
    students = [Student(url, f"学生{number}") for number in range(1, STUDENTS + 1)]
    kernels = await asyncio.gather(*(come_in(student, code, lesson) for student in students))
    lesson.memory = [own_memory(student.path.split("/")[2]) for student in students]
    for student, kernel in zip(students, kernels, strict=True):
        await student.ask(f"{student.path}api/kernels/{kernel.number}", method="DELETE")
    first, second, *_ = students
    endless, greedy, looks = await first.kernel(), await second.kernel(), await students[2].kernel()
    await endless.run("import threading")
    never = asyncio.ensure_future(endless.run("while True: pass", seconds=1200))

    async def work(number: int, student: Student) -> None:
        begun = time.monotonic()
        for turn in range(rounds(1, 2)):
            lesson.failed += await student.run(NOTEBOOKS[(number + turn) % 2])
        lesson.work.append(time.monotonic() - begun)

    async def beside() -> None:
        lesson.greedy = (await greedy.run("hog = [bytearray(2**28) for _ in range(1000)]"))[1]
        lesson.beside = (await greedy.run("print('still here')"))[0]
        await look_around(looks, first, lesson)
        await kill_the_hub(teacher, await students[3].kernel(), students[3], lesson)

    await asyncio.gather(beside(), *(work(number, student) for number, student in enumerate(students)))
    await first.ask(f"{first.path}api/kernels/{endless.number}/interrupt", method="POST")
    lesson.kept["endless"] = (await never)[1].partition(":")[0]
    await fill_the_folder(looks, students[2], second, lesson)
    for does in ("open", "close"):
        assert command(f"{does}-solutions", "--folder", str(lesson.folder)).returncode == 0
        told = (await second.get("solutions"))["content"]
        lesson.solutions[does] = sorted(item["name"] for item in told)
        if told:
            await try_exercises(second, students[2])
    fourth = students[3].path.split("/")[2]
    lesson.kept["start over"] = command("start-over", fourth, "--folder", str(lesson.folder)).stdout
    for _ in range(100):
        if not own_memory(fourth):
            break
        await asyncio.sleep(0.2)
    lesson.kept["ended"] = str(own_memory(fourth) == 0)
    lesson.results = command("results", "--folder", str(lesson.folder)).stdout.splitlines()
    page = Student(url, second.name, second.word)
    assert await page.log_in(code, page="1") == ""
    picture = (await second.get("pictures"))["content"][0]["path"]
    body = {
        "type": "notebook",
        "format": "json",
        "content": notebook(f"![a picture]({picture})", f"{EXERCISE}\nprint(6 * 7)"),
    }
    await second.ask(f"{second.path}api/contents/page.ipynb", method="PUT", body=body)
    lesson.page = (await page.ask(f"{second.path}voila/render/page.ipynb")).body.decode()


@pytest.fixture(scope="module")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lesson]:
    """One class, held and ended."""
    if not proxy.installed():
        missing("JupyterHub's proxy is not installed (myna-lab class install)")
    folder, port = tmp_path_factory.mktemp("class") / "k", free_ports()
    held = Lesson(not needed.no_wall(), folder)
    words = ["--folder", str(folder), "--port", str(port), "--students", str(STUDENTS)]
    words += ["--folder-limit", str(FOLDER_LIMIT)]
    words += [] if held.walls else ["--without-walls"]
    teacher = subprocess.Popen(
        [sys.executable, "-u", "-m", "myna_lab", "class", *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert teacher.stdout is not None
    os.set_blocking(teacher.stdout.fileno(), False)

    async def hold() -> None:
        def read() -> None:
            for line in teacher.stdout or ():
                held.screen.append(line.decode().rstrip())

        asyncio.get_running_loop().add_reader(teacher.stdout, read)
        while not any("Ctrl-C" in line for line in held.screen):
            assert teacher.poll() is None, held.screen
            await asyncio.sleep(0.2)
        try:
            await lesson_of(f"http://127.0.0.1:{port}/", teacher.pid, held)
        finally:
            await Student.close_all()

    try:
        asyncio.run(hold())
    finally:
        before = psutil.Process(teacher.pid).children(recursive=True)
        teacher.terminate()
        teacher.wait(120)
        _, alive = psutil.wait_procs(before, timeout=10)
        held.left = [" ".join(p.cmdline())[:100] for p in alive]
        for process in alive:
            process.kill()
        teacher.stdout.close()
    yield held


def test_all_come_in_and_every_cell_runs(lesson: Lesson, record_property: Callable[[str, object], None]) -> None:
    """Everybody gets a server and runs the notebooks to the end, whatever one of them does meanwhile."""
    assert lesson.failed == []
    assert len(lesson.seconds) == STUDENTS
    assert len(lesson.work) == STUDENTS
    record_property(
        "measured",
        f"{STUDENTS} students at once: log-in to first screen {spread(lesson.seconds)}; all cells of "
        f"{rounds(1, 2)} notebook(s) {spread(lesson.work)}; {statistics.median(lesson.memory):.0f} MiB a student with "
        f"one kernel (most: {max(lesson.memory):.0f}); without a hub for {lesson.away:.0f} s",
    )


def test_one_who_takes_without_end_is_alone_with_it(lesson: Lesson) -> None:
    """Memory without bound is a MemoryError in that cell, and its kernel goes on; an endless loop can be stopped."""
    assert lesson.greedy.startswith("MemoryError")
    assert lesson.beside == "still here"
    assert lesson.kept["endless"] == "KeyboardInterrupt"


def test_one_who_writes_file_after_file_is_alone_with_it(lesson: Lesson) -> None:
    """Soon nothing large can be written there, by cells and by the page; others write, and so does who has deleted.

    The hub that was begun again looks at folders of servers that it did not start, and the teacher hears of it.
    """
    assert lesson.flood["error"] == "OSError: [Errno 27] File too large"
    assert FOLDER_LIMIT // 2 < int(str(lesson.flood["files"])) < 1000
    assert lesson.flood["saves"] == (201, 500)
    assert lesson.flood["others"] == 201
    assert lesson.flood["again"] == (str(2**20), "")
    told = re.findall(r"^the folder of student (\d+) .* is (over|within) its limit", "\n".join(lesson.screen), re.M)
    assert told == [(lesson.flood["who"], "over"), (lesson.flood["who"], "within")]


def test_a_killed_hub_loses_nobodys_work(lesson: Lesson) -> None:
    """Open connections and variables outlive it; the new hub knows everybody, their cookies, servers and files."""
    assert {name: lesson.kept[name] for name in ("kernel", "same server", "file", "old cookies", "new kernel")} == {
        "kernel": "42",
        "same server": "True",
        "file": "my work",
        "old cookies": "200",
        "new kernel": "42",
    }
    assert [line for line in lesson.screen if line.startswith("the hub")] == [
        "the hub ended unexpectedly and starts again; nobody's work is lost. (ハブを起動し直しています)",
        "the hub is back. (ハブが戻りました)",
    ]


def test_no_student_reaches_what_is_not_theirs(lesson: Lesson) -> None:
    """Others' folders, the hub's secrets, the solutions, other processes: of all that only the own is there."""
    if not lesson.walls:
        need_wall()
    assert {f"file {name}" for name in ("code", "cookie_secret", "jupyterhub.sqlite", "02.json")} <= set(lesson.reached)
    assert [what for what, reached in lesson.reached.items() if reached] == ["the own folder"]


def test_solutions_are_there_while_the_teacher_opens_them(lesson: Lesson) -> None:
    """They appear in the folders of running students at once, and go again."""
    assert set(NOTEBOOKS) < set(lesson.solutions["open"])
    assert lesson.solutions["close"] == []


def test_results_are_seen_during_the_lesson(lesson: Lesson) -> None:
    """Tries behind the wall, also of an opened solution, are in the teacher's overview; a link is not followed."""
    rows = {line.split()[1]: line.split()[2:] for line in lesson.results if line[:2].isdigit()}
    assert rows["学生2"] == ["ok2", "ok", "ok"]
    assert all(row == [".", ".", "."] for name, row in rows.items() if name != "学生2")
    assert len(rows) == STUDENTS
    assert sum("results.txt is a link" in line for line in lesson.results) == 1


def test_one_student_starts_over(lesson: Lesson) -> None:
    """The server ends, so that the next one has new notebooks; what was there is kept beside."""
    assert "reload the page" in lesson.kept["start over"] and lesson.kept["ended"] == "True"
    assert [file.read_text() for file in lesson.folder.glob("students/*-1/mine.txt")] == ["my work"]


def test_the_single_page_is_served(lesson: Lesson) -> None:
    """A notebook as a page without code, from the same server: its picture and what its cell printed."""
    assert "data:image/png;base64" in lesson.page
    assert re.search(r">\s*42\s*<", lesson.page)
    assert "6 * 7" not in lesson.page
    assert "widget-view+json" in lesson.page and "not answered" not in lesson.page
    assert not re.search(r'(href|src)="https?://', lesson.page)


def test_secrets_are_in_no_log_and_on_no_command_line(lesson: Lesson) -> None:
    """Neither words nor tokens nor the code stand in what the hub, the proxy and the servers wrote."""
    hub = lesson.folder / "hub"
    logs = "".join(file.read_text(encoding="utf-8", errors="replace") for file in hub.rglob("*.log"))
    secrets = ["neko neko", *((hub / name).read_text(encoding="utf-8") for name in ("code", "cookie_secret"))]
    secrets += [(hub / name).read_text(encoding="utf-8") for name in ("proxy_token", "teacher_token")]
    assert logs
    assert not [secret for secret in secrets if secret in logs]


def test_names_are_nowhere_but_in_the_roster(lesson: Lesson) -> None:
    """Folders have numbers; what was typed stands in one file of the teacher's."""
    folders = sorted(path.name for path in (lesson.folder / "students").iterdir())
    assert [name.removesuffix("-1") for name in folders] == [f"{number:02}" for number in range(1, STUDENTS + 1)]
    assert sum(name.endswith("-1") for name in folders) == 1, "of who started over"
    rows = [json.loads(file.read_text(encoding="utf-8")) for file in (lesson.folder / "hub" / "roster").iterdir()]
    assert sorted(row["name"] for row in rows) == sorted(f"学生{number}" for number in range(1, STUDENTS + 1))


def test_nothing_outlives_the_class(lesson: Lesson) -> None:
    """After its end no hub, proxy, server or kernel of it runs, and nothing of it is in memory."""
    assert lesson.left == []
    assert not (lesson.folder / "hub" / "memory").exists()
