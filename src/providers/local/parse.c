/* parse: the texts of /proc, read with care: no line is trusted to be whole. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

#include "providers/local/local.h"

#define SECTOR_BYTES 512

const char *const local_protos[4] = {"tcp", "tcp6", "udp", "udp6"};

/* A part of a text. */
struct span {
	const char *s;
	size_t len;
};

/* Takes the next line off *text; false at its end. */
static bool next_line(const char **text, struct span *out)
{
	if (!**text)
		return false;
	size_t len = strcspn(*text, "\n");
	*out = (struct span){*text, len};
	*text += len + ((*text)[len] == '\n');
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Takes the next word off a line; false, and an empty word, at its end. */
static bool next_word(struct span *line, struct span *out)
{
	while (line->len && is_blank(*line->s)) {
		line->s++;
		line->len--;
	}
	out->s = line->s;
	out->len = 0;
	while (out->len < line->len && !is_blank(out->s[out->len]))
		out->len++;
	line->s += out->len;
	line->len -= out->len;
	return out->len > 0;
}

static bool span_is(struct span word, const char *text)
{
	return strlen(text) == word.len && memcmp(word.s, text, word.len) == 0;
}

static void span_copy(struct span from, char *out, size_t size)
{
	size_t len = YG_MIN(from.len, size - 1);

	memcpy(out, from.s, len);
	out[len] = '\0';
}

/* A decimal number that is the whole word; too large ones are as large as can be. */
static bool span_number(struct span word, uint64_t *out)
{
	uint64_t value = 0;

	if (!word.len)
		return false;
	for (size_t i = 0; i < word.len; i++) {
		unsigned digit = (unsigned)(unsigned char)word.s[i] - '0';
		if (digit > 9)
			return false;
		if (__builtin_mul_overflow(value, 10u, &value) ||
		    __builtin_add_overflow(value, digit, &value))
			value = UINT64_MAX;
	}
	*out = value;
	return true;
}

static bool span_hex(struct span word, uint64_t *out)
{
	uint64_t value = 0;

	if (!word.len || word.len > 16)
		return false;
	for (size_t i = 0; i < word.len; i++) {
		char c = word.s[i];
		unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
				 : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10)
				 : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A' + 10)
							: 16;
		if (digit > 15)
			return false;
		value = value << 4 | digit;
	}
	*out = value;
	return true;
}

/* Reads up to count numbers of a line and returns how many there were. */
static size_t numbers(struct span *line, uint64_t *out, size_t count)
{
	struct span word;
	size_t n = 0;

	while (n < count && next_word(line, &word) && span_number(word, &out[n]))
		n++;
	return n;
}

