/* test_query: what a query chooses, what it says when it is wrong, and what narrows what. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"
#include "model/kinds.h"
#include "model/query.h"

#define NOW_MS  1700000000000
#define HOUR_MS 3600000

static struct yg_row *vm, *container, *network, *bare;

static void make_vm(void)
{
	struct yg_draft d;

	yg_draft_init(&d, &yg_kind_vm, "kvm", "uuid-1");
	yg_draft_text(&d, YG_F_NAME, "Web-01");
	yg_draft_state(&d, YG_VM_STATE_RUNNING);
	yg_draft_ref(&d, YG_VM_HOST, NULL, "host", "h-7", "kvm-01");
	yg_draft_int(&d, YG_VM_CPUS, 4);
	yg_draft_real(&d, YG_VM_CPU, 81.5);
	yg_draft_int(&d, YG_VM_MEM, (int64_t)4 << 30);
	yg_draft_real(&d, YG_VM_NET_RX, 2.0 * 1024 * 1024);
	yg_draft_text(&d, YG_VM_IP, "10.0.3.11, fe80::1");
	yg_draft_int(&d, YG_VM_STARTED, NOW_MS - 5 * HOUR_MS);
	yg_draft_add_ref(&d, YG_VM_NETWORKS, NULL, "network", "n1", "default");
	yg_draft_add_ref(&d, YG_VM_NETWORKS, "other", "network", "n2", "storage net");
	yg_draft_int(&d, YG_VM_AUTOSTART, 1);
	yg_draft_text(&d, YG_VM_OS, "Debian \xe6\xab\x93 12");
	yg_draft_add_label(&d, YG_VM_LABELS, "app", "web");
	yg_draft_add_label(&d, YG_VM_LABELS, "com.example/tier-1", "gold");
	yg_draft_add_label(&d, YG_VM_LABELS, "empty", "");
	vm = yg_draft_done(&d);
}

static int setup(void **state)
{
	struct yg_draft d;

	(void)state;
	yg_kinds_register_core();
	make_vm();
	yg_draft_init(&d, &yg_kind_container, "docker", "c1");
	yg_draft_text(&d, YG_F_NAME, "nginx-1");
	yg_draft_state(&d, YG_CONTAINER_STATE_CREATED);
	yg_draft_text(&d, YG_CONTAINER_IMAGE, "nginx:latest");
	yg_draft_int(&d, YG_CONTAINER_CREATED, NOW_MS - 2 * HOUR_MS);
	yg_draft_int(&d, YG_CONTAINER_EXIT_CODE, -1);
	container = yg_draft_done(&d);
	yg_draft_init(&d, &yg_kind_network, "kvm", "n1");
	yg_draft_text(&d, YG_F_NAME, "default");
	yg_draft_state(&d, YG_NETWORK_STATE_ACTIVE);
	network = yg_draft_done(&d);
	yg_draft_init(&d, &yg_kind_vm, "kvm", "only-id");
	bare = yg_draft_done(&d);
	return 0;
}

static int teardown(void **state)
{
	yg_row_unref(vm);
	yg_row_unref(container);
	yg_row_unref(network);
	yg_row_unref(bare);
	(void)state;
	return 0;
}

static bool matches(const char *text, const struct yg_kind *kind, const struct yg_row *row)
{
	struct yg_query *q = NULL;
	struct yg_err err = {0};

	if (yg_query_parse(text, kind, &q, &err))
		fail_msg("'%s': %s", text, err.text);
	bool is_match = yg_query_match(q, row, NOW_MS);
	yg_query_free(q);
	return is_match;
}

static void yes(const char *text)
{
	if (!matches(text, &yg_kind_vm, vm))
		fail_msg("'%s' should match", text);
	if (!matches(text, NULL, vm))
		fail_msg("'%s' should match without a kind", text);
}

static void no(const char *text)
{
	if (matches(text, &yg_kind_vm, vm))
		fail_msg("'%s' should not match", text);
	if (matches(text, NULL, vm))
		fail_msg("'%s' should not match without a kind", text);
}

static void wrong_of(const char *text, const struct yg_kind *kind, const char *message)
{
	struct yg_query *q = NULL;
	struct yg_err err = {0};

	assert_true(yg_query_parse(text, kind, &q, &err) < 0);
	assert_null(q);
	assert_string_equal(err.text, message);
	assert_true(yg_query_parse(text, kind, &q, NULL) < 0);
}

static void wrong(const char *text, const char *message)
{
	wrong_of(text, &yg_kind_vm, message);
}

static void test_words(void **state)
{
	yes("");
	yes("   ");
	yes("web");
	yes("WEB-01");
	yes("  web \t 01  ");
	yes("10.0.3");
	yes("debian");
	yes("\xe6\xab\x93");
	yes("run");
	no("kvm-01");
	no("web db");
	yes("db|web");
	no("db|mail");
	yes("web-*");
	yes("*01");
	yes("w?b-01");
	no("eb-*");
	no("-web");
	no("!web");
	yes("!db");
	yes("!!web");
	yes("\"web-01\"");
	yes("\"debian \xe6\xab\x93 12\"");
	no("\"web-*\"");
	no("\"-web\"");
	yes("10.0.3.11|x");
	yes("web|");
	(void)state;
}

static void test_texts(void **state)
{
	yes("name:web");
	yes("NAME:WEB-01");
	no("name=web");
	yes("name=web-01");
	yes("name==web-01");
	yes("name=web-*");
	no("name!=web-*");
	yes("name!=web");
	no("!name:web");
	yes("ip:10.0.3.11");
	yes("ip:\"10.0.3.11, fe80\"");
	yes("id=uuid-1");
	yes("controller:kvm");
	yes("name:db|web");
	no("name:\"db|web\"");
	yes("ip:*");
	no("mac:*");
	yes("!mac:*");
	no("note=\"\"");
	yes("uuid!=x");
	(void)state;
}

static void test_references(void **state)
{
	yes("host:kvm-*");
	yes("host=kvm-01");
	yes("host=h-7");
	no("host=kvm");
	yes("network:storage");
	yes("network=default");
	yes("network=n2");
	yes("network:\"storage net\"");
	no("network=other");
	(void)state;
}

static void test_labels(void **state)
{
	yes("label.app=web");
	yes("label.APP:we");
	no("label.ap=web");
	no("label.app=we");
	yes("label.app!=db");
	no("label.app!=web");
	yes("label.nosuch!=web");
	yes("label.com.example/tier-1=gold");
	yes("label:app=web");
	yes("label=app");
	yes("label:gold");
	yes("label.empty=\"\"");
	yes("label.empty:*");
	no("label.nosuch:*");
	yes("label.app~^w.b$");
	(void)state;
}

static void test_states(void **state)
{
	yes("state:running");
	yes("state:RUN");
	yes("state=running|paused");
	no("state=paused");
	yes("!state=paused");
	no("state!=running");
	yes("state:r*");
	yes("state~^run");
	yes("state:*");
	assert_true(matches("state=unknown", &yg_kind_vm, bare));
	assert_false(matches("state:running", &yg_kind_vm, bare));
	/* A state that another kind does not have is no mistake there. */
	assert_true(matches("!state:running", NULL, network));
	assert_false(matches("state:running", NULL, network));
	assert_true(matches("state:active", NULL, network));
	(void)state;
}

