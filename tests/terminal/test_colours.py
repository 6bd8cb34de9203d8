#!/usr/bin/env python3
# test_colours: as many colours as the terminal has; the light theme on a light background. Speaks TAP.
# SPDX-License-Identifier: Apache-2.0
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from term import YAGURA, Home, Tty, attempt, done, skip_all  # noqa: E402

READY = "4 Networks"
# The accent of the light theme and of the usual one, as xterm's palette has them.
LIGHT, DARK = b"38;5;25m", b"38;5;110m"
QUESTION = b"\x1b]11;?\x1b\\"


def colours(raw):
    return set(re.findall(rb"\x1b\[([34]8;[25];[0-9;]*|[349][0-7]|10[0-7])m", bytes(raw)))


def leave(t):
    t.send("\x03")
    t.wait_end()
    return t.screen.violations + t.what_is_left()


def show_help(t):
    t.send("?")
    t.wait_text("Help")
    t.send("q")
    t.wait_no_text("Help")
    t.quiet()


def answered(home, answer, wanted, unwanted, config=None):
    """The terminal tells its background after the first picture."""
    argv = [YAGURA, "--demo"] + (["--config", home.config(config)] if config else [])
    with Tty(argv, home.env()) as t:
        t.wait_text(READY)
        if QUESTION not in t.raw:
            return "it did not ask"
        t.send(answer)
        show_help(t)  # then it has read the answer, too
        at = len(t.raw)
        show_help(t)
        painted = bytes(t.raw[at:])
        problems = [] if wanted in painted else ["%r was not painted" % wanted]
        problems += ["%r was painted" % unwanted] if unwanted in painted else []
        return "\n".join(problems + leave(t))


def not_asked(home, env, config=None):
    argv = [YAGURA, "--demo"] + (["--config", home.config(config)] if config else [])
    with Tty(argv, home.env(**env)) as t:
        t.wait_text(READY)
        t.quiet()
        problems = ["it asked"] if b"\x1b]11" in t.raw else []
        return "\n".join(problems + leave(t))


def chosen_is_kept(home):
    """Who names a theme before the answer comes keeps it."""
    with Tty([YAGURA, "--demo"], home.env()) as t:
        t.wait_text(READY)
        t.send(":theme mono\r")
        t.wait_no_text(":theme")
        t.quiet()
        at = len(t.raw)
        t.send("\x1b]11;rgb:ffff/ffff/ffff\x1b\\")
        show_help(t)
        found = colours(t.raw[at:])
        return "\n".join((["colours: %s" % found] if found else []) + leave(t))


def shows(home, env, pattern, none_of):
    with Tty([YAGURA, "--demo"], home.env(**env)) as t:
        t.wait_text(READY)
        t.send("2jj:theme warm\r")
        t.wait_no_text(":theme")
        t.quiet()
        found = colours(t.raw)
        wrong = [c for c in found if re.match(none_of, c)]
        problems = [] if any(re.match(pattern, c) for c in found) else ["none of %r: %s" % (pattern, found)]
        problems += ["there should be no %s" % wrong] if wrong else []
        return "\n".join(problems + leave(t))


def main():
    if not os.access(YAGURA, os.X_OK):
        skip_all("there is no program at " + YAGURA)
    white, black = "\x1b]11;rgb:ffff/ffff/ffff\x1b\\", "\x1b]11;rgb:1e/1e/1e\x07"
    tests = [("a light background", answered, white, LIGHT, DARK),
             ("a dark background", answered, black, DARK, LIGHT),
             ("an answer that is none", answered, "\x1b]11;rgb:zz/\x07", DARK, LIGHT),
             ("another answer", answered, "\x1b]10;rgb:ffff/ffff/ffff\x07", DARK, LIGHT),
             ("who configured a theme is not asked for", not_asked, {}, "theme: default\n"),
             ("NO_COLOR", not_asked, {"NO_COLOR": "1"}),
             ("a theme that was chosen is kept", chosen_is_kept)]
    tests += [("TERM=%s is not asked" % term, not_asked, {"TERM": term}) for term in ("linux", "vt100")]
    # The amber of the warm theme: itself, the nearest of 256, what the theme says for 16.
    tests += [("true colour", shows, {"COLORTERM": "truecolor"}, rb"38;2;234;172;102$", rb"38;5;215"),
              ("256 colours", shows, {}, rb"38;5;\d+$", rb"[34]8;2;"),
              ("16 colours", shows, {"TERM": "xterm-16color"}, rb"[39]\d$", rb"[34]8;"),
              ("8 colours", shows, {"TERM": "xterm"}, rb"3\d$", rb"[34]8;|9\d"),
              ("in GNU screen", shows, {"COLORTERM": "truecolor", "TERM": "screen-256color", "STY": "1.x"}, rb"38;5;",
               rb"[34]8;2;")]
    for name, test, *args in tests:
        with Home() as home:
            attempt(name, test, home, *args)
    done()


if __name__ == "__main__":
    main()
