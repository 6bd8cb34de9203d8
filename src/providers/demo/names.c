/* names: who is called what on the demo site: roles of VMs, ids and their numbers, UUIDs. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/demo/demo.h"

#include <stdlib.h>

/* Container ids look like Docker's: 48 bits, made from the number by a multiplication that can be
 * undone (the product of the two is 1 modulo 2^48). */
#define ID_BITS ((UINT64_C(1) << 48) - 1)
#define ID_MUL  UINT64_C(0x5deece66d)
#define ID_DIV  UINT64_C(0xdfe05bcb1365)

#define LABELS DEMO_LABELS
#define DEBIAN "Debian 12"
#define UBUNTU "Ubuntu 22.04"
#define ROCKY  "Rocky 9.3"
#define WIN    "Windows Server 2022"

/* One round of roles; the next round counts on: web-05 comes after web-04. */
static const struct demo_role roles[] = {
    {"web", DEBIAN, 4, 1, 2, 2, 30, 2, LABELS("web", "web-team")},
    {"db", ROCKY, 2, 1, 8, 4, 45, 1, LABELS("db", "dba")},
    {"billing", ROCKY, 2, 1, 4, 4, 38, 1, LABELS("billing", "keiri")},
    {"app", DEBIAN, 3, 1, 4, 2, 42, 1, LABELS("app", "web-team")},
    {"cache", DEBIAN, 2, 1, 2, 4, 15, 0, LABELS("cache", "sre")},
    {"監視", DEBIAN, 1, 1, 4, 2, 22, 0, LABELS("monitor", "sre")},
    {"web", DEBIAN, 4, 2, 2, 2, 34, 2, LABELS("web", "web-team")},
    {"受注DB", ROCKY, 1, 1, 8, 8, 52, 1, LABELS("order-db", "dba")},
    {"ci", UBUNTU, 2, 1, 8, 2, 72, 0, LABELS("ci", "dev-tools")},
    {"app", DEBIAN, 3, 2, 4, 2, 39, 1, LABELS("app", "web-team")},
    {"mq", DEBIAN, 1, 1, 2, 2, 18, 0, LABELS("mq", "sre")},
    {"在庫", ROCKY, 1, 1, 4, 4, 27, 1, LABELS("stock", "butsuryu")},
    {"web", DEBIAN, 4, 3, 2, 2, 28, 2, LABELS("web", "web-team")},
    {"db", ROCKY, 2, 2, 8, 4, 40, 1, LABELS("db", "dba")},
    {"crm", WIN, 1, 1, 4, 4, 20, 0, LABELS("crm", "eigyo")},
    {"billing", ROCKY, 2, 2, 4, 4, 33, 1, LABELS("billing", "keiri")},
    {"search", UBUNTU, 1, 1, 8, 4, 55, 0, LABELS("search", "web-team")},
    {"app", DEBIAN, 3, 3, 4, 2, 44, 1, LABELS("app", "web-team")},
    {"ad", WIN, 1, 1, 2, 4, 9, 0, LABELS("ad", "joho-sys")},
    {"cache", DEBIAN, 2, 2, 2, 4, 13, 0, LABELS("cache", "sre")},
    {"web", DEBIAN, 4, 4, 2, 2, 31, 2, LABELS("web", "web-team")},
    {"ci", UBUNTU, 2, 2, 8, 2, 66, 0, LABELS("ci", "dev-tools")},
    {"勤怠", WIN, 1, 1, 4, 4, 16, 0, LABELS("kintai", "jinji")},
    {"dns", DEBIAN, 1, 1, 1, 1, 5, 2, LABELS("dns", "joho-sys")},
};
/* VMs in which containers run. */
static const struct demo_role node_role = {
    "k8s-node", DEBIAN, 1, 1, 16, 4, 48, 0, LABELS("k8s", "sre")};

char *demo_cat(char *to, const char *text)
{
	size_t len = strlen(text);

	memcpy(to, text, len + 1);
	return to + len;
}

char *demo_cat_number(char *to, uint64_t number, unsigned digits)
{
	char text[24];
	unsigned n = 0;

	for (; number || n < digits || !n; number /= 10)
		text[n++] = (char)('0' + number % 10);
	while (n)
		*to++ = text[--n];
	*to = '\0';
	return to;
}

char *demo_cat_hex(char *to, uint64_t number, unsigned digits)
{
	for (unsigned n = digits; n-- > 0; number >>= 4)
		to[n] = "0123456789abcdef"[number & 15];
	to[digits] = '\0';
	return to + digits;
}

const struct demo_role *demo_vm_role(const struct demo_site *s, uint32_t vm)
{
	return vm < s->n_nodes ? &node_role : &roles[(vm - s->n_nodes) % YG_COUNT(roles)];
}

unsigned demo_vm_env(const struct demo_site *s, uint32_t vm)
{
	unsigned lot = (unsigned)(demo_hash(s, DEMO_H_VM, vm) >> 8) % 20;

	return vm < s->n_nodes || lot < 12 ? 0 : lot < 17 ? 1 : 2;
}

