#!/bin/bash
# install: what `cmake --install` puts where, that it works from there, and that uninstall takes it back.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
shopt -s lastpipe
command -v cmake >/dev/null || {
	echo "no cmake"
	exit 77
}
umask 022
built=$(cd "$(dirname "$yagura")" && pwd)
# none NAME: the lines on standard input are what is wrong.
none() {
	local lines
	lines=$(cat)
	if [ -z "$lines" ]; then ok "$1"; else not_ok "$1" "$lines"; fi
}

# The manifest of the build is not ours to lose.
kept=$work/manifest
[ ! -e "$built/install_manifest.txt" ] || cp "$built/install_manifest.txt" "$kept"
restore() {
	rm -f "$built/install_manifest.txt"
	[ ! -e "$kept" ] || cp "$kept" "$built/install_manifest.txt"
	rm -rf "$work"
}
trap restore EXIT

dest=$work/root prefix=/opt/yagura
DESTDIR=$dest cmake --install "$built" --prefix $prefix >"$work/log" 2>&1
is 'cmake --install, any prefix, with DESTDIR' $? 0
top=$dest$prefix
while read -r pattern; do
	compgen -G "$top/$pattern" >/dev/null || echo "$pattern"
done <<-'LIST' | none 'everything is where it belongs'
	bin/yagura
	lib*/yagura/yagura-docker.so
	lib*/yagura/yagura-libvirt.so
	lib*/yagura/plugins/migration.so
	lib*/pkgconfig/yagura.pc
	include/yagura/api/yagura.h
	share/man/man1/yagura.1
	share/man/man1/yagura-get.1
	share/man/man5/yagura.yaml.5
	share/man/man5/yagura-views.5
	share/man/man7/yagura-query.7
	share/bash-completion/completions/yagura
	share/fish/vendor_completions.d/yagura.fish
	share/zsh/*/_yagura
	share/applications/yagura.desktop
	share/icons/hicolor/scalable/apps/yagura.svg
	share/doc/yagura/README.md
	share/doc/yagura/CHANGES.md
	share/doc/yagura/LICENSE
	share/doc/yagura/docs/architecture.md
	share/doc/yagura/docs/screen.svg
	share/doc/yagura/examples/hello.c
	share/doc/yagura/examples/views/vms.yaml
	share/doc/yagura/examples/themes/default.yaml
LIST
find "$dest" -mindepth 1 -maxdepth 1 ! -name opt | none 'nothing is outside of the prefix'
find "$dest" \( -perm /022 -o -type l -xtype l \) | none 'nobody else may write, no link leads nowhere'
grep -rlF -e "$root/" "$top/share" "$top/lib" "$top/include" --include='*.pc' --include='*.desktop' --include='*.h' --include='*.md' |
	none 'no text names the folder it was built from'
is 'CHANGES begins with the newest' "$(head -n 1 "$top"/share/doc/yagura/CHANGES.md)" \
	"$(head -n 1 "$(find "$root/docs/changes" -name '[0-9]*.md' | sort | tail -n 1)")"

# It runs from there, whatever the folder is then called, with its modules and plugins.
mv "$dest" "$work/a b"
yagura=$work/a\ b$prefix/bin/yagura
run version
is 'it runs from the prefix' "$rc" 0
run --demo get migration -o name
is 'with its plugins' "$rc $err" '0 '
run doctor -o json
holds 'with its modules' sh -c "! grep -q 'is not installed' '$work/out'"
printf 'discovery: no\ncontrollers:\n  - {name: t, provider: libvirt, url: "test:///default"}\n' >"$work/t.yaml"
run get vm --config "$work/t.yaml" -o name
is 'the module of libvirt is loaded from there' "$rc $out" '0 vm/test'
for page in "$work/a b$prefix"/share/man/man*/*; do
	if command -v mandoc >/dev/null; then mandoc -T lint -W warning "$page"; fi
	if command -v groff >/dev/null; then groff -ww -mandoc -Tutf8 "$page" 2>&1 >/dev/null; fi
done | none 'the manual pages are right: mandoc, groff'
if command -v desktop-file-validate >/dev/null; then
	desktop-file-validate "$work/a b$prefix"/share/applications/yagura.desktop | none 'the desktop file is right'
else
	ok 'the desktop file is right # skip desktop-file-validate is not installed'
fi
mv "$work/a b" "$dest"

touch "$top/lib/yagura-of-another" "$top/share/doc/yagura/of-another" 2>/dev/null
DESTDIR=$dest cmake --build "$built" --target uninstall >"$work/log" 2>&1
is 'uninstall' "$?" 0
find "$dest" -type f ! -name '*of-another' | none 'it takes back every file'
holds 'and nothing else' test -e "$top/share/doc/yagura/of-another"
find "$dest" -type d -name yagura ! -path '*/doc/yagura' ! -path "$top" | none 'and its folders'
finish
