#!/bin/bash
# rooms: who includes whom, one library in one file, what every file begins with. Speaks TAP.
# SPDX-License-Identifier: Apache-2.0
set -uo pipefail
shopt -s lastpipe
cd "$(dirname "$0")/../.."

n=0 bad=0
# says TEXT: the lines on standard input are what breaks the rule
says() {
	local lines
	lines=$(cat)
	n=$((n + 1))
	if [ -z "$lines" ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		printf '%s\n' "$lines" | sed 's/^/# /'
		bad=1
	fi
}

# room FOLDER ALLOWED...: no "room/file.h" of another room
room() {
	local folder=$1 allowed
	shift
	allowed=$(printf '%s|' "$@")
	[ -d "$folder" ] || return
	grep -rnE '#include "[a-z]+/' "$folder" --include='*.[ch]' |
		grep -vE "#include \"(${allowed%|})/" | says "$folder includes only: $*"
}

room src/base base
room src/model base model
room src/net net base model
room src/store store base model
room src/api api base model
room src/providers providers base model api net store
room src/ui ui base model api
room views api base model views
room plugins plugins api base model
grep -rnE '#include "' src views plugins --include='*.[ch]' | grep -vE '#include "[a-z]+/' |
	says 'every include of our own is "room/file.h"'

# A third-party library is included in exactly one .c file.
for library in curses.h termkey.h vterm.h uv.h utf8proc.h pcre2.h yaml.h curl/curl.h yajl/ sqlite3.h libxml/; do
	files=$(grep -rlE "#include <$library" src views plugins --include='*.[ch]' | sort -u)
	count=$(printf '%s' "$files" | grep -c .)
	[ "$count" -le 1 ] && files=
	printf '%s' "$files" | says "<$library> is included in one file"
done

files=$(git ls-files 'src/*.[ch]' 'views/*.c' 'plugins/*.c' 'tests/*.[ch]')
for f in $files; do
	[ "$(sed -n 2p "$f")" = "/* SPDX-License-Identifier: Apache-2.0 */" ] ||
		sed -n 1,12p "$f" | grep -q '^/\* SPDX-License-Identifier: Apache-2.0 \*/$' || echo "$f"
done | says 'every C file names its licence in its head'
for f in $files; do
	sed -n 1p "$f" | grep -qE "^/\* $(basename "$f" | sed 's/\.[ch]$//'): " || echo "$f"
done | says 'every C file begins with what it is'
for f in $(git ls-files 'src/*.[ch]' 'views/*.c' 'plugins/*.c'); do
	lines=$(wc -l <"$f")
	[ "$lines" -le 800 ] || echo "$f: $lines lines"
done | says 'no file is longer than 800 lines'
grep -nE '\b(strcpy|strcat|strncpy|sprintf|strtok|gets|alloca)\(' $files |
	says 'none of the forbidden functions is called'
grep -nE '\bTODO\b|\bFIXME\b|\bXXX\b' $files | grep -v '#[0-9]' | says 'no TODO without an issue'
git grep -nE '(/[w]ork/|/tmp/[l]ab|/[f]arm/|/[r]oot/\.)' -- . | says 'no path of one machine'
git ls-files 'src/*.h' | xargs -P 2 -I{} gcc -std=gnu11 -D_GNU_SOURCE -Isrc -fsyntax-only -x c {} 2>&1 |
	head -n 20 | says 'every header compiles alone'
if command -v clang-format >/dev/null; then
	printf '%s\n' $files | xargs -P 2 -n 24 clang-format --dry-run -Werror 2>&1 |
		sed -n 's/^\([^:]*\):[0-9]*:.*/\1/p' | sort -u | says 'the layout is clang-format'"'"'s'
else
	n=$((n + 1))
	echo "ok $n - the layout is clang-format's # skip clang-format is not installed"
fi
echo "1..$n"
exit $bad
