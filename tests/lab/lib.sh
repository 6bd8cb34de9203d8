# lib.sh: what the lab's scripts share: names, deadlines, and "boxes" (a host in namespaces of its own).
# SPDX-License-Identifier: Apache-2.0
# Sourced, never run. A lab is one folder DIR; every name outside of it (network namespaces, cgroups)
# is ylab-ID-*, ID being a hash of the kind of lab and DIR, so that `down` finds all of it without
# notes and two labs never meet.
# shellcheck shell=bash

PROG=${0##*/}
LAB_HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
CGROOT=/sys/fs/cgroup
# Programs print English and machine-readable numbers, whatever the caller's locale.
export LC_ALL=C

say() { printf '%s: %s\n' "$PROG" "$*"; }

skip() {
	printf '%s: skipped: %s\n' "$PROG" "$*"
	exit 77
}

# fail TEXT [LOGFILE...]: one line (what, where, what to do), then the ends of the logs.
fail() {
	local text=$1 f
	shift
	printf '%s: %s\n' "$PROG" "$text" >&2
	for f in "$@"; do
		[ -s "$f" ] || continue
		printf '%s: the last lines of %s:\n' "$PROG" "$f" >&2
		tail -n 8 "$f" | sed 's/^/    /' >&2
	done
	exit 1
}

# wait_for SECONDS COMMAND...: polls until COMMAND succeeds; 1 when the time is over. Its output is
# dropped. COMMAND must have a deadline of its own.
wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.1
	done
}

need_root() { [ "$(id -u)" = 0 ] || skip "not root: namespaces and cgroups need it"; }

# need_programs PART PROGRAM...
need_programs() {
	local part=$1 p
	shift
	for p in "$@"; do
		command -v "$p" >/dev/null 2>&1 ||
			skip "no program '$p' here: run tests/lab/install.sh $part"
	done
}

# need_kernel: tries what the boxes need instead of guessing from version numbers.
need_kernel() {
	timeout 10 unshare -n -C -m -u -i -p -f --mount-proc true 2>/dev/null ||
		skip "this kernel (or container) does not allow new namespaces"
	timeout 10 unshare -n sh -c 'ip link add v0 type veth peer name v1 &&
		ip link add br0 type bridge' >/dev/null 2>&1 ||
		skip "this kernel has no veth or no bridge"
	timeout 10 unshare -n -m sh -c 'mount -t tmpfs t /run && iptables -t nat -L -n' >/dev/null 2>&1 ||
		skip "iptables does not work on this kernel (no nat table)"
	[ -n "$(cgroup_controllers)" ] ||
		skip "no cgroup v1 controllers in $CGROOT: the lab has no recipe for pure cgroup v2 yet"
}

