#!/bin/bash
# make-pictures.sh: draws the pictures of the documents anew, with the program itself.
# SPDX-License-Identifier: Apache-2.0
#
# usage: docs/make-pictures.sh [PROGRAM]      PROGRAM: build/yagura
# Demo site, fixed clock: the same program draws the same bytes. Look at them before you commit.
set -euo pipefail
cd "$(dirname "$0")/.."

yagura=${1:-build/yagura}
export TZ=UTC LC_ALL=C.UTF-8
HOME=$(mktemp -d)
export HOME
unset XDG_CONFIG_HOME XDG_DATA_HOME NO_COLOR
trap 'rm -rf "$HOME"' EXIT

# picture NAME COLUMNSxROWS KEYS
picture() {
	"$yagura" screen --demo --clock 2026-01-15T10:42:07Z --size "$2" --keys "$3" -o svg \
		>"$HOME/$1.svg"
	mv "$HOME/$1.svg" "docs/$1.svg"
	echo "docs/$1.svg"
}

picture screen 120x36 '2 Down Down Down'
picture ask 100x30 '2 / k8s-node-1 Enter D'
