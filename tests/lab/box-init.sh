#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# box-init.sh DIR BOX HOSTNAME N CONTROLLER... COMMAND...: process 1 of a box (lib.sh starts it; not for use by hand).
# Gives the box its own mounts, so that nothing of the machine is written to, then runs COMMAND and reaps.
set -euo pipefail

dir=$1 box=$2 host=$3 n=$4
shift 4
ctl=("${@:1:n}")
shift "$n"

hostname "$host"
# DIR may lie below a folder that is replaced in a moment (/run, /dev/shm): hold it, and bring it back
# after each of them.
exec 7<"$dir"
bring_back() {
	[ ! "$dir" -ef /proc/self/fd/7 ] || return 0
	mkdir -p "$dir"
	mount -c --bind /proc/self/fd/7 "$dir"
}

# TRAP: "ip netns exec" mounts a fresh /sys without the cgroup mounts; without cgroups libvirt has
# "no cgroup backend available" and runc cannot start anything.
mount -t tmpfs -o mode=755 cgroup /sys/fs/cgroup
for c in "${ctl[@]}"; do
	mkdir "/sys/fs/cgroup/$c"
	o=$c
	[ "$c" != systemd ] || o=none,name=systemd
	mount -t cgroup -o "$o" cgroup "/sys/fs/cgroup/$c"
done

# TRAP: the own host name must resolve at once. Without this each start of a guest waits 5 s for DNS,
# and a live migration stands still for 5 s instead of 20 ms.
mount --bind "$box/hosts" /etc/hosts
: >"$box/resolv.conf"
[ ! -e /etc/resolv.conf ] || mount --bind "$box/resolv.conf" /etc/resolv.conf

# A /dev of its own without /dev/kvm: where KVM is itself software it starts but boots no guest, and
# emulation alone is the same on every machine.
mkdir -p "$box/dev"
mount -t tmpfs -o mode=755 dev "$box/dev"
for c in null zero full random urandom tty fuse net/tun; do
	[ -e "/dev/$c" ] || continue
	mkdir -p "$(dirname "$box/dev/$c")"
	touch "$box/dev/$c"
	mount --bind "/dev/$c" "$box/dev/$c"
done
mkdir "$box/dev/pts" "$box/dev/shm"
mount -t devpts -o newinstance,ptmxmode=666,mode=620 devpts "$box/dev/pts"
mount -t tmpfs shm "$box/dev/shm"
ln -s pts/ptmx "$box/dev/ptmx"
ln -s /proc/self/fd "$box/dev/fd"
mount --move "$box/dev" /dev
bring_back

while IFS=: read -r name target; do
	# Only what the packages made: a mount point made here would stay behind on the machine.
	[ -d "$target" ] || continue
	mkdir -p "$box/$name"
	mount --bind "$box/$name" "$target"
	bring_back
done <"$box/binds"
mkdir -p /run/lock

exec 7<&-

export TMPDIR=$box/tmp HOME=$box/tmp
unset XDG_RUNTIME_DIR XDG_CONFIG_HOME XDG_CACHE_HOME XDG_DATA_HOME
cd /

# TRAP: the daemon must not be process 1, and process 1 must reap: qemu makes itself a daemon, and an
# unreaped one costs libvirt 40 s at each probe and each stop ("Failed to terminate process N with
# SIGKILL: Device or resource busy"). So bash stays, and waits.
"$@" >"$box/log/out" 2>&1 </dev/null &
while :; do
	wait -n || sleep 1
done
