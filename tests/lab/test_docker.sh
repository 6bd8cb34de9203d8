#!/bin/bash
# test_docker: what get shows and do does on a real dockerd is what its own API says. Speaks TAP.
# SPDX-License-Identifier: Apache-2.0
set -uo pipefail
. "$(dirname "$0")/tap.sh"

for p in jq curl; do
	command -v $p >/dev/null || { echo "no program '$p': run tests/lab/install.sh docker"; exit 77; }
done
[ -x "$YAGURA" ] || { echo "no program '$YAGURA': build it first"; exit 1; }
lab_up docker.sh --tls || { echo "not ok 1 - the lab is up"; exit 1; }
"$HERE/docker.sh" fill "$LAB/lab" 6 >"$LAB/fill.out" 2>&1 || { sed 's/^/# /' "$LAB/fill.out"; echo "not ok 1 - the lab is filled"; exit 1; }

export XDG_CACHE_HOME=$LAB/cache
SOCK=${LAB_DOCKER#unix://}
api() { curl -s --max-time 60 --unix-socket "$SOCK" -X "$1" -H 'Content-Type: application/json' ${3+-d "$3"} "http://d$2"; }
configure() { printf 'discovery: false\ncontrollers:\n  - {name: d, provider: docker, %s}\n' "$1"; }
configure "url: '$LAB_DOCKER'" >"$LAB/yagura.yaml"

# create NAME JQ: a container from the lab's image; JQ adds to its settings. It is not started.
create() {
	api POST "/containers/create?name=$1" "$(jq -nc --arg n "$1" '{Image: "lab/busybox:1", Hostname: $n,
		Cmd: ["/bin/sh", "-c", "trap \"exit 0\" TERM; while :; do sleep 3600 & wait $!; done"]} | '"$2")" >/dev/null
}
create hostile '.Labels = {"esc": "\u001b[2J\u001b]0;owned\u0007", "bidi": "a\u202eb\u200b", "lines": "x\ny\tz", "é": "日本"}
	| .Cmd = ["/bin/echo", "\u001b[31mred\u0000", "\u009b"]'
create burner '.Cmd = ["/bin/sh", "-c", "while :; do :; done"] | .HostConfig.NanoCpus = 300000000 | .HostConfig.Memory = 16777216'
api POST /containers/burner/start
api POST /volumes/create '{"Name":"lonely"}' >/dev/null

# Health changes by itself while we look.
rows() { y get "$1" -o json 2>"$LAB/err" | jq -r ".[] | $2" | sort; }
theirs() { api GET "$1" | jq -r "$2" | sort; }
state_of() { api GET "/containers/$1/json" | jq -r .State.Status; }
is_state() { [ "$(state_of "$1")" = "$2" ]; }

# ---- what there is ----
is 'get container: ids, names, states, images, commands are those of /containers/json' \
	"$(rows container '"\(.id) \(.name) \(.state) \(.image) \(.image_ref.ref)"')" \
	"$(theirs '/containers/json?all=1' '.[] | "\(.Id) \(.Names[0][1:]) \(.State) \(.Image) image/\(.ImageID)"')"
