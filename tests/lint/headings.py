# headings: whether each translated heading of views/*.yaml fits the width of its column.
# SPDX-License-Identifier: Apache-2.0
import glob
import re
import subprocess
import sys
import unicodedata


def cells(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def translations(po):
    text = subprocess.run(["msgcat", "--no-wrap", po], capture_output=True, text=True, check=True).stdout
    return dict(re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', text, re.M))


def headings():
    """KIND.FIELD -> heading, of the core kinds."""
    source = open("src/model/kinds.h", encoding="utf-8").read() + open("src/model/kind.h", encoding="utf-8").read()
    found = {}
    for kind, name, title in re.findall(r'F\((\w+), \w+, "([a-z_]+)",[^"]*"([^"]*)"', source):
        found[kind.lower() + "." + name] = title
    for name, title in re.findall(r'\{\s*"([a-z]+)",\s*YG_T_\w+,[^"]*"([A-Z]+)"', source):
        found["*." + name] = title
    return found


bad = []
known = headings()
for po in sys.argv[1:]:
    words = translations(po)
    for view in sorted(glob.glob("views/*.yaml")):
        source = open(view, encoding="utf-8").read()
        kind = re.search(r"^kind:\s*(\S+)", source, re.M).group(1)
        for column in re.findall(r"^\s+- \{(.*)\}", source, re.M):
            width = re.search(r"width: (\d+)", column)
            title = re.search(r'title: "?([^,"}]*)', column)
            field = re.search(r"field: (\w+)", column)
            if not width or "glyph" in column:
                continue
            name = field.group(1) if field else ""
            heading = title.group(1) if title else known.get(kind + "." + name, known.get("*." + name, ""))
            shown = words.get(heading, heading)
            if cells(shown) > int(width.group(1)) and cells(shown) > cells(heading):
                bad.append("%s: %s: '%s' is %d cells, the column has %s" % (view, heading, shown, cells(shown), width.group(1)))
print("\n".join(bad))
sys.exit(1 if bad else 0)
