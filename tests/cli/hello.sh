#!/bin/bash
# hello: Yagura installed into a folder of its own; the template of a plugin built there, from what
# was installed and nothing else, and used in every face.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
cc=${CC:-cc}
for tool in "$cc" cmake pkg-config; do
	command -v "$tool" >/dev/null || {
		echo "no $tool"
		exit 77
	}
done
umask 022
built=$(cd "$(dirname "$yagura")" && pwd)
if ! cmake --install "$built" --prefix "$work/usr" >"$work/log" 2>&1; then
	not_ok 'cmake --install' "$(tail -n 5 "$work/log")"
	finish
fi
ok 'cmake --install'
yagura=$work/usr/bin/yagura
PKG_CONFIG_PATH=$(dirname "$(find "$work/usr" -name yagura.pc)")
export PKG_CONFIG_PATH
read -ra cflags <<<"$(pkg-config --cflags yagura)"
plugindir=$(pkg-config --variable=plugindir yagura)
source=$(find "$work/usr/share" -name hello.c)

is 'the template has less than 100 lines' "$(($(wc -l <"$source") < 100))" 1
is 'the headers are those of the prefix' "${cflags[*]}" "-I$(realpath --relative-to="$PKG_CONFIG_PATH" "$work/usr" | sed "s|^|$PKG_CONFIG_PATH/|")/include/yagura"
holds 'plugins that ship are in plugindir' test -f "$plugindir/migration.so"
run --demo=seed:1 get migration -o json
holds 'and are loaded from there' grep -q '"progress":' "$work/out"
strays=$(for header in "$work"/usr/include/yagura/*/*.h; do
	"$cc" -std=c11 -Wall -Werror "${cflags[@]}" -fsyntax-only -x c "$header" 2>&1 | head -n 2
done)
is 'every installed header compiles alone' "$strays" ''

folder=$work/data/yagura/plugins
mkdir -p "$folder"
# compile OUT FLAG...
compile() {
	local to=$1
	shift
	"$cc" -Wall -Wextra -Werror -Wno-unused-parameter -shared -fPIC "$@" "$source" -o "$to" 2>"$work/err" ||
		not_ok "$to compiles" "$(cat "$work/err")"
}
compile "$folder/hello.so" "${cflags[@]}"

exits 0 'it brings a kind and rows' get hello -o json
is 'as they were put' "$out" '[{"kind":"hello","controller":"hello","id":"moon","name":"moon","state":"quiet","greeted":0},
 {"kind":"hello","controller":"hello","id":"world","name":"world","state":"quiet","greeted":0}]'
exits 0 'the kind has its columns' get hi/world
is 'of its view' "$(tr -s ' ' <<<"$out")" 'STATE NAME GREETED
quiet world 0'
exits 0 'it brings an action' do greet hello/world
is 'that is done' "$out" 'hello/world  greet  done'
exits 0 'which can be planned' do greet hello/world --dry-run
says 5 read-only do greet hello/world --read-only
exits 0 'it brings a view' screen --demo=seed:1 --size 100x30 --keys ':hellos Enter'
holds 'which is a tab of its pane' grep -q '3 Hellos' "$work/out"
holds 'with its rows' grep -q '○ world  *0│' "$work/out"
exits 0 'its key works' screen --demo=seed:1 --size 100x30 --keys ':hellos Enter G w wait:done'
holds 'on the row under the cursor' grep -qE '[●] world +1│' "$work/out"
holds 'and tells of it in the strip' grep -q 'Greet world' "$work/out"
YAGURA_FREE=1 run get hello -o name
is 'all it brought is taken back' "$rc $err" '0 '
YAGURA_FREE=1 run --demo=seed:1 get migration -o name
is 'also what still has tasks' "$rc $err" '0 '
exits 0 'help knows the action' help do

# The same source, built against a header of another number.
cp -R "$work/usr/include" "$work/other"
sed -i 's/^#define YG_API_VERSION .*/#define YG_API_VERSION 4711/' "$work/other/yagura/api/yagura.h"
compile "$folder/hello.so" -I"$work/other/yagura"
run --demo=seed:1 get migration -o name
is 'built for another interface: one line' "$rc $(wc -l <"$work/err")" '0 1'
holds 'that says so' grep -q 'hello.so: was built for plugin interface 4711, this is [0-9]*; build it again' "$work/err"
holds 'and the others go on' test -n "$out"
exits 2 'what it would have brought is not there' get hello
finish
