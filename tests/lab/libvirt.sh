#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# libvirt.sh up DIR [N] [linux] | down DIR: two hosts, a and b, with real libvirtd and QEMU, and N tiny guests on a.
# DIR/env tells the URIs. The machines are emulated (TCG). Exit 77: this machine cannot run it.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

# Absent where the lxc driver is not installed; then the lab goes without a container.
LXC=/usr/lib/libvirt/libvirt_lxc

usage() {
	echo "usage: $PROG up DIR [N] [linux] | $PROG down DIR" >&2
	exit 2
}

# uuid TEXT: always the same for the same text.
uuid() { printf '%s' "$1" | sha256sum | sed -E 's/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/\1-\2-\3-\4-\5/'; }

uri() { echo "qemu+unix:///system?socket=$BOX/$1/run/libvirt/libvirt-sock"; }

# v HOST ARGUMENT...: virsh there, with a deadline.
v() {
	local host=$1
	shift
	timeout 60 virsh -q -c "$(uri "$host")" "$@"
}

# must HOST ARGUMENT...: the same, and its failure is the script's.
must() { v "$@" >"$BOX/virsh.log" 2>&1 || fail "virsh on host '$1' of '$DIR': ${*:2}" "$BOX/virsh.log" "$BOX/$1"/log/*; }

# write_conf HOST: the machine's own /etc/libvirt is not copied: it may define real guests.
write_conf() {
	local c=$BOX/$1/etc
	mkdir -p "$c"
	# TRAP: two hosts of the same uuid are one host to libvirt: it refuses to migrate.
	cat >"$c/libvirtd.conf" <<-C
		listen_tls = 0
		listen_tcp = 1
		tcp_port = "16509"
		auth_tcp = "none"
		auth_unix_rw = "none"
		unix_sock_rw_perms = "0777"
		max_clients = 200
		max_anonymous_clients = 50
		host_uuid = "$(uuid "$ID-$1")"
		log_outputs = "2:file:/var/log/libvirt/libvirtd.log"
	C
	cat >"$c/qemu.conf" <<-C
		user = "root"
		group = "root"
		dynamic_ownership = 0
		remember_owner = 0
		security_driver = "none"
		namespaces = []
		stdio_handler = "logd"
		max_core = 0
	C
	[ ! -d /etc/libvirt/nwfilter ] || cp -r /etc/libvirt/nwfilter "$c/"
}

# host_start NAME IP: from outside: the unix socket by its path, TCP 16509 inside the namespaces only.
host_start() {
	local ns=ylab-$ID-$1 lan=ylab-$ID-lan
	write_conf "$1"
	printf '127.0.0.1 localhost\n10.77.0.1 lab-a\n10.77.0.2 lab-b\n' >"$BOX/$1/hosts"
	net_add "$1"
	ip -n "$lan" link add "v-$1" type veth peer name eth0 netns "$ns"
	ip -n "$lan" link set "v-$1" master lan up
	ip -n "$ns" addr add "$2/24" dev eth0
	ip -n "$ns" link set eth0 up
	BINDS=(run:/run etc:/etc/libvirt lib:/var/lib/libvirt cache:/var/cache/libvirt log:/var/log/libvirt)
	box_start "$1" "lab-$1" sh -c 'virtlogd -d && virtlockd -d && exec libvirtd -l'
}

# guest NAME MIB DISK [network]: the XML of a tiny guest.
guest() {
	local name=$1 mem=$2 disk=$3 type=raw ro='<readonly/>' nic=
	case $disk in *.qcow2) type=qcow2 ro= ;; esac
	# No boot ROM: there is nothing to boot from, and it would cost a second.
	[ -z "${4:-}" ] || nic="<interface type='network'><source network='$4'/><model type='virtio'/><rom enabled='no'/></interface>"
	# virtio: libvirt refuses read-only IDE disks. tb-cache: bounds the memory of the emulation.
	cat <<-X
		<domain type='qemu'>
		  <name>$name</name><uuid>$(uuid "$ID-$name")</uuid>
		  <memory unit='MiB'>$mem</memory><vcpu>1</vcpu>
		  <os><type arch='x86_64' machine='pc'>hvm</type><boot dev='hd'/></os>
		  <features><acpi/><tcg><tb-cache unit='MiB'>32</tb-cache></tcg></features>
		  <clock offset='utc'/>
		  <devices>
		    <emulator>/usr/bin/qemu-system-x86_64</emulator>
		    <disk type='file' device='disk'><driver name='qemu' type='$type'/>
		      <source file='$disk'/><target dev='vda' bus='virtio'/>$ro</disk>$nic
		    <controller type='usb' model='none'/><memballoon model='none'/>
		    <serial type='pty'/><console type='pty'/>
		  </devices>
		</domain>
	X
}

# linux_guest NAME: 96 MiB (64 do not boot), an address by DHCP.
linux_guest() {
	cat <<-X
		<domain type='qemu'>
		  <name>$1</name><uuid>$(uuid "$ID-$1")</uuid>
		  <memory unit='MiB'>96</memory><vcpu>1</vcpu>
		  <os><type arch='x86_64' machine='pc'>hvm</type>
		    <kernel>$BOX/guest/vmlinuz</kernel><initrd>$BOX/guest/initrd.gz</initrd>
		    <cmdline>console=ttyS0 quiet panic=1 host=$1 dirty=24 rate=4</cmdline></os>
		  <features><acpi/><apic/><tcg><tb-cache unit='MiB'>32</tb-cache></tcg></features>
		  <clock offset='utc'/>
		  <devices>
		    <emulator>/usr/bin/qemu-system-x86_64</emulator>
		    <interface type='network'><source network='default'/><model type='virtio'/></interface>
		    <controller type='usb' model='none'/><memballoon model='virtio'/>
		    <serial type='pty'/><console type='pty'/>
		  </devices>
		</domain>
	X
}

# container: the XML of a container for the lxc driver; its shell waits on its console.
container() {
	cat <<-X
		<domain type='lxc'>
		  <name>lx1</name><uuid>$(uuid "$ID-lx1")</uuid>
		  <memory unit='MiB'>32</memory><vcpu>1</vcpu>
		  <os><type arch='x86_64'>exe</type><init>/bin/sh</init></os>
		  <devices>
		    <emulator>$LXC</emulator>
		    <filesystem type='mount'><source dir='$BOX/guest/lx1'/><target dir='/'/></filesystem>
		    <console type='pty'/>
		  </devices>
		</domain>
	X
}

# make_guests: the disks; the Linux guest comes from a cache, its parts being worth 10 s and a download.
make_guests() {
	local g=$BOX/guest log=$BOX/guest.log cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/yagura-lab key
	mkdir -p "$g"
	if ! { "$LAB_HERE/guest/tiny.sh" "$g/quiet.img" 4 &&
		"$LAB_HERE/guest/tiny.sh" "$g/dirty.img" 64; } >"$log" 2>&1; then
		fail "the tiny guest could not be built: see gcc and ld" "$log"
	fi
	[ "$1" = linux ] || return 0
	key=$(cat "$LAB_HERE"/guest/{linux.sh,dirty.c} | sha256sum | cut -c1-12)
	mkdir -p "$cache"
	(
		flock -w 400 9 || exit 1
		[ -e "$cache/linux-$key/initrd.gz" ] && exit 0
		rm -rf "$cache"/linux-*
		"$LAB_HERE/guest/linux.sh" "$cache/linux-$key"
	) 9<"$cache" >"$log" 2>&1 || fail "the Linux guest could not be built in $cache" "$log"
	cp "$cache/linux-$key"/* "$g/"
}

# network_xml, pool_xml: the same on both hosts, each in its own network namespace and folder.
network_xml() {
	cat <<-X
		<network><name>default</name><uuid>$(uuid "$ID-net-$1")</uuid><bridge name='virbr0'/><forward mode='nat'/>
		<ip address='192.168.122.1' netmask='255.255.255.0'><dhcp>
		<range start='192.168.122.2' end='192.168.122.254'/></dhcp></ip></network>
	X
}
pool_xml() {
	echo "<pool type='dir'><name>default</name><uuid>$(uuid "$ID-pool-$1")</uuid><target><path>/var/lib/libvirt/images</path></target></pool>"
}

# furnish HOST: network and pool.
furnish() {
	local x=$BOX/$1/tmp
	mkdir -p "$BOX/$1/lib/images"
	network_xml "$1" >"$x/net.xml"
	pool_xml "$1" >"$x/pool.xml"
	must "$1" "net-define $x/net.xml; net-autostart default; net-start default;
		pool-define $x/pool.xml; pool-autostart default; pool-start default"
}

# start_guests NAME...: three at once, for the start of a guest is mostly waiting.
start_guests() {
	local w i cmd pids=() bad=0 workers=3
	for ((w = 0; w < workers && w < $#; w++)); do
		cmd='pool-refresh default'
		for ((i = w + 1; i <= $#; i += workers)); do
			cmd+="; define $BOX/xml/${!i}.xml; start ${!i}"
		done
		timeout $((60 + 4 * $#)) virsh -q -c "$(uri a)" "$cmd" >"$BOX/virsh$w.log" 2>&1 &
		pids+=($!)
	done
	for w in "${pids[@]}"; do
		wait "$w" || bad=1
	done
	if [ $bad != 0 ] || ! running a $#; then
		fail "not all $# guests could be defined and started on host 'a' of '$DIR'" "$BOX"/virsh*.log "$BOX"/a/log/*
	fi
}

# start_container: sets lxc to what the env file says of it.
start_container() {
	local uri="lxc+unix:///system?socket=$BOX/a/run/libvirt/libvirt-sock"
	[ -x "$LXC" ] && [ -e /dev/fuse ] || return 0
	busybox_root "$BOX/guest/lx1"
	container >"$BOX/xml/lx1.xml"
	timeout 60 virsh -q -c "$uri" "define $BOX/xml/lx1.xml; start lx1" >"$BOX/virsh.log" 2>&1 ||
		fail "container lx1 of '$DIR' could not be started" "$BOX/virsh.log" "$BOX"/a/log/*
	lxc=("LAB_LIBVIRT_LXC=$uri")
}

# running HOST COUNT
running() { [ "$(v "$1" list --name --state-running | grep -c .)" -ge "$2" ]; }

has_lease() { v a net-dhcp-leases default | grep -q ' 192\.168\.122\.'; }

up() {
	local n=${1:-4} linux=${2:-} x i h names lxc=()
	[[ $n =~ ^[0-9]+$ ]] || usage
	[ -z "$linux" ] || [ "$linux" = linux ] || usage
	need_root
	need_programs libvirt libvirtd virtlogd virtlockd virsh qemu-system-x86_64 qemu-img dnsmasq busybox gcc ld ip
	need_kernel
	[ "$(uname -m)" = x86_64 ] || skip "the guests are for x86_64, this machine is $(uname -m)"
	[ -e /dev/net/tun ] || skip "no /dev/net/tun: the guests' networks need it"
	lab_lock create
	if [ -e "$DIR/env" ] && v a version >/dev/null 2>&1 && v b version >/dev/null 2>&1; then
		say "already up in $DIR"
		return
	fi
	lab_begin
	mkdir -p "$BOX"/{a,b}
	net_add lan
	ip -n "ylab-$ID-lan" link add lan type bridge
	ip -n "ylab-$ID-lan" link set lan up
	host_start a 10.77.0.1
	host_start b 10.77.0.2
	make_guests "${linux:-none}"
	for h in a b; do
		box_wait $h 60 "libvirtd on host '$h' answers" v $h version
	done
	furnish a
	furnish b

	x=$BOX/xml
	mkdir -p "$x"
	guest t1 64 "$BOX/guest/dirty.img" >"$x/t1.xml"
	# Internal snapshots want a writable qcow2; checkpoints want its version 3, which is what
	# qemu-img makes and `virsh vol-create-as` does not.
	qemu-img convert -f raw -O qcow2 "$BOX/guest/quiet.img" "$BOX/a/lib/images/snap1.qcow2"
	guest snap1 8 /var/lib/libvirt/images/snap1.qcow2 >"$x/snap1.xml"
	names=(t1 snap1)
	if [ "$linux" = linux ]; then
		linux_guest g1 >"$x/g1.xml"
		names=(g1 "${names[@]}")
	fi
	for ((i = 1; i <= n; i++)); do
		# One of them has a network card, to have something to count.
		guest "vm$i" 8 "$BOX/guest/quiet.img" "$([ "$i" != 1 ] || echo default)" >"$x/vm$i.xml"
		names+=("vm$i")
	done
	start_guests "${names[@]}"
	start_container
	if [ "$linux" = linux ]; then
		wait_for 120 has_lease || fail "guest 'g1' of '$DIR' got no address within 120 s" "$BOX"/a/log/*
	fi
	lab_done "LAB_LIBVIRT_A=$(uri a)" "LAB_LIBVIRT_B=$(uri b)" \
		"LAB_LIBVIRT_A_TCP=qemu+tcp://10.77.0.1/system" "LAB_LIBVIRT_B_TCP=qemu+tcp://10.77.0.2/system" \
		"LAB_LIBVIRT_A_MIGRATE=tcp://10.77.0.1" "LAB_LIBVIRT_B_MIGRATE=tcp://10.77.0.2" \
		"LAB_LIBVIRT_A_NETNS=ylab-$ID-a" "LAB_LIBVIRT_B_NETNS=ylab-$ID-b" \
		"LAB_LIBVIRT_A_PID=$(box_pid_of a libvirtd)" "LAB_LIBVIRT_B_PID=$(box_pid_of b libvirtd)" \
		"${lxc[@]}"
	say "up in $DIR: ${#names[@]} guests on host a"
}

down() { lab_down; }

[ $# -ge 2 ] || usage
lab_open libvirt "$2"
case $1 in
	up | down) "$1" "${@:3}" ;;
	*) usage ;;
esac
