/* test_controller: the state machine of a controller, with a provider that does what it is told. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/house.h"
#include "base/clock.h"
#include "model/inventory.h"
#include "model/kinds.h"

/* What the provider was asked for, and what it shall answer. */
static struct {
	int opens, closes, polls;
	int open_code;
	uint64_t kinds;
	int notified;
} fake;

static int fake_open(struct yg_controller *c, struct yg_err *err)
{
	fake.opens++;
	assert_int_equal(*(int *)c->priv, 0); /* zeroed each time */
	*(int *)c->priv = 7;
	return fake.open_code ? yg_err_set(err, fake.open_code, "fake: cannot open") : 0;
}

static void fake_poll(struct yg_controller *c, uint64_t kinds)
{
	fake.polls++;
	fake.kinds = kinds;
}

static void fake_close(struct yg_controller *c)
{
	fake.closes++;
	assert_int_equal(*(int *)c->priv, 7);
}

/* ---- a stream ---- */

static struct {
	struct yg_stream stream;
	int closes, ends;
	struct yg_err err; /* of the last end */
} line;

static void line_close(struct yg_stream *s)
{
	assert_ptr_equal(s, &line.stream);
	line.closes++;
}

static const struct yg_stream_ops line_ops = {.size = sizeof(line_ops), .close = line_close};

static int fake_stream(struct yg_controller *c, const struct yg_row *row,
    const struct yg_stream_request *request, struct yg_stream **out, struct yg_err *err)
{
	yg_stream_begin(&line.stream, &line_ops, c, request);
	*out = &line.stream;
	return 0;
}

static void on_end(void *data, int exit_code, const struct yg_err *err)
{
	line.ends++;
	line.err = err ? *err : (struct yg_err){0};
	assert_int_equal(line.closes, 1); /* it is gone by then */
}

static const struct yg_provider_ops ops = {
    .size = sizeof(ops),
    .private_size = sizeof(int),
    .open = fake_open,
    .poll = fake_poll,
    .close = fake_close,
    .stream = fake_stream,
};

static const struct yg_option options[] = {
    {.name = "ca", .type = YG_T_TEXT, .preset = "/etc/ca", .help = "certificate"},
    {.name = "pace", .type = YG_T_DURATION, .help = "pace"},
};
static const struct yg_kind *const kinds[] = {&yg_kind_vm, &yg_kind_host};

static const struct yg_provider provider = {
    .size = sizeof(provider),
    .name = "fake",
    .options = options,
    .n_options = YG_COUNT(options),
    .kinds = kinds,
    .n_kinds = YG_COUNT(kinds),
    .actions = "vm/start vm/force-off",
    .open_ms = 3000,
    .ops = &ops,
};

static void on_notify(struct yg_controller *c)
{
	fake.notified++;
}

static int64_t now_ms(void)
{
	return yg_mono_us() / 1000;
}

static int setup(void **state)
{
	memset(&fake, 0, sizeof(fake));
	yg_kinds_register_core();
	struct yg_controller *c = yg_controller_create(&provider, "c", "fake:", "test", on_notify);
	c->inv = yg_inventory_create();
	*state = c;
	return 0;
}

static int teardown(void **state)
{
	struct yg_controller *c = *state;
	struct yg_inventory *inv = c->inv;

	yg_controller_destroy(c);
	yg_inventory_destroy(inv);
	return 0;
}

static void fail_with(struct yg_controller *c, int code)
{
	struct yg_err err;

	yg_err_set(&err, code, "fake: it broke");
	yg_controller_failed(c, &err);
}

static void test_up(void **state)
{
	struct yg_controller *c = *state;

	assert_int_equal(c->state, YG_CTL_OFF);
	yg_controller_poll(c, 1);
	assert_int_equal(fake.polls, 0);
	yg_controller_open(c, &ops);
	assert_int_equal(c->state, YG_CTL_CONNECTING);
	yg_controller_open(c, &ops); /* it is about to be */
	assert_int_equal(fake.opens, 1);
	assert_false(yg_controller_take_fresh(c));
	yg_controller_up(c, "Fake 1.0");
	assert_int_equal(c->state, YG_CTL_UP);
	assert_string_equal(c->version, "Fake 1.0");
	assert_true(yg_controller_take_fresh(c));
	assert_false(yg_controller_take_fresh(c));
	yg_controller_poll(c, 5);
	assert_int_equal(fake.polls, 1);
	assert_int_equal(fake.kinds, 5);
	assert_true(fake.notified >= 2);
	yg_controller_close(c);
	assert_int_equal(c->state, YG_CTL_OFF);
	assert_int_equal(fake.closes, 1);
	yg_controller_close(c);
	assert_int_equal(fake.closes, 1);
}

