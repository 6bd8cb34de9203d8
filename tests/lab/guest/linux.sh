#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# linux.sh OUT: makes OUT/vmlinuz and OUT/initrd.gz from Debian's cloud kernel, busybox and dirty.c.
# The kernel's package is only unpacked, never installed. Arguments of the guest's kernel: host=NAME, dirty=MIB, rate=MIB.
set -euo pipefail

out=$1
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
# apt fetches as a user of its own, which must get in.
chmod 755 "$tmp"
mkdir "$tmp/deb"
chmod 777 "$tmp/deb"
kernel=$(apt-cache depends linux-image-cloud-amd64 2>/dev/null | sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1)
[ -n "$kernel" ] || { echo "linux.sh: apt knows no linux-image-cloud-amd64: run apt-get update" >&2; exit 1; }
(cd "$tmp/deb" && timeout 300 apt-get download -qq "$kernel" >"$tmp/log" 2>&1) ||
	{ echo "linux.sh: apt-get download $kernel: $(tail -n 1 "$tmp/log")" >&2; exit 1; }
dpkg-deb -x "$tmp"/deb/*.deb "$tmp/x"

root=$tmp/root
mkdir -p "$root"/{bin,dev,etc,mod,proc,root,sys,tmp}
cp "$(command -v busybox)" "$root/bin/busybox"
chroot "$root" /bin/busybox --install -s /bin
gcc -O2 -static -o "$root/bin/dirty" "$here/dirty.c"
# In the order in which they depend on each other. evdev and button: for the ACPI power button.
i=10
for m in virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_blk failover \
	net_failover virtio_net virtio_balloon evdev button; do
	f=$(find "$tmp/x/lib/modules" -name "$m.ko" -print -quit)
	[ -z "$f" ] || strip -g -o "$root/mod/$i-$m.ko" "$f"
	i=$((i + 1))
done
cat >"$root/init" <<'I'
#!/bin/sh
export PATH=/bin HOME=/root TERM=vt100
mount -t proc p /proc
mount -t sysfs s /sys
mount -t devtmpfs d /dev
mkdir -p /dev/pts
mount -t devpts dp /dev/pts
for m in /mod/*.ko; do insmod $m 2>/dev/null; done
for w in $(cat /proc/cmdline); do
	case $w in
		dirty=*) dirty=${w#dirty=} ;;
		rate=*) rate=${w#rate=} ;;
		host=*) hostname ${w#host=} ;;
	esac
done
[ -z "$dirty" ] || dirty $dirty ${rate:-20} &
ip link set lo up
if [ -e /sys/class/net/eth0 ]; then
	ip link set eth0 up
	udhcpc -i eth0 -b -s /etc/udhcpc >/dev/null 2>&1
fi
# The ACPI power button without acpid: any event of an input device.
for e in /dev/input/event*; do
	[ -e $e ] && { dd if=$e bs=24 count=1 >/dev/null 2>&1; poweroff -f; } &
done
echo "lab guest up: $(cut -d' ' -f1 /proc/uptime)s $(hostname) $(uname -r)"
while :; do setsid cttyhack sh -l; done
I
cat >"$root/etc/udhcpc" <<'I'
#!/bin/sh
[ "$1" = bound ] || [ "$1" = renew ] || exit 0
ip addr flush dev $interface
ip addr add $ip/${mask:-24} dev $interface
[ -z "$router" ] || ip route add default via ${router%% *}
I
chmod 755 "$root/init" "$root/etc/udhcpc"
mkdir -p "$out"
(cd "$root" && find . | cpio -o -H newc --quiet | gzip -9) >"$tmp/initrd.gz"
mv "$tmp"/x/boot/vmlinuz-* "$out/vmlinuz"
mv "$tmp/initrd.gz" "$out/initrd.gz"
