#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# podman.sh up DIR | down DIR: a real `podman system service` in namespaces of its own, with two containers and a pod.
# It answers (Docker's API and its own) on DIR/podman.sock. Exit 77: this machine cannot run it.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

usage() {
	echo "usage: $PROG up DIR | $PROG down DIR" >&2
	exit 2
}

# limit FLAG: the hard limit as a number.
limit() {
	local v
	v=$(ulimit -H "$1")
	[ "$v" != unlimited ] || v=1048576
	echo "$v"
}

# write_conf: all of podman's configuration, so that the machine's own is neither read nor needed.
write_conf() {
	local c=$BOX/p/etc
	mkdir -p "$c"/{networks,registries.d}
	# default_ulimits: podman asks for 1048576 files; where the hard limit is lower and root lacks
	# CAP_SYS_RESOURCE no container would start. runc: crun refuses a machine with cgroup v1 and v2
	# mixed. infra_image: nothing can be pulled.
	cat >"$c/containers.conf" <<-C
		[containers]
		default_ulimits = ["nofile=$(limit -n):$(limit -n)", "nproc=$(limit -u):$(limit -u)"]
		[network]
		network_backend = "netavark"
		[engine]
		infra_image = "localhost/lab/pause:1"
		cgroup_manager = "cgroupfs"
		events_logger = "file"
		runtime = "runc"
	C
	cat >"$c/storage.conf" <<-C
		[storage]
		driver = "overlay"
		runroot = "/run/containers/storage"
		graphroot = "$BOX/p/root"
	C
	echo '{"default": [{"type": "insecureAcceptAnything"}]}' >"$c/policy.json"
	echo 'unqualified-search-registries = []' >"$c/registries.conf"
}

# import TAG CHANGES: an image of the tar file on stdin.
import() {
	local out
	out=$(curl -s --max-time 60 --unix-socket "$SOCK" -T - -X POST -H 'Content-Type: application/x-tar' \
		"http://lab/v4.0.0/libpod/images/import?reference=$1&changes=$2") || true
	[[ $out == *'"Id"'* ]] || fail "podman in '$DIR' took no image: $out" "$BOX/p/log/out"
}

# must METHOD PATH [JSON]
must() {
	api "$SOCK" "$@" >/dev/null 2>"$BOX/api.log" || fail "podman in '$DIR' refused a call" "$BOX/api.log" "$BOX/p/log/out"
}

up() {
	local root=$BOX/rootfs n
	[ $# = 0 ] || usage
	need_root
	need_programs podman podman conmon runc busybox curl jq ip
	need_kernel
	[ -e /usr/lib/podman/netavark ] || command -v netavark >/dev/null ||
		skip "no netavark here: run tests/lab/install.sh podman"
	grep -qw overlay /proc/filesystems || skip "this kernel has no overlay file system"
	lab_lock create
	if [ -e "$DIR/env" ] && api_answers "$SOCK" >/dev/null; then
		say "already up in $DIR"
		return
	fi
	lab_begin
	mkdir -p "$BOX/p"
	write_conf
	net_add p
	# All of /var/lib: podman makes /var/lib/containers there even when its storage is elsewhere.
	BINDS=(run:/run etc:/etc/containers lib:/var/lib vartmp:/var/tmp)
	box_start p lab-podman env CONTAINERS_CONF=/etc/containers/containers.conf \
		podman system service -t 0 "unix://$SOCK"
	box_wait p 60 "podman answers" api_answers "$SOCK"
	busybox_root "$root"
	tar -C "$root" -c . | import localhost/lab/busybox:1 'CMD%20%5B%22/bin/sh%22%5D&changes=ENV%20PATH=/bin'
	tar -C "$root" -c . | import localhost/lab/pause:1 'CMD%20%5B%22/bin/sleep%22,%221000000%22%5D&changes=ENV%20PATH=/bin'
	rm -rf "$root"
	must POST /v4.0.0/libpod/pods/create '{"name": "pod1", "labels": {"lab.name": "pod1"}}'
	for n in p1 p2 pod1-c1; do
		# shellcheck disable=SC2016 # the shell in the container expands it
		must POST /v4.0.0/libpod/containers/create "$(jq -nc --arg name "$n" \
			'{name: $name, image: "localhost/lab/busybox:1", labels: {"lab.name": $name},
			command: ["/bin/sh", "-c", "trap \"exit 0\" TERM INT; echo starts; while :; do sleep 3600 & wait $!; done"]}
			+ if $name == "pod1-c1" then {pod: "pod1"} else {hostname: $name} end')"
	done
	must POST /v4.0.0/libpod/pods/pod1/start
	must POST /v4.0.0/libpod/containers/p1/start
	must POST /v4.0.0/libpod/containers/p2/start
	n=$(api "$SOCK" GET '/v4.0.0/libpod/containers/json' | jq length)
	[ "$n" = 4 ] || fail "$n containers run in '$DIR' instead of 4" "$BOX/p/log/out"
	lab_done "LAB_PODMAN=unix://$SOCK" "LAB_PODMAN_PID=$(box_pid_of p podman)" "LAB_PODMAN_NETNS=ylab-$ID-p"
	say "up in $DIR"
}

down() { lab_down; }

[ $# -ge 2 ] || usage
lab_open podman "$2"
SOCK=$DIR/podman.sock
case $1 in
	up | down) "$1" "${@:3}" ;;
	*) usage ;;
esac
