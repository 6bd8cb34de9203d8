# lib: what the tests of the command line share. Speaks TAP.
# SPDX-License-Identifier: Apache-2.0
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
yagura=${YAGURA:-$root/build/yagura}
[ -x "$yagura" ] || {
	echo "$yagura is not built"
	exit 77
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Nothing of the user who runs the tests; what is found on this machine is no part of them.
export HOME=$work XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data LC_ALL=C.UTF-8 TZ=UTC
unset YAGURA_PLUGINS YAGURA_MODULES YAGURA_LOG NO_COLOR XDG_RUNTIME_DIR
mkdir -p "$work/config/yagura"
echo 'discovery: no' >"$work/config/yagura/yagura.yaml"

n=0 bad=0
ok() {
	n=$((n + 1))
	echo "ok $n - $1"
}
not_ok() {
	n=$((n + 1)) bad=1
	echo "not ok $n - $1"
	shift
	printf '%s\n' "$@" | sed 's/^/# /'
}

# run ARGUMENT...: runs yagura; leaves $out, $err and $rc.
run() {
	"$yagura" "$@" >"$work/out" 2>"$work/err" </dev/null
	rc=$?
	out=$(cat "$work/out")
	err=$(cat "$work/err")
}

# exits RC NAME ARGUMENT...: ends with this code, and says at most one line why.
exits() {
	local want=$1 name=$2
	shift 2
	run "$@"
	if [ "$rc" != "$want" ]; then
		not_ok "$name" "yagura $*" "ended with $rc, not $want" "$err"
	else
		ok "$name"
	fi
}

# says RC TEXT ARGUMENT...: ends with this code, nothing on stdout, one line on stderr with the text.
says() {
	local want=$1 text=$2
	shift 2
	run "$@"
	if [ "$rc" != "$want" ] || [ -n "$out" ] || [ "$(wc -l <"$work/err")" != 1 ] ||
		[[ "$err" != *"$text"* ]]; then
		not_ok "yagura $*" "ended with $rc, not $want" "wanted: $text" "got: $err" "$out"
	else
		ok "yagura $*"
	fi
}

# is NAME GOT WANTED
is() {
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1" "got: $2" "wanted: $3"
	fi
}

# holds NAME COMMAND...: the command is true.
holds() {
	local name=$1
	shift
	if "$@"; then
		ok "$name"
	else
		not_ok "$name" "$*" "${out:-}" "${err:-}"
	fi
}

finish() {
	echo "1..$n"
	exit $bad
}