# lab_open KIND DIR: sets KIND, DIR, BOX (all working files) and ID, and takes the lock of DIR, so
# that `up` and `down` of one DIR wait for each other.
lab_open() {
	KIND=$1
	[ -n "${2:-}" ] || fail "no folder given"
	DIR=$(realpath -m -- "$2")
	# Such a path goes into URIs, XML and shell files; and a unix socket's name ends at 107 bytes.
	[[ $DIR =~ ^/[A-Za-z0-9][A-Za-z0-9._/+@,-]*$ ]] ||
		fail "folder '$DIR': only letters, digits and . _ / + @ , - can be used: choose another"
	[ ${#DIR} -le 70 ] ||
		fail "folder '$DIR': longer than 70 bytes, its sockets' names would not fit: choose a shorter one"
	BOX=$DIR/box
	ID=$(printf '%s' "$KIND:$DIR" | sha256sum | cut -c1-8)
	[ -e "$BOX/kind" ] && [ "$(cat "$BOX/kind")" != "$KIND" ] &&
		fail "folder '$DIR' holds a lab of kind '$(cat "$BOX/kind")': one lab a folder"
	return 0
}

# lab_lock create|existing: the lock is the folder itself, so no lock file stays behind.
lab_lock() {
	local tries
	for tries in 1 2 3 4 5; do
		[ "$1" != create ] || mkdir -p "$DIR"
		[ -d "$DIR" ] || return 0
		exec {LOCK}<"$DIR"
		flock -w 120 "$LOCK" || fail "folder '$DIR': another up or down holds it for 120 s: look for it with ps"
		# A `down` that ran while we waited may have removed the folder that we locked.
		[ ! "$DIR" -ef "/proc/self/fd/$LOCK" ] || return 0
		exec {LOCK}<&-
	done
	fail "folder '$DIR' is made and removed all the time: another up and down run ($tries tries)"
}

# lab_begin: for `up`, after it has seen that no lab runs here: clears remains, and from now on
# whatever ends the script early takes the half-built lab down again.
lab_begin() {
	lab_clean
	mkdir -p "$BOX"
	echo "$KIND" >"$BOX/kind"
	trap 'lab_abort $?' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
}

lab_abort() {
	trap - EXIT
	if [ -n "${LAB_KEEP:-}" ]; then
		say "LAB_KEEP is set: remains are in $DIR; end them with: $PROG down $DIR" >&2
	else
		lab_clean || true
		rmdir "$DIR" 2>/dev/null || true
	fi
	exit "$1"
}

# lab_done LINE...: writes DIR/env; that file is there if and only if the lab is up.
lab_done() {
	printf '%s\n' "$@" >"$DIR/env.new"
	mv "$DIR/env.new" "$DIR/env"
	trap - EXIT INT TERM HUP
}

# lab_pids: all processes of this lab, from its network namespaces, cgroups and pid files.
lab_pids() {
	local f p
	{
		for f in /run/netns/ylab-"$ID"-*; do
			[ -e "$f" ] && ip netns pids "${f##*/}" 2>/dev/null
		done
		find "$CGROOT"/*/ylab-"$ID"-* -name cgroup.procs -exec cat {} + 2>/dev/null
		for f in "$BOX"/*/pid; do
			[ -s "$f" ] || continue
			p=$(cat "$f")
			# A number may have been given to another process since: only one that names DIR.
			grep -qsF -- "$DIR" "/proc/$p/cmdline" && echo "$p"
		done
	} | sort -un | grep -vx -e 0 -e "$$" || true
}

# lab_clean: ends and removes all of this lab; safe at any time, any number of times.
lab_clean() {
	local end=$((SECONDS + 30)) pids f d tree=()
	rm -f "$DIR/env" "$DIR/env.new"
	# With the first process of its pid namespace a box dies as a whole; the loop is for the time
	# that the kernel takes and for what was caught half-way in.
	while pids=$(lab_pids) && [ -n "$pids" ]; do
		# TRAP: a frozen process (a paused container) does not even die of SIGKILL.
		find "$CGROOT"/freezer/ylab-"$ID"-* -name freezer.state \
			-exec sh -c 'for f; do echo THAWED >"$f"; done' sh {} + 2>/dev/null || true
		# shellcheck disable=SC2086 # a list of numbers
		kill -9 $pids 2>/dev/null || true
		[ $SECONDS -lt $end ] || fail "in '$DIR': processes do not end after kill -9: ${pids//$'\n'/ }"
		sleep 0.05
	done
	for f in /run/netns/ylab-"$ID"-*; do
		[ -e "$f" ] || continue
		ip netns del "${f##*/}" || fail "network namespace ${f##*/} cannot be removed: try ip netns del by hand"
	done
	for d in "$CGROOT"/*/ylab-"$ID"-*; do
		[ -d "$d" ] && tree+=("$d")
	done
	# A cgroup stays busy for a moment after its last process.
	if [ ${#tree[@]} -gt 0 ]; then
		wait_for 20 cgroup_remove "${tree[@]}" || fail "cgroups cannot be removed: ${tree[*]}"
	fi
	rm -rf --one-file-system "$BOX" "$DIR/tls" "$DIR/docker.sock" "$DIR/podman.sock"
}

# lab_down: what `down` is in every script.
lab_down() {
	need_root
	lab_lock existing
	lab_clean
	# The folder goes too, if nobody else has put something into it.
	rmdir "$DIR" 2>/dev/null || true
}

cgroup_controllers() {
	awk -v r="$CGROOT/" 'index($2, r) == 1 && $3 == "cgroup" { print substr($2, length(r) + 1) }' /proc/self/mounts
}

cgroup_remove() {
	local d left=0
	for d in "$@"; do
		[ -d "$d" ] || continue
		find "$d" -depth -type d -exec rmdir {} \; 2>/dev/null || true
		[ ! -d "$d" ] || left=1
	done
	return $left
}

# net_add NAME: network namespace ylab-ID-NAME, with loopback. The lock (on a folder: no file stays)
# is there because two first-ever "ip netns add" at once disturb each other over /run/netns.
net_add() {
	flock -w 30 /run ip netns add "ylab-$ID-$1" ||
		fail "network namespace ylab-$ID-$1 cannot be made: see ip netns"
	ip -n "ylab-$ID-$1" link set lo up
}

# box_start NAME HOSTNAME COMMAND...: a host of its own: net (made before by net_add), mount, uts,
# ipc, pid and cgroup namespaces; COMMAND runs in it, its output goes to $BOX/NAME/log/out. BINDS
# says which folders of the machine are replaced: "name:/target" is $BOX/NAME/name there.
box_start() {
	local name=$1 host=$2 b=$BOX/$1 cg=ylab-$ID-$1 c d ctl
	shift 2
	mkdir -p "$b"/{log,tmp}
	chmod 755 "$b" "$b/log"
	[ -e "$b/hosts" ] || printf '127.0.0.1 localhost\n127.0.1.1 %s\n' "$host" >"$b/hosts"
	printf '%s\n' "${BINDS[@]}" >"$b/binds"
	mapfile -t ctl < <(cgroup_controllers)
	# Its own cgroup in each hierarchy: two boxes may run a guest of the same name at the same time
	# (each migration does), and `down` finds every process by it.
	for c in "${ctl[@]}"; do
		d=$CGROOT/$c/$cg
		mkdir -p "$d"
		if [ -e "$d/cpuset.cpus" ]; then
			cat "$CGROOT/$c/cpuset.cpus" >"$d/cpuset.cpus"
			cat "$CGROOT/$c/cpuset.mems" >"$d/cpuset.mems"
			echo 1 >"$d/cgroup.clone_children"
		fi
	done
	(
		trap - EXIT INT TERM HUP
		for c in "${ctl[@]}"; do
			echo "$BASHPID" >"$CGROOT/$c/$cg/cgroup.procs"
		done
		# The daemons must not hold the lock, nor a pipe on whose end the caller waits.
		exec {LOCK}<&-
		for d in /proc/"$BASHPID"/fd/*; do
			d=${d##*/}
			[ "$d" -le 2 ] || [ "$d" = 255 ] || eval "exec $d>&-"
		done
		exec setsid ip netns exec "ylab-$ID-$name" \
			unshare -C -m -u -i -p -f --kill-child --mount-proc \
			bash "$LAB_HERE/box-init.sh" "$DIR" "$b" "$host" "${#ctl[@]}" "${ctl[@]}" "$@"
	) </dev/null >"$b/log/init" 2>&1 &
	echo $! >"$b/pid"
	disown
}

