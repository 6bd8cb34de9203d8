#!/bin/bash
# test_libvirt: what get shows and do does on real libvirt and QEMU is what virsh says. Speaks TAP.
# SPDX-License-Identifier: Apache-2.0
set -uo pipefail
. "$(dirname "$0")/tap.sh"

for p in jq virsh; do
	command -v $p >/dev/null || { echo "no program '$p': run tests/lab/install.sh libvirt"; exit 77; }
done
[ -x "$YAGURA" ] || { echo "no program '$YAGURA': build it first"; exit 1; }

linux=linux
lab_up libvirt.sh 4 linux || { linux= && lab_up libvirt.sh 4; } || { echo "not ok 1 - the lab is up"; exit 1; }

A=$LAB_LIBVIRT_A
va() { timeout 60 virsh -q -c "$A" "$@"; }

configure() {
	printf 'discovery: false\ncontrollers:\n'
	printf '  - name: %s\n    provider: libvirt\n    url: %s\n' "$@"
}
configure a "$A" >"$LAB/yagura.yaml"

# rows KIND FILTER: one line a row, sorted.
rows() { y get "$1" -o json | jq -r ".[] | $2" | sort; }
qemu_of() {
	local p
	for p in $(ip netns pids "$LAB_LIBVIRT_A_NETNS"); do
		tr '\0' ' ' <"/proc/$p/cmdline" 2>/dev/null | grep -q "guest=$1," && echo "$p" && return
	done
	return 1
}
is_state() { [ "$(va domstate "$1")" = "$2" ]; }

# ---- what there is ----
va_states() {
	local n
	va list --all --name | grep . | while read -r n; do
		echo "$n $(va domstate "$n" | sed 's/shut off/shutoff/; s/in shutdown/shutdown/')"
	done | sort
}
va suspend vm4 >/dev/null
is 'get vm: names and states are those of virsh list --all' "$(rows vm '"\(.name) \(.state)"')" "$(va_states)"
va resume vm4 >/dev/null

va_info() {
	local n
	va list --all --name | grep . | while read -r n; do
		va dominfo "$n" | awk -v n="$n" -F': *' '/^UUID/ {u=$2} /^CPU\(s\)/ {c=$2} /^Used memory/ {m=$2+0}
			/^Autostart/ {a=$2=="enable"?"true":"false"} /^Persistent/ {p=$2=="yes"?"true":"false"}
			END {print n, u, c, m*1024, a, p}'
	done | sort
}
va autostart vm2 >/dev/null
is 'get vm: uuid, processors, memory, autostart, persistent are those of virsh dominfo' \
	"$(rows vm '"\(.name) \(.uuid) \(.cpus) \(.mem) \(.autostart) \(.persistent)"')" "$(va_info)"

is 'get vm: hardware addresses are those of virsh domiflist' "$(rows vm 'select(.mac) | "\(.name) \(.mac)"')" \
	"$(for n in $(va list --all --name); do va domiflist "$n" | awk -v n="$n" 'NF {print n, $5}'; done | sort)"

if [ "$linux" ]; then
	g1_ip() { [ "$(rows vm/g1 .ip)" = "$(va domifaddr g1 | awk 'NF {sub("/.*", "", $4); print $4}')" ]; }
	ok 'get vm: the address is that of virsh domifaddr' within 15 g1_ip
else
	skip_one 'get vm: the address is that of virsh domifaddr' 'the Linux guest cannot be built here'
fi

is 'get host: processors and running machines are those of virsh nodeinfo and list' \
	"$(rows host '"\(.name) \(.cpus) \(.vms)"')" \
	"$(va hostname) $(va nodeinfo | awk '/^CPU\(s\)/ {print $2}') $(va list --name | grep -c .)"
is 'get network is virsh net-list' "$(rows network '"\(.name) \(.state) \(.autostart) \(.bridge) \(.subnet)"')" \
	'default active true virbr0 192.168.122.0/24'
is 'get pool is virsh pool-list' "$(rows pool '"\(.name) \(.state) \(.type) \(.path)"')" \
	'default active dir /var/lib/libvirt/images'
is 'get volume is virsh vol-list' "$(rows volume .path)" "$(va vol-list default | awk 'NF {print $2}' | sort)"
ok 'references lead to rows: vm1 is on network default' \
	jq -e --arg id "network/$(va net-uuid default)" '.[0].network[0].ref == $id' <(y get vm/vm1 -o json)

