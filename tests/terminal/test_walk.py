#!/usr/bin/env python3
# test_walk: keys at random: nothing that is typed may crash the console or write what it must not.
# SPDX-License-Identifier: Apache-2.0
"""
YAGURA_WALK_SEED (a number; else the time) says which walks, YAGURA_WALKS how many at most,
YAGURA_WALK_SECONDS for how long. A failure prints the seed of its walk and the keys: that seed with
YAGURA_WALKS=1 walks the same way again.
"""
import os
import random
import signal
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from term import Home, Tty, YAGURA, done, ok  # noqa: E402

SEED = int(os.environ.get("YAGURA_WALK_SEED", "") or int(time.time()))
WALKS = int(os.environ.get("YAGURA_WALKS", "12"))
SECONDS = float(os.environ.get("YAGURA_WALK_SECONDS", "10"))
KEYS = 200

NAMED = ["\r", "\t", "\x1b[Z", "\x1b", "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[H", "\x1b[F", "\x1b[5~", "\x1b[6~",
         "\x1b[2~", "\x1b[3~", "\x7f", "\x01", "\x02", "\x04", "\x05", "\x06", "\x0b", "\x0c", "\x0e", "\x10", "\x12",
         "\x15", "\x17", "\x19", "\x1bOP", "\x1b[15~", "\x1b[24~", "\x1b[1;5A", "\x1b[1;2B", "\x1bx", "\x1b\x1b"]
LINES = ["/web", "/state:running cpu>60", "/~[", "/((((", "/\x15", "/é広👩‍👩", ":theme light\r", ":theme mono\r", ":sort -cpu\r",
         ":sort\r", ":vm\r", ":container\r", ":migrations\r", ":filter host:kvm-0*\r", ":columns name,cpu*2\r", ":do shutdown\r",
         ":do migrate\r", ":graph\r", ":refresh\r", ":help\r", ":nonsense\r", ":" + "x" * 300 + "\r", ":set\t\t\t\r",
         "1", "2", "3", "4", "z", "t", "a", "T", "A", "C", "D", "s", "o", "?", "y", " ", "]", "["]
ODD = [b"\x00", b"\xff\xfe", b"\xc3", b"\x1b[200~\x1b[201~", b"\x1b[200~q\r:q\r\x1b[31m\x1b[201~", b"\x1b[<0;5;5M\x1b[<0;5;5m",
       b"\x1b[<64;9;9M", b"\x1b[<65;70;20M", b"\x1b[<0;9999;9999M", b"\x1b[<0;0;0M", b"\x1b[M   ",
       b"\x1b[<0;20;8M\x1b[<32;60;30M\x1b[<0;60;30m", b"\x1b[<2;10;10M", b"\x1b[<35;1;1M", b"\x1b[200~" + b"ab\n\t" * 900 + b"\x1b[201~", b"\x1b[999999999999~",
       b"\x1b]0;x\x07", b"\x1bP1$r\x1b\\", b"\x1b[" + b"1;" * 200 + b"m", "\u202e\u200b".encode(), b"\x9b31m"]
SIZES = [(80, 24), (200, 60), (60, 15), (59, 14), (1, 1), (2, 3), (20, 100), (300, 5), (132, 43)]


def one_key(rng):
    at = rng.random()
    if at < 0.45:
        return chr(rng.randrange(0x20, 0x7f)).encode()
    if at < 0.75:
        return rng.choice(NAMED).encode()
    if at < 0.93:
        return rng.choice(LINES).encode()
    return rng.choice(ODD)


# What would end or stop the console does something else: the walk's end is a signal, wherever it came to.
CONFIG = "keys:\n  q: refresh\n  C-c: refresh\n  C-z: refresh\n"


def keys_of(rng):
    for _ in range(KEYS):
        yield rng.choice(SIZES) if rng.random() < 0.02 else one_key(rng)


def findings(home):
    """What a sanitizer wrote, into files: the console takes standard error away."""
    told = []
    for name in os.listdir(home.path):
        if name.startswith("finding"):
            with open(os.path.join(home.path, name), encoding="utf-8", errors="replace") as f:
                told.append(f.read()[:6000])
            os.unlink(os.path.join(home.path, name))
    return told


def sanitizers(home):
    """The options that are set, and where findings are to be written."""
    return {name: "%s:log_path=%s/finding" % (os.environ.get(name, ""), home.path) for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS")}


def walk(seed, home, demo="--demo"):
    rng = random.Random(seed)
    typed, is_resized = [], False
    language = rng.choice(("", "ja"))
    with Tty([YAGURA, demo, "--config", home.config(CONFIG)], home.env(LANGUAGE=language, **sanitizers(home)),
             *rng.choice(SIZES)) as t:
        t.wait(lambda s: "?2004" in s.modes, "the console", 60)
        for key in keys_of(rng):
            if t.ended():
                break
            typed.append(key)
            if isinstance(key, tuple):
                is_resized = True
                t.resize(*key)
            else:
                t.send(key)
            if rng.random() < 0.5:
                t.read(0.02)
        t.quiet(0.05, 1)
        if not t.ended():
            os.kill(t.pid, signal.SIGTERM)
        status = t.wait_end(20)
        told = []
        if not os.WIFEXITED(status) or os.WEXITSTATUS(status) not in (0, 130):
            told.append("it ended with status %#x" % status)
        told += findings(home) + t.what_is_left()
        # What was under way when the size changed was right for the size before.
        told += [v for v in t.screen.violations if not is_resized or "last column" not in v]
        if told:
            told = ["YAGURA_WALK_SEED=%d YAGURA_WALKS=1 %s" % (seed, demo), "typed: %r" % typed] + told
        return "\n".join(told)


def main():
    print("# YAGURA_WALK_SEED=%d" % SEED, flush=True)
    end = time.monotonic() + SECONDS
    with Home() as home:
        for i in range(WALKS):
            if i and time.monotonic() > end:
                break
            try:
                told = walk(SEED + i, home)
            except AssertionError as e:
                told = "YAGURA_WALK_SEED=%d: %s" % (SEED + i, e)
            ok("walk %d" % (SEED + i), not told, told)
    done()


if __name__ == "__main__":
    main()
