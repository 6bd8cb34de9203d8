#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tiny.sh IMAGE RATE: builds the guest of tiny.S as a raw disk of 1 MiB; RATE is in pages a tick.
# Needs gcc and ld only.
set -euo pipefail

image=$1 rate=$2
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
gcc -m32 -c -x assembler-with-cpp -DRATE="$rate" -o "$tmp/tiny.o" "$here/tiny.S"
ld -m elf_i386 -Ttext 0x7c00 --oformat binary -o "$tmp/tiny" "$tmp/tiny.o"
[ "$(stat -c %s "$tmp/tiny")" = 512 ] || { echo "tiny.sh: tiny.S is not one sector" >&2; exit 1; }
truncate -s 1M "$tmp/tiny"
mv "$tmp/tiny" "$image"
