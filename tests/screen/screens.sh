#!/bin/bash
# screens: what `yagura screen` draws is what stands in golden/. Speaks TAP.
# SPDX-License-Identifier: Apache-2.0
#
# GENERATE=1 writes the goldens anew (then look at each that changed: it is a claim that it is right);
# names as arguments: only these. A screen that ends with another status than 0 is never written.
set -uo pipefail
. "$(dirname "$0")/../tap.sh"
cd "$TESTS/screen" || exit 1

CLOCK=2026-01-15T10:42:07Z
PUPPET=$TESTS/terminal/puppet.py

# trim VARIABLE...: takes the blanks away around their values.
trim() {
	local -n value
	for value in "$@"; do
		value=${value#"${value%%[! ]*}"}
		value=${value%"${value##*[! ]}"}
	done
}

# The first line of a golden: what was run, and how it ended.
headline() { echo "\$ ${env:+$env }yagura screen --size $size --keys '$keys' $args -> $1"; }

# draw FILE: the golden as it is now.
draw() {
	local rc words=()
	printf '%s\n' 'preset: function-keys' 'x: view alarms' 'vm: {x: graph}' 'j: key End' \
		'prompt: {C-o: key Enter}' >twist.keys
	rm -rf keys && mkdir keys && mv twist.keys keys/keys.yaml && : >keys/yagura.yaml
	rm -rf kept && mkdir kept && : >kept/yagura.yaml # where the console may keep something
	read -ra words <<<"$args"
	# shellcheck disable=SC2086 # $env is a list of assignments
	env $env timeout 60 "$YAGURA" screen --clock "$CLOCK" --size "$size" --keys "$keys" \
		"${words[@]}" >"$1.screen" 2>"$1.err" </dev/null
	rc=$?
	{
		headline $rc
		cat "$1.screen" "$1.err"
	} >"$1"
	return $rc
}

# The site of hostile names: an engine that we play ourselves.
if grep -q '^hostile' screens.list; then
	cat >"$TMP/hostile.yaml" <<-Y
		discovery: off
		controllers:
		  - name: puppet
		    provider: docker
		    url: unix://$TMP/engine.sock
	Y
	(cd "$TMP" && exec python3 "$PUPPET" docker "$TMP/engine.sock" >"$TMP/puppet.log" 2>&1) &
	at_exit "kill $! 2>/dev/null; wait $! 2>/dev/null"
	wait_until 20 test -S "$TMP/engine.sock" || fail "the engine that we play" <"$TMP/puppet.log"
fi

# A controller that is not there.
cat >"$TMP/gone.yaml" <<-Y
	discovery: off
	controllers: [{name: gone, provider: docker, url: "unix:///nonexistent/engine.sock"}]
Y

while IFS='|' read -r name size keys args env; do
	trim name size keys args env
	case $name in '' | '#'*) continue ;; esac
	[ $# = 0 ] || [[ " $* " == *" $name "* ]] || continue
	(cd "$TMP" && draw "$TMP/$name")
	rc=$?
	if [ -n "${GENERATE:-}" ] && [ $rc = 0 ]; then
		cp "$TMP/$name" "golden/$name.txt"
	fi
	if ! [ -e "golden/$name.txt" ]; then
		fail "$name" "there is no golden/$name.txt; GENERATE=1 makes it"
	elif [ $rc != 0 ]; then
		fail "$name" "it ended with $rc: $(cat "$TMP/$name.err")"
	elif cmp -s "$TMP/$name" "golden/$name.txt"; then
		pass "$name"
	else
		diff -u --label golden --label now "golden/$name.txt" "$TMP/$name" | fail "$name"
	fi
done <screens.list

if [ $# = 0 ]; then
	ls golden | sed 's/\.txt$//' | sort >"$TMP/have"
	sed -nE 's/^([a-z0-9-]+) *\|.*/\1/p' screens.list | sort >"$TMP/want"
	is "every golden is in the list" "$(comm -23 "$TMP/have" "$TMP/want")" ""
	is "no golden is twice in the list" "$(uniq -d "$TMP/want")" ""
	# Of escapes only colours, and those only where ANSI was asked for.
	is "no golden holds a control character" "$(for f in golden/*; do
		! sed 's/\x1b\[[0-9;]*m//g' "$f" | LC_ALL=C grep -qP '[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' || echo "$f"
	done)" ""
	is "only ANSI goldens hold escapes" "$(grep -lP '\x1b' golden/* | grep -v colours)" ""
fi
done_testing
