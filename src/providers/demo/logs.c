/* logs: what the machines of the demo site write: line number n of a machine is worked out from the
 * seed, the machine and n, and so is its time. Nothing is kept. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/demo/demo.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/map.h"
#include "net/loop.h"

#define PAST_MAX   5000  /* lines of the past that there are */
#define TURN_BYTES 65536 /* in one turn of the loop */
#define FLOOD_MS   10    /* pace where there are more than that many a second */
#define BEHIND_MS  1000  /* what was written longer ago while it was held up is left out */

/* How a sort of machine speaks; %1 a path, %2 a number, %3 an address, %4 a time in ms. */
struct voice {
	const char *app; /* part of the machine's name; "" for all others */
	const char *lines[8];
};

static const struct voice voices[] = {
    {"web",
	{"%3 - - \"GET %1 HTTP/1.1\" 200 %2 \"-\" \"Mozilla/5.0\" 0.0%4",
	    "%3 - - \"POST %1 HTTP/1.1\" 201 %2 \"-\" \"curl/8.4.0\" 0.1%4",
	    "%3 - - \"GET %1 HTTP/1.1\" 304 0 \"-\" \"Mozilla/5.0\" 0.00%4",
	    "[warn] %2#%2: *%2 upstream response is buffered to a temporary file, request: \"%1\"",
	    "%3 - - \"GET %1 HTTP/1.1\" 404 153 \"-\" \"Mozilla/5.0\" 0.001",
	    "%3 - - \"GET /healthz HTTP/1.1\" 200 2 \"-\" \"kube-probe/1.28\" 0.000",
	    "[error] %2#%2: *%2 connect() failed (111: Connection refused) while connecting to "
	    "upstream, client: %3, request: \"%1\"",
	    NULL}},
    {"db",
	{"LOG:  checkpoint starting: time", "LOG:  checkpoint complete: wrote %2 buffers (0.%4%)",
	    "LOG:  duration: %4.%2 ms  statement: SELECT * FROM orders WHERE customer = %2",
	    "LOG:  connection authorized: user=app database=shop",
	    "WARNING:  there is already a transaction in progress",
	    "ERROR:  deadlock detected, DETAIL: process %2 waits for ShareLock", NULL}},
    {"api", {"{\"level\":\"info\",\"time\":\"%t\",\"msg\":\"request\",\"method\":\"GET\",\"path\":"
	     "\"%1\","
	     "\"status\":200,\"ms\":%4,\"client\":\"%3\"}",
		"{\"level\":\"info\",\"time\":\"%t\",\"msg\":\"request\",\"method\":\"PUT\","
		"\"path\":\"%1\","
		"\"status\":204,\"ms\":%4,\"client\":\"%3\"}",
		"{\"level\":\"debug\",\"time\":\"%t\",\"msg\":\"cache hit\",\"key\":\"item:%2\"}",
		"{\"level\":\"warn\",\"time\":\"%t\",\"msg\":\"slow "
		"query\",\"table\":\"orders\",\"ms\":%2}",
		"{\"level\":\"error\",\"time\":\"%t\",\"msg\":\"payment refused\",\"order\":%2,"
		"\"error\":\"card expired\"}",
		NULL}},
    {"", {"INFO  job %2 done in %4 ms", "INFO  %2 messages taken from the queue",
	     "DEBUG heartbeat sent to %3", "INFO  reloaded configuration, %4 rules",
	     "WARN  queue is %4% full", "ERROR cannot reach %3: timed out after 3000 ms", NULL}},
};

/* A VM speaks by its console: what syslog says. */
static const struct voice machine = {
    "", {"systemd[1]: Started Session %2 of user deploy.",
	    "sshd[%2]: Accepted publickey for deploy from %3",
	    "CRON[%2]: (root) CMD (run-parts /etc/cron.hourly)",
	    "kernel: [%2.%4] eth0: renamed from veth%4",
	    "systemd[1]: logrotate.service: Succeeded.", "chronyd[%4]: Selected source %3",
	    "sshd[%2]: error: maximum authentication attempts exceeded from %3", NULL}};

static const char *const paths[] = {"/", "/cart", "/api/v2/orders", "/login", "/static/app.js",
    "/search?q=teapot", "/img/logo.svg", "/api/v2/items"};

