#!/bin/bash
# test_migration: real live migrations between two libvirt hosts: begun by us, by somebody else, cancelled.
# SPDX-License-Identifier: Apache-2.0
set -uo pipefail
. "$(dirname "$0")/tap.sh"

for p in jq virsh; do
	command -v $p >/dev/null || { echo "no program '$p': run tests/lab/install.sh libvirt"; exit 77; }
done
[ -x "$YAGURA" ] || { echo "no program '$YAGURA': build it first"; exit 1; }
lab_up libvirt.sh 1 || { echo "not ok 1 - the lab is up"; exit 1; }

A=$LAB_LIBVIRT_A B=$LAB_LIBVIRT_B
va() { timeout 90 virsh -q -c "$A" "$@"; }
vb() { timeout 90 virsh -q -c "$B" "$@"; }
cat >"$LAB/yagura.yaml" <<-C
	discovery: false
	controllers:
	  - name: a
	    provider: libvirt
	    url: $A
	  - name: b
	    provider: libvirt
	    url: $B
C
on() { [ "$("v$1" list --name | grep -cx t1)" = "$2" ]; }
migrations() { y get migration -o json; }
state_of() { y get "vm/$1/t1" -o json | jq -r '.[].state'; }

y get migration -w -o jsonl >"$LAB/watch" 2>/dev/null &
watch=$!
rows() { grep '"kind":"migration"' "$LAB/watch" | tail -n "+$1" | grep -v '"change":"gone"'; }
mark() { mark=$(($(grep -c '"kind":"migration"' "$LAB/watch") + 1)); }
# some FILTER: a row since the mark that jq finds true.
some() { rows "$mark" | jq -es "any(.[]; $1)"; }
gone() { [ "$(grep '"kind":"migration"' "$LAB/watch" | tail -n "+$mark" | tail -n 1 | jq -r .change)" = gone ]; }

# ---- ours, cancelled ----
mark
timeout 90 "$YAGURA" --config "$LAB/yagura.yaml" do migrate vm/a/t1 --set "to=$B" --set bandwidth=2M --yes \
	>"$LAB/do" 2>&1 &
doing=$!
ok 'a migration of ours is a row within 5 s' within 5 some '.name == "t1"'
ok 'it says from where' some '.from.name == "lab-a" and .operation == "outgoing migration"'
ok 'it is copying memory' within 10 some '.state == "memory" and .pass == 1'
ok 'with total, sent, left and rate' within 10 some '.total > 60000000 and .sent > 0 and .remaining > 0 and .rate > 500000'
ok 'get migration lists it' eval '[ "$(y get migration -o json | jq -r ".[].name")" = t1 ]'
y get vm/a/t1 -w -o jsonl >"$LAB/vm" 2>/dev/null &
vms=$!
ok 'the machine is migrating' within 10 grep -q '"state":"migrating"' "$LAB/vm"
kill $vms
kill -INT $doing
wait $doing
is 'Ctrl-C cancels it: exit code 130' $? 130
ok 'the row goes' within 10 gone
ok 'the machine goes on where it was' eval 'on a 1 && on b 0'
is 'and runs' "$(state_of a)" running

# ---- ours, to its end ----
mark
y do migrate vm/a/t1 --set "to=$B" --set bandwidth=12M --yes >"$LAB/do" 2>&1
is 'do migrate ends with 0' $? 0
ok 'the machine is there and no longer here' eval 'on a 0 && on b 1'
ok 'it moved with its definition' eval '! va dominfo t1 && [ "$(vb dominfo t1 | grep -c "^Persistent: *yes")" = 1 ]'
ok 'it took more than one pass, and dirtied memory on the way' some '.pass > 1 and .dirty > 1000000'
ok 'the expected downtime was shown' some '.downtime > 0'
ok 'the row goes' within 10 gone
ok 'the machine is seen on its new host' within 10 eval '[ "$(y get vm -o json -l "t1" | jq -r ".[] | .controller + .state")" = brunning ]'

# ---- somebody else's, by the daemons themselves, cancelled by us ----
mark
vb migrate-setspeed t1 2
vb migrate --live --p2p t1 "$LAB_LIBVIRT_A_TCP" "$LAB_LIBVIRT_A_MIGRATE" >"$LAB/virsh" 2>&1 &
virsh=$!
ok "somebody else's migration is a row within 10 s" within 10 some '.name == "t1" and .from.name == "lab-b"'
ok 'where it goes is not claimed' eval '! some ".to != null"'
ok 'it has figures' within 10 some '.state == "memory" and .total > 60000000'
y do cancel migration/t1 --yes >"$LAB/do" 2>&1
is 'do cancel ends with 0' $? 0
wait $virsh
is 'and the other saw it cancelled' "$? $(grep -c cancel "$LAB/virsh")" '1 1'
ok 'the row goes' within 10 gone
ok 'the machine stays where it was' eval 'on a 0 && on b 1'

# ---- host to host, and what cannot be ----
vb migrate-setspeed t1 20
y do migrate vm/b/t1 --set "to=$LAB_LIBVIRT_A_TCP" --yes >"$LAB/do" 2>&1
is 'do migrate where only the hosts reach each other' $? 0
ok 'the machine is there' eval 'on a 1 && on b 0'
y do migrate vm/a/t1 --set 'to=qemu+unix:///system?socket=/nonexistent/sock' --yes >"$LAB/do" 2>&1
rc=$?
is 'a destination that is not there fails with one line that names both' \
	"$rc $(grep -c "vm 't1'.*/nonexistent/sock" "$LAB/do")" '1 1'
y do migrate vm/a/t1 --set to=somewhere --yes >"$LAB/do" 2>&1
is 'what is no URI is refused' "$? $(grep -c 'somewhere' "$LAB/do")" '1 1'
ok 'the machine runs on' eval 'on a 1 && [ "$(state_of a)" = running ]'
kill $watch

# ---- what the plugin adds ----
# Of each migration, told apart by its clock going back: it never goes back, and never says that it is over.
ok 'the share that is done never goes back' eval 'rows 1 | jq -es "
	reduce .[] as \$r ({last: -1, share: -1, good: true};
		(if \$r.elapsed < .last then .share = -1 else . end) | .last = \$r.elapsed |
		(\$r.progress // .share) as \$p | .good = (.good and \$p >= .share and \$p < 100) | .share = \$p) |
	.good and .share >= 0"'
done_testing
