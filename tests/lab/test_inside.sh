#!/bin/bash
# test_inside: shells and main processes of containers, on a real dockerd. Speaks TAP.
# SPDX-License-Identifier: Apache-2.0
set -uo pipefail
. "$(dirname "$0")/tap.sh"

for p in jq curl script; do
	command -v $p >/dev/null || { echo "no program '$p': run tests/lab/install.sh docker"; exit 77; }
done
[ -x "$YAGURA" ] || { echo "no program '$YAGURA': build it first"; exit 1; }
lab_up docker.sh || { echo "not ok 1 - the lab is up"; exit 1; }
"$HERE/docker.sh" fill "$LAB/lab" 2 >"$LAB/fill.out" 2>&1 || { sed 's/^/# /' "$LAB/fill.out"; echo "not ok 1 - the lab is filled"; exit 1; }

export XDG_CACHE_HOME=$LAB/cache
SOCK=${LAB_DOCKER#unix://}
api() { curl -s --max-time 60 --unix-socket "$SOCK" -X "$1" -H 'Content-Type: application/json' ${3+-d "$3"} "http://d$2"; }
printf 'discovery: false\ncontrollers:\n  - {name: d, provider: docker, url: "%s"}\n' "$LAB_DOCKER" >"$LAB/yagura.yaml"

# in_tty COMMAND: in a terminal of 97 columns and 31 rows; what came of it is in $LAB/tty.
in_tty() { timeout 60 script -qec "stty cols 97 rows 31; $1" /dev/null <"${2:-/dev/null}" >"$LAB/tty" 2>&1; }
main() {
	y exec container/c1 -- sh -c 'echo out; echo err >&2; exit 7' >"$LAB/out" 2>"$LAB/err"
	is 'exec: the exit code is the command'"'"'s' $? 7
	is 'exec: what it writes to 1' "$(cat "$LAB/out")" out
	is 'exec: what it writes to 2' "$(cat "$LAB/err")" err
	is 'exec -i: standard input, to its end' "$(seq 100000 | y exec container/c1 -i -- wc -l)" 100000
	is 'exec -i: five million bytes there and back' \
		"$(head -c 5000000 /dev/zero | tr '\0' 'x' | y exec container/c1 -i -- cat | wc -c)" 5000000
	is 'exec: arguments are passed as they are' "$(y exec container/c1 -- printf '%s|' 'a b' '"' "'" '\' '$x' 日本)" \
		"a b|\"|'|\\|\$x|日本|"
	y exec container/c1 -- /no/such/program >"$LAB/out" 2>&1
	is 'exec of what is not there: an error' "$(($? != 0))" 1
	y exec container/x1 -- true >"$LAB/out" 2>&1
	is 'exec in a stopped container is refused' "$(($? != 0))" 1
	ok "and why is told" grep -qi 'not running\|can only create exec sessions on running' "$LAB/out"
	in_tty "'$YAGURA' --config '$LAB/yagura.yaml' exec container/c1 -t -- sh -c 'sleep 0.3; stty size; exit 5'; echo rc=\$?"
	ok 'exec -t: the size of our terminal' grep -q '31 97' "$LAB/tty"
	ok 'exec -t: the exit code' grep -q 'rc=5' "$LAB/tty"
}
main
api POST '/containers/create?name=teller' '{"Image": "lab/busybox:1", "Tty": true, "OpenStdin": true,
	"Cmd": ["/bin/sh", "-c", "while read -r x; do echo \"got $x\"; [ \"$x\" != bye ] || exit 3; done"]}' >/dev/null
api POST /containers/teller/start
is 'attach: what is said to the main process, and its exit code' \
	"$(printf 'hello\nbye\n' | y attach container/teller -i >"$LAB/out"; echo "$? $(tr -d '\r' <"$LAB/out" | grep -c '^got')")" '3 2'
is 'attach: it ended by its own' "$(api GET /containers/teller/json | jq .State.ExitCode)" 3
done_testing
