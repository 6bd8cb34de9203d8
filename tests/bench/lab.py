#!/usr/bin/env python3
# lab: figures on real controllers of tests/lab: listings beside those of docker and virsh, and who hangs.
# SPDX-License-Identifier: Apache-2.0
"""
usage: lab.py [--containers N] [--vms N] [--runs N] [--docker DIR] [--libvirt DIR] [get] [hang]

get: `yagura get` in turn with what docker and virsh need for the same; hang: a console whose controllers
hang: keys all the while, how long until it is told, and until they are back. --docker and --libvirt: labs
that are up already; without them they are started and taken down again. Needs root.
"""
import argparse
import json
import os
import re
import select
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import ttymeter as tm  # noqa: E402

LAB = os.path.join(tm.ROOT, "tests/lab")


# ---- labs ----

def lab_script(name, *words):
    done = subprocess.run([os.path.join(LAB, name), *words], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, check=False)
    if done.returncode == 77:
        print("# skipped: " + done.stdout.strip().split("\n")[-1])
        sys.exit(77)
    if done.returncode:
        raise SystemExit("%s %s: %s" % (name, " ".join(words), done.stderr))


class Lab:
    """One of tests/lab: started, or found up in a folder that was named."""

    def __init__(self, script, folder, *words):
        self.script, self.is_mine = script, not folder
        self.folder = folder or os.path.join(tempfile.mkdtemp(prefix="yb.", dir="/tmp"), "l")
        if self.is_mine:
            lab_script(script, "up", self.folder, *words)

    def __enter__(self):
        with open(os.path.join(self.folder, "env"), encoding="utf-8") as f:
            self.env = dict(line.rstrip("\n").split("=", 1) for line in f)
        return self

    def __exit__(self, *_):
        if self.is_mine:
            lab_script(self.script, "down", self.folder)
            shutil.rmtree(os.path.dirname(self.folder), ignore_errors=True)


def config(home, *controllers):
    path = os.path.join(home, "yagura.yaml")
    with open(path, "w", encoding="utf-8") as f:
        f.write("discovery: off\ncontrollers:\n" + "".join(
            "  - {name: %s, provider: %s, url: '%s'}\n" % c for c in controllers))
    return path


# ---- listings, in turn ----

