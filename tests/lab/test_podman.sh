#!/bin/bash
# test_podman: the provider docker on a real Podman, by its compatible API. Speaks TAP.
# SPDX-License-Identifier: Apache-2.0
set -uo pipefail
. "$(dirname "$0")/tap.sh"

for p in jq curl; do
	command -v $p >/dev/null || { echo "no program '$p': run tests/lab/install.sh podman"; exit 77; }
done
[ -x "$YAGURA" ] || { echo "no program '$YAGURA': build it first"; exit 1; }
lab_up podman.sh || { echo "not ok 1 - the lab is up"; exit 1; }

export XDG_CACHE_HOME=$LAB/cache
SOCK=${LAB_PODMAN#unix://}
api() { curl -s --max-time 60 --unix-socket "$SOCK" -X "$1" "http://d$2"; }
printf 'discovery: false\ncontrollers:\n  - {name: p, provider: docker, url: "%s"}\n' "$LAB_PODMAN" >"$LAB/yagura.yaml"

rows() { y get "$1" -o json 2>"$LAB/err" | jq -r ".[] | $2" | sort; }
theirs() { api GET "$1" | jq -r "$2" | sort; }
# Podman's own API, not the one that we speak.
state_of() { api GET "/v4.0.0/libpod/containers/$1/json" | jq -r .State.Status; }
is_state() { [ "$(state_of "$1")" = "$2" ]; }

is 'get container: ids, names, states are those of libpod' "$(rows container '"\(.id) \(.name) \(.state)"')" \
	"$(theirs '/v4.0.0/libpod/containers/json?all=true' '.[] | "\(.Id) \(.Names[0]) \(.State)"')"
is 'get container: labels' "$(rows container 'select(.label["lab.name"] and (.name | test("infra") | not)) | "\(.name) \(.label["lab.name"])"')" \
	'p1 p1
p2 p2
pod1-c1 pod1-c1'
is 'get image: ids' "$(rows image '.id | sub("sha256:"; "")')" "$(theirs /v4.0.0/libpod/images/json '.[].Id')"
# What is "podman" to libpod is "bridge" to those who speak Docker's API.
is 'get network' "$(rows network '"\(.name) \(.driver)"')" "$(theirs /v1.41/networks '.[] | "\(.Name) \(.Driver)"')"
is 'get host: processors and memory' "$(rows host '"\(.cpus) \(.mem)"')" \
	"$(theirs /v4.0.0/libpod/info '"\(.host.cpus) \(.host.memTotal)"')"
ok 'get controller: it is Podman and says its version' \
	[ "$(rows controller '.version' | cut -d. -f1)" = "Podman $(api GET /v4.0.0/libpod/version | jq -r '.Version' | cut -d. -f1)" ]

y exec container/p1 -- sh -c 'echo out; echo err >&2; exit 7' >"$LAB/out" 2>"$LAB/err"
is 'exec: the exit code, and both outputs' "$? $(cat "$LAB/out") $(cat "$LAB/err")" '7 out err'
is 'exec -i: standard input, to its end' "$(seq 100000 | y exec container/p1 -i -- wc -l)" 100000
timeout 60 script -qec "stty cols 97 rows 31; '$YAGURA' --config '$LAB/yagura.yaml' exec container/p1 -t -- sh -c 'sleep 0.3; stty size; exit 5'; echo rc=\$?" /dev/null </dev/null >"$LAB/tty" 2>&1
ok 'exec -t: the size of our terminal' grep -q '31 97' "$LAB/tty"
ok 'exec -t: the exit code' grep -q 'rc=5' "$LAB/tty"
post() { curl -s --max-time 60 --unix-socket "$SOCK" -X POST -H 'Content-Type: application/json' -d "$2" "http://d$1"; }
post '/v1.41/containers/create?name=teller' '{"Image": "localhost/lab/busybox:1", "Tty": true, "OpenStdin": true,
	"Cmd": ["/bin/sh", "-c", "while read -r x; do echo \"got $x\"; [ \"$x\" != bye ] || exit 3; done"]}' >/dev/null
api POST /v1.41/containers/teller/start
is 'attach: what is said to the main process, and its exit code' \
	"$(printf 'hello\nbye\n' | y attach container/teller -i >"$LAB/out"; echo "$? $(tr -d '\r' <"$LAB/out" | grep -c '^got')")" '3 2'
is 'logs: what it wrote' "$(y logs container/teller 2>"$LAB/err" | tr -d '\r' | grep -c 'got')" 2
api DELETE '/v1.41/containers/teller?force=true'

acted() { y do "$2" "container/$1" --yes && is_state "$1" "$3"; }
ok 'do stop' acted p1 stop exited
ok 'do start' acted p1 start running
ok 'do restart' acted p1 restart running
ok 'do kill' acted p2 kill exited
ok 'do remove' y do remove container/p2 --yes
is 'do remove: it is gone' "$(rows container 'select(.name == "p2") | .name')" ''

timeout 90 "$YAGURA" --config "$LAB/yagura.yaml" get container --watch -o jsonl >"$LAB/watch" 2>"$LAB/err" &
watch=$!
seen() { grep -q "\"change\":\"$1\".*\"name\":\"$2\".*$3" "$LAB/watch"; }
ok 'get --watch: lists first' within 20 seen added p1 '"state":"running"'
sleep 2 # the stream of events begins a moment after the listing
api POST /v4.0.0/libpod/containers/p1/stop >/dev/null
ok 'get --watch: a stop by somebody else is seen before the next poll' within 8 seen changed p1 '"state":"exited"'
kill $watch && wait $watch

timeout 90 "$YAGURA" --config "$LAB/yagura.yaml" get controller --watch -o jsonl >"$LAB/watch" 2>"$LAB/err" &
watch=$!
last_state() { [ "$(tail -n 1 "$LAB/watch" | jq -r .state)" = "$1" ]; }
ok 'get --watch controller: it is up' within 20 last_state up
stop "$LAB_PODMAN_PID"
ok 'a stopped podman is silent within 10 s' within 10 last_state silent
go_on "$LAB_PODMAN_PID"
ok 'it goes on: it is up again by itself' within 10 last_state up
kill $watch && wait $watch

done_testing