static void test_numbers(void **state)
{
	yes("cpu>80");
	yes("cpu>80%");
	no("cpu>81.5");
	yes("cpu>=81.5");
	yes("cpu<=81.5");
	yes("cpu<82");
	yes("!cpu<80");
	yes("cpu>-1");
	yes("cpus=4");
	yes("cpus:4");
	no("cpus:1");
	yes("cpus:2|4");
	no("cpus!=4");
	yes("mem=4G");
	yes("mem>=4G");
	no("mem>4G");
	yes("mem>4095M");
	yes("mem>1.5Gi");
	yes("mem>1024");
	yes("net_rx>1M");
	yes("net_rx>=2M/s");
	no("net_rx>10M");
	yes("autostart=yes");
	yes("autostart:true");
	no("autostart=no");
	yes("autostart!=off");
	yes("cpu:*");
	no("net_tx:*");
	no("net_tx<1M");
	yes("!net_tx<1M");
	assert_true(matches("exit_code=-1", &yg_kind_container, container));
	(void)state;
}

static void test_ages(void **state)
{
	yes("age<7d");
	yes("age>4h");
	yes("age>4h59m");
	no("age>5h");
	yes("age>=5h");
	yes("started<6h");
	no("silent>1s");
	yes("!silent:*");
	yes("started:*");
	/* A container that never started is as old as it was made; a vm has no such field. */
	assert_true(matches("age>1h", &yg_kind_container, container));
	assert_false(matches("age>3h", &yg_kind_container, container));
	assert_false(matches("age>1s", &yg_kind_vm, bare));
	assert_false(matches("age>1s", NULL, network));
	(void)state;
}

