#!/usr/bin/env python3
# test_places: where it has to start: no HOME, no locale, a disk that cannot be written, a slow line. Speaks TAP.
# SPDX-License-Identifier: Apache-2.0
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from term import YAGURA, Home, Tty, attempt, done, skip, skip_all  # noqa: E402

READY = "4 Networks"
BAUD = 9600  # 960 bytes a second


def looks_right(home, env, argv=()):
    """It starts, filters, shows help, leaves, and says nothing on the way."""
    with Tty([*argv, YAGURA, "--demo"], env) as t:
        t.wait_text(READY)
        t.send("2/web\r")
        t.wait_text("8 of 48")
        t.send("?")
        t.wait_text("Help")
        t.send("q")
        t.wait_no_text("Help")
        t.send("q")
        status = os.waitstatus_to_exitcode(t.wait_end())
        problems = [] if status == 0 else ["it ended with %d" % status]
        return "\n".join(problems + t.screen.violations + t.what_is_left())


def without(home, *names):
    env = home.env()
    for name in names:
        env.pop(name, None)
    return looks_right(home, env)


def locale(home, **names):
    env = home.env()
    del env["LC_ALL"]
    env.update(names)
    return looks_right(home, env)


def read_only(home):
    """In a mount namespace of its own, where nothing below / can be written."""
    script = ('mkdir "$HOME/root" && mount --rbind / "$HOME/root" && mount -o remount,ro,bind "$HOME/root" && '
              '! chroot "$HOME/root" touch "$HOME/x" 2>/dev/null && exec chroot "$HOME/root" "$@"')
    namespace = ["unshare", "-rm", "sh", "-c", script, "sh"]
    env = home.env()
    if subprocess.run([*namespace, "true"], env=env, stderr=subprocess.DEVNULL, check=False).returncode:
        skip("a read-only disk", "no mount namespace can be made")
        return
    os.rmdir(home.path + "/root")
    attempt("a read-only disk", looks_right, home, env, namespace)


def slow_line(home, cols, rows, first_s, key_ms):
    """Bytes, for a line of 9,600 baud: the first picture, a key, a second without one."""
    config = home.puppet(names=["web-%02d" % i for i in range(40)])
    with Tty([YAGURA, "--config", config], home.env(), cols, rows) as t:
        t.wait_text("40 ")
        t.quiet(0.9, 6)
        first = len(t.raw)
        t.send("3")
        t.quiet()
        costs = []
        for _ in range(5):
            before = len(t.raw)
            t.send("j")
            t.wait(lambda s: len(t.raw) > before, "the cursor to move")
            t.quiet(0.05, 1)
            costs.append(len(t.raw) - before)
        key = sorted(costs)[2]
        print("# %dx%d: first picture and all that follows %d bytes, a key %d" % (cols, rows, first, key))
        problems = []
        if first * 10 / BAUD > first_s:
            problems.append("the first picture takes %.1f s" % (first * 10 / BAUD))
        if key * 10 * 1000 / BAUD > key_ms:
            problems.append("a key takes %.0f ms, %d bytes" % (key * 10 * 1000 / BAUD, key))
        return "\n".join(problems)


def main():
    if not os.access(YAGURA, os.X_OK):
        skip_all("there is no program at " + YAGURA)
    tests = [("without HOME", without, "HOME"), ("without HOME and PATH", without, "HOME", "PATH")]
    for name, test, *args in tests:
        with Home() as home:
            attempt(name, test, home, *args)
    for names in ({"LC_ALL": "C"}, {"LANG": "C"}, {}, {"LC_ALL": "nosuch.UTF-8"}, {"LANG": "POSIX"}):
        with Home() as home:
            attempt("locale %s" % (" ".join("%s=%s" % n for n in names.items()) or "of nobody"),
                    lambda h, n=names: locale(h, **n), home)
    with Home() as home:
        attempt("a HOME that is not there", looks_right, home, home.env(HOME=home.path + "/nowhere"))
    with Home() as home:
        attempt("a HOME that is a file", looks_right, home, home.env(HOME="/etc/passwd"))
    with Home() as home:
        read_only(home)
    for cols, rows, first_s, key_ms in ((80, 24, 6, 350), (160, 45, 20, 500)):
        with Home() as home:
            attempt("9,600 baud, %dx%d" % (cols, rows), slow_line, home, cols, rows, first_s, key_ms)
    done()


if __name__ == "__main__":
    main()