static uint64_t add_up(uint64_t a, uint64_t b)
{
	uint64_t sum = 0;

	return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

/* ---- processors and memory ---- */

bool local_parse_stat(const char *text, struct local_cpu *out)
{
	struct local_cpu cpu = {0};
	struct span line, word;
	bool has_cpu = false;

	while (next_line(&text, &line)) {
		uint64_t v[8] = {0};
		if (!next_word(&line, &word))
			continue;
		if (span_is(word, "cpu")) {
			/* user nice system idle iowait irq softirq steal; guest is in user. */
			has_cpu = numbers(&line, v, YG_COUNT(v)) >= 4;
			for (size_t i = 0; i < YG_COUNT(v); i++)
				cpu.total = add_up(cpu.total, v[i]);
			cpu.busy = cpu.total - YG_MIN(add_up(v[3], v[4]), cpu.total);
		} else if (span_is(word, "btime") && numbers(&line, v, 1) == 1 &&
			   v[0] < UINT32_MAX * 8ull)
			cpu.booted_ms = (int64_t)v[0] * 1000;
	}
	if (has_cpu)
		*out = cpu;
	return has_cpu;
}

bool local_parse_meminfo(const char *text, int64_t *out_total, int64_t *out_available)
{
	static const char *const names[] = {
	    "MemTotal:", "MemAvailable:", "MemFree:", "Buffers:", "Cached:"};
	int64_t values[YG_COUNT(names)] = {0};
	unsigned found = 0;
	struct span line, word;

	while (next_line(&text, &line)) {
		uint64_t kib = 0;
		next_word(&line, &word);
		for (size_t i = 0; i < YG_COUNT(names); i++)
			if (span_is(word, names[i]) && numbers(&line, &kib, 1) == 1 &&
			    kib < INT64_MAX / 8192) {
				values[i] = (int64_t)kib * 1024;
				found |= 1u << i;
			}
	}
	if (!(found & 1) || !values[0])
		return false;
	int64_t available = found & 2 ? values[1] : values[2] + values[3] + values[4];
	*out_total = values[0];
	*out_available = YG_MIN(available, values[0]);
	return true;
}

bool local_parse_loadavg(const char *text, double *out)
{
	struct span line = {text, strcspn(text, "\n")}, word;
	char number[24], *end = NULL;

	if (!next_word(&line, &word) || word.len >= sizeof(number))
		return false;
	span_copy(word, number, sizeof(number));
	if (number[strspn(number, "0123456789.")])
		return false;
	double value = strtod(number, &end);
	if (*end || value < 0 || value > 1e9)
		return false;
	*out = value;
	return true;
}

/* ---- counters ---- */

static void add_counter(
    struct local_counters *out, struct span name, uint64_t in, uint64_t sent, uint64_t extra)
{
	struct local_counter counter = {.in = in, .out = sent, .extra = extra};

	if (out->count >= LOCAL_ROWS_MAX || !name.len || name.len >= sizeof(counter.name))
		return;
	span_copy(name, counter.name, sizeof(counter.name));
	yg_vec_push(out, counter);
}

void local_parse_net_dev(const char *text, struct local_counters *out)
{
	struct span line;

	while (next_line(&text, &line)) {
		/* The name ends at the last colon: an alias may have one in it. The number may
		 * follow it without a blank. */
		const char *colon = memrchr(line.s, ':', line.len);
		uint64_t v[12] = {0};
		if (!colon)
			continue;
		struct span name = {line.s, (size_t)(colon - line.s)}, word;
		struct span rest = {colon + 1, line.len - name.len - 1};
		if (!next_word(&name, &word) || numbers(&rest, v, YG_COUNT(v)) < YG_COUNT(v))
			continue;
		uint64_t errors = add_up(add_up(v[2], v[3]), add_up(v[10], v[11]));
		add_counter(out, word, v[0], v[8], errors);
	}
}

void local_parse_diskstats(const char *text, struct local_counters *out)
{
	struct span line, name;

	while (next_line(&text, &line)) {
		uint64_t device[2], v[10] = {0};
		if (numbers(&line, device, 2) < 2 || !next_word(&line, &name) ||
		    numbers(&line, v, YG_COUNT(v)) < YG_COUNT(v))
			continue;
		add_counter(out, name, v[2] > UINT64_MAX / SECTOR_BYTES ? 0 : v[2] * SECTOR_BYTES,
		    v[6] > UINT64_MAX / SECTOR_BYTES ? 0 : v[6] * SECTOR_BYTES, v[9]);
	}
}

const struct local_counter *local_counter_find(
    const struct local_counters *list, const char *name, size_t near)
{
	if (near < list->count && yg_streq(list->items[near].name, name))
		return &list->items[near];
	yg_vec_each (list, counter) {
		if (yg_streq(counter->name, name))
			return counter;
	}
	return NULL;
}

/* ---- mounts ---- */

/* Blanks, newlines and backslashes are written as \040. */
static char *unescape(struct span from)
{
	char *text = yg_xmalloc(from.len + 1), *to = text;

	for (size_t i = 0; i < from.len; i++) {
		const char *s = from.s + i;
		if (*s == '\\' && i + 3 < from.len && s[1] >= '0' && s[1] <= '3' && s[2] >= '0' &&
		    s[2] <= '7' && s[3] >= '0' && s[3] <= '7' && (s[1] | s[2] | s[3]) != '0') {
			*to++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0'));
			i += 3;
		} else
			*to++ = *s;
	}
	*to = '\0';
	return text;
}

static bool parse_device(struct span word, uint32_t *out)
{
	const char *colon = memchr(word.s, ':', word.len);
	uint64_t major = 0, minor = 0;

	if (!colon)
		return false;
	struct span first = {word.s, (size_t)(colon - word.s)};
	struct span second = {colon + 1, word.len - first.len - 1};
	if (!span_number(first, &major) || !span_number(second, &minor) || major > 0xfff ||
	    minor > 0xfffff)
		return false;
	*out = (uint32_t)(major << 20 | minor);
	return true;
}

/* "36 35 98:0 /root /mount options optional... - type source superoptions" */
static void parse_mount(struct span line, struct local_mounts *out)
{
	struct local_mount m = {0};
	struct span word, path, options, type, source;

	next_word(&line, &word);
	next_word(&line, &word);
	if (!next_word(&line, &word) || !parse_device(word, &m.device) ||
	    !next_word(&line, &word) || !next_word(&line, &path) || !next_word(&line, &options))
		return;
	while (next_word(&line, &word) && !span_is(word, "-"))
		;
	if (!next_word(&line, &type) || !next_word(&line, &source) || type.len >= sizeof(m.type))
		return;
	span_copy(type, m.type, sizeof(m.type));
	m.is_read_only = options.len >= 2 && memcmp(options.s, "ro", 2) == 0 &&
			 (options.len == 2 || options.s[2] == ',');
	m.path = unescape(path);
	m.source = unescape(source);
	yg_vec_push(out, m);
}

void local_parse_mountinfo(const char *text, struct local_mounts *out)
{
	struct span line;

	while (out->count < LOCAL_ROWS_MAX && next_line(&text, &line))
		parse_mount(line, out);
}

void local_mounts_done(struct local_mounts *list)
{
	yg_vec_each (list, m) {
		free(m->path);
		free(m->source);
	}
	yg_vec_done(list);
}

static bool is_one_of(const char *word, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (yg_streq(word, list[i]))
			return true;
	return false;
}

bool local_mount_is_remote(const struct local_mount *m)
{
	static const char *const remote[] = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ceph", "9p",
	    "afs", "glusterfs", "fuse.sshfs", "fuse.glusterfs", "fuse.ceph", "fuse.rclone",
	    "lustre", "beegfs", "ocfs2", "gfs2", "virtiofs"};

	return is_one_of(m->type, remote, YG_COUNT(remote));
}

