# tap.sh: what tests in bash share: the program, a home of their own, TAP. Sourced, never run.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Afterwards: $TESTS and $ROOT (folders), $YAGURA (the program, absolute), $TMP (removed at the end),
# $HOME inside of it, so that no configuration of the user is read. No test sees the user's own
# controllers: the variables that name some are gone.

# What a pipeline tells fail() must reach this shell.
shopt -s lastpipe

TESTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(dirname "$TESTS")
: "${YAGURA:=$ROOT/build/yagura}"
YAGURA=$(realpath -m -- "$YAGURA")
TMP=$(mktemp -d "${TMPDIR:-/tmp}/yagura-test.XXXXXX") || exit 1
TAP_N=0 TAP_BAD=0 TAP_AT_EXIT=()
export YAGURA HOME=$TMP TZ=UTC LC_ALL=C.UTF-8 TERM=xterm-256color
unset NO_COLOR DOCKER_HOST DOCKER_CONTEXT CONTAINER_HOST LIBVIRT_DEFAULT_URI XDG_CONFIG_HOME \
	XDG_RUNTIME_DIR XDG_STATE_HOME XDG_CACHE_HOME XDG_DATA_HOME YAGURA_LOG

tap_exit() {
	local command
	for command in "${TAP_AT_EXIT[@]}"; do
		eval "$command"
	done
	rm -rf "$TMP"
}
trap tap_exit EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# at_exit COMMAND: run when the test ends, however it ends.
at_exit() { TAP_AT_EXIT=("$1" "${TAP_AT_EXIT[@]}"); }

pass() { echo "ok $((++TAP_N)) - $1"; }

# fail NAME [TEXT]: TEXT or standard input tells what was seen.
fail() {
	echo "not ok $((++TAP_N)) - $1"
	TAP_BAD=1
	if [ $# -gt 1 ]; then printf '%s\n' "$2"; else cat; fi | head -n 40 | sed 's/^/# /'
}

# skip NAME REASON: one test; skip_all REASON: ends the script.
skip() { echo "ok $((++TAP_N)) - $1 # skip $2"; }
skip_all() {
	echo "1..0 # skip $1"
	exit 77
}

# check NAME COMMAND...: passes if it succeeds; its output is only shown if it does not.
check() {
	local name=$1 out
	shift
	if out=$("$@" 2>&1); then pass "$name"; else fail "$name" "$* said: $out"; fi
}

# is NAME GOT WANTED
is() {
	if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "got: $2"$'\n'"wanted: $3"; fi
}

# like NAME TEXT REGEX; unlike: the same the other way round
like() {
	if grep -qE -- "$3" <<<"$2"; then pass "$1"; else fail "$1" "not found: $3"$'\n'"in: $2"; fi
}
unlike() {
	if grep -qE -- "$3" <<<"$2"; then fail "$1" "found: $3"$'\n'"in: $2"; else pass "$1"; fi
}

# run COMMAND...: sets OUT, ERR and RC.
run() {
	"$@" >"$TMP/.out" 2>"$TMP/.err" </dev/null
	RC=$?
	OUT=$(<"$TMP/.out") ERR=$(<"$TMP/.err")
}

# wait_until SECONDS COMMAND...: polls; 1 when the time is over.
wait_until() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.05
	done
}

# done_testing: the plan and the exit code; the last line of a test.
done_testing() {
	echo "1..$TAP_N"
	exit $TAP_BAD
}

[ -x "$YAGURA" ] || skip_all "there is no program at $YAGURA: build it, or say where with YAGURA="
