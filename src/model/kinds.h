/* kinds: the core kinds: their fields and states. To add a field is one line here.
 * Each line: KIND, FIELD, "name", type, relation, flags, "TITLE", "help". The order is that of the
 * details screen. Field numbers are YG_<KIND>_<FIELD>, kind tables yg_kind_<kind>. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_MODEL_KINDS_H
#define YG_MODEL_KINDS_H

#include "model/kind.h"

#define YG_M_ YG_FF_METRIC
#define YG_S_ YG_FF_SEARCH
#define YG_I_ YG_FF_IDENTITY
#define YG_N_ YG_FF_NEEDS

#define YG_HOST_FIELDS(F)                                                                         \
	F(HOST, ADDRESS, "address", TEXT, NONE, YG_S_, "ADDRESS", "its addresses")                \
	F(HOST, CPUS, "cpus", INT, NONE, 0, "CPUS", "logical processors")                         \
	F(HOST, CPU, "cpu", PERCENT, NONE, YG_M_, "CPU", "busy share of all its processors")      \
	F(HOST, LOAD, "load", REAL, NONE, YG_M_, "LOAD", "load average of one minute")            \
	F(HOST, MEM, "mem", BYTES, NONE, 0, "MEM", "memory")                                      \
	F(HOST, MEM_USED, "mem_used", BYTES, NONE, YG_M_, "USED", "memory that is not available") \
	F(HOST, DISK_READ, "disk_read", RATE, NONE, YG_M_, "READ", "read from its disks")         \
	F(HOST, DISK_WRITE, "disk_write", RATE, NONE, YG_M_, "WRITE", "written to its disks")     \
	F(HOST, NET_RX, "net_rx", RATE, NONE, YG_M_, "RX", "received by its links")               \
	F(HOST, NET_TX, "net_tx", RATE, NONE, YG_M_, "TX", "sent by its links")                   \
	F(HOST, VMS, "vms", INT, NONE, 0, "VMS", "virtual machines running on it")                \
	F(HOST, CONTAINERS, "containers", INT, NONE, 0, "CTS", "containers running on it")        \
	F(HOST, STARTED, "started", INSTANT, NONE, 0, "UP", "when it was started")                \
	F(HOST, OS, "os", TEXT, NONE, YG_S_, "OS", "operating system")                            \
	F(HOST, KERNEL, "kernel", TEXT, NONE, 0, "KERNEL", "kernel release")                      \
	F(HOST, VERSION, "version", TEXT, NONE, 0, "VERSION", "version of hypervisor or engine")  \
	F(HOST, MODEL, "model", TEXT, NONE, YG_S_, "MODEL", "machine or processor model")         \
	F(HOST, ARCH, "arch", TEXT, NONE, 0, "ARCH", "processor architecture")                    \
	F(HOST, UUID, "uuid", TEXT, NONE, YG_I_, "UUID", "SMBIOS UUID of the machine")            \
	F(HOST, LABELS, "label", LABELS, NONE, 0, "LABELS", "labels")

#define YG_VM_FIELDS(F)                                                                            \
	F(VM, HOST, "host", REF, RUNS_ON, YG_N_, "HOST", "the host it runs on")                    \
	F(VM, CPUS, "cpus", INT, NONE, 0, "VCPU", "virtual processors")                            \
	F(VM, CPU, "cpu", PERCENT, NONE, YG_M_, "CPU", "busy share of its virtual processors")     \
	F(VM, MEM, "mem", BYTES, NONE, 0, "MEM", "memory assigned")                                \
	F(VM, MEM_USED, "mem_used", BYTES, NONE, YG_M_, "USED", "memory used inside, or resident") \
	F(VM, DISK, "disk", BYTES, NONE, 0, "DISK", "capacity of its disks")                       \
	F(VM, DISK_READ, "disk_read", RATE, NONE, YG_M_, "READ", "read from its disks")            \
	F(VM, DISK_WRITE, "disk_write", RATE, NONE, YG_M_, "WRITE", "written to its disks")        \
	F(VM, NET_RX, "net_rx", RATE, NONE, YG_M_, "RX", "received")                               \
	F(VM, NET_TX, "net_tx", RATE, NONE, YG_M_, "TX", "sent")                                   \
	F(VM, IP, "ip", TEXT, NONE, YG_S_, "IP", "addresses")                                      \
	F(VM, MAC, "mac", TEXT, NONE, 0, "MAC", "hardware addresses of its network cards")         \
	F(VM, STARTED, "started", INSTANT, NONE, 0, "UP", "when it was started")                   \
	F(VM, NETWORKS, "network", REFS, ATTACHED, YG_N_, "NETWORKS", "networks it is on")         \
	F(VM, VOLUMES, "volume", REFS, BACKED_BY, YG_N_, "VOLUMES", "volumes that back its disks") \
	F(VM, OS, "os", TEXT, NONE, YG_S_, "OS", "operating system")                               \
	F(VM, SNAPSHOTS, "snapshots", INT, NONE, 0, "SNAPS", "snapshots it has")                   \
	F(VM, AUTOSTART, "autostart", BOOL, NONE, 0, "AUTO", "started with its host")              \
	F(VM, PERSISTENT, "persistent", BOOL, NONE, 0, "PERSIST", "still defined when it is off")  \
	F(VM, UUID, "uuid", TEXT, NONE, YG_I_, "UUID", "its UUID")                                 \
	F(VM, LABELS, "label", LABELS, NONE, 0, "LABELS", "labels")

#define YG_CONTAINER_FIELDS(F)                                                                    \
	F(CONTAINER, HOST, "host", REF, RUNS_ON, YG_N_, "HOST", "the host it runs on")            \
	F(CONTAINER, IMAGE, "image", TEXT, NONE, YG_S_, "IMAGE", "image it was made from")        \
	F(CONTAINER, IMAGE_REF, "image_ref", REF, BACKED_BY, 0, "IMAGE ID", "that image")         \
	F(CONTAINER, COMMAND, "command", TEXT, NONE, 0, "COMMAND", "what runs in it")             \
	F(CONTAINER, CPU, "cpu", PERCENT, NONE, YG_M_, "CPU", "of one processor; may pass 100")   \
	F(CONTAINER, MEM_USED, "mem_used", BYTES, NONE, YG_M_, "MEM", "memory without cache")     \
	F(CONTAINER, MEM, "mem", BYTES, NONE, 0, "LIMIT", "memory limit")                         \
	F(CONTAINER, DISK_READ, "disk_read", RATE, NONE, YG_M_, "READ", "read from disks")        \
	F(CONTAINER, DISK_WRITE, "disk_write", RATE, NONE, YG_M_, "WRITE", "written to disks")    \
	F(CONTAINER, NET_RX, "net_rx", RATE, NONE, YG_M_, "RX", "received")                       \
	F(CONTAINER, NET_TX, "net_tx", RATE, NONE, YG_M_, "TX", "sent")                           \
	F(CONTAINER, PIDS, "pids", INT, NONE, YG_M_, "PIDS", "processes and threads")             \
	F(CONTAINER, IP, "ip", TEXT, NONE, YG_S_, "IP", "addresses")                              \
	F(CONTAINER, PORTS, "ports", TEXT, NONE, 0, "PORTS", "published ports, outside:inside")   \
	F(CONTAINER, HEALTH, "health", TEXT, NONE, 0, "HEALTH", "what its health check says")     \
	F(CONTAINER, EXIT_CODE, "exit_code", INT, NONE, 0, "EXIT", "exit code of its last run")   \
	F(CONTAINER, STARTED, "started", INSTANT, NONE, 0, "UP", "when it was started")           \
	F(CONTAINER, CREATED, "created", INSTANT, NONE, 0, "AGE", "when it was made")             \
	F(CONTAINER, PROJECT, "project", REF, PART_OF, 0, "PROJECT", "compose project")           \
	F(CONTAINER, SERVICE, "service", TEXT, NONE, YG_S_, "SERVICE", "compose service")         \
	F(CONTAINER, NETWORKS, "network", REFS, ATTACHED, YG_N_, "NETWORKS", "networks it is on") \
	F(CONTAINER, VOLUMES, "volume", REFS, BACKED_BY, YG_N_, "VOLUMES", "volumes it mounts")   \
	F(CONTAINER, LABELS, "label", LABELS, NONE, 0, "LABELS", "labels")

#define YG_IMAGE_FIELDS(F)                                                                 \
	F(IMAGE, HOST, "host", REF, PART_OF, 0, "HOST", "the host that holds it")          \
	F(IMAGE, TAGS, "tags", TEXT, NONE, YG_S_, "TAGS", "all its names")                 \
	F(IMAGE, SIZE, "size", BYTES, NONE, 0, "SIZE", "size on disk")                     \
	F(IMAGE, CONTAINERS, "containers", INT, NONE, 0, "CTS", "containers made from it") \
	F(IMAGE, CREATED, "created", INSTANT, NONE, 0, "AGE", "when it was made")          \
	F(IMAGE, DIGEST, "digest", TEXT, NONE, YG_I_, "DIGEST", "content digest")          \
	F(IMAGE, LABELS, "label", LABELS, NONE, 0, "LABELS", "labels")

#define YG_NETWORK_FIELDS(F)                                                                   \
	F(NETWORK, HOST, "host", REF, PART_OF, YG_N_, "HOST", "the host it is on")             \
	F(NETWORK, DRIVER, "driver", TEXT, NONE, YG_S_, "DRIVER", "how it is made")            \
	F(NETWORK, BRIDGE, "bridge", TEXT, NONE, YG_S_, "BRIDGE", "bridge device on the host") \
	F(NETWORK, SUBNET, "subnet", TEXT, NONE, YG_S_, "SUBNET", "addresses it hands out")    \
	F(NETWORK, GATEWAY, "gateway", TEXT, NONE, 0, "GATEWAY", "its router")                 \
	F(NETWORK, ATTACHED, "attached", INT, NONE, 0, "USERS", "machines attached to it")     \
	F(NETWORK, NET_RX, "net_rx", RATE, NONE, YG_M_, "RX", "received by its bridge")        \
	F(NETWORK, NET_TX, "net_tx", RATE, NONE, YG_M_, "TX", "sent by its bridge")            \
	F(NETWORK, SCOPE, "scope", TEXT, NONE, 0, "SCOPE", "local, or across hosts")           \
	F(NETWORK, INTERNAL, "internal", BOOL, NONE, 0, "INTERNAL", "no way out of it")        \
	F(NETWORK, AUTOSTART, "autostart", BOOL, NONE, 0, "AUTO", "started with its host")     \
	F(NETWORK, CREATED, "created", INSTANT, NONE, 0, "AGE", "when it was made")            \
	F(NETWORK, UUID, "uuid", TEXT, NONE, 0, "UUID", "its UUID")                            \
	F(NETWORK, LABELS, "label", LABELS, NONE, 0, "LABELS", "labels")

#define YG_VOLUME_FIELDS(F)                                                            \
	F(VOLUME, HOST, "host", REF, PART_OF, YG_N_, "HOST", "the host that holds it") \
	F(VOLUME, POOL, "pool", REF, PART_OF, YG_N_, "POOL", "the pool that it is in") \
	F(VOLUME, DRIVER, "driver", TEXT, NONE, YG_S_, "DRIVER", "how it is stored")   \
	F(VOLUME, SIZE, "size", BYTES, NONE, 0, "SIZE", "capacity")                    \
	F(VOLUME, USED, "used", BYTES, NONE, 0, "USED", "space it takes")              \
	F(VOLUME, PATH, "path", TEXT, NONE, YG_S_, "PATH", "where it is on the host")  \
	F(VOLUME, CREATED, "created", INSTANT, NONE, 0, "AGE", "when it was made")     \
	F(VOLUME, LABELS, "label", LABELS, NONE, 0, "LABELS", "labels")

#define YG_POOL_FIELDS(F)                                                               \
	F(POOL, HOST, "host", REF, PART_OF, YG_N_, "HOST", "the host it is on")         \
	F(POOL, TYPE, "type", TEXT, NONE, YG_S_, "TYPE", "dir, logical, nfs, rbd ...")  \
	F(POOL, SIZE, "size", BYTES, NONE, 0, "SIZE", "capacity")                       \
	F(POOL, USED, "used", BYTES, NONE, YG_M_, "USED", "space taken")                \
	F(POOL, VOLUMES, "volumes", INT, NONE, 0, "VOLS", "volumes in it")              \
	F(POOL, PATH, "path", TEXT, NONE, YG_S_, "PATH", "where it is on the host")     \
	F(POOL, AUTOSTART, "autostart", BOOL, NONE, 0, "AUTO", "started with its host") \
	F(POOL, UUID, "uuid", TEXT, NONE, YG_I_, "UUID", "its UUID")

#define YG_PROJECT_FIELDS(F)                                                                 \
	F(PROJECT, HOST, "host", REF, RUNS_ON, YG_N_, "HOST", "the host it runs on")         \
	F(PROJECT, SERVICES, "services", INT, NONE, 0, "SERVICES", "services in it")         \
	F(PROJECT, CONTAINERS, "containers", INT, NONE, 0, "CTS", "containers in it")        \
	F(PROJECT, RUNNING, "running", INT, NONE, 0, "RUNNING", "containers of it that run") \
	F(PROJECT, PATH, "path", TEXT, NONE, YG_S_, "PATH", "folder of its compose file")

#define YG_SNAPSHOT_FIELDS(F)                                                                    \
	F(SNAPSHOT, VM, "vm", REF, PART_OF, 0, "VM", "the machine it is of")                     \
	F(SNAPSHOT, CREATED, "created", INSTANT, NONE, 0, "AGE", "when it was taken")            \
	F(SNAPSHOT, CURRENT, "current", BOOL, NONE, 0, "CURRENT", "the machine goes on from it") \
	F(SNAPSHOT, PARENT, "parent", TEXT, NONE, 0, "PARENT", "the snapshot before it")         \
	F(SNAPSHOT, DESCRIPTION, "description", TEXT, NONE, YG_S_, "DESCRIPTION", "what for")

#define YG_LINK_FIELDS(F)                                                                 \
	F(LINK, HOST, "host", REF, PART_OF, 0, "HOST", "the host it belongs to")          \
	F(LINK, TYPE, "type", TEXT, NONE, YG_S_, "TYPE", "ether, bridge, veth, bond ...") \
	F(LINK, ADDRESS, "address", TEXT, NONE, YG_S_, "ADDRESS", "its addresses")        \
	F(LINK, MAC, "mac", TEXT, NONE, YG_S_, "MAC", "hardware address")                 \
	F(LINK, MASTER, "master", TEXT, NONE, 0, "MASTER", "bridge or bond it is in")     \
	F(LINK, MTU, "mtu", INT, NONE, 0, "MTU", "largest packet")                        \
	F(LINK, SPEED, "speed", RATE, NONE, 0, "SPEED", "bytes a second it can carry")    \
	F(LINK, NET_RX, "net_rx", RATE, NONE, YG_M_, "RX", "received")                    \
	F(LINK, NET_TX, "net_tx", RATE, NONE, YG_M_, "TX", "sent")                        \
	F(LINK, ERRORS, "errors", INT, NONE, YG_M_, "ERRORS", "packets lost or broken, in all")

#define YG_SOCKET_FIELDS(F)                                                                  \
	F(SOCKET, HOST, "host", REF, PART_OF, 0, "HOST", "the host that listens")            \
	F(SOCKET, PROTO, "proto", TEXT, NONE, YG_S_, "PROTO", "tcp, udp, tcp6, udp6")        \
	F(SOCKET, ADDRESS, "address", TEXT, NONE, YG_S_, "ADDRESS", "address it listens on") \
	F(SOCKET, PORT, "port", INT, NONE, 0, "PORT", "port number")                         \
	F(SOCKET, PROCESS, "process", TEXT, NONE, YG_S_, "PROCESS", "program that listens")  \
	F(SOCKET, PID, "pid", INT, NONE, 0, "PID", "its process id")                         \
	F(SOCKET, USER, "user", TEXT, NONE, YG_S_, "USER", "who runs it")

#define YG_DISK_FIELDS(F)                                                                    \
	F(DISK, HOST, "host", REF, PART_OF, 0, "HOST", "the host it is in")                  \
	F(DISK, TYPE, "type", TEXT, NONE, YG_S_, "TYPE", "disk, filesystem")                 \
	F(DISK, MOUNT, "mount", TEXT, NONE, YG_S_, "MOUNT", "where it is mounted")           \
	F(DISK, FSTYPE, "fstype", TEXT, NONE, YG_S_, "FS", "kind of filesystem")             \
	F(DISK, SIZE, "size", BYTES, NONE, 0, "SIZE", "capacity")                            \
	F(DISK, USED, "used", BYTES, NONE, YG_M_, "USED", "space taken")                     \
	F(DISK, BUSY, "busy", PERCENT, NONE, YG_M_, "BUSY", "share of time with work in it") \
	F(DISK, DISK_READ, "disk_read", RATE, NONE, YG_M_, "READ", "read from it")           \
	F(DISK, DISK_WRITE, "disk_write", RATE, NONE, YG_M_, "WRITE", "written to it")       \
	F(DISK, MODEL, "model", TEXT, NONE, YG_S_, "MODEL", "make and model")

#define YG_MIGRATION_FIELDS(F)                                                                   \
	F(MIGRATION, VM, "vm", REF, ABOUT, 0, "VM", "the machine that moves")                    \
	F(MIGRATION, FROM, "from", REF, NONE, 0, "FROM", "host it leaves")                       \
	F(MIGRATION, TO, "to", TEXT, NONE, YG_S_, "TO", "host or URI it goes to, where known")   \
	F(MIGRATION, OPERATION, "operation", TEXT, NONE, 0, "WHAT", "the controller's own word") \
	F(MIGRATION, PASS, "pass", INT, NONE, YG_M_, "PASS", "round of copying memory")          \
	F(MIGRATION, TOTAL, "total", BYTES, NONE, YG_M_, "TOTAL", "memory and disk to copy")     \
	F(MIGRATION, SENT, "sent", BYTES, NONE, YG_M_, "SENT", "sent so far; may pass total")    \
	F(MIGRATION, REMAINING, "remaining", BYTES, NONE, YG_M_, "LEFT", "left in this pass")    \
	F(MIGRATION, RATE, "rate", RATE, NONE, YG_M_, "RATE", "sent a second")                   \
	F(MIGRATION, DIRTY, "dirty", RATE, NONE, YG_M_, "DIRTY", "memory changed a second")      \
	F(MIGRATION, DOWNTIME, "downtime", DURATION, NONE, YG_M_, "DOWN", "pause expected")      \
	F(MIGRATION, ELAPSED, "elapsed", DURATION, NONE, YG_M_, "TIME", "since it began")        \
	F(MIGRATION, THROTTLE, "throttle", PERCENT, NONE, YG_M_, "THROTTLE", "guest slowed by")  \
	F(MIGRATION, STARTED, "started", INSTANT, NONE, 0, "SINCE", "when it began")             \
	F(MIGRATION, PROGRESS, "progress", PERCENT, NONE, YG_M_, "DONE", "as far as is known")   \
	F(MIGRATION, ETA, "eta", DURATION, NONE, YG_M_, "ENDS IN", "until it ends, where known")

#define YG_CONTROLLER_FIELDS(F)                                                                  \
	F(CONTROLLER, PROVIDER, "provider", TEXT, NONE, YG_S_, "PROVIDER", "what speaks to it")  \
	F(CONTROLLER, URL, "url", TEXT, NONE, YG_S_, "URL", "where it is")                       \
	F(CONTROLLER, SITE, "site", TEXT, NONE, YG_S_, "SITE", "site it belongs to")             \
	F(CONTROLLER, VERSION, "version", TEXT, NONE, 0, "VERSION", "what it says it is")        \
	F(CONTROLLER, ROWS, "rows", INT, NONE, 0, "ROWS", "rows it gave us")                     \
	F(CONTROLLER, LATENCY, "latency", DURATION, NONE, YG_M_, "LATENCY", "time of an answer") \
	F(CONTROLLER, SEEN, "seen", INSTANT, NONE, 0, "SEEN", "when it answered last")           \
	F(CONTROLLER, RETRY, "retry", INSTANT, NONE, 0, "RETRY", "when it is tried again")       \
	F(CONTROLLER, SOURCE, "source", TEXT, NONE, 0, "SOURCE", "why we know of it")

#define YG_TASK_FIELDS(F)                                                                    \
	F(TASK, ACTION, "action", TEXT, NONE, YG_S_, "ACTION", "what is done")               \
	F(TASK, TARGET, "target", REF, ABOUT, 0, "TARGET", "what it is done to")             \
	F(TASK, PHASE, "phase", TEXT, NONE, 0, "PHASE", "where it is")                       \
	F(TASK, PERCENT, "percent", PERCENT, NONE, YG_M_, "DONE", "share done, where known") \
	F(TASK, DONE, "done", BYTES, NONE, YG_M_, "DONE", "units done")                      \
	F(TASK, TOTAL, "total", BYTES, NONE, 0, "TOTAL", "units in all")                     \
	F(TASK, RATE, "rate", RATE, NONE, YG_M_, "RATE", "units a second")                   \
	F(TASK, STARTED, "started", INSTANT, NONE, 0, "SINCE", "when it began")              \
	F(TASK, ENDED, "ended", INSTANT, NONE, 0, "ENDED", "when it ended")                  \
	F(TASK, BY, "by", TEXT, NONE, 0, "BY", "us, or seen at the controller")

#define YG_ALARM_FIELDS(F)                                                           \
	F(ALARM, ABOUT, "about", REF, ABOUT, 0, "ABOUT", "the row that it is about") \
	F(ALARM, TEXT, "text", TEXT, NONE, YG_S_, "TEXT", "what is wrong")           \
	F(ALARM, SINCE, "since", INSTANT, NONE, 0, "SINCE", "when it began")

/* name (upper, lower), plural, aliases, title, help */
#define YG_KIND_MAP(K)                                                                        \
	K(CONTROLLER, controller, "controllers", "ctl", "Controllers", "what we speak to")    \
	K(HOST, host, "hosts", "hv node machine", "Hosts", "a machine that runs others")      \
	K(VM, vm, "vms", "domain dom guest", "VMs", "a virtual machine")                      \
	K(CONTAINER, container, "containers", "ct ctr", "Containers", "a container")          \
	K(NETWORK, network, "networks", "net", "Networks", "a network that machines are on")  \
	K(LINK, link, "links", "nic interface", "Links", "a network interface of a host")     \
	K(SOCKET, socket, "sockets", "listen", "Sockets", "a port that something listens on") \
	K(IMAGE, image, "images", "img", "Images", "an image that containers are made from")  \
	K(VOLUME, volume, "volumes", "vol", "Volumes", "a volume that holds data")            \
	K(POOL, pool, "pools", "", "Pools", "a storage pool")                                 \
	K(DISK, disk, "disks", "fs filesystem", "Disks", "a disk or filesystem of a host")    \
	K(PROJECT, project, "projects", "compose", "Projects", "a compose project")           \
	K(SNAPSHOT, snapshot, "snapshots", "snap", "Snapshots", "a snapshot of a machine")    \
	K(MIGRATION, migration, "migrations", "mig", "Migrations", "a machine on its way")    \
	K(TASK, task, "tasks", "job", "Tasks", "something under way")                         \
	K(ALARM, alarm, "alarms", "alert", "Alarms", "something that is wrong")

