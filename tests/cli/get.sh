#!/bin/bash
# get: what get, describe and graph print, in every format.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
demo=--demo=seed:1,vms:30

# ---- an empty set ----
exits 0 'no controllers: an empty list' get vm
is 'nothing on stdout' "$out" ''
holds 'it says where to look' grep -q 'yagura doctor' "$work/err"
run get vm -o json
is 'JSON of nothing' "$out" '[]'
run get vm -o yaml
is 'YAML of nothing' "$out" '[]'
exits 3 'a name that nothing has' $demo get vm/nosuch
holds 'says which' grep -q 'nothing matches vm/nosuch' "$work/err"
exits 3 'a query that nothing matches' $demo get vm -l name=nosuch
run $demo get vm/nosuch -o json
is 'JSON of nothing that matches' "$out" '[]'

# ---- kinds ----
exits 0 'all kinds' $demo get
holds 'with counts' grep -qE '^vm +30 ' "$work/out"
run $demo get all
holds 'all is the same' grep -qE '^vm +30 ' "$work/out"
run $demo get -o csv
holds 'as CSV' grep -qx 'vm,30' "$work/out"
run $demo get -o jsonl
holds 'as JSON lines' grep -qx '{"kind":"vm","count":30}' "$work/out"

# ---- formats ----
run $demo get vm
is 'a table: a line each, and titles' "$(wc -l <"$work/out")" 31
holds 'without colour in a pipe' bash -c '! grep -q $'"'\\033'"' "$1"' _ "$work/out"
run $demo get vms -o name
is 'a plural is a kind' "$(wc -l <"$work/out")" 30
first=$(head -n 1 "$work/out")
run $demo get "$first" -o name
is 'what name prints can be asked for' "$out" "$first"
run $demo get "vm/demo/${first#vm/}" -o name
is 'with its controller too' "$out" "$first"
run $demo get 'vm/*' 'vm/web-*' -o name
is 'two words may mean the same row' "$(wc -l <"$work/out")" 30
run $demo get vm -o csv --columns name,state
is 'CSV begins with the names' "$(head -n 1 "$work/out")" 'name,state'
is 'CSV has a line each' "$(wc -l <"$work/out")" 31
run $demo get vm -o csv
is 'its names are words' "$(head -n 1 "$work/out" | tr -d 'a-z_,')" ''
run $demo get vm -o wide
wide=$(head -n 1 "$work/out" | wc -w)
run $demo get vm
holds 'wide has more columns' [ "$wide" -gt "$(head -n 1 "$work/out" | wc -w)" ]

# ---- order ----
run $demo get vm --sort -mem -o csv --columns mem
is 'largest first' "$(tail -n +2 "$work/out")" "$(tail -n +2 "$work/out" | sort -rn)"
run $demo get vm --sort name -o csv --columns name
holds 'web-2 before web-10' bash -c 'tail -n +2 "$1" | sort -V -c' _ "$work/out"
run $demo get vm -l state:running -o csv --columns state
is 'a query' "$(tail -n +2 "$work/out" | sort -u)" running
run $demo get vm -l 'uuid~^(.|..|...)+-$'
holds 'a pattern that gives up is told' grep -q 'too many steps' "$work/err"
run $demo get vm -o csv --columns 'name,mem/1024/1024'
holds 'an expression is a column' grep -qE '^[^,]+,[0-9]+$' "$work/out"

# ---- JSON ----
if command -v python3 >/dev/null; then
	check='
import json, sys
rows = json.load(open(sys.argv[1]))
keys = ["kind", "controller", "id", "name", "state"]
assert len(rows) == 30
assert all(list(r)[:5] == keys for r in rows)
assert all(isinstance(r["mem"], int) for r in rows)
assert all(r["host"]["ref"].startswith("host/") for r in rows)
assert any(isinstance(r.get("cpu"), (int, float)) for r in rows)
'
	run $demo get vm -o json
	holds 'JSON is one array of objects' python3 -c "$check" "$work/out"
	"$yagura" $demo get vm -o jsonl | python3 -c '
import json, sys
print("[" + ",".join(json.dumps(json.loads(l)) for l in sys.stdin) + "]")' >"$work/lines"
	holds 'JSON lines are the same objects' python3 -c "$check" "$work/lines"
	run $demo graph vm/web-01 -o json
	holds 'the graph is JSON' python3 -c '
