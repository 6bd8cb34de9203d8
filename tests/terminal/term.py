# term: a program in a pseudo terminal, and a strict terminal that understands what it writes.
# SPDX-License-Identifier: Apache-2.0
"""
Screen is the oracle: it knows the sequences that the console may write, and notes everything else as a
violation. Tty runs a program in it and waits for what comes on the screen, never for time.
"""
import errno
import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
YAGURA = os.path.abspath(os.environ.get("YAGURA", os.path.join(ROOT, "build/yagura")))


# ---- TAP ----

class Tap:
    count = bad = 0


def ok(name, passed, told=""):
    Tap.count += 1
    print("%sok %d - %s" % ("" if passed else "not ", Tap.count, name), flush=True)
    if not passed:
        Tap.bad += 1
        for line in str(told).split("\n")[:50]:
            print("# " + line, flush=True)
    return passed


def skip(name, reason):
    Tap.count += 1
    print("ok %d - %s # skip %s" % (Tap.count, name, reason), flush=True)


def skip_all(reason):
    print("1..0 # skip " + reason, flush=True)
    sys.exit(77)


def done():
    print("1..%d" % Tap.count)
    sys.exit(1 if Tap.bad else 0)


# ---- a strict terminal ----

def width_of(ch):
    if unicodedata.category(ch) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(ch) in "WF" else 1


