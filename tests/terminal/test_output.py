#!/usr/bin/env python3
# test_output: what is written to the terminal: only what we mean, only when something changed. Speaks TAP.
# SPDX-License-Identifier: Apache-2.0
import os
import re
import signal
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from term import YAGURA, Home, Tty, attempt, done, skip_all  # noqa: E402

BORDERS = "│╭╮╰╯├┤"


def borders_are_whole(screen):
    """What is wrong with the frames of the panes: every row between them ends and begins with one."""
    wrong = []
    rows, cols = screen.rows, screen.cols
    for y in range(1, rows - 2):
        row = screen.cells[y]
        if row[0] not in BORDERS or row[cols - 1] not in BORDERS:
            wrong.append("row %d: %s" % (y, screen.row(y)))
    return wrong


def hostile(home, size):
    config = home.puppet()
    with Tty([YAGURA, "--config", config], home.env(), *size) as t:
        t.wait_text("15 ")
        problems = []
        # Through every place where a name of theirs is shown.
        for keys in ("3", "z", "z4", "]", "3", "]", "]", "]", "]", "/\u202e", "\x1b", "/bidi\r", "\x1b\x1b"):
            t.send(keys)
            t.quiet(0.08)
            problems += borders_are_whole(t.screen)
        for n in range(15):
            t.send("3gg" + "j" * n + "\r")
            t.wait(lambda s: "container" in s.row(1), "the details of row %d" % n)
            t.quiet(0.08)
            problems += borders_are_whole(t.screen)
            t.send("G\x1b")
            t.wait(lambda s: "3 Containers" in s.text(), "the panes again")
            t.send("t")
            t.wait(lambda s: "graph" in s.row(1), "the graph of row %d" % n)
            t.quiet(0.08)
            problems += borders_are_whole(t.screen)
            t.send("\x1b")
            t.wait(lambda s: "3 Containers" in s.text(), "the panes again")
        t.send(":do remove\r")
        t.wait_text("Esc to leave")
        problems += [] if "type " in t.screen.text() else ["nothing says what to type"]
        t.send("\x1b")
        t.wait_no_text("Esc to leave")
        if t.screen.clipboard is not None:
            problems.append("the clipboard was written: " + t.screen.clipboard)
        if t.screen.bells:
            problems.append("it rang")
        t.send("\x03")
        t.wait_end()
        return "\n".join(problems[:12] + t.screen.violations + t.what_is_left())