static void test_regex(void **state)
{
	yes("name~^web");
	yes("~^w.*1$");
	yes("~10\\.0\\.3\\.1?1");
	no("~^10$");
	no("!~web");
	no("name!~web");
	yes("name!~^db");
	yes("host~^kvm-\\d+$");
	yes("name~\"^web-0[1|2]\"");
	yes("~d.bian");
	yes("name~web|db");
	(void)state;
}

static void test_kinds(void **state)
{
	yes("kind:vm");
	yes("kind:vms");
	yes("kind=dom");
	yes("kind:container|vm");
	no("kind:container");
	no("!kind:vm");
	yes("kind!=host");
	yes("kind:*");
	yes("kind:v*");
	yes("kind:vm state:running host:kvm-* cpu>80 mem>=4G age<7d label.app=web name~^web "
	    "!paused");
	/* Rows of a kind without the field do not match, even when turned round. */
	assert_false(matches("cpu>80", NULL, network));
	assert_false(matches("!cpu>80", NULL, network));
	assert_true(matches("image:\"nginx:latest\"", NULL, container));
	assert_true(matches("image:nginx:latest", NULL, container));
	assert_false(matches("name:web", &yg_kind_vm, container));
	assert_true(matches("nginx", &yg_kind_vm, container));
	assert_true(yg_query_match(NULL, vm, NOW_MS));
	assert_true(matches("only", &yg_kind_vm, bare));
	(void)state;
}

static void test_errors(void **state)
{
	wrong("state:running cpuu>80", "query: column 15: no field 'cpuu', did you mean 'cpu'");
	wrong("nginx:latest",
	    "query: column 1: no field 'nginx'; to look for a text with that in it, quote it");
	wrong(
	    "\xe6\xab\x93 cpu>x", "query: column 3: 'cpu': 'x' is not a percentage like 80 or 80%");
	wrong("mem>4X", "query: column 1: 'mem': '4X' is not a size like 512, 4G or 1.5M");
	wrong("cpus>four", "query: column 1: 'cpus': 'four' is not a number like 4 or 2.5");
	wrong("cpus>nan", "query: column 1: 'cpus': 'nan' is not a number like 4 or 2.5");
	wrong("cpus>0x10", "query: column 1: 'cpus': '0x10' is not a number like 4 or 2.5");
	wrong("age<7", "query: column 1: 'age': '7' is not a time like 90s, 5m or 7d");
	wrong("net_rx>fast", "query: column 1: 'net_rx': 'fast' is not a rate like 500K or 10M");
	wrong("autostart=maybe", "query: column 1: 'autostart': 'maybe' is not yes or no");
	wrong("autostart>no", "query: column 1: 'autostart' is yes or no, compare it with '='");
	wrong("age=7d", "query: column 1: 'age' is a time, compare its age with '<' or '>'");
	wrong("name>4", "query: column 1: 'name' is a text, compare it with ':', '=' or '~'");
	wrong(
	    "state<running", "query: column 1: 'state' is a text, compare it with ':', '=' or '~'");
	wrong("cpu~8", "query: column 1: 'cpu' is a number, compare it with '<', '>' or '='");
	wrong("cpu.x=8", "query: column 1: 'cpu' is a number, compare it with '<', '>' or '='");
	wrong("name.x=8", "query: column 1: 'name' has no labels in it");
	wrong("state:runnig", "query: column 1: no state 'runnig', did you mean 'running'");
	wrong("state:running|xyzzy", "query: column 1: vm has no state 'xyzzy'");
	wrong("kind:wm", "query: column 1: no kind 'wm', did you mean 'vm'");
	wrong("kind>vm", "query: column 1: 'kind' is a word, compare it with ':' or '='");
	wrong("a cpu>", "query: column 3: 'cpu': a value is missing");
	wrong("cpu:|", "query: column 1: 'cpu': a value is missing");
	wrong("!", "query: column 1: a word is missing");
	wrong("~", "query: column 1: a word is missing");
	wrong("=x", "query: column 1: a field is missing before '='");
	wrong("!=x", "query: column 1: a field is missing before '='");
	wrong("name:\"web", "query: column 1: a quote is not closed");
	wrong("name~(", "query: column 1: regular expression '(': missing closing parenthesis, at "
			"its byte 2");
	wrong_of("foo cpuu>80", NULL, "query: column 5: no field 'cpuu', did you mean 'cpu'");
	wrong_of("state:xyzzy", NULL, "query: column 1: controller has no state 'xyzzy'");
	(void)state;
}

