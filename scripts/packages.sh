#!/bin/bash
# packages.sh GROUP...: installs Debian's packages of the groups that are missing; says nothing if none is.
# The group lab is what tests/lab stands on; without root it ends with 77 if something of it is missing.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail

declare -A group=(
	[build]="gcc libc6-dev cmake ninja-build pkg-config gettext libncurses-dev libtermkey-dev libvterm-dev
		libuv1-dev
		libutf8proc-dev libpcre2-dev libyaml-dev libcurl4-openssl-dev libyajl-dev libjansson-dev
		libvirt-dev libxml2-dev ncurses-base"
	[test]="libcmocka-dev clang clang-format libclang-rt-14-dev valgrind jq tmux python3 git
		procps util-linux ncurses-term zsh fish mandoc desktop-file-utils lintian dpkg-dev
		foot-terminfo"
)

missing=() lab=''
for name in "$@"; do
	[ "$name" != lab ] || { lab=1 && continue; }
	for package in ${group[$name]:?no such group of packages: $name}; do
		dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
			missing+=("$package")
	done
done
if [ -n "$lab" ]; then
	"$(dirname "$0")/../tests/lab/install.sh"
fi
[ ${#missing[@]} -eq 0 ] && exit 0

become=()
if [ "$(id -u)" != 0 ]; then
	command -v sudo >/dev/null && become=(sudo)
	[ ${#become[@]} -gt 0 ] || {
		echo "yagura: these packages are missing, and installing needs root: ${missing[*]}" >&2
		echo "yagura: as root: apt-get install ${missing[*]}" >&2
		exit 1
	}
fi
echo "yagura: installing ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
apt=("${become[@]}" apt-get -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
"${apt[@]}" install -y --no-install-recommends "${missing[@]}" >/dev/null 2>&1 || {
	"${apt[@]}" update >/dev/null
	"${apt[@]}" install -y --no-install-recommends "${missing[@]}" >/dev/null
}