def idle(home):
    """Where nothing changes, nothing is written but the clock."""
    config = home.puppet()
    with Tty([YAGURA, "--config", config], home.env()) as t:
        t.wait_text("15 ")
        # The header names the controller at once, later its first figures: let all that come.
        t.quiet(0.9, 6)
        before, at = [t.screen.row(y) for y in range(24)], len(t.raw)
        # The clock shall have moved three times: that is the wait.
        for _ in range(3):
            clock = t.screen.row(0)
            t.wait(lambda s: s.row(0) != clock, "the clock to move", 5)
        written = bytes(t.raw[at:])
        after = [t.screen.row(y) for y in range(24)]
        changed = [y for y in range(24) if before[y] != after[y]]
        if changed != [0]:
            return "rows %s changed:\n%s" % (changed, t.screen.text())
        plain = re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]|\x1b\(B|[\x08\r]", b"", written)
        if not re.fullmatch(rb"[0-9:]*", plain):
            return "more than the clock was written: %r" % written
        return "" if len(written) <= 4 * 40 else "%d bytes for three seconds: %r" % (len(written), written)


def ascii_only(home):
    """In a locale without UTF-8 no byte above 127 is written."""
    config = home.puppet()
    with Tty([YAGURA, "--config", config], home.env(LC_ALL="C")) as t:
        t.wait_text("15 ")
        t.send("3\rG")
        t.wait_text(" fields ")
        t.send("\x1bt")
        t.wait_text("graph of")
        t.send("\x1b")
        t.quiet()
        t.send("\x03")
        t.wait_end()
        above = sorted({b for b in t.raw if b > 126})
        return "bytes above 126: %s" % above if above else "\n".join(t.screen.violations)


def falls_silent(home):
    """An engine that stops answering: the header says so, and keys are answered."""
    config = home.puppet()
    with Tty([YAGURA, "--config", config], home.env()) as t:
        t.wait_text("15 ")
        home.processes[-1].send_signal(signal.SIGSTOP)
        t.wait(lambda s: "? 1 of 1 controllers" in s.row(0), "that it is silent, in the header")
        t.send("?")
        t.wait_text("Help")
        t.send("\x1b")
        t.wait_no_text("Help")
        t.send(":q\r")
        t.wait_end()
        return "\n".join(t.screen.violations + t.what_is_left())


def library_speaks(home):
    """libxml2, below libvirt, tells standard error of a file that is not there: not over the picture."""
    config = home.config("discovery: off\ncontrollers:\n  - name: gone\n    provider: libvirt\n"
                         "    url: test:///nonexistent.xml\n")
    with Tty([YAGURA, "--config", config], home.env()) as t:
        t.wait(lambda s: "▲ 1 alarm" in s.row(0), "the controller's alarm")
        t.send(":controller\r")
        t.wait_text("down")
        t.quiet()
        t.send(":q\r")
        t.wait_end()
        return "it was written: %r" % bytes(t.raw[:600]) if b"I/O warning" in t.raw else ""


def no_colour(home):
    with Tty([YAGURA, "--demo"], home.env(NO_COLOR="1")) as t:
        t.wait_text("4 Networks")
        t.send("2jjKx\x1b")
        t.quiet()
        found = re.findall(rb"\x1b\[[0-9;]*m", bytes(t.raw))
        colours = {f for f in found if re.search(rb"(^|[\[;])(3[0-8]|4[0-8]|9[0-7]|10[0-7])(;|m)", f)}
        return "colours: %s" % colours if colours else ""


def shows_under(home, term, ready):
    with Tty([YAGURA, "--demo"], home.env(TERM=term)) as t:
        t.wait_text(ready)
        t.send("2/web\r")
        t.wait_text("8 of 48")
        t.send("?")
        t.wait_text("Help")
        t.send("\x1b")
        t.wait_text("8 of 48")
        problems = borders_are_whole(t.screen) if "vt100" not in term else []
        t.send("q")
        t.wait_end()
        return "\n".join(problems[:8] + t.screen.violations)


def refused_under(home, term):
    """One clear line, and exit code 2."""
    with Tty([YAGURA, "--demo"], home.env(TERM=term)) as t:
        status = os.waitstatus_to_exitcode(t.wait_end())
        said = bytes(t.raw).decode("utf-8", "replace").strip()
        if status == 2 and said.startswith("yagura: ") and "\n" not in said and "\x1b" not in said:
            return ""
        return "exit code %d, said: %r" % (status, said[:400])


def without_terminal(home):
    """Told to a pipe: one line, exit code 2, nothing on stdout."""
    p = subprocess.run([YAGURA, "--demo"], env=home.env(), stdin=subprocess.DEVNULL, capture_output=True, timeout=20)
    if p.returncode == 2 and not p.stdout and p.stderr.startswith(b"yagura: ") and p.stderr.count(b"\n") == 1:
        return ""
    return "exit code %d, said: %r" % (p.returncode, p.stdout[:200] + p.stderr[:400])


def main():
    if not os.access(YAGURA, os.X_OK):
        skip_all("there is no program at " + YAGURA)
    tests = [("hostile names, %dx%d" % size, hostile, size) for size in ((80, 24), (160, 45))]
    tests += [("idle", idle), ("a library that speaks", library_speaks), ("an engine falls silent", falls_silent)]
    tests += [("ASCII only", ascii_only), ("NO_COLOR", no_colour)]
    tests += [("TERM=" + term, shows_under, term, "4 Networks")
              for term in ("xterm-256color", "xterm", "screen", "screen-256color", "tmux", "tmux-256color", "linux", "vt100", "foot", "foot-unheard-of")]
    tests += [("TERM=%s is refused" % (term or "(empty)"), refused_under, term) for term in ("dumb", "nosuchterm", "")]
    tests += [("no terminal", without_terminal)]
    for name, test, *args in tests:
        with Home() as home:
            attempt(name, test, home, *args)
    done()


if __name__ == "__main__":
    main()