class Screen:
    """What the console may write: everything else lands in violations."""
    modes_known = {"?1", "?7", "?12", "?25", "?47", "?1000", "?1002", "?1006", "?1047", "?1048", "?1049", "?2004", "?2026", "4",
                   "34"}  # screen and tmux: the cursor's shape, in cnorm

    def __init__(self, cols, rows):
        self.violations, self.modes, self.keypad, self.title = [], {"?25", "?7"}, False, None
        self.clipboard = None
        self.pending = b""
        self.acs = False
        self.bells = self.cancels = 0
        self.resize(cols, rows)

    def resize(self, cols, rows):
        self.cols, self.rows = cols, rows
        self.cells = [[" "] * cols for _ in range(rows)]
        self.x = self.y = 0
        self.wrap = False
        self.top, self.bottom = 0, rows - 1
        self.saved = (0, 0)
        self.last = " "

    def text(self):
        return "\n".join("".join(row).rstrip() for row in self.cells)

    def row(self, y):
        return "".join(self.cells[y])

    def wrong(self, what):
        if len(self.violations) < 20:
            self.violations.append(what)

    # -- bytes to sequences

    tokens = re.compile(
        rb"(?:\x1b(?:\[[?>=!]?[0-9;:]*[ -/]*|\][^\x07\x1b\x18]*)?|[\xc2-\xf4][\x80-\xbf]{0,2})?\x18"
        rb"|\x1b\[[?>=!]?[0-9;:]*[ -/]*[@-~]"
        rb"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
        rb"|\x1b[()][A-Z0-9]"
        rb"|\x1b[78=>MDEHcg]"
        rb"|[\x00-\x1a\x1c-\x1f\x7f]"
        rb"|[\x20-\x7e]+"
        rb"|(?:[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})+")

    def feed(self, data):
        data = self.pending + data
        at = 0
        while at < len(data):
            m = self.tokens.match(data, at)
            if not m:
                if len(data) - at < 200 and self.is_partial(data[at:]):
                    break
                self.wrong("not understood: %r" % data[at:at + 24])
                at += 1
                continue
            if m.end() == len(data) and data[at] >= 0xc2 and self.is_partial(data[at:]):
                break
            self.token(m.group())
            at = m.end()
        self.pending = data[at:]

    @staticmethod
    def is_partial(rest):
        if rest[:1] == b"\x1b":
            return re.fullmatch(rb"\x1b(\[[?>=!]?[0-9;:]*[ -/]*|\][^\x07\x1b]*\x1b?|[()])?", rest) is not None
        for n in (1, 2, 3):
            tail = rest[-n:]
            if tail and tail[0] >= 0xc2 and n < (2 if tail[0] < 0xe0 else 3 if tail[0] < 0xf0 else 4):
                return len(rest) == n
        return False

    def token(self, t):
        if t[-1:] == b"\x18":  # CAN: whatever was begun is no more; a crash says so, once
            self.cancels += 1
            if self.cancels > 1:
                self.wrong("cancelled again: %r" % t)
        elif t[0] >= 0x20 and t[0] != 0x7f:
            self.put(t.decode("utf-8"))
        elif t[:2] == b"\x1b[":
            self.csi(t[2:].decode())
        elif t[:2] == b"\x1b]":
            self.osc(t[2:].rstrip(b"\x07\x1b\\").decode("utf-8", "replace"))
        elif t[0] == 0x1b:
            self.escape(t[1:].decode())
        else:
            self.control(t[0])

    # -- what they do

    def put(self, text):
        for ch in text:
            w = width_of(ch)
            if unicodedata.category(ch) in ("Cc", "Cf", "Co", "Cn", "Zl", "Zp"):
                self.wrong("a character that must not be written: U+%04X" % ord(ch))
            if w == 0:
                x = self.x - 1 if not self.wrap else self.x
                if 0 <= x < self.cols:
                    self.cells[self.y][x if self.cells[self.y][x] else x - 1] += ch
                continue
            if self.wrap:
                self.x, self.wrap = 0, False
                self.line_feed()
            if self.x + w > self.cols:
                self.wrong("a wide character in the last column")
                w = 1
            self.cells[self.y][self.x] = ch
            if w == 2:
                self.cells[self.y][self.x + 1] = ""
            self.last = ch
            self.x += w
            if self.x >= self.cols:
                self.x, self.wrap = self.cols - 1, "?7" in self.modes

    def line_feed(self):
        if self.y == self.bottom:
            self.scroll(1)
        elif self.y < self.rows - 1:
            self.y += 1

    def scroll(self, n):
        for _ in range(abs(n)):
            if n > 0:
                del self.cells[self.top]
                self.cells.insert(self.bottom, [" "] * self.cols)
            else:
                del self.cells[self.bottom]
                self.cells.insert(self.top, [" "] * self.cols)

    def control(self, c):
        self.wrap = False if c in (8, 13) else self.wrap
        if c == 8:
            self.x = max(0, self.x - 1)
        elif c == 9:
            self.x = min(self.cols - 1, (self.x // 8 + 1) * 8)
        elif c in (10, 11):
            self.line_feed()
        elif c == 13:
            self.x = 0
        elif c == 14 or c == 15:
            self.acs = c == 14
        elif c == 7:
            self.bells += 1
        elif c != 0:
            self.wrong("control character %#04x" % c)

    def escape(self, e):
        if e == "7":
            self.saved = (self.x, self.y)
        elif e == "8":
            self.x, self.y = self.saved
        elif e in ("=", ">"):
            self.keypad = e == "="
        elif e == "M":
            if self.y == self.top:
                self.scroll(-1)
            else:
                self.y = max(0, self.y - 1)
        elif e in ("D", "E"):
            self.line_feed()
        elif e[0] in "()":
            if e[1] not in "B0":
                self.wrong("character set " + e)
        elif e not in ("g",):
            self.wrong("ESC " + e)

    def osc(self, text):
        if text.startswith("52;"):
            self.clipboard = text
        elif text not in ("104", "11;?"):  # the palette as it was, terminfo's "oc"; the background, asked
            self.wrong("OSC " + text[:40])

    def csi(self, s):
        m = re.fullmatch(r"([?>=!]?)([0-9;:]*)([ -/]*)(.)", s)
        mark, args, between, final = m.groups()
        numbers = [int(a) if a.isdigit() else 0 for a in args.split(";")] if args else []
        n = max(1, numbers[0]) if numbers else 1
        if between or (mark and not (mark == "?" and final in "hlc")):
            self.wrong("CSI " + s)
            return
        if final in "hl":
            self.mode(mark, numbers, final == "h", s)
            return
        self.wrap = False if final in "ABCDEFGHdf`" else self.wrap
        row = self.cells[self.y] if self.y < len(self.cells) else [" "] * self.cols
        if final in "Hf":
            y, x = (numbers + [1, 1])[:2] if len(numbers) > 1 else (n, 1)
            self.y, self.x = min(max(y, 1), self.rows) - 1, min(max(x, 1), self.cols) - 1
        elif final == "A":
            self.y = max(0, self.y - n)
        elif final == "B":
            self.y = min(self.rows - 1, self.y + n)
        elif final == "C":
            self.x = min(self.cols - 1, self.x + n)
        elif final == "D":
            self.x = max(0, self.x - n)
        elif final in "G`":
            self.x = min(self.cols, n) - 1
        elif final == "d":
            self.y = min(self.rows, n) - 1
        elif final == "J":
            self.erase_screen(numbers[0] if numbers else 0)
        elif final == "K":
            how = numbers[0] if numbers else 0
            a, b = (self.x, self.cols) if how == 0 else (0, self.x + 1) if how == 1 else (0, self.cols)
            row[a:b] = [" "] * (b - a)
        elif final == "X":
            b = min(self.cols, self.x + n)
            row[self.x:b] = [" "] * (b - self.x)
        elif final == "P":
            del row[self.x:self.x + n]
            row.extend([" "] * (self.cols - len(row)))
        elif final == "@":
            row[self.x:self.x] = [" "] * n
            del row[self.cols:]
        elif final == "b":
            self.put(self.last * n)
        elif final in "LM":
            saved, self.top = self.top, self.y
            self.scroll(n if final == "M" else -n)
            self.top = saved
        elif final in "ST":
            self.scroll(n if final == "S" else -n)
        elif final == "r":
            self.top = (numbers[0] if numbers else 1) - 1
            self.bottom = (numbers[1] if len(numbers) > 1 else self.rows) - 1
            self.x = self.y = 0
        elif final == "Z":
            self.x = max(0, (self.x - 1) // 8 * 8)
        elif final not in "mcn" and s not in ("22;0;0t", "23;0;0t"):  # xterm's smcup: keep the title
            self.wrong("CSI " + s)

    def mode(self, mark, numbers, on, s):
        for number in numbers:
            name = mark + str(number)
            if name not in self.modes_known:
                self.wrong("mode CSI " + s)
            (self.modes.add if on else self.modes.discard)(name)
            if number == 1049 and mark:
                self.erase_screen(2)

    def erase_screen(self, how):
        for y in range(self.rows):
            a, b = 0, self.cols
            if how == 0 and y <= self.y:
                a, b = (self.cols, self.cols) if y < self.y else (self.x, self.cols)
            elif how == 1 and y >= self.y:
                a, b = (0, 0) if y > self.y else (0, self.x + 1)
            self.cells[y][a:b] = [" "] * (b - a)


# ---- a program in it ----

class Home:
    """A folder to live in, where no configuration of the user is read; removed at the end."""

    def __enter__(self):
        self.path = tempfile.mkdtemp(prefix="yagura-test.")
        self.processes = []
        return self

    def __exit__(self, *_):
        for p in self.processes:
            p.kill()
            p.wait()
        shutil.rmtree(self.path, ignore_errors=True)

    def env(self, **more):
        env = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": self.path, "TZ": "UTC",
               "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}
        for name in os.environ:
            if name.startswith(("ASAN_", "UBSAN_", "LSAN_")):
                env[name] = os.environ[name]
        env.update(more)
        return env

    def config(self, text):
        path = os.path.join(self.path, "yagura.yaml")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def puppet(self, what="docker", names=()):
        """Starts the engine that we play; returns the path of a configuration for it."""
        sock = os.path.join(self.path, "engine.sock")
        self.processes.append(subprocess.Popen([sys.executable, "-B", os.path.join(HERE, "puppet.py"), what, sock, *names],
                                               stdin=subprocess.DEVNULL))
        wait_until(lambda: os.path.exists(sock), 20, "the engine that we play")
        return self.config("discovery: off\ncontrollers:\n  - name: puppet\n    provider: docker\n"
                           "    url: unix://%s\n" % sock)


def wait_until(condition, seconds, what):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("not within %g s: %s" % (seconds, what))
        time.sleep(0.01)


class Tty:
    def __init__(self, argv, env, cols=80, rows=24, cwd=None):
        self.screen = Screen(cols, rows)
        self.raw = bytearray()
        self.eof = False
        self.status = None
        self.master, self.slave = pty.openpty()
        self.set_size(cols, rows)
        # Something that is not the default, to see that it comes back.
        mode = termios.tcgetattr(self.slave)
        mode[0] &= ~termios.IXON
        mode[6][termios.VERASE] = b"\x08"
        termios.tcsetattr(self.slave, termios.TCSANOW, mode)
        self.before = self.line_mode()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.setsid()
                fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
                for fd in (0, 1, 2):
                    os.dup2(self.slave, fd)
                os.closerange(3, 64)
                if cwd:
                    os.chdir(cwd)
                os.execvpe(argv[0], argv, env)
            finally:
                os._exit(127)
        os.set_blocking(self.master, False)

    def line_mode(self):
        return repr(termios.tcgetattr(self.slave))

    def set_size(self, cols, rows):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))

    def resize(self, cols, rows):
        self.read(0)
        self.screen.resize(cols, rows)
        self.set_size(cols, rows)

    def read(self, seconds):
        """Takes what comes within so many seconds, at once if there is some; how many bytes."""
        if not select.select([self.master], [], [], seconds)[0]:
            return 0
        try:
            data = os.read(self.master, 1 << 16)
        except BlockingIOError:
            return 0
        except OSError as e:
            if e.errno != errno.EIO:
                raise
            data = b""
        if not data:
            self.eof = True
            return 0
        self.raw += data
        self.screen.feed(data)
        return len(data)

    def send(self, text):
        os.write(self.master, text if isinstance(text, bytes) else text.encode())

    def wait(self, condition, what, seconds=20):
        end = time.monotonic() + seconds
        while not condition(self.screen):
            left = end - time.monotonic()
            if left < 0:
                raise AssertionError("not within %g s: %s\nscreen:\n%s\nviolations: %s" %
                                     (seconds, what, self.screen.text(), self.screen.violations))
            self.read(min(left, 0.1))
            if self.ended():
                self.read(0)
                if condition(self.screen):
                    return
                raise AssertionError("it ended (%s) before: %s\n%s" % (self.status, what, self.screen.text()))

    def wait_text(self, text, seconds=20):
        self.wait(lambda s: text in s.text(), "the text %r" % text, seconds)

    def wait_no_text(self, text, seconds=20):
        self.wait(lambda s: text not in s.text(), "the text %r to go" % text, seconds)

    def quiet(self, gap=0.15, limit=5):
        """Reads until nothing came for so long; how many bytes."""
        n, end = 0, time.monotonic() + limit
        while time.monotonic() < end:
            k = self.read(gap)
            if not k:
                break
            n += k
        return n

    def foreground(self):
        """The process group in front, whose leader is the program that a shell runs."""
        return os.tcgetpgrp(self.master)

    def ended(self):
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = status
        return self.status is not None

    def wait_end(self, seconds=10):
        end = time.monotonic() + seconds
        while not self.ended():
            if time.monotonic() > end:
                raise AssertionError("it did not end within %g s" % seconds)
            self.read(0.02)
        while self.read(0.05):
            pass
        return self.status

    def close(self):
        if not self.ended():
            try:
                os.kill(self.pid, signal.SIGCONT)
                os.kill(self.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            os.waitpid(self.pid, 0)
            self.status = -1
        for fd in (self.master, self.slave):
            try:
                os.close(fd)
            except OSError:
                pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def what_is_left(self):
        """What a program that ended should have put back and did not."""
        left = []
        if self.line_mode() != self.before:
            left.append("line mode: %s was %s" % (self.line_mode(), self.before))
        modes = self.screen.modes
        for mode, meaning in (("?1049", "alternate screen"), ("?47", "alternate screen"), ("?1000", "mouse"),
                              ("?1002", "mouse"), ("?1003", "mouse"), ("?1006", "mouse coordinates"),
                              ("?2004", "bracketed paste"), ("?1", "cursor keys"), ("4", "insert mode")):
            if mode in modes:
                left.append(meaning + " still on")
        if "?25" not in modes:
            left.append("cursor still hidden")
        if self.screen.keypad:
            left.append("keypad mode still on")
        if (self.screen.top, self.screen.bottom) != (0, self.screen.rows - 1):
            left.append("only rows %d to %d scroll" % (self.screen.top + 1, self.screen.bottom + 1))
        return left


def attempt(name, test, *args):
    """Runs a test function; what it raises is its failure."""
    try:
        told = test(*args)
        ok(name, not told, told)
    except (AssertionError, OSError) as e:
        ok(name, False, e)
