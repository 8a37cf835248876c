"""Targets for a child process that misbehave, each in one way. Light to import: children do it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def adds(channel, a, b):
    channel.phase("compiling")
    channel.ready()
    channel.report({"best": a})
    return a + b


def counts_to(channel, last):
    """Reports 1, 2, 3, ... up to the last, as fast as it can."""
    channel.ready()
    for number in range(1, last + 1):
        channel.report(number)
    return "done"


def counts_until_stopped(channel, pause=0.01):
    """Reports 1, 2, 3, ... and returns the last number when asked to stop."""
    channel.ready()
    number = 0
    while not channel.stopping():
        number += 1
        channel.report(number)
        time.sleep(pause)
    return number


def listens_only(channel):
    """Follows the parent's word alone, not its own clock."""
    channel.ready()
    channel._stop.wait()
    return "heard"


def never_returns(channel, note=None):
    channel.ready()
    channel.report("best")
    if note is not None:
        Path(note).write_text(str(os.getpid()))
    while True:
        time.sleep(1)


def never_ready(channel):
    while True:
        time.sleep(1)


def raises(channel):
    channel.ready()
    channel.report("best")
    raise ValueError("no such column")


def aborts(channel):
    channel.ready()
    channel.report("best")
    print("Check failed: x >= 0", flush=True)
    os.abort()


def exits(channel):
    channel.ready()
    os._exit(7)


def freezes(channel):
    channel.ready()
    channel.report("best")
    os.kill(os.getpid(), signal.SIGSTOP)


def freezes_in_mid_sentence(channel):
    """Leaves the head of a long message in the pipe, and then stands still."""
    channel.ready()
    channel.report("best")
    os.write(channel._connection.fileno(), (10**6).to_bytes(4, "big") + b"only the beginning")
    os.kill(os.getpid(), signal.SIGSTOP)


def eats_memory(channel):
    channel.ready()
    channel.report("best")
    hoard = []
    while True:
        hoard.append(bytearray(64 << 20))


def chatters(channel):
    channel.ready()
    print("noise on stdout", flush=True)
    os.write(1, b"noise from C\n")
    return "quiet"


def returns_the_unsendable(channel):
    channel.ready()
    return lambda: None


def has_a_child_of_its_own(channel, note):
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    Path(note).write_text(str(process.pid))
    channel.ready()
    channel.report("best")
    while True:
        time.sleep(1)


warmed: list[int] = []


def warm_up(channel):
    channel.phase("warming up")
    warmed.append(os.getpid())


def tells_whether_warm(channel):
    channel.ready()
    return warmed == [os.getpid()]
