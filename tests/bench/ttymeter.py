#!/usr/bin/env python3
# ttymeter: measures any full-screen program in a pseudo terminal, from outside; two of them in turn, too.
# SPDX-License-Identifier: Apache-2.0
"""
usage: ttymeter.py [OPTION...] -- PROGRAM [ARGUMENT...] [--vs PROGRAM [ARGUMENT...]]

  start  from before the program is started to its first byte, and to the last one before 150 ms of silence
  idle   what it writes and computes when no key is pressed
  keys   from a key to the first byte that comes after it, and to the last one before 4 ms of silence;
         keys come at any moment, also amid what the program does by itself
  memory what is resident

With --vs a second program is measured in turn with the first, key by key and start by start, so that
what else the machine does hits both. Nothing is computed between a key and its answer: bytes are counted,
not understood.
"""
import argparse
import codecs
import errno
import fcntl
import gc
import json
import os
import random
import re
import select
import shutil
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
YAGURA = os.path.abspath(os.environ.get("YAGURA", os.path.join(ROOT, "build/yagura")))

SILENT_S = 0.15  # a start is over when nothing came for so long
GAP_S = 0.004    # an answer is over when nothing came for so long
ANSWER_S = 2.0   # a key without an answer within that is counted as missed

# What programs ask a terminal at their start; some wait for the answer.
QUESTIONS = ((re.compile(rb"\x1b\[0?c"), b"\x1b[?62;22c"), (re.compile(rb"\x1b\[>0?c"), b"\x1b[>41;380;0c"),
             (re.compile(rb"\x1b\[6n"), b"\x1b[1;1R"), (re.compile(rb"\x1b\[5n"), b"\x1b[0n"),
             (re.compile(rb"\x1b\]1([01]);\?(?:\x07|\x1b\\)"), b"\x1b]11;rgb:0000/0000/0000\x1b\\"))

now = time.monotonic


def key(word):
    """A key as it is typed: its byte, ESC, ENTER, TAB, or an escape of C."""
    names = {"ESC": b"\x1b", "ENTER": b"\r", "TAB": b"\t", "SPACE": b" ", "BACKSPACE": b"\x7f"}
    return names.get(word) or codecs.escape_decode(word.encode())[0]


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))]


def clean_env(home, **more):
    """Where no configuration of the user is read."""
    env = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": home, "TZ": "UTC", "LC_ALL": "C.UTF-8",
           "TERM": "xterm-256color"}
    env.update(more)
    return env