struct demo_log {
	struct yg_stream base; /* first */
	struct yg_controller *c;
	struct yg_timer *timer;
	const struct voice *voice;
	uint64_t hash;   /* of the machine */
	int64_t step_us; /* between two lines */
	int64_t next_n;  /* the line that is told next */
	int64_t until_us;
	bool is_flood, is_open, is_paused;
	bool is_telling, is_closed; /* it may be closed by who takes its bytes */
};

/* ---- a line ---- */

static uint64_t line_hash(const struct demo_log *l, int64_t n)
{
	uint64_t x = l->hash ^ (uint64_t)n * 0x9e3779b97f4a7c15u;

	x = (x ^ x >> 29) * 0xbf58476d1ce4e5b9u;
	return x ^ x >> 32;
}

/* Not on the beat: somewhere in its step. */
static int64_t line_us(const struct demo_log *l, int64_t n)
{
	if (l->is_flood)
		return n * l->step_us;
	return n * l->step_us + (int64_t)(demo_unit(line_hash(l, n)) * 0.8 * (double)l->step_us);
}

static void put_stamp(struct yg_buf *out, int64_t us)
{
	char text[32];

	yg_time_iso(us / 1000, text, sizeof(text));
	text[19] = '\0';
	yg_buf_printf(out, "%s.%06dZ", text, (int)(us % 1000000));
}

static void put_word(struct yg_buf *out, char what, uint64_t hash, int64_t us)
{
	switch (what) {
	case '1': yg_buf_str(out, paths[hash >> 8 & 7]); break;
	case '2': yg_buf_printf(out, "%u", (unsigned)(hash >> 16 & 0x3fff) + 17); break;
	case '3':
		yg_buf_printf(out, "10.0.%u.%u", (unsigned)(hash >> 30 & 7),
		    (unsigned)(hash >> 36 & 0x7f) + 2);
		break;
	case '4': yg_buf_printf(out, "%u", (unsigned)(hash >> 44 & 0x3f) + 1); break;
	case 't': put_stamp(out, us); break;
	default: yg_buf_char(out, '%'); break;
	}
}

/* Most lines are of the first sorts of a voice, few of the last ones, which are errors. */
static const char *choose_line(const struct voice *voice, uint64_t hash)
{
	unsigned count = 0, dice = hash & 0xff;

	while (count < YG_COUNT(voice->lines) && voice->lines[count])
		count++;
	if (dice < 4)
		return voice->lines[count - 1];
	if (dice < 14)
		return voice->lines[count - 2];
	return voice->lines[dice * dice * (count - 2) >> 16];
}

static void put_line(struct demo_log *l, struct yg_buf *out, int64_t n)
{
	uint64_t hash = line_hash(l, n);
	int64_t us = line_us(l, n);

	if (l->base.request.has_times) {
		put_stamp(out, us);
		yg_buf_char(out, ' ');
	}
	if (l->is_flood)
		yg_buf_printf(out, "#%lld ", (long long)n);
	for (const char *p = choose_line(l->voice, hash); *p; p++) {
		char what = *p == '%' ? p[1] : '\0';
		if (what && strchr("1234t", what)) {
			put_word(out, what, hash, us);
			p++;
		} else
			yg_buf_char(out, *p);
	}
	yg_buf_char(out, '\n');
}

/* ---- the stream ---- */

/* Nothing of it is called any more; the memory stays while it is telling. */
static void log_free(struct demo_log *l)
{
	yg_timer_stop(l->timer);
	l->timer = NULL;
	l->is_closed = true;
	if (!l->is_telling)
		free(l);
}

static void on_timer(void *data);

static void wait_for(struct demo_log *l, int64_t delay_ms)
{
	yg_timer_stop(l->timer);
	l->timer = yg_timer_start(l->c->loop, YG_MAX(delay_ms, (int64_t)0), 0, on_timer, l);
}

/* Tells what was written up to now, as much as one turn may take. */
static void tell(struct demo_log *l, int64_t to_us)
{
	struct yg_buf text = {0};

	while (text.len < TURN_BYTES && line_us(l, l->next_n) <= to_us)
		put_line(l, &text, l->next_n++);
	if (text.len)
		l->base.request.bytes(l->base.request.data, 1, text.data, text.len);
	yg_buf_done(&text);
}

static void tell_first(struct demo_log *l)
{
	l->is_open = true;
	if (l->base.request.open)
		l->base.request.open(l->base.request.data);
}

