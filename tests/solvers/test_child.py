"""Whatever happens to the child, the parent comes back in time and with the best so far."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import psutil
import pytest

from optimizer.solvers.child import Child, Ending, Outcome, run_in_child
from tests.solvers import toys

ROOT = Path(__file__).parents[2]


def gone(pid: int, within: float = 3.0) -> bool:
    """Whether the process ends (or is only waiting to be collected) within some seconds."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False


def wait_for(note: Path) -> int:
    """The process id that a target writes down, once it has."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if note.exists() and (text := note.read_text()):
            return int(text)
        time.sleep(0.02)
    raise AssertionError("The child never wrote its process id.")


def in_time(target, *, ending, due, **options):
    """
    The outcome of a run that ends as it should within a quarter of a second of when it is due.

    Never before it is due; of being late, neighbours on the machine are acquitted twice.
    """
    for _ in range(3):
        outcome = run_in_child(target, **options)
        spent = outcome.seconds or outcome.warm_up
        assert spent >= due
        if outcome.ending is ending and spent < due + 0.25:
            return outcome
    raise AssertionError(f"Three times late or not {ending}; at last {outcome}")


def test_a_target_that_returns_is_finished_and_everything_it_said_arrives():
    """Result, reports and phases come in order; nothing is left to explain."""
    reports: list[object] = []
    phases: list[str] = []
    outcome = run_in_child(toys.adds, (2, 3), seconds=30, on_progress=reports.append, on_phase=phases.append)
    assert (outcome.ending, outcome.result, outcome.progress) == (Ending.FINISHED, 5, {"best": 2})
    assert (reports, phases) == ([{"best": 2}], ["compiling"])
    assert outcome.why == ""
    assert outcome.warm_up > 0
    assert outcome.seconds > 0


def test_who_is_slow_to_listen_hears_the_last_report_not_all():
    """
    A hundred reports in a moment, a tenth of a second for each that is told: not ten seconds of them.
    """
    reports: list[int] = []

    def listen(number: int) -> None:
        reports.append(number)
        time.sleep(0.1)

    outcome = run_in_child(toys.counts_to, (100,), seconds=30, on_progress=listen)
    assert (outcome.ending, outcome.result, outcome.progress) == (Ending.FINISHED, "done", 100)
    assert reports == sorted(set(reports))
    assert reports[-1] == 100
    assert len(reports) < 50


def test_without_a_limit_the_child_runs_to_its_end():
    """No seconds, no deadline."""
    assert run_in_child(toys.adds, (2, 3), seconds=None).result == 5


def test_at_the_deadline_the_child_stops_and_returns_what_it_has():
    """The clock starts at ready and 0.4 s later the child is asked to stop."""
    outcome = in_time(toys.counts_until_stopped, seconds=0.4, ending=Ending.STOPPED, due=0.4)
    assert outcome.result == outcome.progress
    assert outcome.progress > 1


def test_the_deadline_is_the_parents():
    """A child that never looks at its own clock hears the parent."""
    outcome = in_time(toys.listens_only, seconds=0.3, ending=Ending.STOPPED, due=0.3)
    assert outcome.result == "heard"


@pytest.mark.parametrize("target", [toys.never_returns, toys.freezes, toys.freezes_in_mid_sentence])
def test_a_child_that_does_not_stop_is_killed_and_its_best_is_kept(target):
    """Deadline 0.3 s, grace 0.2 s: over at 0.5 s, with the report that came before."""
    outcome = in_time(target, seconds=0.3, grace=0.2, ending=Ending.KILLED, due=0.3 + 0.2)
    assert (outcome.result, outcome.progress) == (None, "best")
    assert outcome.why == "The engine did not stop in time and was killed."


def test_a_child_that_never_gets_ready_is_killed():
    """The warm-up has a limit of its own, apart from the time to solve."""
    outcome = in_time(toys.never_ready, seconds=60, warm_up_limit=0.8, ending=Ending.KILLED, due=0.8)
    assert outcome.seconds == 0.0
    assert outcome.why == "The engine was not ready within 0.8 s and was killed."


def test_an_abort_is_told_with_its_signal_and_last_words():
    """A failed CHECK in compiled code ends the process; the best stays and the message is kept."""
    outcome = run_in_child(toys.aborts, seconds=30)
    assert (outcome.ending, outcome.progress) == (Ending.CRASHED, "best")
    assert outcome.why == "The engine was ended by SIGABRT."
    assert "Check failed: x >= 0" in outcome.details
    assert "toys.py" in outcome.details


def test_an_exit_is_told_with_its_code():
    """A child that leaves without a result has crashed."""
    outcome = run_in_child(toys.exits, seconds=30)
    assert (outcome.ending, outcome.why) == (Ending.CRASHED, "The engine ended with exit code 7.")


def test_an_exception_is_told_in_one_sentence_with_its_traceback_beside():
    """The best so far is kept; the sentence names the error."""
    outcome = run_in_child(toys.raises, seconds=30)
    assert (outcome.ending, outcome.progress) == (Ending.FAILED, "best")
    assert outcome.why == "The engine failed: ValueError: no such column"
    assert "in raises" in outcome.details


def test_memory_that_runs_out_ends_the_child_alone():
    """With 1 GB of address space the hoard ends in a MemoryError, in the child."""
    outcome = run_in_child(toys.eats_memory, seconds=30, memory=1 << 30)
    assert (outcome.ending, outcome.progress) == (Ending.FAILED, "best")
    assert outcome.why == "The engine failed: MemoryError"


def test_a_child_killed_from_outside_leaves_its_best(tmp_path):
    """What the kernel does when memory is short: SIGKILL out of the blue."""
    note = tmp_path / "pid"
    killer = threading.Thread(target=lambda: os.kill(wait_for(note), signal.SIGKILL))
    killer.start()
    outcome = run_in_child(toys.never_returns, (str(note),), seconds=30)
    killer.join()
    assert (outcome.ending, outcome.progress) == (Ending.CRASHED, "best")
    assert outcome.why == "The engine was ended by SIGKILL."


def test_a_result_that_cannot_be_sent_is_a_failure_not_a_hang():
    """A lambda cannot cross the pipe."""
    outcome = run_in_child(toys.returns_the_unsendable, seconds=30)
    assert outcome.ending is Ending.FAILED


def test_arguments_that_cannot_be_sent_are_a_failure_not_a_hang():
    """Neither can one go the other way."""
    outcome = run_in_child(toys.adds, (lambda: None, 1), seconds=30)
    assert outcome.ending is Ending.FAILED
    assert outcome.why.startswith("The task cannot be sent to the engine: ")


def test_another_thread_can_stop_the_child():
    """An event that is set at the third report ends a run of a minute, with what it has."""
    stop = threading.Event()

    def set_at_third(number: int) -> None:
        if number >= 3 and not stop.is_set():
            threading.Thread(target=stop.set).start()

    outcome = run_in_child(toys.counts_until_stopped, seconds=60, on_progress=set_at_third, stop=stop)
    assert outcome.ending is Ending.STOPPED
    assert outcome.result == outcome.progress
    assert outcome.result >= 3


def test_what_a_child_prints_does_not_reach_the_parents_output(capfd):
    """Nothing that an engine prints may mix with a command's JSON."""
    outcome = run_in_child(toys.chatters, seconds=30)
    assert outcome.result == "quiet"
    assert outcome.details == "noise on stdout\nnoise from C"
    assert capfd.readouterr() == ("", "")


