#!/bin/bash
# docs: what the documents say is so: commands run, files and functions exist, examples are right.
# SPDX-License-Identifier: Apache-2.0
#
# Of code blocks in README.md and docs/*.md: each line "yagura VERB ..." with --demo is run and must end
# with 0; a block of YAML that begins with "# yagura.yaml", "# keys.yaml", "# views/NAME.yaml" or "# themes/NAME.yaml"
# is read by the program; a block of C that begins with a comment "/* name: ..." is compiled.
. "$(dirname "$0")/lib.sh"
shopt -s lastpipe
cd "$root" || exit 1

documents=(README.md docs/*.md docs/changes/*.md tests/lab/README.md)
manual=man/yagura.1

# none NAME: the lines on standard input are what is wrong.
none() {
	local lines
	lines=$(cat)
	if [ -z "$lines" ]; then
		ok "$1"
	else
		not_ok "$1" "$lines"
	fi
}

# blocks FILE: each fenced block of code into a file of its own; prints their names.
blocks() {
	awk -v to="$work/block-$(basename "$1")" '
		/^```/ { if (open) { close(name); open = 0; print name } else { open = 1; name = to "." ++n; printf "" >name } next }
		open { print >name }' "$1"
}

mkdir -p "$work/bin"
ln -s "$yagura" "$work/bin/yagura"
PATH=$work/bin:$PATH
all=()
for document in "${documents[@]}"; do
	mapfile -t found < <(blocks "$document")
	all+=("${found[@]}")
done

# ---- commands ----
mapfile -t lines < <({
	cat "${all[@]}"
	sed -n 's/^    \(yagura \)/\1/p' "${documents[@]}"
} | sed 's/^\$ //' | grep -E '^yagura [a-z].*--demo|^yagura [a-z]+$' | sort -u)
holds 'the documents show commands to be run' [ ${#lines[@]} -ge 5 ]
for line in "${lines[@]}"; do
	(cd "$work" && timeout 60 bash -o pipefail -c "$line") >"$work/out" 2>"$work/err" </dev/null
	is "$line" "$? $(cat "$work/err")" '0 '
done

# ---- examples ----
n_yaml=0 n_c=0
for block in "${all[@]}"; do
	head=$(head -n 1 "$block")
	case $head in
	'# yagura.yaml'*)
		# No controller has tasks: nothing is connected to.
		run get task --config "$block"
		is "$head is a configuration" "$rc" 0
		n_yaml=$((n_yaml + 1))
		;;
	'# keys.yaml'*)
		mkdir -p "$work/keys"
		cp "$block" "$work/keys/keys.yaml"
		: >"$work/keys/yagura.yaml"
		run doctor --demo --config "$work/keys/yagura.yaml"
		is "$head has no mistakes" "$rc" 0
		;;
	'# views/'*.yaml | '# themes/'*.yaml)
		file=${head#\# }
		mkdir -p "$work/config/yagura/${file%/*}"
		cp "$block" "$work/config/yagura/$file"
		name=$(basename "$file" .yaml)
		run screen --demo --size 120x30 --keys ": ${file%s/*} Space $name Enter"
		holds "$file is read" [ "$rc" = 0 ]
		none "$file has no mistakes" < <(grep -E "$name\.yaml:|no view|no theme|did you mean" "$work/out" "$work/err")
		n_yaml=$((n_yaml + 1))
		;;
	'/* '[a-z]*': '*)
		none "${head%%:*}: compiles" < <(cc -std=gnu11 -D_GNU_SOURCE -Isrc -Wall -Wextra -Wno-unused-parameter \
			-fsyntax-only -x c "$block" 2>&1 | head -n 5)
		n_c=$((n_c + 1))
		;;
	esac
done
holds 'there are examples of YAML and of C' [ $((n_yaml >= 3 && n_c >= 3)) = 1 ]

# ---- the manual page names every verb and option, and every key and command of the console ----
run help
verbs=$(sed -n '/^verbs:/,/^$/s/^  \([a-z]*\) .*/\1/p' <<<"$out")
holds 'there are verbs' [ "$(wc -w <<<"$verbs")" -ge 8 ]
for verb in $verbs; do
	grep -qE "^\.It Cm $verb\b" $manual || echo "$verb"
done | none 'the manual has every verb'
for verb in $verbs; do
	page=$(dirname "$yagura")/man/verbs/yagura-$verb.1
	grep -q "^\.Nm yagura-$verb$" "$page" || echo "$page"
done | none 'every verb has a page of its own'
for verb in $verbs; do
	run help "$verb"
	grep -oE '^ +(-[a-z], )?--[a-z-]+' <<<"$out" | grep -oE -e '--?[a-z-]+'
done | sort -u | while read -r option; do
	case $option in
	--*) grep -qE "Fl Fl ${option#--}( |$)" $manual || echo "$option" ;;
	*) grep -qE "Fl ${option#-} ," $manual || echo "$option" ;;
	esac