# ---- what is done ----
y do shutdown vm/vm2 --yes >/dev/null 2>&1
is 'do shutdown ends with 0 when the guest is off' "$? $(va domstate vm2)" '0 shut off'
y do start vm/vm2 --yes >/dev/null 2>&1
is 'do start' "$? $(va domstate vm2)" '0 running'
y do pause vm/vm2 --yes >/dev/null 2>&1
is 'do pause' "$? $(va domstate vm2)" '0 paused'
y do resume vm/vm2 --yes >/dev/null 2>&1
is 'do resume' "$? $(va domstate vm2)" '0 running'
timeout 60 virsh -c "$A" event --event reboot --timeout 40 vm2 >"$LAB/reboot" 2>&1 &
watcher=$!
sleep 0.5
y do reboot vm/vm2 --yes >/dev/null 2>&1
rc=$?
wait $watcher
is 'do reboot ends with 0, and the guest did' "$rc $(grep -c "reboot" "$LAB/reboot")" '0 1'
y do force-off vm/vm2 --yes >/dev/null 2>&1
is 'do force-off' "$? $(va domstate vm2)" '0 shut off'
y do force-off vm/vm2 --yes >/dev/null 2>&1
is 'do force-off of what is off is refused' $? 5
y --read-only do start vm/vm2 --yes >/dev/null 2>&1
is '--read-only refuses' "$? $(va domstate vm2)" '5 shut off'
y do start vm/vm2 --yes >/dev/null 2>&1
y do snapshot vm/snap1 --set 'name=before <x>' --set 'description=a & b' --yes >/dev/null 2>&1
is 'do snapshot' "$? $(va snapshot-list snap1 --name | grep .)" '0 before <x>'
is 'get snapshot' "$(rows snapshot '"\(.name) \(.state) \(.vm.name) \(.description) \(.current)"')" \
	'before <x> running snap1 a & b true'
y do revert 'snapshot/before <x>' --yes >/dev/null 2>&1
is 'do revert' "$? $(va domstate snap1)" '0 running'
y do delete 'snapshot/before <x>' --yes >/dev/null 2>&1
is 'do delete of a snapshot' "$? $(va snapshot-list snap1 --name | grep -c .)" '0 0'
y do snapshot vm/vm1 --yes >"$LAB/out" 2>&1
is 'what libvirt refuses fails with its words' "$? $(grep -c "vm 'vm1': cannot take a snapshot: " "$LAB/out")" '1 1'

# ---- serial consoles ----
# What the guest tells each second, and what it makes of a key: + doubles its rate.
mkfifo "$LAB/keys"
y console vm/vm1 -i <"$LAB/keys" >"$LAB/serial" 2>"$LAB/err" &
console=$!
exec 7>"$LAB/keys"
ok 'console: what the guest writes' within 15 grep -q 'rate 00000004' "$LAB/serial"
printf '+' >&7
ok 'console: a key reaches the guest' within 10 grep -q 'rate 00000008' "$LAB/serial"
y console vm/vm1 </dev/null >"$LAB/out" 2>&1
is 'console: a second one is refused' "$?" 5
is 'and told why, in one line' "$(cat "$LAB/out")" \
	"yagura: vm 'vm1': somebody else is attached to its console; --force takes it over"
y console --force vm/vm1 </dev/null >"$LAB/forced" 2>&1 &
forced=$!
ok 'console --force takes it over' within 10 grep -q 'rate 00000008' "$LAB/forced"
gone() { ! kill -0 "$1"; }
ok 'and the first one ends' within 10 gone $console
exec 7>&-
va destroy vm1 >/dev/null
ok 'console: it ends when the guest goes off' within 10 gone $forced
y console vm/vm1 </dev/null >"$LAB/out" 2>&1
is 'console of a guest that is off' "$? $(cat "$LAB/out")" "5 yagura: vm 'vm1': it is off, so it has no console"
va start vm1 >/dev/null
y --read-only console vm/vm1 </dev/null >"$LAB/out" 2>&1
is 'console: --read-only refuses' $? 5
va dumpxml vm4 | sed -E '/<(serial|console) .*>/,/<\/(serial|console)>/d; s/vm4/mute/; /<uuid>/d' >"$LAB/mute.xml"
va create "$LAB/mute.xml" >/dev/null
y console vm/mute </dev/null >"$LAB/out" 2>&1
is 'console of a guest that has none' "$? $(grep -c "vm 'mute': it has no serial console" "$LAB/out") $(wc -l <"$LAB/out")" '1 1 1'
va destroy mute >/dev/null
stop "$(qemu_of vm2)"
mute=$(qemu_of vm2)
# In a terminal of its own: it opens, is silent, and Ctrl-] leaves at once.
mkfifo "$LAB/typed"
timeout 60 script -qec "'$YAGURA' --config '$LAB/yagura.yaml' console vm/vm2; echo rc=\$?" /dev/null <"$LAB/typed" >"$LAB/tty" 2>&1 &
exec 7>"$LAB/typed"
ok 'console of a guest that hangs: it is opened' within 20 grep -q 'Ctrl-\] leaves' "$LAB/tty"
printf 'some keys\035' >&7
ok 'and left: keys are answered' within 5 grep -q 'left vm/vm2' "$LAB/tty"
exec 7>&-
go_on "$mute"

