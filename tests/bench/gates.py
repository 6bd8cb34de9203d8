#!/usr/bin/env python3
# gates: the short form of the bench for ./check: ratios and counts, as absolute times differ by machine.
# Speaks TAP. Each ratio is of two things measured in turn, and by their best or middle run.
# SPDX-License-Identifier: Apache-2.0
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import ttymeter as tm  # noqa: E402

SMALL = "--demo=hosts:20,vms:500,containers:480"
LARGE = "--demo=hosts:200,vms:50000,containers:49800,rate:5000"
JSON = os.path.join(os.path.dirname(tm.YAGURA), "tests/bench/bench_json")
count = bad = 0


def gate(name, value, limit, form="%.1f"):
    """A line of TAP: the value is to be at most the limit."""
    global count, bad
    count += 1
    passed = value <= limit
    bad += not passed
    print(("%%sok %%d - %%s: %s, at most %s" % (form, form)) % ("" if passed else "not ", count, name, value, limit),
          flush=True)


def skip(name, reason):
    global count
    count += 1
    print("ok %d - %s # skip %s" % (count, name, reason), flush=True)


def run(argv, env):
    """(wall seconds, seconds of processor) of a program that ends by itself."""
    begin = time.monotonic()
    pid = os.posix_spawn(argv[0], argv, env, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
    _, status, used = os.wait4(pid, 0)
    if status:
        raise AssertionError("%s: exit status %d" % (" ".join(argv), os.waitstatus_to_exitcode(status)))
    return time.monotonic() - begin, used.ru_utime + used.ru_stime


# ---- what is written ----

def bytes_of_keys(env):
    """Almost nothing changes by itself; the cursor goes up and down."""
    with tm.Terminal([tm.YAGURA, SMALL + ",rate:1"], env=env) as t:
        t.settle()
        t.type(b"2")
        seen = [p[2] for p in tm.keys([t], (b"j", b"k"), 40)[0] if p]
        gate("keys that are answered: misses", 40 - len(seen), 0, "%d")
        gate("bytes written for a key", statistics.median(seen or [0]), 600, "%d")


def nothing_changes(env):
    """All rows change, none of it is visible: the screen is too small for more than one line."""
    with tm.Terminal([tm.YAGURA, SMALL], (59, 14), env) as t:
        seen = t.settle()[2]
        gate("a screen too small: bytes at the start, at least", 20, seen, "%d")
        t.drain(0.3)
        gate("bytes written in 5 s while nothing visible changes", t.drain(5)[0], 0, "%d")


def only_the_clock(env):
    """An empty list alone on the screen: header and strip tick once a second."""
    with tm.Terminal([tm.YAGURA, SMALL], env=env) as t:
        t.settle()
        t.type(b"2", b"z", b"/", b"zzzz", b"\r")
        t.drain(1.5)
        written, pieces = t.drain(5)
        gate("bursts in 5 s while only the clock changes", pieces, 8, "%d")
        gate("bytes in 5 s while only the clock changes", written, 1500, "%d")


# ---- what grows with the rows ----

def small_and_large(env):
    small, large = (tm.Terminal([tm.YAGURA, demo], env=env) for demo in (SMALL, LARGE))
    with small, large:
        for t in (small, large):
            t.settle(limit=3)
            t.type(b"2")
        pairs = [(a[0], b[0]) for a, b in zip(*tm.keys([small, large], (b"j", b"k"), 120)) if a and b]
        gate("a key with 100,000 rows to one with 1,000, times", statistics.median(b / a for a, b in pairs), 3)
        for name, t, limit in (("1,000", small, 12), ("100,000", large, 100)):
            gate("MiB resident with %s rows" % name, t.memory()[0] / 1048576, limit)


def typing(env):
    """Letters of a filter on 100,000 rows to those on 1,000."""
    small, large = (tm.Terminal([tm.YAGURA, demo], env=env) for demo in (SMALL, LARGE))
    ratios = []
    with small, large:
        for t in (small, large):
            t.settle(limit=3)
            t.type(b"2")
        for word in (b"web", b"cpu>50", b"kvm-0"):
            for t in (small, large):
                t.type(b"/")
            for letter in word:
                a, b = (t.press(bytes([letter])) for t in (small, large))
                if a and b:
                    ratios.append(b[0] / a[0])
                for t in (small, large):
                    t.drain(0.05)
            for t in (small, large):
                t.type(b"\x1b")
    gate("letters of a filter that are not answered", 14 - len(ratios), 0, "%d")
    gate("a letter with 100,000 rows to one with 1,000, times", statistics.median(ratios or [99]), 5)


def cpu_of_start(demo, env):
    """Of the first two seconds; almost nothing changes by itself. A pause in what is written tells nothing."""
    with tm.Terminal([tm.YAGURA, demo + ",rate:1"], env=env) as t:
        t.drain(2)
        return t.cpu()


def start(env):
    """The best of a few starts, against a program that does nothing."""
    nothing = min(run([tm.YAGURA, "version"], env)[0] for _ in range(20)) * 1e3
    first = min(s[0] for s in tm.starts([[tm.YAGURA, SMALL]], 5, (200, 60), env)[0])
    gate("to the picture of 1,000 rows to 'yagura version', times", first / nothing, 20)
    small, large = (min(cpu_of_start(d, env) for _ in range(2)) for d in (SMALL, LARGE.replace(",rate:5000", "")))
    gate("a start with 100,000 rows to one with 1,000, in CPU, times", large / small, 15)


def get(env):
    few, many = (min(run([tm.YAGURA, "get", "vm", "--demo=vms:%d" % n], env)[1] for _ in range(4))
                 for n in (5000, 50000))
    gate("get of 50,000 rows to that of 5,000, times", many / few, 10)


def json_items():
    """Cutting and parsing of 20 MiB, against one pass of zlib's CRC over as much."""
    if not os.access(JSON, os.X_OK):
        skip("json", "there is no " + JSON)
        return
    data, crc = os.urandom(1 << 20) * 20, 1e9
    told = subprocess.run([JSON, "20"], capture_output=True, text=True, check=True).stdout
    for _ in range(7):
        begin = time.thread_time()
        zlib.crc32(data)
        crc = min(crc, time.thread_time() - begin)
    found = re.search(r"([\d.]+) ms of CPU.* (\d+) KiB held", told)
    gate("json of 20 MiB to a CRC of as much, times", float(found[1]) / 1e3 / crc, 30)
    gate("json of 20 MiB: KiB held", int(found[2]), 256, "%d")


def main():
    global bad
    with tempfile.TemporaryDirectory(prefix="yagura-gates.") as home:
        env = tm.clean_env(home)
        for test in (bytes_of_keys, nothing_changes, only_the_clock, small_and_large, typing, start, get):
            test(env)
    json_items()
    print("1..%d" % count)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