done | none 'the manual has every option'
sed -n 's/^    {"\([a-z-]*\)", "[^"]*", "[^"]*", run_.*/\1/p; s/^    {"\([a-z-]*\)", "[^"]*",$/\1/p' src/app/console/commands.c |
	grep -vx q | while read -r command; do
	grep -qE "(Cm|,) $command( |$)" $manual || echo "$command"
done | none 'the manual has every command of the console'
grep -oE '^    DO(_WITH)?\("[a-z]+", "[a-z-]+"' src/model/action.c | grep -oE '"[a-z-]+"$' | tr -d '"' | sort -u |
	while read -r action; do
		grep -qE "(Cm|,) $action( |$)" $manual || echo "$action"
	done | none 'the manual has every action'
# settings FILE...: what the tables of settings in these sources have.
settings() {
	grep -ohE 'YG_SETTING\("[a-z_]+"|\.name = "[a-z_]+", *\.type' "$@" | grep -oE '"[a-z_]+"' | tr -d '"' | sort -u
}
# told PAGE FILE...: settings that the page does not name.
told() {
	local page=$1
	shift
	settings "$@" | while read -r word; do
		grep -qE "(Cm|,) $word( |$)" "$page" || echo "$page: $word"
	done
}
told man/yagura.yaml.5 src/store/config.c | none 'yagura.yaml(5) has every setting'
told man/yagura-views.5 src/store/viewfile.c src/store/themes.c | none 'yagura-views(5) has every setting'
pages=(man/*.[157] "$(dirname "$yagura")"/man/verbs/*.1)
if command -v mandoc >/dev/null; then
	mandoc -T lint -W warning "${pages[@]}" 2>&1 | none 'the manual is right: mandoc'
else
	ok 'the manual is right: mandoc # skip mandoc is not installed'
fi
if command -v groff >/dev/null; then
	for page in "${pages[@]}"; do
		groff -ww -mandoc -Tutf8 "$page" 2>&1 >/dev/null
	done | none 'the manual is right: groff'
else
	ok 'the manual is right: groff # skip groff is not installed'
fi

# ---- links, names, paths ----
# anchors FILE: what its headings are called in links.
anchors() {
	sed -n 's/^#\{1,6\} //p' "$1" | tr '[:upper:]' '[:lower:]' | sed "s/[^a-z0-9 _-]//g; s/ /-/g"
}
for document in "${documents[@]}"; do
	grep -oE '\]\([^)]+\)' "$document" | sed 's/^](//; s/)$//' | grep -vE '^https?://' | while read -r link; do
		file=$(dirname "$document")/${link%%#*}
		[ "${link%%#*}" ] || file=$document
		if [ ! -e "$file" ]; then
			echo "$document: $link is not there"
		elif [[ $link == *#* ]] && ! anchors "$file" | grep -qxF -- "${link#*#}"; then
			echo "$document: $link: no such heading"
		fi
	done
done | none 'links lead somewhere'
grep -oE '`[a-z/_]+\.c:[a-z_0-9]+\(\)' docs/architecture.md | tr -d '`' | sort -u | while IFS=: read -r file name; do
	grep -qE "\b${name%()}\(" "src/$file" 2>/dev/null || echo "src/$file: ${name}"
done | none 'functions that docs/architecture.md names are there'
grep -ohE '`(src|tests|views|themes|docs|plugins|cmake|man)/[A-Za-z0-9_./-]*[a-z]`' "${documents[@]}" | tr -d '`' | sort -u |
	grep -v NAME | while read -r file; do
	[ -e "$file" ] || echo "$file"
done | none 'files that the documents name are there'
grep -nE '(^|[^a-z.~])/(home|work|root|farm|tmp)/' "${documents[@]}" $manual | none 'no path of one machine'
for picture in screen ask; do
	holds "docs/$picture.svg is a picture" grep -q '^<svg ' docs/$picture.svg
done
finish
