#!/usr/bin/env python3
# test_inside: a shell of this machine in a pane and by `yagura exec`: size, keys, paste, leaving. Speaks TAP.
# SPDX-License-Identifier: Apache-2.0
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from term import YAGURA, Home, Tty, attempt, done  # noqa: E402

HOST = os.uname().nodename
CONFIG = """discovery: no
controllers:
  - name: here
    provider: local
    url: "local:"
"""


def console(home):
    env = home.env(SHELL="/bin/sh", PS1="ready> ")
    return Tty([YAGURA, "--config", home.config(CONFIG)], env)


def open_shell(t):
    t.wait_text("1 Hosts")
    t.send("1")
    t.wait(lambda s: "● " + HOST in s.text(), "the host")
    t.send("e")
    t.wait_text("ready>")


def in_a_pane(home):
    with console(home) as t:
        open_shell(t)
        t.send("stty size; tty -s && echo tty-$((6 * 7))\r")
        t.wait_text("19 78")
        t.wait_text("tty-42")
        t.resize(100, 30)
        t.send("stty size\r")
        t.wait_text("25 98")
        # What it writes for the terminal itself stays where it is.
        t.send("printf '\\033]0;evil\\a\\033]52;c;aGk=\\a\\033[2J\\033[Hcle''ared\\n'\r")
        t.wait_text("cleared")
        t.send("exit 4\r")
        t.wait_text("ended, exit code 4; Enter closes")
        t.send("\r")
        t.wait_text("2 VMs")
        problems = list(t.screen.violations)
        if t.screen.title or t.screen.clipboard:
            problems.append("the far side set our title or clipboard")
        t.send("q")
        t.wait_end()
        return "\n".join(problems + t.what_is_left())


def left_and_found(home):
    with console(home) as t:
        open_shell(t)
        t.send("echo one-$((1 + 1))\r")
        t.wait_text("one-2")
        t.send("\x1d")
        t.wait_text("2 VMs")
        t.send(":terminals\r")
        t.wait_text("Terminals")
        t.send("1")
        t.wait_text("one-2")
        t.send("i=0; while [ $i -lt 60 ]; do i=$((i + 1)); echo line-$i-; done\r")
        t.wait_text("line-60-")
        t.send("\033[5;2~")
        t.wait_text("lines up")
        t.send("/line-7-\r")
        t.wait_text("line-7-")
        t.send("\033")
        t.wait_text("line-60-")
        # A paste of two lines is two lines; one key leaves, and the shell is hung up at the end.
        t.send("\033[200~echo pasted-$((2 + 3))\necho and-$((3 + 4))\n\033[201~")
        t.wait_text("pasted-5")
        t.wait_text("and-7")
        t.send("\x1d")
        t.wait_text("2 VMs")
        t.send("q")
        t.wait_end()
        return "\n".join(t.screen.violations + t.what_is_left())


def by_verb(home):
    config = home.config(CONFIG)
    env = home.env(SHELL="/bin/sh", PS1="ready> ")
    with Tty([YAGURA, "exec", "--config", config, "host/" + HOST], env) as t:
        t.wait_text("ready>")
        t.send("stty size\r")
        t.wait_text("24 80")
        t.resize(91, 33)
        t.send("stty size; exit 9\r")
        t.wait_text("33 91")
        status = t.wait_end()
        problems = t.what_is_left()
        if os.waitstatus_to_exitcode(status) != 9:
            problems.append("exit code %d" % os.waitstatus_to_exitcode(status))
    with Tty([YAGURA, "exec", "--config", config, "host/" + HOST], env) as t:
        t.wait_text("ready>")
        t.send("\x1d")
        t.wait_text("left host/")
        t.wait_end()
        problems += t.what_is_left()
    return "\n".join(problems)


with Home() as h:
    attempt("a shell in a pane", in_a_pane, h)
    attempt("it is left and found again, read and pasted into", left_and_found, h)
    attempt("yagura exec in a terminal", by_verb, h)
done()
