#!/bin/bash
# found: what people already have is found: contexts of docker, aliases of libvirt, more; broken and hostile files cost a line.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

unset DOCKER_HOST DOCKER_CONTEXT DOCKER_CONFIG DOCKER_CERT_PATH DOCKER_TLS_VERIFY
: >"$work/config/yagura/yagura.yaml"

# context ID NAME HOST [SKIP]: a context as docker writes it
context() {
	mkdir -p "$work/.docker/contexts/meta/$1"
	printf '{"Name":"%s","Metadata":{"Description":"x"},"Endpoints":{"docker":{"Host":"%s","SkipTLSVerify":%s}}}' \
		"$2" "$3" "${4:-false}" >"$work/.docker/contexts/meta/$1/meta.json"
}
context 01 build tcp://127.0.0.1:1
mkdir -p "$work/.docker/contexts/tls/01/docker"
touch "$work/.docker/contexts/tls/01/docker/ca.pem"
context 02 far ssh://ops@127.0.0.1
context 03 lax tcp://127.0.0.1:2 true
context 04 gone "unix://$work/nothing.sock"
context 05 'a/b' tcp://127.0.0.1:3
context 06 yagura tcp://127.0.0.1:4
context 07 odd 'tcp://127.0.0.1:5\u001b[2J'
mkdir -p "$work/.docker/contexts/meta/"{08,09,10,11}
printf '{"Name":"torn","Endpo' >"$work/.docker/contexts/meta/08/meta.json"
mkfifo "$work/.docker/contexts/meta/09/meta.json"
head -c 100000 /dev/zero | tr '\0' ' ' >"$work/.docker/contexts/meta/10/meta.json"

mkdir -p "$work/config/libvirt"
cat >"$work/config/libvirt/libvirt.conf" <<'CONF'
# uri_aliases = [ "old=test:///default" ]
uri_default = "test:///default"
uri_aliases = [
  "try=test:///default", # a comment with "quotes" and ]
  "bad one=test:///x",
]
CONF
mkdir -p "$work/.kube" "$work/.config/openstack"
cat >"$work/.kube/config" <<'CONF'
apiVersion: v1
contexts:
- context: {cluster: c, user: u}
  name: prod
users:
- name: u
  user: {token: not-to-be-seen}
CONF
printf 'clouds:\n  tokyo:\n    auth: {password: not-to-be-seen}\n' >"$work/.config/openstack/clouds.yaml"
unset KUBECONFIG OS_CLIENT_CONFIG_FILE
export DOCKER_CONTEXT=nowhere
run doctor --timeout 5s
shown() {
	holds "$1" grep -qE "$2" "$work/out"
}
shown 'a context is a controller' '^wrong +docker build +tcp://127.0.0.1:1 '
shown 'its certificates come with it: TLS is spoken' "docker build .*'https://127.0.0.1:1'"
shown 'one by ssh is known' "^known +docker +context 'far' \(ssh://ops@127.0.0.1\); .*ssh"
shown 'one that verifies nothing is not used' "^known +docker +context 'lax'"
shown 'nor one whose socket is gone' "^known +docker +context 'gone'.*not there"
shown 'a name that docker would not take' '^missing +docker .*/05/meta.json.*no name'
shown "the program's own name is made another" '^wrong +docker yagura-2 +tcp://127.0.0.1:4'
shown 'a URL with an escape is not used' "^known +docker +context 'odd'"
holds 'and does no harm' eval '! grep -q $'"'\\e\\[2J'"' "$work/out"'
for id in 08 09 10 11; do
	is "$id: broken, a pipe, too large, none: one line" "$(grep -c "/meta/$id/" "$work/out")" 1
done
shown 'DOCKER_CONTEXT that names none' '^missing +docker +DOCKER_CONTEXT'
shown 'a context of Kubernetes is known' "^known +elsewhere +Kubernetes context 'prod' "
shown 'a cloud of OpenStack is known' "^known +elsewhere +OpenStack cloud 'tokyo' "
holds 'no secret is told' eval '! grep -q not-to-be-seen "$work/out"'
shown "an alias of libvirt is a controller" "libvirt try +test:///default \(found: .*libvirt.conf\)"
shown 'one that libvirt would not take is told' '^missing +libvirt .*libvirt.conf; .*no "name=uri"'
mkfifo "$work/pipe" && mv -f "$work/pipe" "$work/config/libvirt/libvirt.conf"
run doctor --timeout 5s
shown 'a pipe is no configuration of libvirt' '^missing +libvirt .*libvirt.conf; .*64 KiB'
run controllers --timeout 5s
is 'only what can be used is a controller' "$(grep -cE ' (docker) ' "$work/out")" 2
finish
