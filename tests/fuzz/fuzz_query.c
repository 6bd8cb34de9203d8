/* fuzz_query: any text as a query and as an expression: it is refused with one line, or it works;
 * and where one query says that it only narrows another, the rows agree. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

#include "model/expr.h"
#include "model/kinds.h"
#include "model/query.h"

#define NOW_MS 1700000000000

static struct yg_row *rows[5];

static void require(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz_query: %s\n", what);
	abort();
}

static void make_vm(struct yg_draft *d, const char *name, int row_state)
{
	yg_draft_init(d, &yg_kind_vm, "kvm", "uuid-1");
	yg_draft_text(d, YG_F_NAME, name);
	yg_draft_state(d, row_state);
	yg_draft_ref(d, YG_VM_HOST, NULL, "host", "h-7", "kvm-01");
	yg_draft_int(d, YG_VM_CPUS, 4);
	yg_draft_real(d, YG_VM_CPU, 81.5);
	yg_draft_int(d, YG_VM_MEM, (int64_t)4 << 30);
	yg_draft_int(d, YG_VM_STARTED, NOW_MS - 3600000);
	yg_draft_add_ref(d, YG_VM_NETWORKS, "other", "network", "n2", "storage net");
	yg_draft_add_label(d, YG_VM_LABELS, "app", "web");
	yg_draft_text(d, YG_VM_IP, "10.0.3.11, fe80::1");
}

static void make_rows(void)
{
	struct yg_draft d;

	yg_kinds_register_core();
	make_vm(&d, "web-01", YG_VM_STATE_RUNNING);
	rows[0] = yg_draft_done(&d);
	make_vm(&d, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-\xff\xe2\x82", 12345);
	yg_draft_text(&d, YG_VM_HOST, "no reference");
	yg_draft_text(&d, YG_VM_LABELS, "=\n\n=x\ny");
	rows[1] = yg_draft_done(&d);
	yg_draft_init(&d, &yg_kind_vm, "kvm", "bare");
	rows[2] = yg_draft_done(&d);
	yg_draft_init(&d, &yg_kind_container, "docker", "c1");
	yg_draft_text(&d, YG_F_NAME, "nginx");
	yg_draft_int(&d, YG_CONTAINER_CREATED, NOW_MS - 5000);
	rows[3] = yg_draft_done(&d);
	yg_draft_init(&d, &yg_kind_alarm, "kvm", "a");
	yg_draft_text(&d, YG_ALARM_TEXT, "10% web");
	rows[4] = yg_draft_done(&d);
}

static struct yg_query *parse(const char *text, const struct yg_kind *kind)
{
	struct yg_query *q = NULL;
	struct yg_err err = {0};
	int rc = yg_query_parse(text, kind, &q, &err);

	require(rc <= 0 && !rc == !!q, "a query and an error, or neither");
	require(!rc || (err.code == rc && yg_starts_with(err.text, "query: ")), "a bad message");
	return q;
}

/* Asking twice gives the same. */
static void check_query(const struct yg_query *q)
{
	for (size_t i = 0; q && i < YG_COUNT(rows); i++) {
		bool first = yg_query_match(q, rows[i], NOW_MS);
		require(first == yg_query_match(q, rows[i], NOW_MS), "two answers");
		yg_query_fields(q, rows[i]->kind);
	}
}

static void check_narrows(const struct yg_query *wide, const struct yg_query *narrow)
{
	if (!wide || !narrow)
		return;
	require(yg_query_narrows(NULL, narrow), "not narrower than everything");
	if (!yg_query_narrows(wide, narrow))
		return;
	for (size_t i = 0; i < YG_COUNT(rows); i++)
		require(!yg_query_match(narrow, rows[i], NOW_MS) ||
			    yg_query_match(wide, rows[i], NOW_MS),
		    "what narrows has more rows");
}

/* Two queries, as when a person types on. */
static void fuzz_queries(const char *text, const char *before, const struct yg_kind *kind)
{
	struct yg_query *a = parse(before, kind), *b = parse(text, kind);

	check_query(b);
	check_narrows(a, b);
	check_narrows(b, a);
	yg_query_free(a);
	yg_query_free(b);
}

static void fuzz_expr(const char *text)
{
	struct yg_expr *e = NULL;
	struct yg_err err = {0};
	int rc = yg_expr_parse(text, &yg_kind_vm, &e, &err);

	require(rc <= 0 && !rc == !!e, "an expression and an error, or neither");
	if (rc) {
		require(yg_starts_with(err.text, "expression: "), "a bad message");
		return;
	}
	for (size_t i = 0; i < YG_COUNT(rows); i++) {
		struct yg_expr_value v = yg_expr_eval(e, rows[i], NOW_MS);
		require(v.is != YG_IS_NUMBER || (v.number == v.number && v.number - v.number == 0),
		    "a number that is none");
		require(v.is != YG_IS_TEXT || strlen(v.text) < 1 << 20, "a text without an end");
	}
	require(yg_expr_field(e) < (int)yg_kind_vm.n_fields, "a field that is none");
	yg_expr_free(e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!rows[0])
		make_rows();
	char *text = yg_xmalloc(size + 1);
	memcpy(text, data, size);
	text[size] = '\0';
	const char *line = strchr(text, '\n');
	char *before = line ? yg_xstrndup(text, (size_t)(line - text)) : yg_xstrdup("");
	const char *after = line ? line + 1 : text;
	fuzz_queries(after, before, &yg_kind_vm);
	fuzz_queries(after, before, NULL);
	fuzz_expr(after);
	free(before);
	free(text);
	return 0;
}
