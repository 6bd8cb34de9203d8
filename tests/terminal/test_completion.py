#!/usr/bin/env python3
# test_completion: completion in real shells, with names that a shell would run if it were let. Speaks TAP.
# SPDX-License-Identifier: Apache-2.0
import os
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from term import HERE, ROOT, YAGURA, Home, Tty, attempt, done, ok, skip, skip_all, wait_until  # noqa: E402

# Each begins with a letter of its own. A shell that runs one of them makes a file called harm.
NAMES = ["a$(touch harm)", "b`touch harm`", 'c";touch harm;"', "d';touch harm;'", "e two  blanks *", "f\\back\\",
         "g広い", "h$HOME${PATH}", "i;touch harm", "j&touch harm&", "k~", "l#x", "m{a,b}", "n<x>harm", "o!!", "p(x)",
         "q|touch harm", "r\ttab", "s\x1b[31m", "t\u202ebidi", "u\ntouch harm"]
UNTYPABLE = "rstu"  # never offered

SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], "source {root}/share/completions/yagura.bash\r"),
    "zsh": (["zsh", "-f", "-i"], "autoload -U compinit; compinit -u -D; source {root}/share/completions/_yagura\r"),
    "fish": (["fish", "--no-config", "-i"], "source {root}/share/completions/yagura.fish\r"),
}

# What the shells start: it notes its words, and asks the real one when it is asked to complete.
WRAPPER = """#!/bin/bash
if [ "$1" = __complete ]; then
	"{yagura}" "$@" 2>>"{home}/errors"
	echo asked >>"{home}/log"
else
	printf '%s\\0' "$@" >"{home}/words.new" && mv "{home}/words.new" "{home}/words"
fi
"""


def prepare(home):
    os.mkdir(home.path + "/bin")
    wrapper = home.path + "/bin/yagura"
    with open(wrapper, "w", encoding="utf-8") as f:
        f.write(WRAPPER.format(yagura=YAGURA, home=home.path))
    os.chmod(wrapper, 0o755)
    os.makedirs(home.path + "/.config/yagura")
    os.rename(home.puppet(names=NAMES), home.path + "/.config/yagura/yagura.yaml")
    return home.env(PATH=home.path + "/bin:" + os.environ["PATH"], ZDOTDIR=home.path)


def asked(home):
    try:
        with open(home.path + "/log", encoding="utf-8") as f:
            return f.read().count("asked")
    except FileNotFoundError:
        return 0


def complete(t, home, typed):
    """Types, completes, and runs the line; the words that yagura was given."""
    words, before = home.path + "/words", asked(home)
    if os.path.exists(words):
        os.unlink(words)
    t.send(typed + "\t")
    t.wait(lambda _: asked(home) > before, "%r to be completed" % typed)
    t.send("\r")
    t.wait(lambda _: os.path.exists(words), "the command %r to be run" % typed)
    with open(words, encoding="utf-8") as f:
        return f.read().split("\0")[:-1]


def names(home, shell, quote):
    env = prepare(home)
    argv, setup = SHELLS[shell]
    with Tty(argv, env, 160, 40, cwd=home.path) as t:
        t.send(setup.format(root=ROOT) + "echo rea''dy\r")
        t.wait_text("ready")
        wrong = []
        for name in NAMES:
            if name[0] in UNTYPABLE or (shell == "bash" and quote == '"' and "!" in name):
                continue
            got = complete(t, home, "yagura get %scontainer/%s" % (quote, name[0]))
            if got != ["get", "container/" + name]:
                wrong.append("%r became %r" % (name, got))
        if os.path.exists(home.path + "/harm"):
            wrong.append("it was run")
        return "\n".join(wrong)


def words(home, shell):
    """Verbs, options, their values, kinds."""
    env = prepare(home)
    argv, setup = SHELLS[shell]
    wrong = []
    with Tty(argv, env, 160, 40, cwd=home.path) as t:
        t.send(setup.format(root=ROOT) + "echo rea''dy\r")
        t.wait_text("ready")
        for typed, wanted in (("descr", ["describe"]), ("get --wat", ["get", "--watch"]),
                              ("get --output=y", ["get", "--output=yaml"]), ("get -o y", ["get", "-o", "yaml"]),
                              ("get contai", ["get", "container/"]), ("do unp", ["do", "unpause"]),
                              ("screen --theme hi", ["screen", "--theme", "high-contrast"]),
                              ("get container -l state:paus", ["get", "container", "-l", "state:paused"]),
                              ("--config .config/yagura/yag", ["--config", ".config/yagura/yagura.yaml"])):
            got = complete(t, home, "yagura " + typed)
            if got != wanted:
                wrong.append("%r became %r" % (typed, got))
    return "\n".join(wrong)


def asks(*typed, env=None):
    start = time.monotonic()
    p = subprocess.run([YAGURA, "__complete", "--", *typed], env=env, stdin=subprocess.DEVNULL, capture_output=True,
                       timeout=20)
    return [line.split("\t")[0] for line in p.stdout.decode().splitlines()], time.monotonic() - start


def never_offered(home):
    got, _ = asks("get", "container/", env=prepare(home))
    wanted = ["container/" + name for name in NAMES if name[0] not in UNTYPABLE]
    return "" if sorted(got) == sorted(wanted) else "offered: %r" % got


def sick(home):
    """What does not answer costs its deadline; the others' names come all the same."""
    port_file = home.path + "/port"
    home.processes.append(subprocess.Popen([sys.executable, "-B", HERE + "/puppet.py", "silent", port_file]))
    wait_until(lambda: os.path.exists(port_file), 20, "the silent one")
    with open(port_file, encoding="utf-8") as f:
        port = int(f.read())
    config = home.config("discovery: off\ncontrollers:\n"
                         "  - {name: sick, provider: docker, url: 'tcp://127.0.0.1:%d'}\n"
                         "  - {name: well, provider: demo, url: 'demo:vms:40'}\n" % port)
    got, took = asks("--config", config, "get", "container/", env=home.env())
    if not got:
        return "nothing of the well one was offered"
    return "" if took < 3 else "it took %.1f s" % took


def many(home):
    """10,000 rows: what it costs in CPU, which is what it takes on a machine that is not busy."""
    best = 1e9
    for _ in range(5):
        before = os.times()
        got, _ = asks("--demo=vms:10000", "get", "vm/", env=home.env())
        after = os.times()
        best = min(best, after.children_user + after.children_system - before.children_user - before.children_system)
        if len(got) != 10000:
            return "%d were offered" % len(got)
    print("# 10,000 rows: %.0f ms of CPU" % (best * 1000))
    # A sanitizer's build is not what is measured.
    return "" if best <= 0.05 or "asan" in YAGURA else "it takes %.0f ms" % (best * 1000)


def main():
    if not os.access(YAGURA, os.X_OK):
        skip_all("there is no program at " + YAGURA)
    tests = [("what cannot be typed is not offered", never_offered), ("a sick controller", sick), ("10,000 rows", many)]
    for shell in SHELLS:
        if not shutil.which(shell):
            skip(shell, shell + " is not installed")
            continue
        tests += [("%s: words" % shell, words, shell)]
        tests += [("%s: names, %s" % (shell, how), names, shell, quote)
                  for how, quote in (("no quote", ""), ("double quotes", '"'), ("single quotes", "'"))]
    for name, test, *args in tests:
        with Home() as home:
            attempt(name, test, home, *args)
    ok("the shells are there", sum(map(bool, map(shutil.which, SHELLS))) > 0)
    done()


if __name__ == "__main__":
    main()