#define YG_STATES_CONTROLLER(S)                       \
	S(CONTROLLER, CONNECTING, "connecting", BUSY) \
	S(CONTROLLER, UP, "up", OK)                   \
	S(CONTROLLER, SILENT, "silent", WARN)         \
	S(CONTROLLER, DOWN, "down", BAD)              \
	S(CONTROLLER, REFUSED, "refused", BAD)        \
	S(CONTROLLER, OFF, "off", OFF)
#define YG_STATES_HOST(S)                         \
	S(HOST, UP, "up", OK)                     \
	S(HOST, WARNING, "warning", WARN)         \
	S(HOST, MAINTENANCE, "maintenance", WARN) \
	S(HOST, DOWN, "down", BAD)
/* libvirt's words: virsh list */
#define YG_STATES_VM(S)                        \
	S(VM, RUNNING, "running", OK)          \
	S(VM, PAUSED, "paused", WARN)          \
	S(VM, SHUTDOWN, "shutdown", BUSY)      \
	S(VM, SHUTOFF, "shutoff", OFF)         \
	S(VM, CRASHED, "crashed", BAD)         \
	S(VM, PMSUSPENDED, "pmsuspended", OFF) \
	S(VM, MIGRATING, "migrating", BUSY)
/* Docker's words: /containers/json State */
#define YG_STATES_CONTAINER(S)                       \
	S(CONTAINER, CREATED, "created", OFF)        \
	S(CONTAINER, RUNNING, "running", OK)         \
	S(CONTAINER, PAUSED, "paused", WARN)         \
	S(CONTAINER, RESTARTING, "restarting", BUSY) \
	S(CONTAINER, REMOVING, "removing", BUSY)     \
	S(CONTAINER, EXITED, "exited", OFF)          \
	S(CONTAINER, DEAD, "dead", BAD)