def test_a_callback_that_raises_ends_the_child(tmp_path):
    """The caller's error goes to the caller, and no process stays behind."""
    note = tmp_path / "pid"

    def refuse(_: object) -> None:
        wait_for(note)
        raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        run_in_child(toys.never_returns, (str(note),), seconds=30, on_progress=refuse)
    assert gone(wait_for(note))


def test_the_children_of_a_child_go_with_it(tmp_path):
    """An engine may start processes; a kill reaches them too."""
    note = tmp_path / "pid"
    outcome = run_in_child(toys.has_a_child_of_its_own, (str(note),), seconds=0.1)
    assert outcome.ending is Ending.KILLED
    assert gone(int(note.read_text()))


def test_a_child_warms_up_before_it_has_a_task():
    """What `warm` did is there when the target comes, and what it told arrives."""
    phases: list[str] = []
    with Child(toys.warm_up) as child:
        assert child.run(toys.tells_whether_warm, seconds=30, on_phase=phases.append).result is True
    assert phases == ["warming up"]


def test_a_target_can_be_named_so_that_the_parent_need_not_import_it():
    """Engines are slow to import; a name that is wrong is told like any failure."""
    assert run_in_child("tests.solvers.toys:adds", (2, 3), seconds=30).result == 5
    outcome: Outcome[object] = run_in_child("tests.solvers.toys:multiplies", seconds=30)
    assert outcome.ending is Ending.FAILED
    assert "has no attribute 'multiplies'" in outcome.why


