#!/usr/bin/env python3
# walks: as many walks of keys at random as one likes, also over a site of 100,000 rows. Speaks TAP.
# SPDX-License-Identifier: Apache-2.0
"""
walks.py [SEED [COUNT [SPEC]]]
                  COUNT walks (100) from SEED on (else the time), over the demo site of SPEC (as in --demo=SPEC).
                  "large" is hosts:200,vms:50000,containers:49800.

YAGURA names the program, best one that is built with sanitizers. test_walk.py is the short form; its
YAGURA_WALK_SEED walks one of these again where SPEC is the small site.
"""
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from term import Home, attempt, done  # noqa: E402
from test_walk import walk  # noqa: E402

LARGE = "hosts:200,vms:50000,containers:49800"


def main():
    args = sys.argv[1:]
    seed = int(args[0]) if args else int(time.time())
    count = int(args[1]) if len(args) > 1 else 100
    spec = args[2] if len(args) > 2 else ""
    demo = "--demo" + ("=" + (LARGE if spec == "large" else spec) if spec else "")
    print("# walks.py %d %d %s" % (seed, count, spec), flush=True)
    for at in range(seed, seed + count):
        with Home() as home:
            attempt("walk %d" % at, walk, at, home, demo)
    done()


if __name__ == "__main__":
    main()