#define YG_STATES_NETWORK(S)             \
	S(NETWORK, ACTIVE, "active", OK) \
	S(NETWORK, INACTIVE, "inactive", OFF)
#define YG_STATES_LINK(S)     \
	S(LINK, UP, "up", OK) \
	S(LINK, DOWN, "down", OFF)
#define YG_STATES_SOCKET(S) S(SOCKET, LISTEN, "listen", OK)
#define YG_STATES_IMAGE(S)         \
	S(IMAGE, USED, "used", OK) \
	S(IMAGE, UNUSED, "unused", OFF)
#define YG_STATES_VOLUME(S)         \
	S(VOLUME, USED, "used", OK) \
	S(VOLUME, UNUSED, "unused", OFF)
#define YG_STATES_POOL(S)                  \
	S(POOL, ACTIVE, "active", OK)      \
	S(POOL, INACTIVE, "inactive", OFF) \
	S(POOL, DEGRADED, "degraded", WARN)
#define YG_STATES_DISK(S)           \
	S(DISK, OK, "ok", OK)       \
	S(DISK, FULL, "full", WARN) \
	S(DISK, READONLY, "readonly", WARN)
#define YG_STATES_PROJECT(S)               \
	S(PROJECT, RUNNING, "running", OK) \
	S(PROJECT, PARTLY, "partly", WARN) \
	S(PROJECT, STOPPED, "stopped", OFF)
