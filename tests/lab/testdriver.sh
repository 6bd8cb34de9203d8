#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# testdriver.sh N FILE: writes a node of N domains for libvirt's built-in test driver.
# It is opened as test:///ABSOLUTE/FILE; each connection starts anew from the file. Needs no root.
set -euo pipefail

PROG=${0##*/}
n=${1:-} file=${2:-}
if ! [[ $n =~ ^[0-9]+$ ]] || [ -z "$file" ]; then
	echo "usage: $PROG N FILE" >&2
	exit 2
fi
[ "$n" -le 100000 ] || { echo "$PROG: $n domains: at most 100000" >&2; exit 2; }

tmp=$file.$$.new
trap 'rm -f "$tmp"' EXIT
# Every tenth domain is shut off (5), the others run (1); memory, vCPUs and MAC follow from the number.
awk -v n="$n" 'BEGIN {
	print "<node>"
	print "<cpu><mhz>2600</mhz><model>i786</model><active>128</active><nodes>2</nodes>" \
		"<sockets>2</sockets><cores>16</cores><threads>2</threads></cpu><memory>1073741824</memory>"
	for (i = 0; i < n; i++)
		printf "<domain type=\"test\" xmlns:test=\"http://libvirt.org/schemas/domain/test/1.0\">" \
			"<name>vm-%05d</name><uuid>%08x-7961-5000-8000-67757261%04x</uuid>" \
			"<memory>%d</memory><vcpu>%d</vcpu><os><type>hvm</type></os><devices>" \
			"<disk type=\"file\" device=\"disk\"><source file=\"/img/vm-%05d.qcow2\"/>" \
			"<target dev=\"vda\" bus=\"virtio\"/></disk>" \
			"<interface type=\"network\"><source network=\"default\"/>" \
			"<mac address=\"52:54:00:%02x:%02x:%02x\"/><target dev=\"vnet%d\"/></interface>" \
			"</devices><test:runstate>%d</test:runstate></domain>\n",
			i, i + 1, i % 65536, 1048576 * (1 + i % 8), 1 + i % 4, i,
			int(i / 65536) % 256, int(i / 256) % 256, i % 256, i, i % 10 ? 1 : 5
	print "<network><name>default</name><bridge name=\"virbr0\"/><forward mode=\"nat\"/>" \
		"<ip address=\"192.168.122.1\" netmask=\"255.255.255.0\"><dhcp>" \
		"<range start=\"192.168.122.2\" end=\"192.168.122.254\"/></dhcp></ip></network>"
	print "<pool type=\"dir\"><name>default-pool</name><target><path>/default-pool</path></target></pool>"
	print "</node>"
}' >"$tmp" || { echo "$PROG: cannot write '$file': see the folder's rights and space" >&2; exit 1; }
mv "$tmp" "$file"