static void test_sizes(void **state)
{
	struct yg_query *q = NULL;
	char *text = malloc(5000);

	memset(text, 'a', 4999);
	text[4999] = '\0';
	wrong(text, "query: longer than 1024 bytes");
	text[1024] = '\0';
	assert_int_equal(yg_query_parse(text, NULL, &q, NULL), 0);
	assert_string_equal(yg_query_text(q), text);
	yg_query_free(q);
	for (int i = 0; i < 1024; i += 2)
		memcpy(text + i, "x ", 2);
	assert_int_equal(yg_query_parse(text, NULL, &q, NULL), 0);
	assert_false(yg_query_match(q, network, NOW_MS));
	yg_query_free(q);
	free(text);
	assert_string_equal(yg_query_text(NULL), "");
	(void)state;
}

/* An expression that explodes costs a bounded number of steps, and is given up after some rows. */
static void test_hostile_regex(void **state)
{
	struct yg_query *q = NULL;
	struct yg_draft d;
	char name[4000];

	memset(name, 'a', sizeof(name));
	memcpy(name + sizeof(name) - 3, "-b", 3);
	yg_draft_init(&d, &yg_kind_vm, "kvm", "evil");
	yg_draft_text(&d, YG_F_NAME, name);
	struct yg_row *row = yg_draft_done(&d);
	assert_int_equal(yg_query_parse("name~^(a|aa)+b", &yg_kind_vm, &q, NULL), 0);
	assert_false(yg_query_gave_up(q));
	for (int i = 0; i < 100000; i++)
		assert_false(yg_query_match(q, row, NOW_MS));
	assert_true(yg_query_gave_up(q));
	yg_query_free(q);
	assert_int_equal(
	    yg_query_parse("name~((((a{99}){99}){99}){99})", &yg_kind_vm, &q, NULL), YG_E_INVALID);
	yg_row_unref(row);
	(void)state;
}

static void test_bad_rows(void **state)
{
	struct yg_draft d;

	yg_draft_init(&d, &yg_kind_vm, "kvm", "x");
	yg_draft_text(&d, YG_F_NAME, "\xff\xfe\x80");
	yg_draft_int(&d, YG_F_STATE, 99999);
	yg_draft_text(&d, YG_VM_HOST, "no reference");
	yg_draft_text(&d, YG_VM_NETWORKS, "\n\n@x\n");
	yg_draft_text(&d, YG_VM_LABELS, "=\n\n=x\ny");
	struct yg_row *row = yg_draft_done(&d);
	assert_true(matches("state=unknown", &yg_kind_vm, row));
	assert_false(matches("host:a", &yg_kind_vm, row));
	assert_false(matches("network:a", &yg_kind_vm, row));
	assert_true(matches("label.y=\"\"", &yg_kind_vm, row));
	assert_false(matches("~web", &yg_kind_vm, row));
	yg_row_unref(row);
	(void)state;
}

static uint64_t fields_of(const char *text, const struct yg_kind *kind)
{
	struct yg_query *q = NULL;

	assert_int_equal(yg_query_parse(text, NULL, &q, NULL), 0);
	uint64_t fields = yg_query_fields(q, kind);
	yg_query_free(q);
	return fields;
}

static void test_fields(void **state)
{
#define BIT(n) ((uint64_t)1 << (n))
	assert_true(fields_of("", &yg_kind_vm) == 0);
	assert_true(fields_of("cpu>80 host:x", &yg_kind_vm) == (BIT(YG_VM_CPU) | BIT(YG_VM_HOST)));
	assert_true(fields_of("cpu>80", &yg_kind_network) == 0);
	assert_true(fields_of("kind:vm", &yg_kind_vm) == 0);
	assert_true(fields_of("web", &yg_kind_vm) ==
		    (BIT(YG_F_NAME) | BIT(YG_F_STATE) | BIT(YG_VM_IP) | BIT(YG_VM_OS)));
	assert_true(fields_of("age>1s", &yg_kind_container) ==
		    (BIT(YG_CONTAINER_STARTED) | BIT(YG_CONTAINER_CREATED)));
	assert_true(yg_query_fields(NULL, &yg_kind_vm) == 0);
	(void)state;
}