#define YG_STATES_SNAPSHOT(S)                \
	S(SNAPSHOT, RUNNING, "running", OK)  \
	S(SNAPSHOT, SHUTOFF, "shutoff", OFF) \
	S(SNAPSHOT, DISK, "disk-snapshot", OFF)
#define YG_STATES_MIGRATION(S)                   \
	S(MIGRATION, SETUP, "setup", BUSY)       \
	S(MIGRATION, DISK, "disk", BUSY)         \
	S(MIGRATION, MEMORY, "memory", BUSY)     \
	S(MIGRATION, STUCK, "stuck", WARN)       \
	S(MIGRATION, POSTCOPY, "postcopy", BUSY) \
	S(MIGRATION, FINISHING, "finishing", BUSY)
#define YG_STATES_TASK(S)                    \
	S(TASK, WAITING, "waiting", BUSY)    \
	S(TASK, RUNNING, "running", BUSY)    \
	S(TASK, DONE, "done", OK)            \
	S(TASK, FAILED, "failed", BAD)       \
	S(TASK, CANCELLED, "cancelled", OFF) \
	S(TASK, DOUBT, "in-doubt", WARN)
#define YG_STATES_ALARM(S)                 \
	S(ALARM, WARNING, "warning", WARN) \
	S(ALARM, CRITICAL, "critical", BAD)

/* YG_VM_STATE_UNKNOWN = 0, YG_VM_STATE_RUNNING ..., and YG_VM_HOST = YG_F_COMMON ... */
#define YG_STATE_ID_(kind, id, name, meaning)                       YG_##kind##_STATE_##id,
#define YG_FIELD_ID_(kind, id, name, type, rel, flags, title, help) YG_##kind##_##id,
#define YG_KIND_ENUM_(upper, lower, plural, aliases, title, help)                          \
	enum { YG_##upper##_STATE_UNKNOWN, YG_STATES_##upper(YG_STATE_ID_) };              \
	enum { YG_##upper##_FIRST_ = YG_F_COMMON - 1, YG_##upper##_FIELDS(YG_FIELD_ID_) }; \
	extern const struct yg_kind yg_kind_##lower;
YG_KIND_MAP(YG_KIND_ENUM_)

/* Registers all of the above, once. */
void yg_kinds_register_core(void);

#endif
