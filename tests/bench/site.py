#!/usr/bin/env python3
# site: the figures of the console on the demo site: 1,000 and 100,000 rows, and other programs beside it.
# SPDX-License-Identifier: Apache-2.0
"""
usage: site.py [--quick] [--json] [small] [peers] [large] [filter]

small: 1,000 rows; peers: what a user may have beside it, measured in turn with it; large: 100,000 rows, of
which 5,000 change a second; filter: the letters of a filter on them, one by one. Without a name: all.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import ttymeter as tm  # noqa: E402

SMALL = "--demo=hosts:20,vms:500,containers:480"
LARGE = "--demo=hosts:200,vms:50000,containers:49800,rate:5000"
STILL = "--demo=hosts:200,vms:50000,containers:49800,rate:1"
WORDS = (b"web", b"running", b"cpu>50", b"db-1", b"host:kvm-0", b"zzzz")


# ---- what others look at: as many rows ----

def a_thousand_files(home):
    folder = os.path.join(home, "files")
    os.mkdir(folder)
    for i in range(1000):
        with open(os.path.join(folder, "file-%04d" % i), "w", encoding="ascii"):
            pass
    return folder


def a_thousand_commits(home):
    folder = os.path.join(home, "commits")
    subprocess.run(["git", "init", "-q", folder], check=True)
    stream = "".join("commit refs/heads/main\ncommitter a <a@example> %d +0000\ndata 10\nnumber%4d\n" %
                     (1700000000 + i, i) for i in range(1000))
    subprocess.run(["git", "-C", folder, "fast-import", "--quiet"], input=stream.encode(), check=True)
    subprocess.run(["git", "-C", folder, "symbolic-ref", "HEAD", "refs/heads/main"], check=True)
    return folder


def a_thousand_lines(home):
    with open(os.path.join(home, "lines"), "w", encoding="ascii") as f:
        f.writelines("%d %s\n" % (i, "word " * 20) for i in range(1000))
    return home


PEERS = (("nnn", ["nnn", "-A"], a_thousand_files), ("tig", ["tig", "--all"], a_thousand_commits),
         ("vim", ["vim", "--clean", "lines"], a_thousand_lines), ("htop", ["htop"], None), ("btop", ["btop"], None))


# ---- the figures ----

def options(words, quick):
    o = tm.options_of(words + ["--", tm.YAGURA])
    o.size = o.sizes[0]
    if quick:
        o.starts, o.idle, o.presses = 3, min(o.idle, 2), min(o.presses, 100)
    return o


def on_demo(demo, words, quick):
    """The figures of the console alone."""
    with tempfile.TemporaryDirectory(prefix="yagura-bench.") as home:
        return tm.measure([[tm.YAGURA, demo]], options(words, quick), tm.clean_env(home))[0]


def small(quick):
    names, told = [], []
    for size in ("80x24", "200x60", "400x120"):
        names.append("1,000 rows, " + size)
        told.append(on_demo(SMALL, ["--size", size, "--starts", "15", "--idle", "20" if size == "200x60" else "5",
                                    "--presses", "400"], quick))
    return names, told


def large(quick):
    names, told = [], []
    for size in ("80x24", "200x60"):
        names.append("100,000 rows, " + size)
        told.append(on_demo(LARGE, ["--size", size, "--starts", "9", "--idle", "10", "--presses", "600",
                                    "--before", "2"], quick))
    return names, told


def peers(quick):
    names, told = [], []
    o = options(["--starts", "9", "--idle", "5", "--presses", "200"], quick)
    for name, argv, prepare in PEERS:
        if not shutil.which(name):
            print("# skipped: %s is not installed" % name)
            continue
        with tempfile.TemporaryDirectory(prefix="yagura-bench.") as home:
            folder = prepare(home) if prepare else home
            mine, theirs = tm.measure([[tm.YAGURA, SMALL], argv], o, tm.clean_env(home), folder)
            names += ["yagura", name]
            told += [mine, theirs]
    return names, told


def typed(t, words):
    """Each letter of each word in a filter of the VMs: [(first ms, last ms, bytes) or None]."""
    seen = []
    t.type(b"2")
    for word in words:
        t.type(b"/")
        for letter in word:
            t.drain(0.06)
            seen.append(t.press(bytes([letter])))
        t.type(b"\r", b"\x1b")
    return seen


def whole(t, words):
    """The same where nothing else changes: until the whole list is filtered and its count is right."""
    seen = []
    t.type(b"2")
    for word in words:
        t.type(b"/")
        for letter in word:
            t.settle(0.2, 2, 0.2)
            pressed = t.press(bytes([letter]), gap=0.2)
            seen.append(pressed[1] if pressed else None)
        t.type(b"\r", b"\x1b")
    return [s for s in seen if s is not None]


def letters(quick):
    times = 1 if quick else 6
    with tempfile.TemporaryDirectory(prefix="yagura-bench.") as home:
        with tm.Terminal([tm.YAGURA, LARGE], env=tm.clean_env(home)) as t:
            t.settle(limit=5)
            figures = tm.summary([p for _ in range(times) for p in typed(t, WORDS)])
        with tm.Terminal([tm.YAGURA, STILL], env=tm.clean_env(home)) as t:
            t.settle(limit=5)
            took = whole(t, WORDS)
            figures["filtered_p50"], figures["filtered_max"] = statistics.median(took), max(took)
    return ["100,000 rows, a letter of a filter"], [figures]


ROWS = tm.ROWS + (("the list wholly filtered: p50, ms", "filtered_p50", "%.1f"),
                  ("the list wholly filtered: max, ms", "filtered_max", "%.1f"))
PARTS = {"small": small, "peers": peers, "large": large, "filter": letters}


def main():
    p = argparse.ArgumentParser(prog="site.py", description=__doc__,
                                formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--quick", action="store_true", help="a third of the time, and coarser")
    p.add_argument("--json", action="store_true")
    p.add_argument("part", nargs="*", choices=[*PARTS, []], default=[])
    o = p.parse_args()
    for part in o.part or PARTS:
        names, told = PARTS[part](o.quick)
        if o.json:
            print(json.dumps({"part": part, "columns": names, "figures": told}), flush=True)
        else:
            print("\n### %s\n\n%s" % (part, tm.table(names, told, ROWS)), flush=True)


if __name__ == "__main__":
    main()