size_t demo_vm_id(uint32_t vm, char *out)
{
	out[0] = 'v';
	return (size_t)(demo_cat_number(out + 1, vm, 1) - out);
}

size_t demo_vm_name(const struct demo_site *s, uint32_t vm, char *out)
{
	const struct demo_role *role = demo_vm_role(s, vm);
	char *to = demo_cat(out, role->name);

	*to++ = '-';
	if (vm < s->n_nodes)
		return (size_t)(demo_cat_number(to, vm + 1, 1) - out);
	uint32_t round = (vm - s->n_nodes) / (uint32_t)YG_COUNT(roles);
	return (size_t)(demo_cat_number(to, round * role->per_round + role->ordinal, 2) - out);
}

uint32_t demo_vm_number(const struct demo_site *s, const char *id)
{
	char *end = NULL;

	if (id[0] != 'v' || id[1] < '0' || id[1] > '9')
		return DEMO_NONE;
	unsigned long n = strtoul(id + 1, &end, 10);
	return *end || n >= s->spec.vms ? DEMO_NONE : (uint32_t)n;
}

static uint64_t id_mask(const struct demo_site *s)
{
	return demo_hash(s, DEMO_H_UUID, UINT64_MAX) & ID_BITS;
}

size_t demo_container_id(const struct demo_site *s, uint32_t container, char *out)
{
	uint64_t bits = ((container + UINT64_C(1)) * ID_MUL & ID_BITS) ^ id_mask(s);

	demo_cat_hex(out, bits, 12);
	return 12;
}

uint32_t demo_container_number(const struct demo_site *s, const char *id)
{
	char *end = NULL;

	if (strlen(id) != 12 || strspn(id, "0123456789abcdef") != 12)
		return DEMO_NONE;
	uint64_t bits = strtoull(id, &end, 16) ^ id_mask(s);
	uint64_t n = (bits * ID_DIV & ID_BITS) - 1;
	return n >= s->spec.containers ? DEMO_NONE : (uint32_t)n;
}

/* Projects are told apart by environment first, then by number: shop, shop-stg, shop-dev, shop-2.
 */
const struct demo_stack *demo_stack_of(const struct demo_site *s, uint32_t stack, unsigned *out_env)
{
	(void)s;
	*out_env = stack / (uint32_t)demo_n_stacks % DEMO_ENVS;
	return &demo_stacks[stack % demo_n_stacks];
}

size_t demo_stack_name(const struct demo_site *s, uint32_t stack, char *out)
{
	static const char *const suffix[DEMO_ENVS] = {"", "-stg", "-dev"};
	unsigned env = 0;
	char *to = demo_cat(out, demo_stack_of(s, stack, &env)->name);
	uint32_t round = stack / (uint32_t)(demo_n_stacks * DEMO_ENVS);

	to = demo_cat(to, suffix[env]);
	if (round) {
		*to++ = '-';
		to = demo_cat_number(to, round + 1, 1);
	}
	return (size_t)(to - out);
}

const struct demo_service *demo_service_of(const struct demo_site *s, uint32_t container)
{
	unsigned env = 0;
	const struct demo_stack *stack = demo_stack_of(s, container / s->stack_size, &env);

	return &stack->services[container % s->stack_size % DEMO_SERVICES];
}

size_t demo_container_name(const struct demo_site *s, uint32_t container, char *out)
{
	char *to = out + demo_stack_name(s, container / s->stack_size, out);

	*to++ = '-';
	to = demo_cat(to, demo_service_of(s, container)->name);
	*to++ = '-';
	to = demo_cat_number(to, container % s->stack_size / DEMO_SERVICES + 1, 1);
	return (size_t)(to - out);
}

/* A UUID of version 4, as far as one can tell. */
static size_t uuid(const struct demo_site *s, uint64_t number, char *out)
{
	uint64_t a = demo_hash(s, DEMO_H_UUID, number * 2);
	uint64_t b = demo_hash(s, DEMO_H_UUID, number * 2 + 1);
	char *to = demo_cat_hex(out, a, 8);

	*to++ = '-';
	to = demo_cat_hex(to, a >> 32, 4);
	*to++ = '-';
	to = demo_cat_hex(to, (a >> 48 & 0xfff) | 0x4000, 4);
	*to++ = '-';
	to = demo_cat_hex(to, (b & 0x3fff) | 0x8000, 4);
	*to++ = '-';
	return (size_t)(demo_cat_hex(to, b >> 16, 12) - out);
}

size_t demo_vm_uuid(const struct demo_site *s, uint32_t vm, char *out)
{
	return uuid(s, vm, out);
}

/* A node is one of the VMs, and says so by its SMBIOS UUID. */
size_t demo_host_uuid(const struct demo_site *s, uint32_t host, char *out)
{
	if (demo_host_is_node(s, host))
		return uuid(s, host - (s->spec.hosts - s->n_nodes), out);
	return uuid(s, UINT64_C(1) << 40 | host, out);
}