# ---- who changes things behind our back is seen by events ----
y get vm -w -o jsonl >"$LAB/watch" 2>/dev/null &
watch=$!
seen() { grep -q "$1" "$LAB/watch"; }
ok 'the watch shows all rows' within 10 eval 'seen "\"name\":\"vm1\"" && seen "\"name\":\"snap1\""'
va destroy vm2 >/dev/null
ok 'a guest that somebody else turned off is off within 2 s' within 2 seen '"name":"vm2","state":"shutoff"'
va start vm2 >/dev/null

# ---- a guest that hangs ----
ok 'rates are known' within 10 eval 'tail -n 40 "$LAB/watch" | grep "\"vm3\"" | grep -q "\"cpu\":"'
stop "$(qemu_of vm3)"
hung=$(qemu_of vm3)
begin=$SECONDS
silent3() { grep '"name":"vm3"' "$LAB/watch" | tail -n 1 | grep -q '"silent":"20'; }
ok 'its row is shown as silent within 10 s' within 10 silent3
echo "# after $((SECONDS - begin)) s"
lines=$(wc -l <"$LAB/watch")
fresh() { tail -n +"$((lines + 1))" "$LAB/watch" | grep '"name":"vm1"' | grep -c '"cpu":' | grep -qv '^[01]$'; }
ok 'the others go on living' within 12 fresh
before=$(date +%s%N)
is 'get vm still lists all' "$(y get vm -o name | wc -l)" "$(va list --all --name | grep -c .)"
ok 'and at once' [ $((($(date +%s%N) - before) / 1000000)) -lt 5000 ]
go_on "$hung"
ok 'it comes back by itself' within 10 eval '! silent3'
stop "$hung"
y do force-off vm/vm3 --yes >/dev/null 2>&1
is 'do force-off of one that hangs' "$? $(va domstate vm3)" '0 shut off'
kill $watch 2>/dev/null

# ---- a daemon that hangs ----
y get controller -w -o jsonl >"$LAB/ctl" 2>/dev/null &
watch=$!
state_a() { grep '"kind":"controller".*"name":"a"' "$LAB/ctl" | tail -n 1 | jq -e --arg s "$1" '.state == $s'; }
was_a() { grep '"kind":"controller".*"name":"a"' "$LAB/ctl" | jq -e --arg s "$1" 'select(.state == $s)'; }
ok 'the controller is up' within 10 state_a up
stop "$LAB_LIBVIRT_A_PID"
ok 'a daemon that hangs is shown as such within 10 s' within 10 eval 'was_a silent || was_a down'
go_on "$LAB_LIBVIRT_A_PID"
ok 'it comes back by itself' within 60 state_a up
kill $watch 2>/dev/null

# ---- other drivers, and what is not there ----
if [ -n "${LAB_LIBVIRT_LXC:-}" ]; then
	configure lxc "$LAB_LIBVIRT_LXC" >"$LAB/yagura.yaml"
	is 'containers of the lxc driver' "$(rows vm '"\(.name) \(.state) \(.cpus) \(.mem)"')" "lx1 running 1 33554432"
else
	skip_one 'containers of the lxc driver' 'the lxc driver is not installed'
fi
configure none 'qemu+unix:///system?socket=/nonexistent/sock' >"$LAB/yagura.yaml"
y get vm >"$LAB/out" 2>&1
is 'a daemon that is not there: exit code 4, one line' "$? $(wc -l <"$LAB/out")" '4 1'
configure a "$A" >"$LAB/yagura.yaml"

# ---- time: get vm takes at most half of virsh list --all and virsh domstats ----
# The best of each, measured in turn: other tests run beside, so it needs many to meet a quiet moment.
took() {
	local t0
	t0=$(date +%s%N)
	"$@" >/dev/null
	echo $((($(date +%s%N) - t0) / 1000))
}
listed() { va list --all && va domstats; }
virsh_us=999999999 yagura_us=999999999
for round in $(seq 80); do
	[ "$round" -lt 20 ] || [ $((yagura_us * 2)) -gt "$virsh_us" ] || break
	t=$(took listed) && [ "$t" -ge $virsh_us ] || virsh_us=$t
	t=$(took y get vm) && [ "$t" -ge $yagura_us ] || yagura_us=$t
done
echo "# virsh $virsh_us us, get vm $yagura_us us"
ok 'get vm takes at most half of virsh list --all and domstats' [ $((yagura_us * 2)) -le "$virsh_us" ]
done_testing
