#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# docker.sh up DIR [--tls] | fill DIR N [--calm] | down DIR: a real dockerd in namespaces of its own.
# It answers on DIR/docker.sock; DIR/env tells the rest. Exit 77: this machine cannot run it.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

usage() {
	echo "usage: $PROG up DIR [--tls] | $PROG fill DIR N [--calm] | $PROG down DIR" >&2
	exit 2
}

# make_certs: a CA, the daemon's key in $BOX/tls and the client's in $DIR/tls (named as docker wants them).
make_certs() {
	local s=$BOX/tls c=$DIR/tls log=$BOX/openssl.log k=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)
	mkdir -p "$s" "$c"
	{
		openssl req -x509 "${k[@]}" -days 30 -subj /CN=lab-ca -keyout "$s/ca.key" -out "$c/ca.pem" &&
			openssl req "${k[@]}" -subj /CN=lab-server -keyout "$s/key.pem" -out "$s/csr" &&
			openssl x509 -req -in "$s/csr" -CA "$c/ca.pem" -CAkey "$s/ca.key" -CAcreateserial \
				-CAserial "$s/serial" -days 30 -out "$s/cert.pem" -extfile <(
					echo 'subjectAltName=DNS:localhost,IP:127.0.0.1'
					echo 'extendedKeyUsage=serverAuth'
				) &&
			openssl req "${k[@]}" -subj /CN=lab-client -keyout "$c/key.pem" -out "$s/csr" &&
			openssl x509 -req -in "$s/csr" -CA "$c/ca.pem" -CAkey "$s/ca.key" \
				-CAserial "$s/serial" -days 30 -out "$c/cert.pem" \
				-extfile <(echo 'extendedKeyUsage=clientAuth')
	} >"$log" 2>&1 || fail "openssl could not make certificates in '$DIR'" "$log"
}

# make_images: what `docker import` does, three times.
make_images() {
	local root=$BOX/rootfs t out
	busybox_root "$root"
	for t in 1 2; do
		out=$(tar -C "$root" -c . | curl -s --max-time 60 --unix-socket "$SOCK" -T - -X POST \
			-H 'Content-Type: application/x-tar' \
			"http://lab/v1.41/images/create?fromSrc=-&repo=lab/busybox&tag=$t&changes=CMD%20%5B%22/bin/sh%22%5D&changes=ENV%20PATH=/bin&changes=LABEL%20lab.version=$t") || true
		[[ $out == *sha256:* ]] || fail "dockerd in '$DIR' took no image: $out" "$BOX/d/log/out"
	done
	api "$SOCK" POST '/v1.41/images/lab/busybox:2/tag?repo=lab/busybox&tag=latest' >/dev/null
	rm -rf "$root"
}

up() {
	local tls='' flags=() lines=()
	case ${1:-} in
		'') ;;
		--tls) tls=1 ;;
		*) usage ;;
	esac
	need_root
	need_programs docker dockerd containerd runc busybox curl jq openssl iptables ip
	need_kernel
	grep -qw overlay /proc/filesystems || skip "this kernel has no overlay file system"
	lab_lock create
	if [ -e "$DIR/env" ] && api_answers "$SOCK" >/dev/null; then
		[ -z "$tls" ] || grep -q '^LAB_DOCKER_TLS=' "$DIR/env" ||
			fail "the lab in '$DIR' runs without TLS: take it down first"
		say "already up in $DIR"
		return
	fi
	lab_begin
	mkdir -p "$BOX/d"
	# No traffic leaves the box: its network namespace has loopback only. It is also there because
	# dockerd sets the FORWARD policy of the namespace that it runs in to DROP.
	net_add d
	if [ -n "$tls" ]; then
		make_certs
		flags=(-H tcp://127.0.0.1:2376 --tlsverify --tlscacert "$DIR/tls/ca.pem"
			--tlscert "$BOX/tls/cert.pem" --tlskey "$BOX/tls/key.pem")
	fi
	BINDS=(run:/run etc:/etc/docker opt:/opt)
	box_start d lab-docker dockerd --data-root "$BOX/d/root" --exec-root /run/docker \
		-p /run/dockerd.pid -H "unix://$SOCK" "${flags[@]}"
	box_wait d 60 "dockerd answers" api_answers "$SOCK"
	make_images
	lines=("LAB_DOCKER=unix://$SOCK" "LAB_DOCKER_PID=$(box_pid_of d dockerd)" "LAB_DOCKER_NETNS=ylab-$ID-d")
	[ -z "$tls" ] || lines+=("LAB_DOCKER_TLS=tcp://127.0.0.1:2376" "LAB_DOCKER_TLS_CERTS=$DIR/tls")
	lab_done "${lines[@]}"
	say "up in $DIR"
}

# What runs in the containers. It stops at once on SIGTERM (a bare sleep as process 1 would make
# each stop take 10 s).
# shellcheck disable=SC2016 # the shell in there expands it
idle='trap "exit 0" TERM INT; echo "$HOSTNAME starts"; while :; do sleep 3600 & wait $!; done'
# shellcheck disable=SC2016
chatter='trap "exit 0" TERM INT; n=0; while :; do n=$((n+1)); echo "tick $n"; sleep 1 & wait $!; done'

