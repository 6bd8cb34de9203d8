# bash completion of yagura: the program itself says what there is.
# SPDX-License-Identifier: Apache-2.0

# Takes a line apart as bash would, but expands nothing: a name such as $(reboot) stays a name.
# Sets the caller's words, its last one perhaps empty; before: of the last word, what readline keeps;
# quote: the one that is still open.
_yagura_split() {
	local line=$1 c word='' in_word='' i
	words=() before='' quote=''
	for ((i = 0; i < ${#line}; i++)); do
		c=${line:i:1}
		if [[ $quote ]]; then
			if [[ $c == "$quote" ]]; then
				quote='' before=$word
			elif [[ $c == '\' && $quote == '"' && ${line:i+1:1} == [\"\\\$\`] ]]; then
				i=$((i + 1)) word+=${line:i:1}
			else
				word+=$c
			fi
		elif [[ $c == [\"\'] ]]; then
			quote=$c before=$word in_word=1
		elif [[ $c == '\' ]]; then
			i=$((i + 1)) word+=${line:i:1} in_word=1
		elif [[ $c == [[:space:]] ]]; then
			[[ $in_word ]] && words+=("$word")
			word='' before='' in_word=''
		else
			word+=$c in_word=1
			[[ $COMP_WORDBREAKS == *"$c"* ]] && before=$word
		fi
	done
	words+=("$word")
}

_yagura() {
	local words before quote found i
	_yagura_split "${COMP_LINE:0:COMP_POINT}"
	COMPREPLY=()
	mapfile -t found < <("${words[0]/#\~\//$HOME/}" __complete -- "${words[@]:1}" 2>/dev/null)
	[[ ${#found[@]} -gt 0 ]] || return
	if [[ ${found[0]} == :files ]]; then
		compopt -o default
		return
	fi
	found=("${found[@]%%$'\t'*}")
	found=("${found[@]#"$before"}")
	case $quote in
	\') COMPREPLY=("${found[@]//\'/\'\\\'\'}") ;;
	\")
		found=("${found[@]//\\/\\\\}")
		found=("${found[@]//\$/\\\$}")
		found=("${found[@]//\`/\\\`}")
		found=("${found[@]//\"/\\\"}")
		# Nothing in double quotes keeps ! from being taken for history.
		for i in "${!found[@]}"; do
			[[ ${found[i]} == *'!'* ]] || COMPREPLY+=("${found[i]}")
		done
		;;
	*) mapfile -t COMPREPLY < <(printf '%q\n' "${found[@]}") ;;
	esac
	[[ ${#COMPREPLY[@]} -eq 1 ]] || return
	# readline 8.2 closes an open quote, but not where the name ends with that character itself.
	[[ $quote && ${COMPREPLY[0]} == *"$quote" ]] && COMPREPLY[0]+=$quote
	[[ ${COMPREPLY[0]} == *[/=:] ]] && compopt -o nospace
}
complete -F _yagura yagura