bool local_mount_is_shown(const struct local_mount *m, bool is_remote_wanted)
{
	static const char *const pooled[] = {"zfs", "bcachefs"};
	static const char *const images[] = {"squashfs", "iso9660", "erofs", "autofs"};

	if (is_one_of(m->type, images, YG_COUNT(images)))
		return false;
	if (local_mount_is_remote(m))
		return is_remote_wanted;
	/* In a container the root is an overlay: it is what fills up. */
	return yg_starts_with(m->source, "/dev/") || is_one_of(m->type, pooled, YG_COUNT(pooled)) ||
	       (yg_streq(m->path, "/") && !yg_starts_with(m->type, "fuse"));
}

/* ---- sockets ---- */

/* Each group of eight digits is a 32-bit number as it lies in memory. */
static bool parse_address(struct span word, bool is_v6, char *out, size_t size)
{
	unsigned char bytes[16];
	size_t groups = is_v6 ? 4 : 1;

	if (word.len != groups * 8)
		return false;
	for (size_t i = 0; i < groups; i++) {
		uint64_t value = 0;
		if (!span_hex((struct span){word.s + i * 8, 8}, &value))
			return false;
		uint32_t group = (uint32_t)value;
		memcpy(bytes + i * 4, &group, 4);
	}
	return inet_ntop(is_v6 ? AF_INET6 : AF_INET, bytes, out, (socklen_t)size) != NULL;
}