class Terminal:
    """A program in a pseudo terminal; it is ended, by its process number, when this is closed."""

    def __init__(self, argv, size=(200, 60), env=None, cwd=None):
        self.total = 0
        self.is_over = False
        self.master, slave = os.openpty()
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        os.set_blocking(self.master, False)
        self.poll = select.poll()
        self.poll.register(self.master, select.POLLIN)
        program = shutil.which(argv[0]) or argv[0]
        # Opened by the leader of a new session, the terminal is the one that controls it.
        actions = [(os.POSIX_SPAWN_OPEN, 0, os.ttyname(slave), os.O_RDWR, 0), (os.POSIX_SPAWN_DUP2, 0, 1),
                   (os.POSIX_SPAWN_DUP2, 0, 2)]
        here = os.getcwd()
        os.chdir(cwd or here)
        self.start = now()
        self.pid = os.posix_spawn(program, argv, env or os.environ, file_actions=actions, setsid=True)
        os.chdir(here)
        os.close(slave)

    def read(self, seconds):
        """Takes what comes within so many seconds, at once if there is some; how many bytes."""
        if self.is_over or not self.poll.poll(seconds * 1000):
            return 0
        try:
            data = os.read(self.master, 1 << 17)
        except BlockingIOError:
            return 0
        except OSError as e:
            if e.errno != errno.EIO:
                raise
            data = b""
        self.is_over = not data
        self.total += len(data)
        self.data = data
        return len(data)

    def answer(self):
        for question, reply in QUESTIONS:
            if question.search(self.data):
                os.write(self.master, reply)

    def settle(self, silent=SILENT_S, limit=15.0, patience=15.0):
        """Reads until nothing came for so long, once something did; (first byte, last byte, how many): seconds
        since the start."""
        first = last = None
        end, count = now() + limit, 0
        while now() < end and not self.is_over:
            n = self.read(silent if first else min(patience, end - now()))
            if not n:
                break
            last = now()
            first = first or last
            count += n
            self.answer()
        return (first or now()) - self.start, (last or now()) - self.start, count

    def drain(self, seconds):
        """Reads for so long; how many bytes in how many pieces."""
        end, count, pieces, last = now() + seconds, 0, 0, 0.0
        while (left := end - now()) > 0 and not self.is_over:
            n = self.read(left)
            if n:
                pieces += now() - last > 0.002
                last = now()
                count += n
        return count, pieces

    def type(self, *keys):
        """Keys that are not measured."""
        for k in keys:
            os.write(self.master, k)
            self.settle(0.05, 2, 0.5)

    def press(self, k, gap=GAP_S):
        """One key: milliseconds to the first and the last byte of its answer, and bytes; None if none came."""
        while self.read(0):
            pass
        begin = now()
        os.write(self.master, k)
        count = self.read(ANSWER_S)
        if not count:
            return None
        first = last = now()
        # What it does by itself may follow without a pause: an answer is not longer than that.
        while last - first < 0.25 and (n := self.read(gap)):
            last = now()
            count += n
        return (first - begin) * 1e3, (last - begin) * 1e3, count

    def cpu(self):
        """Seconds of processor time, of all threads, also of those that ended."""
        try:
            return time.clock_gettime(~self.pid << 3 | 2)
        except OSError:
            return 0.0

    def memory(self):
        """(resident, proportional) bytes."""
        rss = pss = 0
        try:
            with open("/proc/%d/smaps_rollup" % self.pid, encoding="ascii") as f:
                for line in f:
                    if line.startswith("Rss:"):
                        rss = int(line.split()[1]) << 10
                    elif line.startswith("Pss:"):
                        pss = int(line.split()[1]) << 10
        except OSError:
            pass
        return rss, pss

    def close(self):
        if self.pid:
            for sig in (signal.SIGCONT, signal.SIGKILL):
                try:
                    os.kill(self.pid, sig)
                except ProcessLookupError:
                    pass
            os.waitpid(self.pid, 0)
            self.pid = 0
            os.close(self.master)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


# ---- what is measured ----

def starts(programs, times, size, env, cwd=None):
    """[(first ms, settled ms)] for each program, started in turn."""
    told = [[] for _ in programs]
    for _ in range(times):
        for argv, seen in zip(programs, told):
            with Terminal(argv, size, env, cwd) as t:
                first, last, _count = t.settle()
                seen.append((first * 1e3, last * 1e3))
    return told


def keys(terminals, pressed, times, chance=random.Random(1)):
    """[(first ms, last ms, bytes) or None] for each terminal, pressed in turn at odd moments."""
    told = [[] for _ in terminals]
    gc.disable()
    for i in range(times):
        for t, seen in zip(terminals, told):
            pause = now() + 0.005 + chance.random() * 0.03
            while (left := pause - now()) > 0:
                for other in terminals:
                    other.read(left / len(terminals))
            seen.append(t.press(pressed[i % len(pressed)]))
    gc.enable()
    return told


def idle(terminal, seconds):
    cpu, begin = terminal.cpu(), now()
    count, pieces = terminal.drain(seconds)
    took = now() - begin
    return {"bytes_s": count / took, "bursts_s": pieces / took,
            "cpu_s_min": (terminal.cpu() - cpu) * 60 / took}


def summary(presses):
    """Figures of keys, in milliseconds and bytes."""
    seen = [p for p in presses if p]
    if not seen:
        return {"keys": 0, "missed": len(presses)}
    first, last, sizes = ([p[i] for p in seen] for i in range(3))
    return {"keys": len(seen), "missed": len(presses) - len(seen), "p50": statistics.median(first),
            "p99": percentile(first, 0.99), "max": max(first), "whole_p50": statistics.median(last),
            "whole_p99": percentile(last, 0.99), "bytes": statistics.median(sizes), "bytes_max": max(sizes)}


