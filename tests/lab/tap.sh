# tap.sh: what the lab's tests share: TAP lines, the program, waiting for a condition.
# SPDX-License-Identifier: Apache-2.0
# Sourced by tests/lab/test_*.sh, never run. LAB is a new folder; at the end the lab in it is taken down by
# LAB_SCRIPT, and what runs in the background is ended.
# shellcheck shell=bash

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
YAGURA=${YAGURA:-$HERE/../../build/yagura}
LAB=$(mktemp -d /tmp/yl.XXXXXX)
export LC_ALL=C.UTF-8 TZ=UTC NO_COLOR=1
tap_n=0 tap_bad=0 tap_stopped=()

tap_end() {
	local rc=$? p
	trap - EXIT INT TERM
	for p in "${tap_stopped[@]}"; do kill -CONT "$p" 2>/dev/null; done
	for p in $(jobs -p); do kill "$p" 2>/dev/null; done
	wait 2>/dev/null
	[ -z "${LAB_SCRIPT:-}" ] || "$HERE/$LAB_SCRIPT" down "$LAB/lab" >/dev/null
	rm -rf "$LAB"
	exit $rc
}
trap tap_end EXIT
trap 'exit 130' INT TERM

# ok TEXT COMMAND...: passes if the command succeeds.
ok() {
	local text=$1
	shift
	tap_n=$((tap_n + 1))
	if "$@" >"$LAB/ok.out" 2>&1; then
		echo "ok $tap_n - $text"
	else
		echo "not ok $tap_n - $text"
		tail -n 20 "$LAB/ok.out" | sed 's/^/# /'
		tap_bad=1
	fi
}

# is TEXT GOT WANTED: passes if both are the same text.
is() {
	tap_n=$((tap_n + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $tap_n - $1"
	else
		echo "not ok $tap_n - $1"
		diff <(printf '%s\n' "$3") <(printf '%s\n' "$2") | sed 's/^/# /'
		tap_bad=1
	fi
}

skip_one() {
	tap_n=$((tap_n + 1))
	echo "ok $tap_n - $1 # SKIP $2"
}

# within SECONDS COMMAND...: until it succeeds.
within() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.1
	done
}

# y ARGUMENT...: the program with the test's own configuration.
y() { timeout 90 "$YAGURA" --config "$LAB/yagura.yaml" "$@"; }

# stop PID, go_on PID: a process of this lab that hangs, and no longer.
stop() { kill -STOP "$1" && tap_stopped+=("$1"); }
go_on() { kill -CONT "$1"; }

# lab_up SCRIPT ARGUMENT...: 77 where this machine cannot; its variables are ours then.
lab_up() {
	LAB_SCRIPT=$1
	shift
	"$HERE/$LAB_SCRIPT" up "$LAB/lab" "$@" >"$LAB/up.out" 2>&1
	local rc=$?
	if [ $rc = 77 ]; then
		LAB_SCRIPT=
		tail -n 1 "$LAB/up.out"
		exit 77
	fi
	if [ $rc != 0 ]; then
		sed 's/^/# /' "$LAB/up.out"
		return 1
	fi
	# shellcheck disable=SC1091
	. "$LAB/lab/env"
}

done_testing() {
	echo "1..$tap_n"
	exit $tap_bad
}
