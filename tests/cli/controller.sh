#!/bin/bash
# controller: yagura.yaml is edited where it stands: comments and order stay, mistakes change nothing.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

file=$work/config/yagura/yagura.yaml
cat >"$file" <<'YAML'
# My sites.
discovery: no      # nothing is looked for
controllers:
  # the first one
  - name: "one"    # a comment behind it
    provider: demo
    url: "demo:hosts:2,vms:3"

  # the second one
  - {name: two, provider: demo, url: "demo:hosts:1,vms:1"}

# the end
theme: mono
YAML
chmod 640 "$file"
cp "$file" "$work/before"

# ---- add ----
exits 0 'add' controller add three demo:hosts:1,vms:2 --site osaka
cat >"$work/wanted" <<'YAML'
  - name: three
    provider: demo
    url: "demo:hosts:1,vms:2"
    site: osaka
YAML
is 'only these lines are new' "$(diff "$work/before" "$file" | sed -n 's/^> //p')" "$(cat "$work/wanted")"
is 'and none is gone' "$(diff "$work/before" "$file" | grep -c '^<')" 0
is 'they stand behind the second' "$(grep -n 'name: three' "$file" | cut -d: -f1)" 11
is 'the mode is kept' "$(stat -c %a "$file")" 640
is 'nothing else lies beside it' "$(ls "$work/config/yagura")" yagura.yaml
run controller list -o csv
is 'list has them' "$(cut -d, -f1,2,3 <<<"$out" | tail -n +2 | paste -sd' ')" 'one,demo, three,demo,osaka two,demo,'
run controller list --site osaka -o name
is 'list of a site' "$out" controller/three

# ---- dry run ----
cp "$file" "$work/before"
run controller rm two --dry-run
holds 'a dry run shows the line' grep -qxF -- '-  - {name: two, provider: demo, url: "demo:hosts:1,vms:1"}' "$work/out"
run controller rename one first --dry-run
cp "$work/before" "$work/patched" && (cd "$work" && sed "s|$file|patched|" out | patch -s -p0)
holds 'what it shows is a patch' grep -q 'name: first    # a comment behind it' "$work/patched"
holds 'it changes nothing' cmp -s "$file" "$work/before"

# ---- rename, rm ----
exits 0 'rename' controller rename one 'the first: #1'
holds 'only the name is new' grep -qF -- '- name: "the first: #1"    # a comment behind it' "$file"
is 'one line differs' "$(diff "$work/before" "$file" | grep -c '^<')" 1
exits 0 'rename in braces' controller rename two 2
holds 'the braces stay' grep -qF -- '- {name: 2, provider: demo, url: "demo:hosts:1,vms:1"}' "$file"
exits 0 'rm' controller rm 2
exits 0 'rm of the first' controller rm 'the first: #1'
exits 0 'rm of the last' controller rm three
is 'what is left' "$(grep -v '^$' "$file")" "$(printf '%s\n' '# My sites.' 'discovery: no      # nothing is looked for' \
	controllers: '  # the first one' '  # the second one' '# the end' 'theme: mono')"
exits 0 'an empty list takes one again' controller add one demo:
exits 0 'and is read' controller test one

# ---- mistakes: one line each, and nothing changes ----
cp "$file" "$work/before"
says 2 "controller 'one' is there already, in line" controller add one demo:
says 2 "no provider 'dokcer'; did you mean 'docker'?" controller add x unix:///x --provider dokcer
says 2 "unix:///PATH or tcp://HOST:PORT is expected" controller add x ssh://x --provider docker
says 2 "give --provider: " controller add x gopher://x
says 2 "1 to 100 characters without '/'" controller add a/b demo:
says 2 "own name" controller add yagura demo:
says 2 "own name" controller rename one yagura
says 2 "has no option 'tls_cA'; did you mean 'tls_ca'?" controller add x unix:///x --set tls_cA=x
says 2 "NAME=VALUE is wanted" controller add x demo: --set tls_ca
says 2 "'add NAME URL' is wanted" controller add x
says 2 "no 'ad', did you mean 'add'?" controller ad
says 3 "no controller 'nobody' stands in" controller rm nobody
says 3 "no controller 'nobody' stands in" controller rename nobody x
says 3 "no controller 'nobody'" controller test nobody
says 5 "read-only" controller rm one --read-only
holds 'nothing was changed' cmp -s "$file" "$work/before"

# ---- test ----
run controller test one
is 'test tells three steps' "$rc $(sed 's/ .*//' "$work/out" | paste -sd' ')" '0 configuration connection first'
exits 0 'one that is not there' controller add gone "unix://$work/no.sock"
run controller test gone
is 'test of it' "$rc $(wc -l <"$work/err")" '4 1'

# ---- ways to write a file ----
for text in '' '# nothing yet' 'controllers:' 'controllers: []   # none' 'controllers: ~' 'theme: mono' \
	$'controllers:\n- name: a\n  provider: demo\n  url: "demo:"\ntheme: mono' \
	$'controllers:\n  -\n    name: a\n    provider: demo\n    url: >\n      demo:\n  # the end'; do
	printf '%s' "$text" >"$work/x.yaml"
	exits 0 "add to: ${text//$'\n'/|}" controller add new demo: --config "$work/x.yaml"
	holds "it is in there" grep -q 'name: new' "$work/x.yaml"
	exits 0 "and goes again" controller rm new --config "$work/x.yaml"
done
printf 'controllers: [{name: a, provider: demo, url: "demo:"}]\n' >"$work/x.yaml"
cp "$work/x.yaml" "$work/before"
says 5 'edit it by hand' controller add new demo: --config "$work/x.yaml"
holds 'a list in brackets is left alone' cmp -s "$work/x.yaml" "$work/before"
exits 0 'a name in it can be changed' controller rename a b --config "$work/x.yaml"
printf 'controllers: [\n' >"$work/x.yaml"
says 2 'x.yaml:2:1: not YAML' controller add new demo: --config "$work/x.yaml"
exits 0 'a file that is not there is made' controller add new demo: --config "$work/deep/er/y.yaml"
is 'for its owner only' "$(stat -c %a "$work/deep/er/y.yaml" "$work/deep" | paste -sd' ')" '600 700'
ln -s deep/er/y.yaml "$work/link.yaml"
exits 0 'behind a link' controller rename new other --config "$work/link.yaml"
holds 'the link stays' [ -L "$work/link.yaml" ]
mkfifo "$work/pipe"
says 2 'no regular file' controller add new demo: --config "$work/pipe"

# ---- completion ----
run __complete -- controller re
is 'words' "$(cut -f1 <<<"$out")" rename
run __complete -- controller rm o
is 'names' "$(cut -f1 <<<"$out")" one
run __complete -- controller add x y --provider lib
is 'providers' "$(cut -f1 <<<"$out")" libvirt
finish