# box_alive NAME: its first process (and so all of it) still runs.
box_alive() { kill -0 "$(cat "$BOX/$1/pid" 2>/dev/null || echo 0x)" 2>/dev/null; }

# box_wait NAME SECONDS WHAT COMMAND...: waits for COMMAND, or fails with the box's logs.
box_wait() {
	local name=$1 secs=$2 what=$3 end=$((SECONDS + $2)) logs
	shift 3
	until "$@" >/dev/null 2>&1; do
		logs=("$BOX/$name"/log/*)
		box_alive "$name" || fail "$what: the box '$name' in '$DIR' ended: see its log" "${logs[@]}"
		[ $SECONDS -lt $end ] ||
			fail "$what: not within $secs s in '$DIR': see the log; LAB_KEEP=1 keeps the remains" "${logs[@]}"
		sleep 0.05
	done
}

# box_pid_of NAME PROGRAM: the process number of PROGRAM in the box as seen from outside.
box_pid_of() {
	local p
	for p in $(ip netns pids "ylab-$ID-$1"); do
		[ "$(cat "/proc/$p/comm" 2>/dev/null)" != "$2" ] || { echo "$p"; return 0; }
	done
	return 1
}

# busybox_root FOLDER: a root file system of one static program.
busybox_root() {
	mkdir -p "$1"/{bin,dev,etc,proc,root,run,sys,tmp,var,www}
	chmod 1777 "$1/tmp"
	cp "$(command -v busybox)" "$1/bin/busybox"
	# In a chroot, for the links to name the path that they will have there.
	chroot "$1" /bin/busybox --install -s /bin
	echo 'root:x:0:0:root:/root:/bin/sh' >"$1/etc/passwd"
	echo 'root:x:0:' >"$1/etc/group"
}

# api SOCKET METHOD PATH [JSON]: one call to a REST socket; prints the answer. A status of 400 and
# above is an error, except 409 (it is there already); 304 (it is so already) is none.
api() {
	local out code
	out=$(curl -s --max-time 60 --unix-socket "$1" -X "$2" -H 'Content-Type: application/json' \
		${4+-d "$4"} -w '\n%{http_code}' "http://lab$3") || { echo "$2 $3: no answer from $1" >&2; return 1; }
	code=${out##*$'\n'}
	out=${out%$'\n'*}
	if [ "$code" -ge 400 ] && [ "$code" != 409 ]; then
		echo "$2 $3: $code $out" >&2
		return 1
	fi
	printf '%s\n' "$out"
}

# api_answers SOCKET
api_answers() { curl -sf --max-time 5 --unix-socket "$1" http://lab/_ping; }