static struct yg_stream *open_line(struct yg_controller *c)
{
	struct yg_stream_request request = {.what = YG_STREAM_EXEC, .end = on_end};
	struct yg_stream *s = NULL;
	struct yg_draft d;

	memset(&line, 0, sizeof(line));
	yg_draft_init(&d, &yg_kind_vm, "c", "vm");
	struct yg_row *row = yg_draft_done(&d);
	assert_int_equal(yg_controller_stream(c, row, &request, &s, NULL), 0);
	yg_row_unref(row);
	return s;
}

static void test_streams(void **state)
{
	struct yg_controller *c = *state;

	yg_controller_open(c, &ops);
	yg_controller_up(c, "");
	yg_stream_close(open_line(c));
	assert_int_equal(line.closes, 1);
	assert_int_equal(line.ends, 0); /* who closes is not told */
	yg_stream_end(open_line(c), 7, NULL);
	assert_int_equal(line.ends, 1);
	open_line(c);
	yg_controller_close(c);
	assert_int_equal(line.closes, 1);
	assert_int_equal(line.ends, 1);
	assert_int_equal(line.err.code, YG_E_UNREACHABLE);
	assert_null(c->streams);
	assert_int_equal(fake.closes, 1);
}

static void test_open_has_a_deadline(void **state)
{
	struct yg_controller *c = *state;

	yg_controller_open(c, &ops);
	yg_controller_tick(c, now_ms() + 2500);
	assert_int_equal(c->state, YG_CTL_CONNECTING);
	yg_controller_tick(c, now_ms() + 3001);
	assert_int_equal(c->state, YG_CTL_DOWN);
	assert_int_equal(c->err.code, YG_E_TIMEOUT);
	assert_string_equal(c->err.text, "no answer within 3 s");
	assert_int_equal(fake.closes, 1);
	yg_controller_up(c, "too late");
	assert_int_equal(c->state, YG_CTL_DOWN);
}

static void test_silent_and_back(void **state)
{
	struct yg_controller *c = *state;

	yg_controller_open(c, &ops);
	yg_controller_up(c, "");
	yg_controller_tick(c, now_ms() + 60000);
	assert_int_equal(c->state, YG_CTL_UP); /* nothing was asked */
	yg_controller_asked(c);
	int64_t asked = c->asked_ms;
	assert_true(asked > 0);
	yg_controller_tick(c, now_ms() + YG_SILENT_MS - 500);
	assert_int_equal(c->state, YG_CTL_UP);
	yg_controller_tick(c, now_ms() + YG_SILENT_MS + 1);
	assert_int_equal(c->state, YG_CTL_SILENT);
	assert_true(yg_controller_is_up(c));
	yg_controller_asked(c);
	assert_int_equal(c->asked_ms, asked); /* the oldest counts */
	yg_controller_heard(c);
	assert_int_equal(c->state, YG_CTL_UP);
	assert_int_equal(c->asked_ms, 0);
	assert_int_equal(fake.opens, 1);
	yg_controller_asked(c);
	yg_controller_tick(c, now_ms() + YG_SILENT_MS + 1);
	yg_controller_tick(c, now_ms() + YG_HANG_UP_MS + 1);
	assert_int_equal(c->state, YG_CTL_DOWN);
	assert_int_equal(fake.closes, 1);
}

