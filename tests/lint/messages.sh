#!/bin/bash
# messages: every message has its translation, and every translation fits where it stands. Speaks TAP.
# SPDX-License-Identifier: Apache-2.0
set -uo pipefail
. "$(dirname "$0")/../tap.sh"
cd "$ROOT" || exit 1
command -v msgfmt >/dev/null || skip_all "msgfmt is not installed (gettext)"

check "no message is left" po/update.sh --check
for po in po/*.po; do
	check "$po: formats take what the messages give" msgfmt --check-format -o /dev/null "$po"
	# What cannot be translated without changing what is shown: no sentence may end as in English.
	check "$po: nothing is left in English by mistake" python3 -B - "$po" <<'EOF'
import re, subprocess, sys
text = subprocess.run(["msgcat", "--no-wrap", sys.argv[1]], capture_output=True, text=True, check=True).stdout
bad = []
for block in text.split("\n\n"):
    m = re.search(r'^msgid "(.+)"$', block, re.M)
    t = re.search(r'^msgstr(?:\[0\])? "(.*)"$', block, re.M)
    if m and t and m.group(1) == t.group(1) and not m.group(1).startswith("yagura ") and len(re.findall(r"[a-z]{3,}", re.sub(r"%\S+|\S+:\S*|\S+,\s", "", m.group(1)))) > 3:
        bad.append(m.group(1))
sys.exit("\n".join(bad) if bad else 0)
EOF
done
# A heading must fit its column, or the table says less than in English.
check "headings fit" python3 -B tests/lint/headings.py po/*.po
echo "1..$TAP_N"
exit $TAP_BAD
