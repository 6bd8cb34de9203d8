#!/bin/bash
# do: plans, questions, outcomes and their exit codes.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
demo=--demo=seed:1

# A running and a stopped machine that answer.
pick() {
	"$yagura" $demo get "$1" -l "$2" -o csv --columns name,silent,note | awk -F, 'NR > 1 && $2 == "" && $3 == "" {print $1; exit}'
}
up=$(pick container state:running)
off=$(pick container state:exited)
holds 'the demo site has what is needed' [ -n "$up" -a -n "$off" ]

# ---- plans ----
exits 0 'dry run' $demo do stop "container/$up" --dry-run
holds 'tells before and after' grep -q 'running -> exited' "$work/out"
exits 5 'a dry run tells what would be refused' $demo --read-only do start "container/$off" --dry-run -o json
holds 'and why' grep -q '"refused":"read-only' "$work/out"
exits 5 'cannot be done in this state' $demo do start "container/$up" --yes
holds 'says why' grep -q 'it is running' "$work/err"
exits 3 'no such target' $demo do stop container/nosuch --yes
exits 3 'no target for the query' $demo do stop container -l name=nosuch --yes
exits 2 'a pattern that gives up chooses nothing' $demo do start vm -l 'uuid~^(.|..|...)+-$' --yes
holds 'says so' grep -q 'too many steps' "$work/err"
exits 5 'the provider cannot' $demo do stop network/prod --yes

# ---- questions ----
exits 5 'without a terminal it needs --yes' $demo do stop "container/$up"
holds 'says so' grep -q 'needs --yes' "$work/err"
is 'nothing on stdout' "$out" ''
exits 5 'read-only' $demo --read-only do stop "container/$up" --yes
holds 'says so' grep -q 'read-only' "$work/err"
if command -v script >/dev/null; then
	ask() { # ANSWER COMMAND: answers a question on a terminal; leaves rc and the screen in $work/out
		(while ! grep -q 'go on' "$work/out" 2>/dev/null; do sleep 0.05; done; echo "$1"; sleep 1) |
			TERM=xterm timeout 60 script -qefc "$yagura $demo do $2" "$work/out" >/dev/null
		rc=$?
	}
	: >"$work/out"
	ask n "stop container/$up"
	is 'no is no' "$rc" 5
	: >"$work/out"
	ask y "stop container/$up"
	is 'yes is yes' "$rc" 0
	: >"$work/out"
	ask y "remove container/$off"
	is 'what destroys wants the name typed' "$rc" 5
	: >"$work/out"
	ask "$off" "remove container/$off"
	is 'and does it then' "$rc" 0
else
	ok 'questions # skip script is not installed'
fi

# ---- outcomes ----
exits 0 'what is safe is not asked for' $demo do start "container/$off"
is 'the outcome on stdout' "$out" "container/$off  start  done"
exits 0 'with --yes' $demo do stop "container/$up" --yes
exits 0 'as JSON' $demo do stop "container/$up" --yes -o json
is 'JSON of the outcome' "$(sed 's/"id":"[^"]*"/"id":"?"/' "$work/out")" \
	'[{"action":"stop","kind":"container","controller":"demo","id":"?","name":"'"$up"'","result":"done"}]'
exits 1 'some cannot' $demo do stop "container/$up" "container/$off" --yes
holds 'the others are done' grep -q "container/$up  stop  done" "$work/out"

# ---- interrupted ----
vm=$(pick vm 'state:running name:web')
from=$("$yagura" $demo get "vm/$vm" -o csv --columns host | tail -n 1)
to=$("$yagura" $demo get host -l 'state:up name:kvm-*tokyo' -o csv --columns name | grep -v "^$from\$" | tail -n 1)
YAGURA_LOG=$work/log "$yagura" $demo do migrate "vm/$vm" --set "to=$to" --yes \
	>"$work/out" 2>"$work/err" </dev/null &
pid=$!
for i in $(seq 200); do
	grep -q "task [0-9]*: Migrate $vm on" "$work/log" 2>/dev/null && break
	sleep 0.1
done
kill -INT $pid
wait $pid
is 'Ctrl-C ends with 130' $? 130
is 'after it has cancelled' "$(cat "$work/out")" "vm/$vm  migrate  cancelled"
finish