/* A connection that takes its time is told before its deadline, and is not given up for it. */
static void test_slow_connect(void **state)
{
	static struct yg_provider patient;
	struct yg_controller *c = *state;

	patient = provider;
	patient.open_ms = 15000;
	c->provider = &patient;
	yg_controller_open(c, &ops);
	int notified = fake.notified;
	yg_controller_tick(c, now_ms() + YG_SILENT_MS - 500);
	assert_int_equal(yg_controller_silent_ms(c), 0);
	yg_controller_tick(c, now_ms() + YG_SILENT_MS + 1);
	yg_controller_tick(c, now_ms() + YG_SILENT_MS + 600);
	assert_int_equal(c->state, YG_CTL_CONNECTING);
	assert_int_equal(yg_controller_silent_ms(c), c->since_ms);
	assert_int_equal(fake.notified, notified + 1);
	yg_controller_up(c, "");
	assert_int_equal(yg_controller_silent_ms(c), 0);
}

/* Brings it down by itself; returns the wait until the next try. */
static int64_t fall(struct yg_controller *c)
{
	fail_with(c, YG_E_UNREACHABLE);
	assert_int_equal(c->state, YG_CTL_DOWN);
	return c->retry_ms - yg_now_ms();
}

static void test_backs_off(void **state)
{
	struct yg_controller *c = *state;
	int64_t base = YG_RETRY_MIN_MS;

	yg_controller_open(c, &ops);
	for (int i = 1; i < 12; i++) {
		int64_t wait = fall(c);
		assert_int_equal(c->failures, i);
		assert_true(wait >= YG_MAX(base / 2, YG_RETRY_MIN_MS) - 100);
		assert_true(wait <= YG_MIN(base + base / 2, YG_RETRY_MAX_MS));
		assert_int_equal(fake.closes, i - 1); /* later, never from inside */
		yg_controller_tick(c, now_ms());
		assert_int_equal(fake.closes, i);
		assert_int_equal(fake.opens, i);
		yg_controller_tick(c, now_ms() + wait + 1);
		assert_int_equal(fake.opens, i + 1);
		assert_int_equal(c->state, YG_CTL_CONNECTING);
		base = YG_MIN(base * 2, YG_RETRY_MAX_MS);
	}
	yg_controller_up(c, "");
	assert_int_equal(c->state, YG_CTL_UP);
	assert_int_equal(c->err.code, 0);
	assert_int_equal(c->retry_ms, 0);
}

static void test_refused_waits_for_us(void **state)
{
	struct yg_controller *c = *state;

	yg_controller_open(c, &ops);
	fail_with(c, YG_E_REFUSED);
	assert_int_equal(c->state, YG_CTL_REFUSED);
	assert_int_equal(c->retry_ms, 0);
	yg_controller_tick(c, now_ms() + 1000000);
	assert_int_equal(c->state, YG_CTL_REFUSED);
	assert_int_equal(fake.opens, 1);
	assert_int_equal(fake.closes, 1);
	yg_controller_open(c, &ops);
	assert_int_equal(fake.opens, 2);
	yg_controller_up(c, "");
	assert_int_equal(c->state, YG_CTL_UP);
}

static void test_open_fails_at_once(void **state)
{
	struct yg_controller *c = *state;

	fake.open_code = YG_E_UNREACHABLE;
	yg_controller_open(c, &ops);
	assert_int_equal(c->state, YG_CTL_DOWN);
	assert_int_equal(fake.closes, 1);
	assert_string_equal(c->err.text, "fake: cannot open");
	fake.open_code = 0;
	yg_controller_tick(c, now_ms() + YG_RETRY_MAX_MS + 1);
	assert_int_equal(c->state, YG_CTL_CONNECTING);
}

static void test_close_while_connecting(void **state)
{
	struct yg_controller *c = *state;

	yg_controller_open(c, &ops);
	yg_controller_close(c);
	assert_int_equal(fake.closes, 1);
	yg_controller_up(c, "late");
	fail_with(c, YG_E_FAILED);
	assert_int_equal(c->state, YG_CTL_OFF);
	yg_controller_open(c, &ops);
	assert_int_equal(fake.opens, 2);
	struct yg_inventory *inv = c->inv;
	yg_controller_destroy(c); /* closes too */
	assert_int_equal(fake.closes, 2);
	*state = yg_controller_create(&provider, "c2", "fake:", "test", on_notify);
	((struct yg_controller *)*state)->inv = inv;
}

