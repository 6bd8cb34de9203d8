#!/usr/bin/env python3
# test_leave: the terminal is given back however the console ends, or is stopped. Speaks TAP.
# SPDX-License-Identifier: Apache-2.0
import os
import signal
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from term import YAGURA, Home, Tty, attempt, done, skip_all  # noqa: E402

DEMO = [YAGURA, "--demo"]
is_sanitized = "build-asan" in YAGURA


def by_keys(home, keys, term):
    with Tty(DEMO, home.env(TERM=term)) as t:
        t.wait_text("2 VMs")
        t.send(keys)
        status = t.wait_end()
        problems = t.what_is_left() + t.screen.violations
        if os.waitstatus_to_exitcode(status) != 0:
            problems.append("exit code %d" % os.waitstatus_to_exitcode(status))
        return "\n".join(problems)


def top(home, keys):
    """The live table of `yagura top`: drawn in place, cut to the terminal, and left by a key."""
    with Tty([YAGURA, "top", "vm", "--demo"], home.env(), cols=60, rows=12) as t:
        t.wait_text("q leaves")
        t.wait_text("running")
        t.resize(70, 8)
        t.wait(lambda s: s.row(6).strip() and not s.row(7).strip(), "the smaller table")
        t.send(keys)
        problems = t.screen.violations
        code = os.waitstatus_to_exitcode(t.wait_end())
        if code != 130:
            problems = problems + ["exit code %d" % code]
        if t.line_mode() != t.before:
            problems = problems + ["the line's mode is not as it was"]
        return "\n".join(problems)


def by_signal(home, number, is_crash):
    with Tty(DEMO, home.env()) as t:
        t.wait_text("2 VMs")
        os.kill(t.pid, number)
        status = t.wait_end()
        problems = t.what_is_left() + t.screen.violations
        if is_crash and not is_sanitized and os.waitstatus_to_exitcode(status) != -number:
            problems.append("it should have died of signal %d: %s" % (number, status))
        return "\n".join(problems)


def by_hangup(home):
    """The terminal goes away: the console must not stay, or spin."""
    with Tty(DEMO, home.env()) as t:
        t.wait_text("2 VMs")
        os.close(t.slave)
        os.close(t.master)
        for _ in range(500):
            if t.ended():
                return ""
            time.sleep(0.02)
        return "it still runs 10 s after its terminal went away"


def fill(t):
    """Pictures until the terminal's queue is full, of which nobody reads a byte: more waits inside."""
    for i in range(12):
        t.set_size(200 - i, 60)
        t.send("\x0c")
        time.sleep(0.02)  # not to merge them all into one; nothing depends on how many are painted


def by_slow_line(home):
    """960 bytes a second, and pictures waiting: the terminal is given back all the same."""
    with Tty(DEMO, home.env(), 200, 60) as t:
        t.wait_text("2 VMs")
        fill(t)
        t.send("q")
        end, data = time.monotonic() + 60, b""
        while not t.ended() and time.monotonic() < end:
            try:
                data += os.read(t.master, 96)
            except BlockingIOError:
                pass
            time.sleep(0.1)
        if not t.ended():
            return "it still runs"
        t.screen.resize(200, 60)
        t.screen.feed(data)
        t.wait_end()
        return "\n".join(t.what_is_left())


def by_stopped_line(home, number):
    """A terminal that takes no byte any more holds no end up."""
    with Tty(DEMO, home.env(), 200, 60) as t:
        t.wait_text("2 VMs")
        fill(t)
        os.kill(t.pid, number)
        end = time.monotonic() + 20
        while not t.ended():
            if time.monotonic() > end:
                return "it still runs"
            time.sleep(0.02)
        return "" if t.line_mode() == t.before else "the line mode is not as it was"


def by_early_signal(home):
    """A signal that comes while it starts."""
    with Tty(DEMO, home.env()) as t:
        t.wait(lambda s: "?1049" in s.modes, "the alternate screen")
        os.kill(t.pid, signal.SIGTERM)
        t.wait_end()
        return "\n".join(t.what_is_left())


