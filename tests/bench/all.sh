#!/bin/bash
# all: prints every table of docs/performance.md, in Markdown; below eight minutes on a quiet machine.
# SPDX-License-Identifier: Apache-2.0
#
# usage: tests/bench/all.sh [--no-lab]
# Builds as ./check does, into build-check. Without root, or with --no-lab, the real controllers are left out.
# Other programs are measured beside it where they are installed: apt-get install nnn tig vim htop btop.
set -euo pipefail
cd "$(dirname "$(realpath "$0")")/../.."
ROOT=$PWD
export YAGURA=$ROOT/build-check/yagura

cmake -S . -B build-check -G Ninja -DYG_STRICT=ON -DCMAKE_C_COMPILER=gcc >/dev/null
ninja -C build-check yagura bench_json >/dev/null

part() { printf '\n## %s\n' "$*"; }
load() { printf '\nload of the machine: %s\n' "$(cut -d' ' -f1-3 /proc/loadavg)"; }

# best N COMMAND...: the best wall time of N, in milliseconds.
best() {
	local n=$1 begin took least=999999999
	shift
	for ((; n > 0; n--)); do
		begin=${EPOCHREALTIME/./}
		"$@" >/dev/null
		took=$((${EPOCHREALTIME/./} - begin))
		[ $took -ge $least ] || least=$took
	done
	printf '%d.%d' $((least / 1000)) $((least / 100 % 10))
}

echo "# $(date -u +%F), $(git describe --always --dirty 2>/dev/null || echo unknown), $("$YAGURA" version)"
printf '\n%s x %s, Linux %s\n' "$(nproc)" "$(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)" "$(uname -r)"
load

part "the demo site, in a pseudo terminal"
python3 -B tests/bench/site.py
load

part "scripts"
printf '\n| command | best of 7, ms |\n|---|---|\n'
for words in "version" "get vm --demo" "get vm --demo=vms:5000" "get vm --demo=vms:50000" \
	"get vm --demo=vms:50000 -o json" "get vm --demo=vms:50000 -l cpu>60 --sort -cpu"; do
	# shellcheck disable=SC2086 # words
	printf '| yagura %s | %s |\n' "$words" "$(best 7 "$YAGURA" $words)"
done

part "JSON, item by item"
printf '\n'
build-check/tests/bench/bench_json 20
build-check/tests/bench/bench_json 100

if [ "${1:-}" != --no-lab ]; then
	part "real controllers"
	python3 -B tests/bench/lab.py || [ $? = 77 ]
fi
load