is 'get container: labels are those of /containers/json, hostile ones too' \
	"$(rows container '"\(.name) \((.label // {}) | map_values(gsub("[\n\t]"; " ")) | tojson)"')" \
	"$(theirs '/containers/json?all=1' '.[] | "\(.Names[0][1:]) \(.Labels | map_values(gsub("[\n\t]"; " ")) | tojson)"')"
is 'get container: exit codes are those of inspect' "$(rows container 'select(.state == "exited") | "\(.name) \(.exit_code)"')" \
	"$(for c in x1 x2 x3; do echo "$c $(api GET /containers/$c/json | jq .State.ExitCode)"; done)"
is 'get container: ports, networks, volumes' \
	"$(rows container 'select(.name | test("^c[12]$")) | "\(.name) \(.ports) \([.network[].name] | sort) \([.volume[]?.ref])"')" \
	'c1 127.0.0.1:8080->80/tcp ["bridge"] ["volume/lab-vol1"]
c2 null ["lab-net1","lab-net2"] ["volume/lab-vol2"]'
is 'get container: addresses' "$(rows container 'select(.ip) | "\(.name) \(.ip)"')" \
	"$(theirs '/containers/json?all=1' '.[] | [.NetworkSettings.Networks[].IPAddress | select(. != "")] as $ip
		| select($ip | length > 0) | "\(.Names[0][1:]) \($ip | join(", "))"')"
is 'get container: times of creation' "$(rows container '"\(.name) \(.created)"')" \
	"$(theirs '/containers/json?all=1' '.[] | "\(.Names[0][1:]) \(.Created | todate)"')"
healths() { [ "$(rows container 'select(.name == "c3" or .name == "c5") | "\(.name) \(.health)"' | tr '\n' ' ')" = 'c3 unhealthy c5 healthy ' ]; }
ok 'get container: health' within 30 healths
is 'get image' "$(rows image '"\(.id) \(.size) \(.tags // "-")"')" \
	"$(theirs /images/json '.[] | "\(.Id) \(.Size) \(.RepoTags // ["-"] | join(", "))"')"
is 'get image: how many containers use each' "$(rows image '"\(.id) \(.containers)"')" \
	"$(api GET '/containers/json?all=1' | jq -r --argjson i "$(api GET /images/json)" '. as $c | $i[].Id | . as $id
		| "\($id) \([$c[] | select(.ImageID == $id)] | length)"' | sort)"
is 'get network' "$(rows network '"\(.id) \(.name) \(.driver) \(.scope) \(.subnet // "-")"')" \
	"$(theirs /networks '.[] | "\(.Id) \(.Name) \(.Driver) \(.Scope) \(.IPAM.Config[0].Subnet // "-")"')"
is 'get volume' "$(rows volume '"\(.name) \(.driver) \(.path) \(.state)"')" \
	"$(theirs /volumes '.Volumes[] | "\(.Name) \(.Driver) \(.Mountpoint) \(if .Name == "lonely" then "unused" else "used" end)"')"
is 'get project: from the labels of compose' "$(rows project '"\(.name) \(.containers) \(.services)"')" \
	"$(theirs '/containers/json?all=1' '[.[].Labels | select(.["com.docker.compose.project"])] | group_by(.["com.docker.compose.project"])[]
		| "\(.[0]["com.docker.compose.project"]) \(length) \([.[]["com.docker.compose.service"]] | unique | length)"')"
is 'get host: from /info' "$(rows host '"\(.id) \(.name) \(.cpus) \(.mem) \(.os) \(.kernel) \(.version) \(.containers)"')" \
	"$(theirs /info '"\(.ID) \(.Name) \(.NCPU) \(.MemTotal) \(.OperatingSystem) \(.KernelVersion) \(.ServerVersion) \(.ContainersRunning)"')"
is 'the host of each container is that host' "$(rows container '.host.ref' | sort -u)" "host/$(api GET /info | jq -r .ID)"

# ---- rates ----
y get container/burner --columns name,cpu,mem_used,pids,started -o json >"$LAB/burner" 2>"$LAB/err"
ok 'get container --columns cpu: 30 % of a processor are burnt' jq -e '.[0].cpu > 10 and .[0].cpu < 60' "$LAB/burner"
ok 'get container --columns mem_used: below its limit, and it is one process' \
	jq -e '.[0].mem_used > 10000 and .[0].mem_used < 16777216 and .[0].pids == 1' "$LAB/burner"

# ---- nothing that a container says reaches the terminal ----
harmless() { ! "$@" 2>&1 | LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]'; }
for o in table wide json yaml csv; do
	ok "get -o $o with hostile labels and commands is harmless" harmless y get container/hostile -o $o --columns name,command,label
done
ok 'describe of a hostile container is harmless' harmless y describe container/hostile
is 'one row of a table is one line' "$(y get container/hostile --columns name,label,command | wc -l)" 2

# ---- what is done ----
# acted NAME ACTION STATE: the verb says done, and dockerd has it so.
acted() { y do "$2" "container/$1" --yes && is_state "$1" "$3"; }
ok 'do stop' acted c1 stop exited
ok 'do start' acted c1 start running
ok 'do pause' acted c1 pause paused
ok 'do unpause' acted c1 unpause running
started=$(api GET /containers/c2/json | jq -r .State.StartedAt)
ok 'do restart' acted c2 restart running
ok 'do restart: it was started anew' [ "$(api GET /containers/c2/json | jq -r .State.StartedAt)" != "$started" ]
ok 'do kill' acted c4 kill exited
is 'do kill: by a signal that cannot be caught' "$(api GET /containers/c4/json | jq .State.ExitCode)" 137
ok 'do remove' y do remove container/x1 --yes
is 'do remove: it is gone' "$(api GET /containers/x1/json | jq -r .message)" 'No such container: x1'
y do remove container/c2 --yes >/dev/null 2>&1
is 'do remove of a running one is refused' "$? $(state_of c2)" '5 running'
y --read-only do stop container/c2 --yes >/dev/null 2>&1
is '--read-only: it is refused, and it runs on' "$? $(state_of c2)" '5 running'

# What dockerd refuses is told in its words: its network is gone.
api POST /networks/create '{"Name":"short"}' >/dev/null
create orphan '.HostConfig.NetworkMode = "short"'
api DELETE /networks/short
y do start container/orphan --yes >"$LAB/out" 2>&1
is 'do start that dockerd refuses: exit code' $? 1
ok "do start that dockerd refuses: dockerd's reason" grep -q 'network .* not found' "$LAB/out"

# ---- logs ----
create counter '.Cmd = ["/bin/sh", "-c", "for i in $(seq 50); do echo line $i; done; sleep 1; for i in $(seq 51 100); do echo line $i; done; echo bad >&2"]'
create typist '.Tty = true | .Cmd = ["/bin/sh", "-c", "echo one; echo two"]'
create ticker '.Cmd = ["/bin/sh", "-c", "trap \"exit 0\" TERM; n=0; while :; do n=$((n+1)); echo tick $n; sleep 0.2; done"]'
create million '.Cmd = ["/bin/seq", "300000"]'
for c in counter typist ticker million; do api POST /containers/$c/start; done
for c in counter typist million; do within 60 is_state $c exited; done
is 'logs: all lines, of both outputs' "$(y logs counter | sort)" "$({ seq 100 | sed 's/^/line /'; echo bad; } | sort)"
is 'logs -o jsonl: which output, which container' "$(y logs counter -o jsonl | jq -r 'select(.from == "stderr") | "\(.kind) \(.name) \(.text)"')" \
	'container counter bad'
is 'logs --tail' "$(y logs counter --tail 4 | wc -l)" 4
is 'logs --grep --not' "$(y logs counter --grep 'line 1\d$' --not '[02468]$' | tr '\n' ' ')" 'line 11 line 13 line 15 line 17 line 19 '
since=$(y logs counter -o jsonl | jq -r 'select(.text == "line 51") | .time')
is 'logs --since: from there on' "$(y logs counter --since "${since%???Z}Z" --grep line | wc -l)" 50
is 'logs --until: up to there' "$(y logs counter --until "${since%???Z}Z" --grep 'line 51')" ''
is 'logs of a container with a terminal: no frames, no CR' "$(y logs typist)" 'one
two'
is 'logs of two: merged, each line with its name' "$(y logs counter typist --grep 'one|line 1$' | sort)" 'counter | line 1
typist  | one'
is 'logs of two: in the order of time' "$(y logs counter typist -o jsonl | jq -r .time | sort -c 2>&1)" ''
is 'logs of 300,000 lines to a reader that is slow: not one is lost' \
	"$(y logs million | { sleep 1; md5sum; })" "$(seq 300000 | md5sum)"
y logs million 2>"$LAB/err" | head -n 1 >"$LAB/out"
is 'logs to a reader who leaves: without a word' "${PIPESTATUS[0]} $(cat "$LAB/err")" '0 '
ok 'logs of a hostile container are harmless' harmless y logs hostile
y logs nobody >/dev/null 2>&1
is 'logs of nobody: exit code 3' $? 3
"$YAGURA" --config "$LAB/yagura.yaml" logs ticker -f --tail 1 >"$LAB/follow" 2>"$LAB/err" &
follow=$!
grew() { [ "$(grep -c tick "$LAB/follow")" -ge 5 ]; }
ok 'logs -f: it goes on' within 20 grew
kill -INT $follow
wait $follow
is 'logs -f and Ctrl-C: 130' "$? $(cat "$LAB/err")" '130 '
"$YAGURA" --config "$LAB/yagura.yaml" logs ticker -f --tail 1 >"$LAB/follow" 2>"$LAB/err" &
follow=$!
ok 'logs -f: again' within 20 grew
api POST /containers/ticker/stop
wait $follow
is 'logs -f of a container that is stopped: it ends' "$? $(cat "$LAB/err")" '0 '

# ---- it tells by itself ----
# watch KIND: in the background; one JSON text a change.
watch() {
	timeout 90 "$YAGURA" --config "$LAB/yagura.yaml" get "$1" --watch -o jsonl >"$LAB/watch" 2>"$LAB/err" &
	watch=$!
}
watch container
seen() { grep -q "\"change\":\"$1\".*\"name\":\"$2\".*$3" "$LAB/watch"; }
ok 'get --watch: lists first' within 20 seen added c2 '"state":"running"'
sleep 2 # the stream of events begins a moment after the listing
api POST /containers/c6/stop
ok 'get --watch: a stop by somebody else is seen at once' within 5 seen changed c6 '"state":"exited"'
create newborn . && api POST /containers/newborn/start
ok 'get --watch: and a new one' within 5 seen added newborn ''
api DELETE '/containers/newborn?force=1'
ok 'get --watch: and that it is gone' within 5 seen gone newborn ''
kill $watch && wait $watch

# ---- a daemon that hangs ----
watch controller
last_state() { [ "$(tail -n 1 "$LAB/watch" | jq -r .state)" = "$1" ]; }
ok 'get --watch controller: it is up' within 20 last_state up
stop "$LAB_DOCKER_PID"
ok 'a stopped dockerd is silent within 10 s' within 10 last_state silent
y get container --timeout 3s >/dev/null 2>&1
is 'get from a stopped dockerd ends, with its exit code' $? 4
go_on "$LAB_DOCKER_PID"
ok 'it goes on: it is up again by itself' within 10 last_state up
kill $watch && wait $watch

# ---- TLS ----
inside() { nsenter --net="/run/netns/$LAB_DOCKER_NETNS" timeout 60 "$YAGURA" --config "$LAB/tls.yaml" "$@"; }
configure "url: '$LAB_DOCKER_TLS', tls_certs: '$LAB_DOCKER_TLS_CERTS'" >"$LAB/tls.yaml"
is 'over TLS with a client certificate: the same rows' "$(inside get container -o json | jq -r '.[] | .id' | sort)" \
	"$(theirs '/containers/json?all=1' '.[].Id')"
is 'over TLS: logs of 300,000 lines' "$(inside logs million | md5sum)" "$(seq 300000 | md5sum)"
is 'over TLS: logs of a container with a terminal' "$(inside logs typist)" 'one
two'
configure "url: '$LAB_DOCKER_TLS', tls_ca: '$LAB_DOCKER_TLS_CERTS/ca.pem'" >"$LAB/tls.yaml"
inside get container >"$LAB/out" 2>&1
is 'without our certificate: refused or unreachable' "$(($? == 4 || $? == 5))" 1
ok 'without our certificate: it says so' grep -qi 'certificate' "$LAB/out"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=other -keyout "$LAB/other.key" \
	-out "$LAB/other.pem" 2>/dev/null
configure "url: '$LAB_DOCKER_TLS', tls_ca: '$LAB/other.pem', tls_cert: '$LAB_DOCKER_TLS_CERTS/cert.pem', tls_key: '$LAB_DOCKER_TLS_CERTS/key.pem'" >"$LAB/tls.yaml"
inside get container >"$LAB/out" 2>&1
is 'an authority that did not sign its certificate: not spoken to' "$(($? != 0)) $(grep -ci certificate "$LAB/out")" '1 1'
configure "url: 'tcp://127.0.0.1:2376'" >"$LAB/tls.yaml"
inside get container >"$LAB/out" 2>&1
is 'plain HTTP to a port with TLS: an error, no rows' "$(($? != 0)) $(grep -c running "$LAB/out")" '1 0'

done_testing