static void test_module_comes_later(void **state)
{
	struct yg_controller *c = *state;
	struct yg_err err;

	yg_controller_open(c, NULL);
	assert_int_equal(c->state, YG_CTL_CONNECTING);
	assert_int_equal(fake.opens, 0);
	yg_controller_tick(c, now_ms() + 1000000); /* no deadline for what was not begun */
	assert_int_equal(c->state, YG_CTL_CONNECTING);
	yg_err_set(&err, YG_E_UNSUPPORTED, "no module");
	yg_controller_failed(c, &err);
	assert_int_equal(c->state, YG_CTL_DOWN);
	assert_int_equal(c->retry_ms, 0);
	yg_controller_tick(c, now_ms() + 1000000);
	assert_int_equal(c->state, YG_CTL_DOWN);
	yg_controller_open(c, NULL);
	yg_controller_open(c, &ops);
	yg_controller_up(c, "");
	assert_int_equal(c->state, YG_CTL_UP);
}

static struct yg_row *vm(const char *id)
{
	struct yg_draft d;

	yg_draft_init(&d, &yg_kind_vm, "c", id);
	return yg_draft_done(&d);
}

static void test_rows(void **state)
{
	struct yg_controller *c = *state;
	uint64_t bit = UINT64_C(1) << yg_kind_index(&yg_kind_vm);

	yg_controller_put(c, vm("early")); /* not open: dropped */
	yg_controller_open(c, &ops);
	yg_controller_up(c, "");
	yg_controller_list_begin(c, &yg_kind_vm);
	yg_controller_put(c, vm("1"));
	yg_controller_put(c, vm("2"));
	assert_int_equal(c->listed, 0);
	yg_controller_list_end(c, &yg_kind_vm);
	assert_int_equal(c->listed, bit);
	assert_int_equal(yg_inventory_count(c->inv, "c"), 2);
	yg_controller_list_skip(c, &yg_kind_host);
	assert_int_equal(c->listed, yg_provider_kinds(&provider));
	yg_controller_drop(c, &yg_kind_vm, "1");
	assert_int_equal(yg_inventory_count(c->inv, "c"), 1);
	fail_with(c, YG_E_FAILED);
	yg_controller_put(c, vm("3")); /* it still talks, nobody listens */
	assert_int_equal(yg_inventory_count(c->inv, "c"), 1);
	yg_controller_tick(c, now_ms() + YG_RETRY_MAX_MS + 1);
	assert_int_equal(c->listed, 0);
}

static void test_options(void **state)
{
	struct yg_controller *c = *state;
	struct yg_err err = {0};

	assert_string_equal(yg_controller_option(c, "ca"), "/etc/ca");
	assert_null(yg_controller_option(c, "pace"));
	yg_controller_set_option(c, "pace", "5s");
	assert_string_equal(yg_controller_option(c, "pace"), "5s");
	assert_int_equal(yg_controller_check(c, &err), 0);
	yg_controller_set_option(c, "pacee", "5s");
	assert_int_equal(yg_controller_check(c, &err), YG_E_INVALID);
	assert_string_equal(
	    err.text, "provider 'fake' has no option 'pacee'; did you mean 'pace'?");
}

static void test_option_of_wrong_type(void **state)
{
	struct yg_controller *c = *state;
	struct yg_err err = {0};

	yg_controller_set_option(c, "pace", "soon");
	assert_int_equal(yg_controller_check(c, &err), YG_E_INVALID);
	assert_non_null(strstr(err.text, "option 'pace': time 'soon': write"));
}

static void test_can(void **state)
{
	const struct yg_action start = {.kind = "vm", .name = "start"};
	const struct yg_action force = {.kind = "vm", .name = "force"};
	const struct yg_action other = {.kind = "v", .name = "m/start"};

	assert_true(yg_provider_can(&provider, &start));
	assert_false(yg_provider_can(&provider, &force));
	assert_false(yg_provider_can(&provider, &other));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_up),
	    TEST(test_streams),
	    TEST(test_open_has_a_deadline),
	    TEST(test_silent_and_back),
	    TEST(test_slow_connect),
	    TEST(test_backs_off),
	    TEST(test_refused_waits_for_us),
	    TEST(test_open_fails_at_once),
	    TEST(test_close_while_connecting),
	    TEST(test_module_comes_later),
	    TEST(test_rows),
	    TEST(test_options),
	    TEST(test_option_of_wrong_type),
	    TEST(test_can),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
