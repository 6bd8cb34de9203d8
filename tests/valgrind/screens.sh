#!/bin/bash
# screens: some screens and verbs under valgrind: no invalid access, nothing lost for good. Speaks TAP.
# SPDX-License-Identifier: Apache-2.0
set -uo pipefail
. "$(dirname "$0")/../tap.sh"
command -v valgrind >/dev/null || skip_all "valgrind is not installed"
cd "$TMP" || exit 1

# With this the program gives everything back at its end, which it otherwise leaves to the kernel.
export YAGURA_FREE=1

# clean NAME WANTED-EXIT-CODE ARGUMENT...
clean() {
	local name=$1 wanted=$2 rc
	shift 2
	valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite \
		--suppressions="$TESTS/valgrind/third-party.supp" --num-callers=25 --log-file="$TMP/log" \
		"$YAGURA" "$@" >"$TMP/out" 2>&1
	rc=$?
	if [ $rc = "$wanted" ]; then
		pass "$name"
	else
		cat "$TMP/log" "$TMP/out" | fail "$name (exit code $rc)"
	fi
}

# Each draws another part of the console; the keys of a session one behind the other.
screen() { clean "$1" 0 screen --demo --clock 2026-01-15T10:42:07Z --size 80x24 --keys "$2"; }
screen start ''
screen 'filter, sort and marks' '2 / web Enter Space s o * U / cpu> Esc'
screen 'actions, questions, a task' '2 / ad-02 Enter a Esc S / web-01 Enter K web-01 Enter T'
screen 'details, graph, help' '1 Enter Esc t Esc ? End Esc 3 z ] ] ]'
screen 'command line' ': th Tab Space Tab Enter : nosuch Enter : Up Up Enter'
clean 'get' 0 get vm --demo -o json
clean 'get with a query' 0 get container --demo -l 'state:running cpu>5' --sort -cpu -o csv
clean 'get that finds nothing' 3 get vm/nosuch --demo
clean 'describe' 0 describe vm/web-01 --demo
clean 'graph' 0 graph vm/web-01 --demo
clean 'do' 0 do start vm/ad-02 --demo --dry-run
clean 'a wrong command line' 2 get nosuchkind --demo
done_testing