def measure(programs, options, env, cwd=None):
    """All figures, a dict for each program."""
    told = [{"program": argv} for argv in programs]
    for t, seen in zip(told, starts(programs, options.starts, options.size, env, cwd)):
        if seen:
            t["first_ms"] = statistics.median(s[0] for s in seen)
            t["settled_ms"] = statistics.median(s[1] for s in seen)
    terminals = [Terminal(argv, options.size, env, cwd) for argv in programs]
    try:
        for t in terminals:
            t.settle(limit=5)
            t.type(*options.before)
        for t, figures in zip(terminals, told):
            if options.idle:
                figures.update(idle(t, options.idle))
        for figures, seen in zip(told, keys(terminals, options.keys, options.presses)):
            if options.presses:
                figures.update(summary(seen))
        for t, figures in zip(terminals, told):
            figures["rss_mib"], figures["pss_mib"] = (n / 1048576 for n in t.memory())
    finally:
        for t in terminals:
            t.close()
    return told


ROWS = (("start: first byte, ms", "first_ms", "%.1f"), ("start: settled, ms", "settled_ms", "%.1f"),
        ("key: p50, ms", "p50", "%.2f"), ("key: p99, ms", "p99", "%.2f"), ("key: max, ms", "max", "%.2f"),
        ("key: whole p50, ms", "whole_p50", "%.2f"), ("key: whole p99, ms", "whole_p99", "%.2f"),
        ("key: bytes", "bytes", "%.0f"), ("key: bytes, max", "bytes_max", "%.0f"),
        ("key: without an answer", "missed", "%d"), ("idle: bytes a second", "bytes_s", "%.0f"),
        ("idle: bursts a second", "bursts_s", "%.1f"), ("idle: CPU s a minute", "cpu_s_min", "%.3f"),
        ("memory: RSS, MiB", "rss_mib", "%.1f"), ("memory: PSS, MiB", "pss_mib", "%.1f"))


def table(names, figures, rows=ROWS):
    """Markdown: a line for each figure, a column for each program."""
    out = ["| | %s |" % " | ".join(names), "|---%s|" % ("|---" * len(names))]
    for title, name, form in rows:
        if any(name in f for f in figures):
            out.append("| %s | %s |" % (title, " | ".join(form % f[name] if name in f else "" for f in figures)))
    return "\n".join(out)


def options_of(words):
    p = argparse.ArgumentParser(prog="ttymeter.py", description=__doc__,
                                formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--size", action="append", help="COLSxROWS; may be given several times; 200x60")
    p.add_argument("--starts", type=int, default=7, metavar="N")
    p.add_argument("--idle", type=float, default=5, metavar="SECONDS")
    p.add_argument("--presses", type=int, default=300, metavar="N")
    p.add_argument("--keys", default="j,k", help="pressed in turn; ESC, ENTER, TAB, SPACE, \\x1b[B ...")
    p.add_argument("--before", default="", help="keys that are pressed first")
    p.add_argument("--json", action="store_true")
    p.add_argument("command", nargs=argparse.REMAINDER)
    o = p.parse_args(words)
    o.keys = [key(k) for k in o.keys.split(",")]
    o.before = [key(k) for k in o.before.split(",") if k]
    o.sizes = [tuple(map(int, s.split("x"))) for s in o.size or ["200x60"]]
    command = o.command[1:] if o.command[:1] == ["--"] else o.command
    at = command.index("--vs") if "--vs" in command else len(command)
    o.programs = [c for c in (command[:at], command[at + 1:]) if c]
    if not o.programs:
        p.error("no program is given")
    for argv in o.programs:
        if not shutil.which(argv[0]):
            p.error("no program '%s'" % argv[0])
    return o


def main():
    o = options_of(sys.argv[1:])
    with tempfile.TemporaryDirectory(prefix="yagura-bench.") as home:
        for o.size in o.sizes:
            told = measure(o.programs, o, clean_env(home), os.getcwd())
            if o.json:
                print(json.dumps({"size": "%dx%d" % o.size, "programs": told}))
            else:
                print("%dx%d\n\n%s\n" % (*o.size, table([os.path.basename(a[0]) for a in o.programs], told)))


if __name__ == "__main__":
    main()
