#!/usr/bin/env python3
# puppet: controllers that we play ourselves: an engine whose names are hostile, one that is silent.
# SPDX-License-Identifier: Apache-2.0
"""
puppet.py docker SOCKET [NAME...]
                             Docker's Engine API on a unix socket; its names try to do harm, or are these
puppet.py silent PORT-FILE   a TCP port on loopback (its number is written) that accepts and says nothing

Ends when its parent does.
"""
import ctypes
import json
import os
import signal
import socket
import socketserver
import sys
import time
from http.server import BaseHTTPRequestHandler

# What harms a terminal, a row or a border if it is taken as it is.
HOSTILE = [
    ("escape", "esc\x1b[31mred\x1b[2J\x1b[H"),
    ("title", "osc\x1b]0;owned\x07\x1b]52;c;b3duZWQ=\x07"),
    ("c1", "c1\u009b31mred\u009d0;owned\u009c"),
    ("control", "cr\rlf\nbs\b\b\btab\tbell\x07nul\x01del\x7f"),
    ("bidi", "bidi\u202egnp.exe\u202c\u2066x\u2069\u200fy"),
    ("invisible", "zero\u200b\u200d\u2060\ufeffwidth\u00ad"),
    ("tag", "tag\U000e0041\U000e0042s"),
    ("marks", "marks" + "e" + "\u0301" * 40 + "x"),
    ("wide", "広い名前と絵👩‍👩‍👧‍👦と旗🇯🇵"),
    ("wedge", "half広" * 30),
    ("line", "line\u2028paragraph\u2029end"),
    ("private", "private\ue000\ufffe\U0010ffffend"),
    ("format", "%s%n%x$(id)`id`;rm -rf *"),
    ("blank", "   "),
    ("border", "│╰──╯│ ● up"),
]


def labels(text):
    return {"com.docker.compose.project": text, "app": text, text: text}


def containers():
    return [{
        "Id": "%064x" % (i + 1), "Names": ["/" + text], "Image": "img-" + text, "ImageID": "sha256:" + "0" * 64,
        "Command": text, "Created": 1767000000, "State": "exited" if i % 3 else "created",
        "Status": "Exited (1) " + text, "Labels": labels(text), "Ports": [],
        "NetworkSettings": {"Networks": {text: {"IPAddress": "10.0.0.%d" % i}}}, "Mounts": [],
    } for i, (_, text) in enumerate(HOSTILE)]


def networks():
    return [{"Id": "%064x" % (i + 1), "Name": text, "Driver": text, "Scope": "local", "Labels": labels(text),
             "Created": "2026-01-01T00:00:00Z", "IPAM": {"Config": [{"Subnet": text}]}, "Containers": {}}
            for i, (_, text) in enumerate(HOSTILE)]


def images():
    return [{"Id": "sha256:%064x" % (i + 1), "RepoTags": [text + ":1"], "Created": 1767000000, "Size": 1000,
             "Labels": labels(text)} for i, (_, text) in enumerate(HOSTILE)]


def volumes():
    return {"Volumes": [{"Name": text, "Driver": text, "Mountpoint": "/" + text, "Labels": labels(text),
                         "CreatedAt": "2026-01-01T00:00:00Z"} for _, text in HOSTILE], "Warnings": None}


INFO = {"ID": "PUPPET", "Name": "host\x1b[31m\u202ered", "NCPU": 2, "MemTotal": 1 << 30, "ServerVersion": "20.\x1b[5m10",
        "OperatingSystem": "os\r\nnext", "KernelVersion": "k\x9b1m", "Containers": len(HOSTILE),
        "Images": 1, "Architecture": "x86_64", "OSType": "linux"}
VERSION = {"Version": "20.10\x1b[7m", "ApiVersion": "1.41", "MinAPIVersion": "1.12"}


class Engine(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, body, status=200):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Api-Version", "1.41")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def hold(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.flush()
        while True:
            time.sleep(3600)

    def do_GET(self):
        path = self.path.split("?")[0]
        if path.startswith("/v1."):
            path = path[path.index("/", 1):]
        answers = {"/_ping": lambda: b"OK", "/version": lambda: VERSION, "/info": lambda: INFO,
                   "/containers/json": containers, "/images/json": images, "/networks": networks,
                   "/volumes": volumes, "/system/df": lambda: {}}
        if path in answers:
            self.answer(answers[path]())
        elif path == "/events" or path.endswith("/stats"):
            self.hold()
        else:
            self.answer({"message": "no\x1b[31msuch thing " + path}, 404)

    do_HEAD = do_GET

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.answer({"message": "refused\x1b[2J\r\nwith \u202eforce"}, 409)

    do_DELETE = do_POST


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 64

    def get_request(self):
        request, _ = super().get_request()
        return request, ("puppet", 0)

    def handle_error(self, request, client_address):
        pass


def silent(port_file):
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen(64)
    with open(port_file + ".new", "w") as f:
        f.write("%d\n" % server.getsockname()[1])
    os.rename(port_file + ".new", port_file)
    held = []
    while True:
        held.append(server.accept())


def main():
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
    what, where = sys.argv[1:3]
    if what == "docker":
        if sys.argv[3:]:
            HOSTILE[:] = [("given", name) for name in sys.argv[3:]]
        Server(where, Engine).serve_forever()
    elif what == "silent":
        silent(where)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