def wall(commands, env):
    """Milliseconds of programs, one after the other."""
    begin = tm.now()
    for argv in commands:
        pid = os.posix_spawn(shutil.which(argv[0]), argv, env,
                             file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
        if os.waitpid(pid, 0)[1]:
            raise AssertionError("failed: " + " ".join(argv))
    return (tm.now() - begin) * 1e3


def in_turn(title, mine, theirs, env, runs):
    pairs = [(wall([mine], env), wall(theirs, env)) for _ in range(runs + 2)][2:]
    a, b = (statistics.median(p[i] for p in pairs) for i in (0, 1))
    print("| %s | %.1f | %.1f | %.2f |" % (title, a, b, statistics.median(p[0] / p[1] for p in pairs)), flush=True)


def rows_of(argv, env):
    return len(json.loads(subprocess.run(argv + ["-o", "json"], env=env, capture_output=True, check=True).stdout))


def get(docker, libvirt, home, runs):
    env = tm.clean_env(home)
    d, v = docker.env["LAB_DOCKER"], libvirt.env["LAB_LIBVIRT_A"]
    containers = [tm.YAGURA, "--config", config(home, ("d", "docker", d)), "get", "container"]
    n = rows_of(containers, env)
    print("\n### get\n\n| what | yagura, ms | beside it, ms | ratio |\n|---|---|---|---|")
    in_turn("`get container`, %d of them; `docker ps -a`" % n, containers, [["docker", "-H", d, "ps", "-a"]],
            env, runs)
    vms = [tm.YAGURA, "--config", config(home, ("v", "libvirt", v)), "get", "vm"]
    n = rows_of(vms, env)
    in_turn("`get vm`, %d of them; `virsh list --all` and `virsh domstats`" % n, vms,
            [["virsh", "-c", v, "list", "--all"], ["virsh", "-c", v, "domstats"]], env, runs)


# ---- who hangs ----

class Watch:
    """`get --watch`: what the program says of one row, as it changes."""

    def __init__(self, path, env, kind, name, wrap=()):
        self.name, self.rest, self.row = name, b"", {}
        self.p = subprocess.Popen([*wrap, tm.YAGURA, "--config", path, "get", kind, "--timeout", "1s", "--watch",
                                   "-o", "jsonl"],
                                  env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        os.set_blocking(self.p.stdout.fileno(), False)

    def look(self):
        while select.select([self.p.stdout], [], [], 0)[0]:
            data = os.read(self.p.stdout.fileno(), 1 << 16)
            if not data:
                break
            *lines, self.rest = (self.rest + data).split(b"\n")
            for line in lines:
                row = json.loads(line)
                if self.name in (row.get("name"), row.get("id")):
                    self.row = row
        return self.row

    def is_well(self):
        row = self.look()
        return row.get("state") in ("up", "running") and not row.get("silent")

    def is_told(self):
        """That it does not answer is shown; while it is still tried, nothing is."""
        row = self.look()
        return bool(row.get("silent")) or row.get("state") in ("silent", "down", "failed")

    def wait(self, condition, seconds):
        """Seconds until it is so, or None."""
        begin = tm.now()
        while tm.now() - begin < seconds:
            if condition():
                return tm.now() - begin
            time.sleep(0.02)
        return None

    def close(self):
        self.p.kill()
        self.p.wait()


def press_until(t, condition, begin, limit, at_least):
    """Keys at odd moments until the condition holds, and for so long; (presses, seconds until it held)."""
    seen, told = [], None
    while tm.now() - begin < limit and (told is None or tm.now() - begin < at_least):
        seen += tm.keys([t], (b"j", b"k"), 4)[0]
        if told is None and condition():
            told = tm.now() - begin
    return seen, told


def seconds(value):
    return "never" if value is None else "%.1f" % value


def hang(title, path, env, kind, name, act, undo, wrap=()):
    """One line of the table: keys before, keys while it hangs, when it is told, when it can be left, when it
    is back."""
    begin = tm.now()
    watch = Watch(path, env, kind, name, wrap)
    t = tm.Terminal([*wrap, tm.YAGURA, "--config", path], env=env)
    try:
        t.settle(limit=3)
        if act and watch.wait(watch.is_well, 20) is None:
            raise SystemExit("%s: not well to begin with: %s" % (title, watch.row))
        before = "not tried"
        if act:
            before = tm.summary(tm.keys([t], (b"j", b"k"), 60)[0])
            before = "%.2f / %.2f" % (before["p50"], before["p99"])
            begin = tm.now()
            act()
        seen, told = press_until(t, watch.is_told, begin, 20, 8)
        keys = tm.summary(seen)
        left = tm.now()
        os.write(t.master, b"q")
        while not t.is_over and tm.now() - left < 10:
            t.read(0.5)
        left = (tm.now() - left) * 1e3
        back = None
        if undo:
            undo()
            back = watch.wait(watch.is_well, 60)
        print("| %s | %s | %.2f / %.2f / %.2f | %d | %s | %.0f | %s |" % (
            title, before, keys["p50"], keys["p99"], keys["max"], keys["missed"],
            seconds(told), left, seconds(back) if undo else "not tried"), flush=True)
    finally:
        if undo:
            undo()
        t.close()
        watch.close()


def qemu_of(libvirt, name):
    """The process number of a guest of this lab."""
    found = subprocess.run(["ip", "netns", "pids", libvirt.env["LAB_LIBVIRT_A_NETNS"]], capture_output=True,
                           text=True, check=True).stdout.split()
    for pid in found:
        try:
            with open("/proc/%s/cmdline" % pid, "rb") as f:
                words = f.read()
        except OSError:
            continue
        if b"qemu-system" in words and b"guest=%s," % name.encode() in words:
            return int(pid)
    raise SystemExit("no qemu of guest '%s'" % name)


def stopped(pid):
    return (lambda: os.kill(pid, signal.SIGSTOP)), (lambda: os.kill(pid, signal.SIGCONT))


class Listener:
    """Takes connections and stays silent; after wake() it hands new ones on to a unix socket."""

    def __init__(self, target):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port, self.target, self.held = self.server.getsockname()[1], target, []
        self.is_awake = False
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            peer, _ = self.server.accept()
            if not self.is_awake:
                self.held.append(peer)
                continue
            far = socket.socket(socket.AF_UNIX)
            far.connect(self.target)
            for pair in ((peer, far), (far, peer)):
                threading.Thread(target=self.copy, args=pair, daemon=True).start()

    @staticmethod
    def copy(a, b):
        try:
            while data := a.recv(65536):
                b.sendall(data)
            b.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def wake(self):
        self.is_awake = True
        while self.held:
            self.held.pop().close()


class NameServer:
    """Answers nothing; after wake() 127.0.0.1 to whoever asks for an A record (RFC 1035, 4.1). Seen only by
    what is started with the words in wrap."""

    def __init__(self, home):
        self.server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.server.bind(("127.0.0.77", 53))
        self.is_awake = False
        path = os.path.join(home, "resolv.conf")
        with open(path, "w", encoding="ascii") as f:
            f.write("nameserver 127.0.0.77\n")
        self.wrap = ["unshare", "-m", "sh", "-c", 'mount --bind "$0" /etc/resolv.conf && exec "$@"', path]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            asked, peer = self.server.recvfrom(512)
            question = asked[12:asked.index(b"\0", 12) + 5]
            is_a = question[-4:-2] == b"\0\1"
            answer = b"\xc0\x0c\0\1\0\1\0\0\0\1\0\4\x7f\0\0\1" if is_a else b""
            if self.is_awake:
                self.server.sendto(asked[:2] + b"\x81\x80\0\1" + (b"\0\1" if is_a else b"\0\0") + b"\0\0\0\0"
                                   + question + answer, peer)

    def wake(self):
        self.is_awake = True


def hangs(docker, libvirt, home):
    env = tm.clean_env(home)
    d, v = docker.env["LAB_DOCKER"], libvirt.env["LAB_LIBVIRT_A"]
    real = (("d", "docker", d), ("v", "libvirt", v))
    print("\n### hang\n\n| what hangs | key before: p50 / p99, ms | key meanwhile: p50 / p99 / max, ms | keys not answered "
          "| told after, s | left by `q` after, ms | back after, s |\n|---|---|---|---|---|---|---|")
    path = config(home, *real)
    hang("a qemu of the guests (SIGSTOP)", path, env, "vm", "vm3", *stopped(qemu_of(libvirt, "vm3")))
    hang("dockerd (SIGSTOP)", path, env, "controller", "d", *stopped(int(docker.env["LAB_DOCKER_PID"])))
    hang("libvirtd (SIGSTOP)", path, env, "controller", "v", *stopped(int(libvirt.env["LAB_LIBVIRT_A_PID"])))
    names = NameServer(home)
    for provider, scheme, rest, target in (
            ("docker", "tcp", "", re.sub("^unix://", "", d)),
            ("libvirt", "qemu+tcp", "/system", re.sub("^.*socket=", "", v))):
        silent = Listener(target)
        path = config(home, *real, ("s", provider, "%s://127.0.0.1:%d%s" % (scheme, silent.port, rest)))
        hang("a TCP listener that stays silent, %s" % provider, path, env, "controller", "s", None, silent.wake)
        names.is_awake = False
        path = config(home, *real, ("s", provider, "%s://nowhere.example.net:%d%s" % (scheme, silent.port, rest)))
        hang("DNS that does not answer, %s" % provider, path, env, "controller", "s", None, names.wake, names.wrap)


def main():
    p = argparse.ArgumentParser(prog="lab.py", description=__doc__,
                                formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--containers", type=int, default=200)
    p.add_argument("--vms", type=int, default=20)
    p.add_argument("--runs", type=int, default=21)
    p.add_argument("--docker", metavar="DIR")
    p.add_argument("--libvirt", metavar="DIR")
    p.add_argument("part", nargs="*", choices=["get", "hang", []], default=[])
    o = p.parse_args()
    with Lab("docker.sh", o.docker) as docker, Lab("libvirt.sh", o.libvirt, str(o.vms)) as libvirt, \
            tempfile.TemporaryDirectory(prefix="yagura-bench.") as home:
        if not o.docker:
            lab_script("docker.sh", "fill", docker.folder, str(o.containers), "--calm")
        if "get" in o.part or not o.part:
            get(docker, libvirt, home, o.runs)
        if "hang" in o.part or not o.part:
            hangs(docker, libvirt, home)


if __name__ == "__main__":
    main()
