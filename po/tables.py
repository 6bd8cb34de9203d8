#!/usr/bin/env python3
# tables: the messages that stand in tables and views, as a .po on standard output; update.sh calls it.
# SPDX-License-Identifier: Apache-2.0
"""
xgettext knows calls, not tables. Here are the shapes that our tables have; a new shape is a line of
`shapes`. What a view shows as a heading is a message too, unless it is one word of capitals that is
the same in every language (CPU, IP ...): `same` lists those.
"""
import glob
import re
import sys

TEXT = r'((?:"(?:[^"\\]|\\.)*"\s*)+)'
WORD = r'(?:"(?:[^"\\]|\\.)*"|NULL)'
shapes = [
    ("src/**/*.[ch] views/*.c plugins/**/*.c", r"\.(?:help|title|notes|why_not|url_help)\s*=\s*" + TEXT),
    ("src/model/kinds.h plugins/**/*.c", r"\bF\((?:[^\"()]*,)*[^\"]*\"[a-z_]+\",[^\"]*" + TEXT + r",\s*\\?\s*" + TEXT + r"\)"),
    ("src/model/kinds.h plugins/**/*.c", r"\bK\(\w+,\s*\w+,\s*" + WORD + r",\s*" + WORD + r",\s*" + TEXT + r",\s*" + TEXT + r"\)"),
    ("src/app/console/commands*.c", r"\{\s*" + WORD + r",\s*" + WORD + r",\s*\\?\s*" + TEXT + r",\s*run_"),
    ("src/app/console/keys.c", r"\{\s*" + WORD + r",\s*" + WORD + r",\s*" + TEXT + r"\}"),
    ("src/app/**/*.c", r"\{\s*\"[a-z-]+\",\s*(?:'.'|0),\s*" + WORD + r",\s*" + TEXT + r"\}"),
    ("src/model/action.c", r"\bDO(?:_WITH)?\(\s*" + WORD + r",\s*" + WORD + r",\s*" + TEXT + r",\s*" + WORD +
     r",\s*" + WORD + r",\s*" + r"(" + WORD + r")" + r",\s*\w+,\s*" + WORD + r",\s*" + TEXT + r"[,)]"),
    ("src/model/kind.h", r"\{\s*\"[a-z_]+\",\s*YG_T_\w+,[^\"]*" + TEXT + r",\s*" + TEXT + r"\}"),
    ("src/model/kind.h", r"\bX\([A-Z_]+,\s*" + TEXT + r",\s*" + TEXT + r"\)"),
]
same = set("CPU MEM IP UP VCPU URL PID UUID ID OS MAC MTU RX TX RX/s TX/s RD/s WR/s Mb/s EXIT PIDS PORTS".split())


def unquote(text):
    return "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', text))


def quoted(text):
    return '"%s"' % text


def from_tables(found):
    for files, shape in shapes:
        for pattern in files.split():
            for name in sorted(glob.glob(pattern, recursive=True)):
                source = open(name, encoding="utf-8").read().replace("\\\n", "\n")
                for match in re.finditer(shape, source):
                    for group in match.groups():
                        if group and group != "NULL":
                            found.setdefault(unquote(group), name)


def from_views(found):
    word = r'(?:"((?:[^"\\]|\\.)*)"|([^,}\n"]+))'
    for name in sorted(glob.glob("views/*.yaml") + glob.glob("themes/*.yaml")):
        source = open(name, encoding="utf-8").read()
        for match in re.finditer(r"(?:^|[{,]\s*)(?:title|help|empty):\s*" + word, source, re.M):
            text = (match.group(1) or match.group(2) or "").strip().replace('"', '\\"')
            found.setdefault(text, name)


def main():
    found = {}
    from_tables(found)
    from_views(found)
    print('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n')
    for text in sorted(found):
        if text and text not in same and re.search(r"[A-Za-z]{2}", text):
            print("#. %s\nmsgid %s\nmsgstr \"\"\n" % (found[text], quoted(text)))


sys.exit(main())