# container NAME JQ-EXPRESSION: makes and starts one; JQ-EXPRESSION adds to its settings.
container() {
	local body
	body=$(jq -nc --arg name "$1" --arg idle "$idle" --arg chatter "$chatter" \
		'{Image: "lab/busybox:1", Hostname: $name, Env: ["LAB=1"], Cmd: ["/bin/sh", "-c", $idle],
		Labels: {"lab.name": $name}, HostConfig: {Memory: 33554432, NanoCpus: 500000000}} | '"$2") &&
		api "$SOCK" POST "/v1.41/containers/create?name=$1" "$body" >/dev/null &&
		api "$SOCK" POST "/v1.41/containers/$1/start" >/dev/null
}

# numbered I: container cI. The numbers decide what is special: I%4 in 1,2: of a compose project,
# I%5 = 0: healthy, I%5 = 3: unhealthy, 1: has a volume and talks once a second, 2: in two networks.
# shellcheck disable=SC2016 # $chatter is jq's
numbered() {
	local i=$1 x=.
	# Many health checks are a load of their own: each is a process in the container, every 2 s.
	[ -z "$calm" ] || { container "c$i" .; return; }
	case $((i % 4)) in
		1 | 2) x+=' | .Labels += {"com.docker.compose.project": "'$([ $((i % 8)) -lt 4 ] && echo shop || echo mail)'",
			"com.docker.compose.service": "'$([ $((i % 4)) = 1 ] && echo web || echo db)'",
			"com.docker.compose.container-number": "'$((i / 8 + 1))'", "com.docker.compose.oneoff": "False",
			"com.docker.compose.version": "2.0.0"}' ;;
	esac
	case $((i % 5)) in
		0) x+=' | .Healthcheck = {Test: ["CMD", "true"], Interval: 2000000000, Retries: 1}' ;;
		3) x+=' | .Healthcheck = {Test: ["CMD-SHELL", "echo no; exit 1"], Interval: 2000000000, Retries: 1}' ;;
	esac
	case $i in
		1) x+=' | .Cmd = ["/bin/sh", "-c", $chatter] | .HostConfig.Mounts = [{Type: "volume", Source: "lab-vol1", Target: "/data"}]
			| .HostConfig.PortBindings = {"80/tcp": [{HostIp: "127.0.0.1", HostPort: "8080"}]} | .ExposedPorts = {"80/tcp": {}}' ;;
		2) x+=' | .HostConfig.NetworkMode = "lab-net1" | .HostConfig.Mounts = [{Type: "volume", Source: "lab-vol2", Target: "/data"}]' ;;
		3) x+=' | .HostConfig.NetworkMode = "lab-net2" | .HostConfig.RestartPolicy = {Name: "always"}' ;;
	esac
	container "c$i" "$x"
}

fill() {
	local n=${1:-} calm=${2:-} v w i pids=() bad=0 log running workers=4
	[[ $n =~ ^[0-9]+$ ]] && [[ $calm =~ ^(--calm)?$ ]] || usage
	if [ ! -e "$DIR/env" ] || ! api_answers "$SOCK" >/dev/null; then
		fail "no dockerd runs in '$DIR': start it with $PROG up $DIR"
	fi
	log=$BOX/fill.log
	: >"$log"
	{
		for v in lab-vol1 lab-vol2; do
			api "$SOCK" POST /v1.41/volumes/create '{"Name":"'$v'","Labels":{"lab.name":"'$v'"}}'
		done
		for v in lab-net1 lab-net2; do
			api "$SOCK" POST /v1.41/networks/create '{"Name":"'$v'","CheckDuplicate":true,"Labels":{"lab.name":"'$v'"}}'
		done
	} >/dev/null 2>>"$log" || fail "volumes and networks for '$DIR'" "$log"
	# Four at once: what is slow is runc, not dockerd.
	for ((w = 1; w <= workers; w++)); do
		(
			for ((i = w; i <= n; i += workers)); do
				numbered "$i" || exit 1
			done
		) 2>>"$log" &
		pids+=($!)
	done
	container x1 '.Cmd = ["/bin/true"]' 2>>"$log" || bad=1
	container x2 '.Cmd = ["/bin/sh", "-c", "echo lost; exit 3"]' 2>>"$log" || bad=1
	container x3 '.Cmd = ["/bin/sh", "-c", "exit 137"]' 2>>"$log" || bad=1
	for w in "${pids[@]}"; do
		wait "$w" || bad=1
	done
	[ $bad = 0 ] || fail "not all containers could be started in '$DIR'" "$log" "$BOX/d/log/out"
	if [ -z "$calm" ] && [ "$n" -ge 2 ]; then
		api "$SOCK" POST /v1.41/networks/lab-net2/connect '{"Container":"c2"}' >/dev/null 2>>"$log" ||
			grep -q 'already exists in network' "$log" || fail "network lab-net2 in '$DIR'" "$log"
	fi
	wait_for 30 exited 3 || fail "x1, x2 and x3 did not end in '$DIR'" "$log"
	running=$(api "$SOCK" GET '/v1.41/containers/json' | jq '[.[] | select(.Names[0] | test("^/c[0-9]+$"))] | length')
	[ "$running" -ge "$n" ] || fail "only $running of $n containers run in '$DIR'" "$log" "$BOX/d/log/out"
	say "$running containers run in $DIR, 3 have ended"
}

exited() {
	[ "$(api "$SOCK" GET '/v1.41/containers/json?filters=%7B%22status%22:%5B%22exited%22%5D%7D' | jq length)" -ge "$1" ]
}

down() { lab_down; }

[ $# -ge 2 ] || usage
lab_open docker "$2"
SOCK=$DIR/docker.sock
case $1 in
	up | fill | down) "$1" "${@:3}" ;;
	*) usage ;;
esac