/* "  0: 0100007F:0277 00000000:0000 0A tx:rx tr:when retr uid timeout inode ..." */
static void parse_socket(struct span line, unsigned proto, struct local_sockets *out)
{
	struct local_socket s = {.proto = (uint8_t)proto};
	struct span words[10];
	uint64_t port = 0, state = 0, remote = 0, uid = 0;
	bool is_udp = proto >= 2;

	for (size_t i = 0; i < YG_COUNT(words); i++)
		if (!next_word(&line, &words[i]))
			return;
	const char *colon = memchr(words[1].s, ':', words[1].len);
	const char *remote_colon = memchr(words[2].s, ':', words[2].len);
	if (!colon || !remote_colon)
		return;
	struct span host = {words[1].s, (size_t)(colon - words[1].s)};
	struct span local_port = {colon + 1, words[1].len - host.len - 1};
	struct span remote_port = {
	    remote_colon + 1, words[2].len - (size_t)(remote_colon - words[2].s) - 1};
	if (!span_hex(local_port, &port) || !span_hex(words[3], &state) ||
	    !span_hex(remote_port, &remote) || !span_number(words[7], &uid) ||
	    !span_number(words[9], &s.inode) || port > 65535 || !port)
		return;
	/* 0A is LISTEN; a UDP socket that is not connected waits for anybody. */
	if (is_udp ? state != 7 || remote : state != 10)
		return;
	if (!parse_address(host, proto & 1, s.address, sizeof(s.address)))
		return;
	s.port = (uint16_t)port;
	s.uid = uid > UINT32_MAX ? UINT32_MAX : (uint32_t)uid;
	yg_vec_push(out, s);
}

void local_parse_sockets(const char *text, unsigned proto, struct local_sockets *out)
{
	struct span line;

	while (out->count < LOCAL_ROWS_MAX && next_line(&text, &line))
		parse_socket(line, proto, out);
}

/* ---- names and values ---- */

bool local_parse_release(const char *text, const char *key, char *out, size_t size)
{
	size_t key_len = strlen(key);
	struct span line;

	while (next_line(&text, &line)) {
		if (line.len <= key_len || memcmp(line.s, key, key_len) != 0 ||
		    line.s[key_len] != '=')
			continue;
		struct span value = {line.s + key_len + 1, line.len - key_len - 1};
		if (value.len >= 2 && (*value.s == '"' || *value.s == '\'') &&
		    value.s[value.len - 1] == *value.s)
			value = (struct span){value.s + 1, value.len - 2};
		span_copy(value, out, size);
		return true;
	}
	return false;
}

bool local_parse_colon(const char *text, const char *key, char *out, size_t size)
{
	size_t key_len = strlen(key);
	struct span line;

	while (next_line(&text, &line)) {
		const char *colon = memchr(line.s, ':', line.len);
		if (!colon || line.len < key_len || memcmp(line.s, key, key_len) != 0)
			continue;
		size_t gap = key_len;
		while (is_blank(line.s[gap]))
			gap++;
		if (line.s + gap != colon)
			continue;
		struct span value = {colon + 1, line.len - (size_t)(colon - line.s) - 1};
		while (value.len && is_blank(*value.s)) {
			value.s++;
			value.len--;
		}
		span_copy(value, out, size);
		return true;
	}
	return false;
}

/* "name:x:uid:..." */
bool local_parse_passwd(const char *text, uint32_t uid, char *out, size_t size)
{
	struct span line;

	while (next_line(&text, &line)) {
		const char *colons[3], *from = line.s, *end = line.s + line.len;
		size_t n = 0;
		while (n < 3 && (colons[n] = memchr(from, ':', (size_t)(end - from))))
			from = colons[n++] + 1;
		uint64_t number = 0;
		if (n < 3 || colons[0] == line.s ||
		    !span_number((struct span){colons[1] + 1, (size_t)(colons[2] - colons[1] - 1)},
			&number) ||
		    number != uid)
			continue;
		span_copy((struct span){line.s, (size_t)(colons[0] - line.s)}, out, size);
		return true;
	}
	return false;
}
