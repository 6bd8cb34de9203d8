#!/bin/bash
# config: all defaults as a file that reads back, and keys that doctor looks at.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

run config --dump
[ "$rc" = 0 ] && ok "the defaults are printed" || not_ok "the defaults are printed" "$rc" "$err"
printf '%s\n' "$out" >"$work/dump.yaml"
for theme in "$(dirname "$0")"/../../themes/*.yaml; do
	name=$(basename "$theme" .yaml)
	holds "the dump names the theme $name" grep -qE "^# (.*, )?$name," "$work/dump.yaml"
done
run doctor --demo --config "$work/dump.yaml"
[ "$rc" = 0 ] && ok "they read back without a mistake" || not_ok "they read back" "$rc" "$out" "$err"
case $out in
*keys*) not_ok "no key of theirs is noteworthy" "$out" ;;
*) ok "no key of theirs is noteworthy" ;;
esac
# What is drawn with them is what is drawn without.
for keys in "2 z" "? Space" "2 / web Enter D" "2 Enter End" "C-p web"; do
	run screen --demo --size 80x24 --clock 2026-01-15T10:42:07Z --keys "$keys"
	without=$out
	run screen --demo --size 80x24 --clock 2026-01-15T10:42:07Z --keys "$keys" --config "$work/dump.yaml"
	[ "$out" = "$without" ] && ok "the same screen: $keys" || not_ok "the same screen: $keys" "$out"
done
run config
[ "$rc" = 2 ] && ok "without --dump it says what it can do" || not_ok "config alone" "$rc" "$err"

mkdir -p "$work/mine"
echo 'keys: {x: tasks}' >"$work/mine/yagura.yaml"
printf '%s\n' 'x: alarms' 'K: zoom' 'b: zom' 'Ctrl-x: zoom' 'vm: {e: key Nokey}' >"$work/mine/keys.yaml"
run doctor --demo --config "$work/mine/yagura.yaml"
[ "$rc" = 2 ] && ok "keys with mistakes: doctor ends with 2" || not_ok "doctor ends with 2" "$rc" "$out"
for told in "keys.yaml:1:1: 'x' is also in" "yagura.yaml:1:8; this one is used" \
	"keys.yaml:2:1: 'K' was 'force-off' of a vm" "keys.yaml:3:1: no command 'zom', did you mean 'zoom'" \
	"keys.yaml:4:1: 'Ctrl-x' is no key, did you mean 'C-x'" "keys.yaml:5:6: 'key Nokey' is no key"; do
	case $out in
	*"$told"*) ok "doctor tells: $told" ;;
	*) not_ok "doctor tells: $told" "$out" ;;
	esac
done
rm "$work/mine/keys.yaml"
mkdir "$work/mine/views" "$work/mine/themes"
printf 'kind: vm\ncolums: []\n' >"$work/mine/views/vms.yaml"
printf 'styles:\n  acent: red\n' >"$work/mine/themes/dusk.yaml"
echo 'theme: ligth' >"$work/mine/yagura.yaml"
run doctor --demo --config "$work/mine/yagura.yaml"
is 'views and themes with mistakes: doctor ends with 2' "$rc" 2
for told in "views/vms.yaml:2:1:" "themes/dusk.yaml:2:3: no style 'acent'" "theme: no theme 'ligth', did you mean 'light'"; do
	holds "doctor tells: $told" grep -qF "$told" "$work/out"
done
rm -r "$work/mine/views" "$work/mine/themes"
echo 'keys: {x: tasks}' >"$work/mine/yagura.yaml"
run doctor --demo --config "$work/mine/yagura.yaml"
[ "$rc" = 0 ] && ok "without them all is well" || not_ok "without them all is well" "$rc" "$out"
finish
