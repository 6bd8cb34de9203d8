#!/bin/bash
# usage: what is wrong on the command line gives one clear line and the documented exit code.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

exits 0 'help' help
holds 'help goes to stdout' [ -n "$out" ]
for verb in get top describe graph do controllers doctor version; do
	exits 0 "help $verb" help "$verb"
	holds "help $verb tells its options" grep -q '^usage: yagura '"$verb" "$work/out"
	run "$verb" --help
	is "$verb --help is the same" "$out" "$("$yagura" help "$verb")"
done
exits 0 'version' version
holds 'version tells one' grep -qE '^yagura [0-9]+\.[0-9]+' "$work/out"
exits 0 '--version' --version

says 2 "unknown verb 'gett'; did you mean 'get'?" gett
says 2 "unknown verb 'xyzzy'; see yagura help" xyzzy
says 2 "unknown verb 'gett'; did you mean 'get'?" help gett
says 2 "unknown option '--dmeo'; did you mean '--demo'?" --dmeo get
says 2 "unknown option '--colums'; did you mean '--columns'?" get vm --colums a
says 2 "unknown option '-z'" get vm -z
says 2 "option '--sort' needs a value" get vm --sort
says 2 "option '--watch' takes no value" get vm --watch=yes
says 2 "option '--config' needs a value" get --config
says 2 "no kind 'vmm'; did you mean 'vm'?" get vmm
says 2 "no format 'jason'; did you mean 'json'?" --demo get vm -o jason
says 2 'one kind at a time' --demo get vm host
says 2 "'cpuu'" --demo get vm --columns name,cpuu
says 2 "'cpuu'" --demo get vm --sort -cpuu
says 2 '-l: ' --demo get vm -l 'statee:running'
says 2 '--timeout' --demo get vm --timeout soon
says 2 '--query needs a kind' --demo get -l web
says 2 '--watch prints table, wide or jsonl' --demo get vm --watch -o yaml
says 2 'needs one KIND/NAME' describe
says 2 'needs one KIND/NAME' graph vm/a vm/b
says 2 '--depth' --demo graph vm/a --depth 0
says 2 'takes no arguments' controllers now
says 2 'needs an ACTION and KIND/NAME' do start
says 2 "no kind 'web-01'; a row is written vm/web-01" --demo get vm web-01
says 2 "no action 'strat' for a vm; did you mean 'start'?" --demo do strat vm/web-01
says 2 'which vms? write vm/NAME, or add -l QUERY' --demo do start vm
says 2 'write it as name=value' --demo do migrate vm/web-01 --set to
says 2 "no parameter 'too'; did you mean 'to'?" --demo do migrate vm/web-01 --set too=x
says 2 'migrate needs to' --demo do migrate vm/web-01
says 2 '--demo' --demo=hosts:many get vm
says 2 'nosuch.yaml' --config "$work/nosuch.yaml" get vm
says 2 '--site' --site nowhere get vm

printf 'controllers:\n  - name: a\n    provider: dokcer\n    url: x\n' >"$work/bad.yaml"
says 2 "no provider 'dokcer'" --config "$work/bad.yaml" get vm
holds 'it names file and line' grep -q 'bad.yaml:2:' "$work/err"
printf 'controlers: []\n' >"$work/bad.yaml"
says 2 'bad.yaml:1:1' --config "$work/bad.yaml" get vm
printf 'controllers:\n  - name: yagura\n    provider: demo\n    url: "demo:"\n' >"$work/bad.yaml"
says 2 "the program's own name" --config "$work/bad.yaml" get vm
printf 'controllers:\n  - name: d\n    provider: demo\n    url: "demo:nonsense:1"\n' >"$work/bad.yaml"
says 2 "controller 'd': " --config "$work/bad.yaml" get vm
for pair in 'libvirt nonsense' 'docker tcp://h:0' 'docker tcp://u:secret@h'; do
	printf 'controllers:\n  - name: d\n    provider: %s\n    url: "%s"\n' "${pair% *}" "${pair#* }" >"$work/bad.yaml"
	says 2 "bad.yaml:2:5: controller 'd': " --config "$work/bad.yaml" get vm
	is "the controller is named once" "$(grep -o "controller 'd'" "$work/err" | wc -l)" 1
	holds 'no secret is said' bash -c '! grep -q secret "$1"' _ "$work/err"
done

run get vm >&-
"$yagura" --demo get vm >&- 2>"$work/err"
is 'stdout that is closed is told' $? 1
holds 'in one line' grep -q 'cannot be written' "$work/err"
if [ -w /dev/full ]; then
	"$yagura" --demo get vm >/dev/full 2>"$work/err"
	is 'a full disk is told' $? 1
fi
# A theme that never was is a mistake; one with mistakes in it is told, and the console starts.
printf 'theme: dusk\ndiscovery: no\n' >"$work/dusk.yaml"
says 2 "dusk.yaml: theme: no theme 'dusk'" screen --config "$work/dusk.yaml"
mkdir -p "$work/themes"
printf 'styles:\n  acent: red\n' >"$work/themes/dusk.yaml"
run screen --demo --size 100x20 --config "$work/dusk.yaml"
holds 'a theme with a mistake is told with its place' grep -q "dusk.yaml:2:3: no style 'acent', did you mean" "$work/out"
is 'and the console starts' "$rc" 0
printf 'styles:\n  accent: red\n' >"$work/themes/dusk.yaml"
run screen --demo --size 100x20 --config "$work/dusk.yaml"
is "a theme of the user's is found" "$rc $(grep -c 'dusk' "$work/out")" '0 0'
finish
