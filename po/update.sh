#!/bin/bash
# update.sh: takes the messages out of the sources into yagura.pot, and new ones into each LANGUAGE.po.
# SPDX-License-Identifier: Apache-2.0
#
# usage: po/update.sh [--check]
# --check changes nothing and is 1 if something is missing, tells what. Formats stand in the sources;
# tables.py knows those of tables and views.
set -euo pipefail
cd "$(dirname "$0")/.."
check=''
[ "${1:-}" != --check ] || { check=1 && shift; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

find src views plugins -name '*.c' | LC_ALL=C sort >"$work/files"
xgettext --from-code=UTF-8 --no-location --sort-output -o "$work/code.pot" -f "$work/files" \
	--package-name=yagura --keyword=_ --keyword=N_ --keyword=yg_tr_n:1,2 \
	--keyword=yg_err_set:3 --keyword=yg_err_wrap:2 --keyword=yg_host_say:3 \
	--keyword=yg_cli_say:2 --keyword=yg_cli_usage:2 --flag=yg_err_set:3:c-format \
	--flag=yg_err_wrap:2:c-format --flag=yg_host_say:3:c-format --flag=yg_cli_say:2:c-format \
	--flag=yg_cli_usage:2:c-format
python3 -B po/tables.py >"$work/tables.po"
msgcat --use-first --sort-output --no-location "$work/code.pot" "$work/tables.po" -o "$work/yagura.pot"

fail=0
for po in po/*.po; do
	[ -e "$po" ] || continue
	msgmerge -q --no-fuzzy-matching --no-location --sort-output -o "$work/new.po" "$po" "$work/yagura.pot"
	msgattrib --no-obsolete --sort-output "$work/new.po" -o "$work/clean.po"
	msgattrib --untranslated --no-obsolete "$work/clean.po" >"$work/missing.po"
	n=$(grep -c '^msgid "' "$work/missing.po" || true)
	[ "$n" -le 1 ] || { echo "$po: $((n - 1)) messages are not translated:" && grep '^msgid' "$work/missing.po" && fail=1; }
	[ -n "$check" ] || cp "$work/clean.po" "$po"
done
[ -n "$check" ] || exit 0
exit $fail
