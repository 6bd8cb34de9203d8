#!/usr/bin/env python3
# test_finding: finding, coming back, what is kept, the clipboard, files read anew. Speaks TAP.
# SPDX-License-Identifier: Apache-2.0
import base64
import json
import os
import stat
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from term import YAGURA, Home, Tty, attempt, done  # noqa: E402

DEMO = [YAGURA, "--demo"]


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".new", "w", encoding="utf-8") as f:
        f.write(text)
    os.rename(path + ".new", path)


def find(home):
    """The cursor stands where letters are typed; what was typed ahead of the picture still counts."""
    with Tty(DEMO, home.env()) as t:
        t.wait_text("4 Networks")
        t.send("\x10kn1")
        t.wait_text("3 found")
        t.wait(lambda s: s.y == 2 and s.row(2)[s.x - 3:s.x] == "kn1", "the cursor behind what was typed")
        t.send("\x1b")
        t.wait_no_text("Find anything")
        t.send("\x10web-03\r\r")
        t.wait_text("vm web-03")
        return ""


def find_many(home):
    """A hundred thousand rows: a key is answered while they are looked at, and Enter is right."""
    with Tty([YAGURA, "--demo=hosts:200,vms:60000,containers:40000"], home.env()) as t:
        t.wait_text("60000")
        t.send("\x10")
        t.wait_text("Find anything")
        for letters in ("w", "e", "b", " ", "1", "9", "\x15", "s", "h", "o", "p", "\x15"):
            t.send(letters)
        t.send("web-19\r\r")
        t.wait_text("vm web-19")
        return ""


def back(home):
    with Tty(DEMO, home.env()) as t:
        t.wait_text("4 Networks")
        t.send("2/web-02\r\r")
        t.wait_text("VMs › vm web-02")
        t.send("\x1b[1;3D")
        t.wait_text("2 VMs /web-02")
        t.send("\x1b[1;3D")
        t.wait_no_text("/web-02")
        t.send("\x1b[1;3C\x1b[1;3C")
        t.wait_text("VMs › vm web-02")
        return ""


def kept(home):
    """Bookmarks and workspaces are there for the next console, and for nobody else to read."""
    path = os.path.join(home.path, ".config/yagura/state.yaml")
    with Tty(DEMO, home.env()) as t:
        t.wait_text("4 Networks")
        t.send("2/web\rjmx\r")
        t.wait_text("'x' is kept")
        t.send("z:workspace save night\r")
        t.wait_text("'night' is kept")
        t.send("q")
        t.wait_end()
    mode = stat.S_IMODE(os.stat(path).st_mode)
    if mode != 0o600:
        return "state.yaml has the mode %o" % mode
    with Tty(DEMO, home.env()) as t:
        t.wait_text("4 Networks")
        t.send("3'x\r")
        t.wait_text("vm web-02")
        t.send("\x1b" + "1")
        t.wait_text("workspace 'night'")
        if "VMs /web" not in t.screen.row(1) or "Networks" in t.screen.text():
            return t.screen.text()
        t.send("q")
        t.wait_end()
    write(path, "bookmarks:\n  - name: x\n    tap: vms\n")
    with Tty(DEMO, home.env()) as t:
        t.wait_text("4 Networks")
        t.send(":bookmark new\r")
        t.wait_text("had mistakes")
        with open(path + ".broken", encoding="utf-8") as f:
            return "" if "tap: vms" in f.read() else "what was broken is not what was put aside"


def clipboard(home):
    def copied(t):
        return base64.b64decode(t.screen.clipboard.split(";")[-1]).decode() if t.screen.clipboard else None

    with Tty(DEMO, home.env()) as t:
        t.wait_text("4 Networks")
        t.send("2/ad-02\ryy")
        t.wait(lambda s: copied(t) == "ad-02", "the name in the clipboard")
        t.send("yJ")
        t.wait(lambda s: copied(t).startswith("{"), "JSON in the clipboard")
        if json.loads(copied(t))["name"] != "ad-02":
            return copied(t)
        t.send("S")
        t.wait_text("Start ad-02")
        t.send("yc")
        t.wait(lambda s: copied(t) == "yagura do start vm/demo/ad-02", "the command in the clipboard")
        return ""


def reload(home):
    """Keys, a theme, a view: each counts a moment after its file was written; mistakes change nothing."""
    folder = os.path.join(home.path, ".config/yagura")
    os.makedirs(folder)
    with Tty(DEMO, home.env()) as t:
        t.wait_text("4 Networks")
        write(folder + "/keys.yaml", "x: view alarms\n")
        t.wait_text("are read anew")
        t.send("x")
        t.wait_text("› Alarms")
        t.send("\x1b")
        t.wait_text("4 Networks")
        write(folder + "/keys.yaml", "x: zoom\nCtrl-x: zoom\n")
        t.wait_text("keys.yaml:2:1: 'Ctrl-x' is no key")
        t.send("x")
        t.wait_text("› Alarms")
        t.send("\x1b")
        t.wait_text("4 Networks")
        write(folder + "/keys.yaml", "x: view alarms\n")
        t.wait_text("are read anew")
        write(folder + "/views/night.yaml", "kind: vm\npane: vms\ntab: 5\ntitle: Night\ncolumns:\n  - {field: name, width: 12}\n")
        t.wait_text("views are read anew")
        t.send(":night\r")
        t.wait_text("2 Night")
        write(folder + "/views/night.yaml", "kind: vm\npane: vms\ntitle: Day\ncolums:\n  - {field: name, width: 12}\n")
        t.wait_text("night.yaml:")
        if "2 Night" not in t.screen.text():
            return t.screen.text()
        # While something is asked nothing is taken away; it is read when that is over.
        t.send("1:")
        write(folder + "/views/night.yaml", "kind: vm\npane: vms\ntab: 5\ntitle: Day\ncolumns:\n  - {field: name, width: 12}\n")
        t.send("night")
        t.wait(lambda s: ":night" in s.row(23), "the line that is typed")
        t.send("\r")
        t.wait_text("2 Day")
        t.send("q")
        return "\n".join(t.what_is_left()) if t.wait_end() == 0 else "exit status %d" % t.status


with Home() as h:
    attempt("find: the cursor is where one types, Enter goes there", find, h)
    attempt("find: a hundred thousand rows", find_many, h)
    attempt("back and forth", back, h)
    attempt("what is kept by name", kept, h)
    attempt("the clipboard", clipboard, h)
with Home() as h:
    attempt("files read anew", reload, h)
done()