def test_a_child_without_a_task_can_be_closed():
    """A scenario that turns out invalid leaves no process behind; closing twice is harmless."""
    child = Child()
    pid = child._process.pid
    child.close()
    child.close()
    assert gone(pid)


FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
CLOCK_STEPS = """
    import pathlib, threading
    from optimizer.solvers.child import run_in_child
    from tests.solvers import toys
    step = lambda: pathlib.Path({clock!r}).write_text({step!r})
    threading.Timer(0.3, step).start()
    outcome = run_in_child(toys.listens_only, seconds=1.0, warm_up_limit=20)
    print(outcome.ending, outcome.seconds)
"""


@pytest.mark.skipif(FAKETIME is None, reason="Needs Debian's package faketime.")
@pytest.mark.parametrize("step", ["-1h\n", "+1h\n"])
def test_a_jump_of_the_wall_clock_changes_nothing(step, tmp_path):
    """The clock on the wall jumps an hour after 0.3 s: the run still takes its one second."""
    clock = tmp_path / "clock"
    faked = {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_NO_CACHE": "1",
    }
    code = textwrap.dedent(CLOCK_STEPS).format(clock=str(clock), step=step)
    for _ in range(3):  # as in in_time
        clock.write_text("+0s\n")
        run = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, **faked},
            capture_output=True,
            text=True,
            timeout=30,
        )
        ending, seconds = run.stdout.split()
        assert float(seconds) >= 1.0
        if ending == "stopped" and float(seconds) < 1.0 + 0.25:
            return
    raise AssertionError(f"Three times late or not stopped; at last {run.stdout}")


SCRIPT = """
    from optimizer.solvers.child import run_in_child
    import threading
    from tests.solvers import toys
    stop = threading.Event()
    told = lambda _: print("on", flush=True)
    outcome = run_in_child(toys.{target}, {args!r}, seconds=60, on_progress=told, stop=stop)
    print(outcome.ending, outcome.progress, stop.is_set())
"""


def script(target: str, *args: object) -> "subprocess.Popen[str]":
    """A plain script that runs a toy in a child; it has no guard around its main part."""
    code = textwrap.dedent(SCRIPT).format(target=target, args=args)
    return subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True, process_group=0
    )


def test_ctrl_c_stops_and_keeps_the_best():
    """SIGINT to the whole group, as a terminal does it: the child stops in its own time."""
    with script("counts_until_stopped") as process:
        assert process.stdout is not None
        process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)
        *_, last = process.stdout.read().splitlines()
    assert process.returncode == 0
    ending, number, set_by_signal = last.split()
    assert (ending, set_by_signal) == ("stopped", "True")
    assert int(number) >= 1


def test_a_second_ctrl_c_waits_no_longer():
    """A child that does not listen has two seconds after the first and none after the second."""
    with script("never_returns") as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        time.sleep(0.2)
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        last = process.stdout.read()
    assert time.monotonic() - started < 1.0
    assert last == "killed best True\n"


@pytest.mark.parametrize("target", ["never_returns", "freezes"])
def test_no_child_outlives_its_parent(target, tmp_path):
    """The parent is killed outright: the child goes too, even one that stands still."""
    with script(target, *([str(tmp_path / "pid")] if target == "never_returns" else [])) as process:
        assert process.stdout is not None
        process.stdout.readline()
        (child,) = psutil.Process(process.pid).children()
        process.kill()
    assert gone(child.pid)
