# fish completion of yagura: the program itself says what there is.
# SPDX-License-Identifier: Apache-2.0

function __yagura_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    # As it is meant, without its quotes; one may still be open.
    set -l word (string unescape -- $typed)
    or set word (string replace -r '^[\'"]' '' -- $typed)
    set -l found ($words[1] __complete -- $words[2..-1] "$word" 2>/dev/null)
    if test "$found[1]" = :files
        __fish_complete_path "$word"
    else
        printf '%s\n' $found
    end
end
complete -c yagura -f -a '(__yagura_complete)'
