#!/usr/bin/env python3
# test_input: keys, mouse, paste, and a terminal that changes its size. Speaks TAP.
# SPDX-License-Identifier: Apache-2.0
import os
import random
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from term import YAGURA, Home, Tty, attempt, done, skip_all  # noqa: E402

DEMO = [YAGURA, "--demo"]


def mouse(button, x, y, up=False):
    """xterm's SGR coordinates; x and y from 0."""
    return "\x1b[<%d;%d;%d%s" % (button, x + 1, y + 1, "m" if up else "M")


def click(t, x, y):
    t.send(mouse(0, x, y) + mouse(0, x, y, True))


def steady(screen):
    """The screen without what changes by itself: the clock."""
    return re.sub(r"\d\d:\d\d:\d\d", "--:--:--", screen.text())


def storm(home):
    """Sizes come faster than they can be painted; what is shown in the end is what painting anew shows."""
    config = home.puppet()
    chance = random.Random(7)
    with Tty([YAGURA, "--config", config], home.env()) as t:
        t.wait_text("15 ")
        sizes = [(1, 1), (20, 5), (400, 120), (2, 60), (300, 2), (60, 15), (59, 15)]
        for _ in range(60):
            cols, rows = sizes.pop() if sizes else (chance.randint(1, 400), chance.randint(1, 120))
            t.resize(cols, rows)
            if chance.random() < 0.5:
                t.read(0.01)
        for cols, rows in ((400, 120), (80, 24), (59, 14), (1, 1), (133, 41)):
            # Bytes painted for the size before may still be under way: only what comes then counts.
            t.quiet()
            t.screen.violations.clear()
            t.resize(cols, rows)
            if cols >= 60 and rows >= 15:
                t.wait(lambda s: "4 Networks" in s.text() and "15 " in s.row(1) or "15 " in s.text(), "four panes")
            t.quiet()
            before = steady(t.screen)
            t.send("\x0c")
            t.quiet()
            if t.screen.violations:
                return "%dx%d: %s" % (cols, rows, t.screen.violations)
            if steady(t.screen) != before:
                return "%dx%d: shown:\n%s\npainted anew:\n%s" % (cols, rows, before, steady(t.screen))
        t.send("q")
        return "\n".join(t.what_is_left()) if t.wait_end() == 0 else "exit status %d" % t.status


def mouse_focus(home):
    with Tty(DEMO, home.env()) as t:
        t.wait_text("4 Networks")
        click(t, 10, 15)
        t.send("z")
        t.wait_no_text("2 VMs")
        if "3 Containers" not in t.screen.row(1):
            return "the pane that was clicked is not the one that was zoomed:\n" + t.screen.text()
        t.send("z")
        t.wait_text("4 Networks")
        click(t, 60, 15)
        t.send("z")
        t.wait_no_text("3 Containers")
        return "" if "4 Networks" in t.screen.row(1) else t.screen.text()


def mouse_row(home):
    """A click chooses the row under it, a second one its details."""
    with Tty(DEMO, home.env()) as t:
        t.wait_text("4 Networks")
        t.send("2")
        name = t.screen.row(6)[40:].split()[1]
        click(t, 45, 6)
        t.quiet()
        t.send("\r")
        t.wait_text("vm " + name)
        return ""


def escape_and_key(home):
    """A slow line brings Escape and the next key in one piece: that is not Alt."""
    with Tty(DEMO, home.env()) as t:
        t.wait_text("4 Networks")
        t.send("2\r")
        t.wait_text(" fields ")
        t.send("\x1bt")
        t.wait_text("graph of vm")
        t.send("\x1b/nosuchvm")
        t.wait_text("/nosuchvm")
        t.send("\x1bq")
        return "" if t.wait_end() == 0 else "exit status %d" % t.status


def mouse_wheel(home):
    with Tty(DEMO, home.env()) as t:
        t.wait_text("4 Networks")
        t.send("2z")
        t.wait_no_text("4 Networks")
        first = t.screen.row(3)
        for _ in range(12):
            t.send(mouse(65, 20, 10))
        t.wait(lambda s: s.row(3) != first, "the rows to move under the wheel")
        for _ in range(30):
            t.send(mouse(64, 20, 10))
        t.wait(lambda s: s.row(3) == first, "the rows to come back")
        return ""