static bool narrows_for(const struct yg_kind *kind, const char *a, const char *b)
{
	struct yg_query *qa = NULL, *qb = NULL;

	assert_int_equal(yg_query_parse(a, kind, &qa, NULL), 0);
	assert_int_equal(yg_query_parse(b, kind, &qb, NULL), 0);
	bool answer = yg_query_narrows(qa, qb);
	yg_query_free(qa);
	yg_query_free(qb);
	return answer;
}

static bool narrows(const char *a, const char *b)
{
	bool answer = narrows_for(&yg_kind_vm, a, b);

	assert_int_equal(narrows_for(NULL, a, b), answer);
	return answer;
}

static void test_narrows(void **state)
{
	assert_true(narrows("", "web"));
	assert_true(narrows("w", "we"));
	assert_true(narrows("web", "WEB-01"));
	assert_true(narrows("web", "web paused"));
	assert_true(narrows("web paused", "paused webx"));
	assert_true(narrows("name:we", "name:web"));
	assert_true(narrows("name:we", "name=web"));
	assert_true(narrows("cpu>8", "cpu>80"));
	assert_true(narrows("cpu<80", "cpu<8"));
	assert_true(narrows("!cpu>80", "!cpu>8"));
	assert_true(narrows("!web", "!we"));
	assert_true(narrows("state:run|pau", "state:running"));
	assert_true(narrows("cpus=4|8", "cpus=4"));
	assert_true(narrows("mem>4G", "mem>4G cpu>8"));
	assert_true(narrows("name~^w", "name~^w cpu>8"));
	assert_true(narrows("kind:vm", "kind:vm web"));
	assert_false(narrows("web", ""));
	assert_false(narrows("web", "we"));
	assert_false(narrows("web", "!web"));
	assert_false(narrows("!we", "!web"));
	assert_false(narrows("name:web", "web"));
	assert_false(narrows("name:web", "ip:web"));
	assert_false(narrows("name=we", "name=web"));
	assert_false(narrows("cpus=1", "cpus=16"));
	assert_false(narrows("cpus:1", "cpus:16"));
	assert_false(narrows("cpu>80", "cpu>8"));
	assert_false(narrows("cpu>8", "cpu<80"));
	assert_false(narrows("mem>4G", "mem>4"));
	assert_false(narrows("web*", "web*x"));
	assert_false(narrows("web", "web*"));
	assert_false(narrows("name~web", "name~webx"));
	assert_false(narrows("label.a=x", "label.b=x"));
	assert_false(narrows("age>1h", "age>1h web"));
	assert_false(narrows("name:web", "name:web|db"));
	(void)state;
}

static void test_narrows_kinds(void **state)
{
	struct yg_query *a = NULL, *b = NULL;

	assert_int_equal(yg_query_parse("web", &yg_kind_vm, &a, NULL), 0);
	assert_int_equal(yg_query_parse("web", &yg_kind_host, &b, NULL), 0);
	assert_false(yg_query_narrows(a, b));
	assert_true(yg_query_narrows(NULL, a));
	assert_false(yg_query_narrows(a, NULL));
	yg_query_free(a);
	yg_query_free(b);
	yg_query_free(NULL);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_words),
	    cmocka_unit_test(test_texts),
	    cmocka_unit_test(test_references),
	    cmocka_unit_test(test_labels),
	    cmocka_unit_test(test_states),
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_ages),
	    cmocka_unit_test(test_regex),
	    cmocka_unit_test(test_kinds),
	    cmocka_unit_test(test_errors),
	    cmocka_unit_test(test_sizes),
	    cmocka_unit_test(test_hostile_regex),
	    cmocka_unit_test(test_bad_rows),
	    cmocka_unit_test(test_fields),
	    cmocka_unit_test(test_narrows),
	    cmocka_unit_test(test_narrows_kinds),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
