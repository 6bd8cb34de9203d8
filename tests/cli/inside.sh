#!/bin/bash
# inside: a command on this machine by `yagura exec`: exit codes, both outputs, input, refusals.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

cat >"$work/config/yagura/yagura.yaml" <<'YAML'
discovery: no
controllers:
  - name: here
    provider: local
    url: "local:"
YAML
host=$("$yagura" get host -o name)

run exec "$host" -- sh -c 'echo out; echo err >&2; exit 7'
is 'the exit code is the command'"'"'s' "$rc" 7
is 'what it writes to 1' "$out" out
is 'what it writes to 2' "$err" err
run exec "$host" -- sh -c 'kill -9 $$'
is 'a command that a signal ended' "$rc" 137
run exec "$host" -- sh -c 'test -t 0; echo $?; cat'
is 'without -i it reads nothing, and has no terminal' "$out" 1
is 'standard input, to its end' "$(seq 20000 | "$yagura" exec "$host" -i -- wc -l)" 20000
seq 20000 >"$work/numbers"
is 'a file as standard input' "$("$yagura" exec "$host" -i -- wc -l <"$work/numbers")" 20000
is 'more than is kept at once, there and back' \
	"$(head -c 5000000 /dev/zero | "$yagura" exec "$host" -i -t -- cat | wc -c)" 5000000
is 'without a command it is a shell' "$(echo 'echo $((6 * 7))' | SHELL=/bin/sh "$yagura" exec "$host")" 42
is 'it is given no descriptor of ours' \
	"$("$yagura" exec "$host" -- sh -c 'ls /proc/self/fd | wc -l')" 4
says 3 "'no-such-command': cannot be started" exec "$host" -- no-such-command
says 3 'nothing matches host/nobody' exec host/nobody -- true
says 2 'which hosts? write host/NAME' exec host -- true
says 2 'needs one KIND/NAME' exec
says 5 'read-only' --read-only exec "$host" -- true
says 5 'only a shell on the host can be opened here' attach "$host"
says 5 'has only logs' --demo exec vm/web-01 -- true
finish