def mouse_outside(home):
    """Coordinates beyond the screen, and half a sequence, do nothing."""
    with Tty(DEMO, home.env()) as t:
        t.wait_text("4 Networks")
        for x, y in ((500, 3), (3, 500), (65000, 65000), (-1, -1), (0, 0)):
            click(t, x, y)
        t.send("\x1b[<0;5")
        t.quiet()
        t.send("\x1b[<99999999999999999999;1;1M\x1b[<;;M\x1b[M   ")
        t.quiet()
        t.send("\x1b")
        t.quiet()
        t.send("?")
        t.wait_text("Help")
        return "\n".join(t.screen.violations)


def paste_is_no_command(home):
    with Tty(DEMO, home.env()) as t:
        t.wait_text("4 Networks")
        t.send("2/web-01\r")
        t.wait_text("1 of 48")
        t.send("\x1b[200~q:q\rKweb-01\rz?\x03\x1b[201~")
        t.quiet()
        if t.ended():
            return "a paste ended it"
        for word in ("Help", "Force off"):
            if word in t.screen.text():
                return "a paste was taken for commands:\n" + t.screen.text()
        t.send("?")
        t.wait_text("Help")
        t.send("\x1b")
        t.wait(lambda s: "4 Networks" in s.text(), "the panes")
        return ""


def paste_into_a_line(home):
    """In a line it is text; its line breaks neither end the line nor break the screen."""
    with Tty(DEMO, home.env()) as t:
        t.wait_text("4 Networks")
        t.send("2/")
        t.wait(lambda s: s.row(23).startswith(" /"), "the filter's line")
        t.send("\x1b[200~we\r\nb\x1b[201~")
        t.wait(lambda s: "we" in s.row(23), "the text")
        t.quiet()
        if not t.screen.row(23).startswith(" /we"):
            return "the line was left:\n" + t.screen.text()
        t.send("\x1b")
        t.wait(lambda s: not s.row(23).startswith(" /"), "the line to close")
        t.send(":")
        t.wait(lambda s: s.row(23).startswith(" :"), "the command line")
        t.send("\x1b[200~q\r\x1b[201~")
        t.quiet()
        if t.ended():
            return "a pasted line break ran the command"
        return ""


def typed_ahead(home):
    """Everything that is typed at once is taken, in its order."""
    with Tty(DEMO, home.env()) as t:
        t.send("2/web-02\r\r")
        t.wait_text("vm web-02")
        t.send("\x1b")
        t.wait_text("/web-02")
        t.send(":theme light\r3zz:alarms\r")
        t.wait_text("Alarms")
        t.send("\x1b[A\x1bOA\x1b[B\x1b[5~\x1b[6~\x1b[H\x1b[F")
        t.send("qq")
        return "" if t.wait_end() == 0 else "exit status %d" % t.status


def noise(home):
    """Random bytes: it neither crashes nor writes what it must not; no key of a person's comes of it."""
    chance = random.Random(11)
    with Tty([YAGURA, "--demo", "--read-only"], home.env()) as t:
        t.wait_text("4 Networks")
        for _ in range(150):
            # Without the keys that leave: q, C-c, C-z, C-d, and ':' behind which a q could come.
            data = bytes(b for b in (chance.randrange(256) for _ in range(chance.randrange(1, 20)))
                         if b not in b"q\x03\x1a\x1c:")
            t.send(data)
            t.read(0.005)
            if t.ended():
                return "it ended: status %s" % t.status
        t.quiet()
        t.send("\x1b[201~")
        t.quiet()
        for _ in range(12):
            t.send("\x1b")
            t.quiet(0.08)
        t.send("\x03")
        t.wait_end()
        return "\n".join(t.screen.violations + t.what_is_left())


def main():
    if not os.access(YAGURA, os.X_OK):
        skip_all("there is no program at " + YAGURA)
    tests = [("a storm of sizes", storm), ("Escape and a key in one piece", escape_and_key),
             ("a click chooses the pane", mouse_focus),
             ("a click chooses the row", mouse_row), ("the wheel moves the rows", mouse_wheel),
             ("a mouse that lies", mouse_outside), ("a paste is no command", paste_is_no_command),
             ("a paste into a line", paste_into_a_line), ("keys that are typed ahead", typed_ahead),
             ("noise", noise)]
    for name, test in tests:
        with Home() as home:
            attempt(name, test, home)
    done()


if __name__ == "__main__":
    main()
