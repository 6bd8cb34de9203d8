#!/bin/bash
# packages: the Debian packages are whole, lintian accepts them, they run, and a build elsewhere gives the
# same bytes.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
for tool in cmake cpack ninja dpkg-deb dpkg-shlibdeps strip; do
	command -v $tool >/dev/null || {
		echo "no $tool"
		exit 77
	}
done
built=$(cd "$(dirname "$yagura")" && pwd)
cached() { sed -n "s/^$1:[A-Z]*=//p" "$built/CMakeCache.txt"; }
[ -z "$(cached YG_SANITIZE)" ] || {
	echo "a build with sanitizers is no package"
	exit 77
}
umask 022
export SOURCE_DATE_EPOCH=1768473727

# pack BUILD OUT: the packages of a build.
pack() {
	cpack --config "$1/CPackConfig.cmake" -B "$2" >"$work/log" 2>&1 || tail -n 20 "$work/log"
	rm -rf "$2/_CPack_Packages"
}

first=$work/first
is 'they are packed' "$(pack "$built" "$first")" ''
version=$(cached CMAKE_PROJECT_VERSION)-1
arch=$(dpkg --print-architecture)
is 'three of them' "$(cd "$first" && ls ./*.deb)" "./yagura-dev_${version}_$arch.deb
./yagura-libvirt_${version}_$arch.deb
./yagura_${version}_$arch.deb"
# field PACKAGE NAME
field() { dpkg-deb -f "$first/$1_${version}_$arch.deb" "$2"; }
holds 'yagura needs what it is linked to' grep -q 'libncursesw6.*libuv1' <<<"$(field yagura Depends)"
holds 'and not libvirt' sh -c "! grep -q libvirt0" <<<"$(field yagura Depends)"
holds 'yagura-libvirt needs it, and yagura' grep -q "libvirt0.*yagura (= $version)\|yagura (= $version).*libvirt0" \
	<<<"$(field yagura-libvirt Depends)"
if command -v lintian >/dev/null; then
	lintian --no-cfg --allow-root --fail-on error "$first"/*.deb >"$work/log" 2>&1
	is 'lintian finds no error' "$? $(grep '^E:' "$work/log")" '0 '
else
	ok 'lintian finds no error # skip lintian is not installed'
fi

scratch=$work/scratch
for deb in "$first"/yagura_* "$first"/yagura-dev_*; do
	dpkg-deb -x "$deb" "$scratch"
done
yagura=$scratch/usr/bin/yagura
run --demo get vm -o name
is 'it runs from the packages' "$rc $err" '0 '
printf 'discovery: no\ncontrollers:\n  - {name: t, provider: libvirt, url: "test:///default"}\n' >"$work/t.yaml"
run get vm --config "$work/t.yaml"
holds 'without yagura-libvirt it says what to install' grep -q 'apt install yagura-libvirt' "$work/err"
dpkg-deb -x "$first"/yagura-libvirt_* "$scratch"
run get vm --config "$work/t.yaml" -o name
is 'with it, libvirt is spoken to' "$rc $out" '0 vm/test'
holds 'manual pages are compressed' test -f "$scratch/usr/share/man/man1/yagura-get.1.gz"

# The same sources, in a folder of another name and depth.
elsewhere=$work/another/and-longer/place
mkdir -p "$elsewhere"
(cd "$root" && find . -path ./.git -prune -o -path './build*' -prune -o -type f -print0 | tar -c --null -T -) |
	tar -x -C "$elsewhere"
if cmake -S "$elsewhere" -B "$elsewhere/out" -G Ninja -DYG_TESTS=OFF -DYG_STRICT="$(cached YG_STRICT)" \
	-DCMAKE_BUILD_TYPE="$(cached CMAKE_BUILD_TYPE)" -DCMAKE_C_COMPILER="$(cached CMAKE_C_COMPILER)" \
	-DCMAKE_INSTALL_PREFIX="$(cached CMAKE_INSTALL_PREFIX)" >"$work/log" 2>&1 &&
	ninja -C "$elsewhere/out" -j 2 >"$work/log" 2>&1; then
	ok 'it builds elsewhere'
else
	not_ok 'it builds elsewhere' "$(tail -n 20 "$work/log")"
	finish
fi
for file in yagura modules/yagura-libvirt.so modules/yagura-docker.so plugins/migration.so; do
	holds "$file names no folder of its build" sh -c "! grep -qF '$elsewhere' '$elsewhere/out/$file'"
done
second=$work/second
is 'and is packed' "$(pack "$elsewhere/out" "$second")" ''
for deb in "$first"/*.deb; do
	holds "$(basename "$deb" | cut -d_ -f1) has the same bytes" cmp "$deb" "$second/$(basename "$deb")"
done
finish