static void on_timer(void *data)
{
	struct demo_log *l = data;
	int64_t now_us = yg_now_ms() * 1000, to_us = YG_MIN(now_us, l->until_us);

	yg_timer_stop(l->timer);
	l->timer = NULL;
	if (l->is_paused)
		return;
	l->is_telling = true;
	if (!l->is_open)
		tell_first(l);
	if (!l->is_closed)
		tell(l, to_us);
	l->is_telling = false;
	if (l->is_closed) {
		free(l);
		return;
	}
	if (l->is_paused)
		return;
	int64_t next_us = line_us(l, l->next_n);
	if (next_us <= to_us)
		wait_for(l, 1);
	else if (next_us > l->until_us || !l->base.request.is_following)
		yg_stream_end(&l->base, -1, NULL);
	else
		wait_for(l, l->is_flood ? FLOOD_MS : (next_us - now_us) / 1000 + 1);
}

static void log_pause(struct yg_stream *s, bool on)
{
	struct demo_log *l = yg_container_of(s, struct demo_log, base);
	int64_t late_us = yg_now_ms() * 1000 - BEHIND_MS * 1000;

	l->is_paused = on;
	if (on || l->timer)
		return;
	if (l->is_flood && l->base.request.is_following && line_us(l, l->next_n) < late_us)
		l->next_n = late_us / l->step_us;
	wait_for(l, 0);
}

static void log_close(struct yg_stream *s)
{
	log_free(yg_container_of(s, struct demo_log, base));
}

static const struct yg_stream_ops stream_ops = {
    .size = sizeof(stream_ops),
    .pause = log_pause,
    .close = log_close,
};

/* ---- opening ---- */

/* The first line at an instant or later. */
static int64_t line_at(const struct demo_log *l, int64_t us)
{
	int64_t n = us / l->step_us;

	while (n > 0 && line_us(l, n - 1) >= us)
		n--;
	while (line_us(l, n) < us)
		n++;
	return n;
}

static void set_range(struct demo_log *l, int64_t now_us)
{
	const struct yg_stream_request *r = &l->base.request;
	int64_t past = r->tail >= 0 ? YG_MIN(r->tail, (int64_t)PAST_MAX) : PAST_MAX;

	l->until_us = r->until_ms > 0 ? r->until_ms * 1000 : INT64_MAX;
	int64_t end_n = line_at(l, YG_MIN(now_us, l->until_us) + 1);
	l->next_n = YG_MAX(end_n - past, (int64_t)0);
	if (r->since_ms > 0)
		l->next_n = YG_MAX(l->next_n, line_at(l, r->since_ms * 1000));
}

static const struct voice *voice_of(const char *name)
{
	size_t i = 0;

	while (voices[i].app[0] && !strstr(name, voices[i].app))
		i++;
	return &voices[i];
}

/* A machine that is off wrote until it went off; it is not followed further. */
static bool is_silent(const struct yg_row *row)
{
	return !yg_streq(row->kind->states[yg_row_state(row)].name, "running");
}

int demo_logs_open(struct yg_controller *c, const struct demo_site *site, const struct yg_row *row,
    const struct yg_stream_request *request, struct yg_stream **out, struct yg_err *err)
{
	bool is_vm = row->kind == &yg_kind_vm;
	uint32_t rate = site->spec.logs;

	if (request->what != YG_STREAM_LOGS || (!is_vm && row->kind != &yg_kind_container))
		return yg_err_set(err, YG_E_UNSUPPORTED,
		    "controller '%s': the demo site has only logs, of VMs and containers", c->name);
	struct demo_log *l = yg_xcalloc(1, sizeof(*l));
	yg_stream_begin(&l->base, &stream_ops, c, request);
	l->c = c;
	l->base.request.is_following &= !is_silent(row);
	l->voice = is_vm ? &machine : voice_of(yg_row_name(row));
	l->hash = demo_hash(site, DEMO_H_LOG, yg_hash(yg_row_id(row), strlen(yg_row_id(row)), 1));
	l->is_flood = rate > 0;
	l->step_us = rate ? YG_MAX(1000000 / rate, 1)
			  : 400000 + (int64_t)(demo_unit(l->hash) * 2400000) * (is_vm ? 6 : 1);
	set_range(l, yg_now_ms() * 1000);
	wait_for(l, 0);
	*out = &l->base;
	return 0;
}
