#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# install.sh [libvirt] [docker] [podman]: installs the Debian packages the lab needs (default: all three).
# It installs only what is missing, from Debian only, and starts nothing.
set -euo pipefail

PROG=${0##*/}
fail() { printf '%s: %s\n' "$PROG" "$*" >&2; exit 1; }

common=(iproute2 iptables nftables util-linux procps curl jq socat openssl busybox-static)
libvirt=(qemu-system-x86 qemu-utils seabios libvirt-daemon libvirt-daemon-driver-qemu
	libvirt-daemon-driver-lxc libvirt-daemon-system libvirt-daemon-config-network
	libvirt-daemon-config-nwfilter libvirt-clients dnsmasq-base ebtables dmidecode cpio
	gcc libc6-dev binutils)
docker=(docker.io)
# runc by name: podman would be content with crun, which refuses a mixed cgroup v1/v2 machine.
podman=(podman netavark aardvark-dns conmon runc)
# kubernetes-client is left out on purpose: it collides with a kubectl from elsewhere, and the
# collision ends the whole apt run.

command -v apt-get >/dev/null 2>&1 ||
	{ echo "skip: $PROG: no apt-get here: install by hand: ${common[*]} ${libvirt[*]} ${docker[*]} ${podman[*]}"; exit 77; }

[ $# -gt 0 ] || set -- libvirt docker podman
want=("${common[@]}")
for part in "$@"; do
	case $part in
		libvirt) want+=("${libvirt[@]}") ;;
		docker) want+=("${docker[@]}") ;;
		podman) want+=("${podman[@]}") ;;
		*) fail "unknown part '$part': say libvirt, docker or podman" ;;
	esac
done

missing=()
for p in "${want[@]}"; do
	s=$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null || true)
	[ "$s" = installed ] || missing+=("$p")
done
if [ ${#missing[@]} -eq 0 ]; then
	echo "$PROG: nothing to install"
	exit 0
fi
[ "$(id -u)" = 0 ] || { echo "skip: $PROG: not root; needs: apt-get install ${missing[*]}"; exit 77; }

export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT

apt_install() {
	timeout 900 apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 \
		"${missing[@]}" >"$log" 2>&1 </dev/null
}

# The lists already here may do; fetch them afresh only when the install cannot be had from them.
if ! apt_install; then
	timeout 300 apt-get update -q -o DPkg::Lock::Timeout=300 >"$log" 2>&1 </dev/null ||
		{ tail -n 5 "$log" >&2; fail "apt-get update failed (last lines above): check the network and /etc/apt"; }
	apt_install ||
		{ tail -n 8 "$log" >&2; fail "apt-get install ${missing[*]} failed (last lines above)"; }
fi
echo "$PROG: installed ${missing[*]}"