def until_it_reads(t):
    """A shell that has just got its terminal back may lose what is typed before its prompt: ask until it answers."""
    for n in range(20):
        t.send("\x15echo re''ads%d\r" % n)
        try:
            t.wait_text("reads%d" % n, 2)
            return
        except AssertionError:
            pass
    raise AssertionError("the shell does not read:\n" + t.screen.text())


def stopped(home):
    """^Z gives the shell its terminal; fg paints the console anew."""
    shell = ["bash", "--norc", "--noprofile", "-i"]
    with Tty(shell, home.env(PS1="shell> ", HISTFILE="/dev/null"), 100, 30) as t:
        t.wait_text("shell>")
        t.send("bind 'set enable-bracketed-paste off'; clear; stty -a >mode1; '%s' --demo\r" % YAGURA)
        t.wait_text("2 VMs")
        t.send("2")
        t.quiet()
        t.send(b"\x1a")
        t.wait(lambda s: "?1049" not in s.modes and t.foreground() == t.pid, "the shell to have the terminal")
        until_it_reads(t)
        left = [x for x in t.what_is_left() if "line mode" not in x]
        t.send("stty -a >mode2; echo mode''told\r")
        t.wait_text("modetold")
        t.send("fg\r")
        t.wait(lambda s: "?1049" in s.modes and "2 VMs" in s.text() and "3 Containers" in s.text(), "the console again")
        for mode in ("?1000", "?1006", "?2004"):
            if mode not in t.screen.modes:
                left.append("after fg: mode %s is off" % mode)
        t.send("z")
        t.wait_no_text("3 Containers")
        # Stopped from outside, as by "kill -TSTP".
        os.kill(t.foreground(), signal.SIGTSTP)
        t.wait(lambda s: "?1049" not in s.modes and t.foreground() == t.pid, "the shell to have it after SIGTSTP")
        until_it_reads(t)
        t.send("fg\r")
        t.wait(lambda s: "?1049" in s.modes and "2 VMs" in s.text(), "the console after SIGTSTP")
        t.send("q")
        t.wait(lambda s: "?1049" not in s.modes and t.foreground() == t.pid, "the shell to have it again")
        until_it_reads(t)
        t.send("stty -a >mode3; exit\r")
        t.wait_end()
        modes = [open("mode%d" % n).read() for n in (1, 2, 3)]
        if not modes[0] == modes[1] == modes[2]:
            left.append("stty -a differs:\n" + "\n--\n".join(modes))
        return "\n".join(left + t.screen.violations)


def main():
    if not os.access(YAGURA, os.X_OK):
        skip_all("there is no program at " + YAGURA)
    with Home() as home:
        os.chdir(home.path)
        for term in ("xterm-256color", "screen-256color", "tmux-256color", "linux", "vt100"):
            attempt("q under TERM=%s" % term, by_keys, home, "q", term)
        attempt(":q", by_keys, home, ":q\r", "xterm-256color")
        attempt("^C", by_keys, home, "\x03", "xterm-256color")
        for name in ("TERM", "HUP", "INT", "QUIT", "USR1", "USR2", "ALRM", "XCPU"):
            attempt("SIG" + name, by_signal, home, getattr(signal, "SIG" + name), False)
        for name in ("SEGV", "ABRT", "BUS", "FPE", "ILL"):
            attempt("SIG" + name, by_signal, home, getattr(signal, "SIG" + name), True)
        attempt("q on a slow line", by_slow_line, home)
        for name in ("TERM", "SEGV"):
            attempt("SIG%s and a terminal that stopped" % name, by_stopped_line, home, getattr(signal, "SIG" + name))
        attempt("a signal that comes at once", by_early_signal, home)
        attempt("the terminal goes away", by_hangup, home)
        attempt("top: q", top, home, "q")
        attempt("top: ^C", top, home, "\x03")
        attempt("^Z and fg", stopped, home)
    done()


if __name__ == "__main__":
    main()