import json, sys
g = json.load(open(sys.argv[1]))
keys = {n["key"] for n in g["nodes"]}
assert g["root"] in keys and len(keys) == len(g["nodes"])
assert any(e["from"] == g["root"] and e["relation"] == "runs on" for e in g["edges"])
' "$work/out"
	run $demo get -o json
	holds 'counts are JSON' python3 -m json.tool "$work/out" /dev/null
	run $demo doctor -o json
	holds 'the doctor speaks JSON' python3 -m json.tool "$work/out" /dev/null
else
	for i in 1 2 3 4 5; do ok "JSON # skip python3 is not installed"; done
fi

# ---- one row ----
exits 0 'describe' $demo describe vm/web-01
holds 'tells its fields' grep -qE '^  state +running' "$work/out"
exits 3 'describe what is not there' $demo describe vm/nosuch
exits 0 'graph' $demo graph vm/web-01
holds 'tells its host' grep -q 'runs on host/' "$work/out"
exits 3 'graph of what is not there' $demo graph vm/nosuch

# ---- controllers ----
exits 0 'controllers' $demo controllers
holds 'they are up' grep -qE '^demo +demo +up' "$work/out"
exits 0 'controllers are rows' $demo get controller/demo -l state:up
exits 0 'doctor' $demo doctor

# ---- watch, pipes, interrupts ----
"$yagura" $demo get vm -o json | head -c 1 >/dev/null
is 'a reader who leaves is no error' "${PIPESTATUS[0]}" 0
"$yagura" $demo get vm --watch -o jsonl >"$work/watch" 2>"$work/err" &
pid=$!
for i in $(seq 200); do
	grep -q '"change":"changed"' "$work/watch" && break
	sleep 0.1
done
kill -INT $pid
wait $pid
is 'Ctrl-C ends a watch with 130' $? 130
is 'a watch begins with all rows' "$(grep -c '"change":"added"' "$work/watch")" 30
holds 'and tells changes' grep -q '"change":"changed"' "$work/watch"

# A reader who holds the pipe and does not read: the pipe is full, and a signal still ends it.
mkfifo "$work/stuck"
exec 7<>"$work/stuck"
head -c 65536 /dev/zero >&7
for signal in INT TERM; do
	"$yagura" $demo get vm --watch -o jsonl >&7 2>"$work/err" &
	pid=$!
	for ((i = 0; i < 300; i++)); do
		# It waits in the kernel, for room.
		grep -qE 'pipe_write|do_.*poll|poll_schedule' "/proc/$pid/wchan" && break
		sleep 0.1
	done
	kill -"$signal" "$pid"
	for ((i = 0; i < 100; i++)); do
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.1
	done
	kill -KILL "$pid" 2>/dev/null
	wait "$pid"
	is "SIG$signal ends a watch whose reader does not read" $? 130
done
exec 7>&-

# Standard output that does not block, as some shells of editors leave it.
is 'an output that does not block is written whole' "$(python3 - "$yagura" <<'EOF'
import fcntl, os, subprocess, sys
r, w = os.pipe()
os.set_blocking(w, False)
fcntl.fcntl(w, 1031, 4096)  # F_SETPIPE_SZ
p = subprocess.Popen([sys.argv[1], "--demo", "get", "container", "-o", "json"], stdout=w)
os.close(w)
p_out = b""
while block := os.read(r, 512):
    p_out += block
print(p.wait(), p_out[-3:])
EOF
)" "0 b'}]\\n'"
# ---- top ----
says 2 'say which kind' $demo top
says 2 '-n 0: a number' $demo top vm -n 0
# What is too long is a mistake like any other.
long=$(printf 'a%.0s' {1..2000})
says 2 'query: longer than 1024 bytes' $demo get vm -l "$long"
says 2 'expression: longer than 1024 bytes' $demo get vm --columns "$long"
says 3 'nothing matches vm -l name=nosuch' $demo top vm -l name=nosuch
exits 0 'top without a terminal: one sample' $demo top vm
is 'of 20 rows and their titles' "$(wc -l <"$work/out")" 21
holds 'without an escape' bash -c '! grep -q $'"'\\033'"' "$1"' _ "$work/out"
run $demo top vm -n 5 --once -o jsonl
is 'as many as said' "$(wc -l <"$work/out")" 5
is 'the largest first' "$(jq -s 'map(.cpu)|.==(sort|reverse)' "$work/out")" true
run $demo top host --sort name -n 2 -o name
is 'by another field' "$out" "$("$yagura" $demo get host --sort name -o name | head -n 2)"
run $demo top vm -l state=shutoff -o csv --columns state -n 100
is 'only what matches' "$(tail -n +2 "$work/out" | sort -u)" 'shutoff'

finish
