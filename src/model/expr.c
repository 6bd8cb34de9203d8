/* expr: small calculations over the fields of a row, for columns. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "model/expr.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "base/vec.h"

#define EXPR_MAX  1024 /* bytes of text */
#define DEPTH_MAX 64   /* of brackets and the like: both parser and evaluation recurse */

enum op {
	OP_NUMBER,
	OP_TEXT,
	OP_FIELD,
	OP_NOW,
	OP_NEG,
	OP_NOT,
	OP_ABS,
	OP_ROUND,
	OP_MIN,
	OP_MAX,
	OP_ADD,
	OP_SUB,
	OP_MUL,
	OP_DIV,
	OP_MOD,
	OP_LT,
	OP_LE,
	OP_GT,
	OP_GE,
	OP_EQ,
	OP_NE,
	OP_AND,
	OP_OR,
	OP_ELSE, /* a ?? b */
	OP_IF,   /* a ? b : c */
};

/* What a node is known to give, before any row is seen. */
enum gives { GIVES_NUMBER, GIVES_TEXT, GIVES_EITHER };

/* Nodes stand in one array, operands before those that use them. */
struct node {
	enum op op;
	enum gives gives;
	int a, b, c; /* operands */
	int field;
	double number;
	size_t text; /* offset in texts */
};

struct yg_expr {
	const struct yg_kind *kind;
	struct yg_vec(struct node) nodes;
	struct yg_buf texts; /* of all literals, each ended by NUL */
	int root;
	uint64_t fields;
};

/* ---- parsing ---- */

struct parser {
	struct yg_expr *e;
	const char *text, *p;
	int depth;
	struct yg_err *err;
	int rc; /* the first error; parsing goes on to nowhere once it is set */
};

static int parse_if(struct parser *ps);

static size_t column_of(const struct parser *ps, const char *p)
{
	size_t column = 1;

	for (const char *s = ps->text; s < p; s++)
		if ((*s & 0xC0) != 0x80)
			column++;
	return column;
}

/* Sets the error, if it is the first; gives a node so that callers need not look. */
static int fail(struct parser *ps, const char *at, const char *fmt, ...) YG_PRINTF(3, 4);
static int fail(struct parser *ps, const char *at, const char *fmt, ...)
{
	char why[300];
	va_list ap;

	if (ps->rc)
		return 0;
	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	ps->rc =
	    yg_err_set(ps->err, YG_E_INVALID, "expression: column %zu: %s", column_of(ps, at), why);
	ps->p = ps->text + strlen(ps->text);
	return 0;
}

static int add(struct parser *ps, struct node node)
{
	yg_vec_push(&ps->e->nodes, node);
	return (int)ps->e->nodes.count - 1;
}

static enum gives gives(const struct parser *ps, int node)
{
	return ps->e->nodes.count ? ps->e->nodes.items[node].gives : GIVES_EITHER;
}

static void skip_spaces(struct parser *ps)
{
	while (isspace((unsigned char)*ps->p))
		ps->p++;
}

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Takes a sign or a word, if it is next; a word must end there. */
static bool take(struct parser *ps, const char *what)
{
	size_t len = strlen(what);

	skip_spaces(ps);
	if (strncmp(ps->p, what, len) != 0 ||
	    (isalpha((unsigned char)*what) && is_name(ps->p[len])))
		return false;
	ps->p += len;
	return true;
}

static void expect(struct parser *ps, const char *what)
{
	if (take(ps, what))
		return;
	if (*ps->p)
		fail(ps, ps->p, "'%s' is expected here, not '%.10s'", what, ps->p);
	else
		fail(ps, ps->p, "'%s' is missing at the end", what);
}

static void want_number(struct parser *ps, int node, const char *at, const char *by)
{
	if (gives(ps, node) == GIVES_TEXT)
		fail(ps, at, "'%s' needs numbers, and this is a text", by);
}

static int parse_text(struct parser *ps)
{
	char quote = *ps->p;
	const char *start = ps->p + 1, *end = strchr(start, quote);

	if (!end)
		return fail(ps, ps->p, "the text is not closed by %c", quote);
	size_t offset = ps->e->texts.len;
	yg_buf_add(&ps->e->texts, start, (size_t)(end - start));
	yg_buf_char(&ps->e->texts, '\0');
	ps->p = end + 1;
	return add(ps, (struct node){.op = OP_TEXT, .gives = GIVES_TEXT, .text = offset});
}

static int parse_number(struct parser *ps)
{
	char *end = NULL;
	double number = strtod(ps->p, &end);

	if (end == ps->p || !isfinite(number) || is_name(*end))
		return fail(ps, ps->p, "'%.10s' is not a number", ps->p);
	ps->p = end;
	return add(ps, (struct node){.op = OP_NUMBER, .gives = GIVES_NUMBER, .number = number});
}

static const struct {
	const char *name;
	enum op op;
	int n_args;
} functions[] = {
    {"min", OP_MIN, 2},
    {"max", OP_MAX, 2},
    {"abs", OP_ABS, 1},
    {"round", OP_ROUND, 1},
    {"now", OP_NOW, 0},
};

/* Behind "name(": its arguments. min and max take two or more. */
static int parse_call(struct parser *ps, size_t f, const char *at)
{
	struct node node = {.op = functions[f].op, .gives = GIVES_NUMBER};
	int count = 0, last = 0;

	if (!take(ps, ")")) {
		do {
			skip_spaces(ps);
			const char *arg_at = ps->p;
			int arg = parse_if(ps);
			want_number(ps, arg, arg_at, functions[f].name);
			if (count++ == 0) {
				node.a = last = arg;
				continue;
			}
			node.a = last;
			node.b = arg;
			if (functions[f].n_args == 2)
				last = add(ps, node);
		} while (take(ps, ","));
		expect(ps, ")");
	}
	if (count != functions[f].n_args && !(functions[f].n_args == 2 && count > 2))
		return fail(ps, at, "'%s' takes %d value%s%s, not %d", functions[f].name,
		    functions[f].n_args, functions[f].n_args == 1 ? "" : "s",
		    functions[f].n_args == 2 ? " or more" : "", count);
	return functions[f].n_args == 2 ? last : add(ps, node);
}

static enum gives field_gives(const struct yg_field *f)
{
	return yg_type_is_text(f->type) || f->type == YG_T_STATE ? GIVES_TEXT : GIVES_NUMBER;
}

static int parse_field(struct parser *ps, const char *name, const char *at)
{
	int field = yg_kind_field(ps->e->kind, name);

	if (field < 0) {
		const char *near = yg_kind_nearest_field(ps->e->kind, name);
		if (near)
			return fail(ps, at, "no field '%s', did you mean '%s'", name, near);
		return fail(ps, at, "%s has no field '%s'", ps->e->kind->name, name);
	}
	ps->e->fields |= (uint64_t)1 << field;
	return add(ps,
	    (struct node){
		.op = OP_FIELD, .field = field, .gives = field_gives(&ps->e->kind->fields[field])});
}

static int parse_name(struct parser *ps)
{
	char name[64];
	const char *at = ps->p;
	size_t len = 0;

	while (is_name(ps->p[len]))
		len++;
	if (len >= sizeof(name))
		return fail(ps, at, "no field has such a long name");
	memcpy(name, at, len);
	name[len] = '\0';
	ps->p += len;
	bool is_call = take(ps, "(");
	for (size_t f = 0; f < YG_COUNT(functions); f++)
		if (is_call && yg_streq(functions[f].name, name))
			return parse_call(ps, f, at);
	if (is_call)
		return fail(ps, at, "no function '%s': there are min, max, abs, round, now", name);
	return parse_field(ps, name, at);
}

static int parse_primary(struct parser *ps)
{
	skip_spaces(ps);
	if (take(ps, "(")) {
		int node = parse_if(ps);
		expect(ps, ")");
		return node;
	}
	if (*ps->p == '\'' || *ps->p == '"')
		return parse_text(ps);
	if (isdigit((unsigned char)*ps->p) || *ps->p == '.')
		return parse_number(ps);
	if (isalpha((unsigned char)*ps->p))
		return parse_name(ps);
	if (*ps->p)
		return fail(ps, ps->p, "a field or a number is expected here, not '%.10s'", ps->p);
	return fail(ps, ps->p, "a field or a number is missing at the end");
}

static int parse_unary(struct parser *ps)
{
	skip_spaces(ps);
	const char *at = ps->p;
	if (!take(ps, "-"))
		return parse_primary(ps);
	if (++ps->depth > DEPTH_MAX)
		fail(ps, at, "too deep");
	int a = parse_unary(ps);
	ps->depth--;
	want_number(ps, a, at, "-");
	return add(ps, (struct node){.op = OP_NEG, .gives = GIVES_NUMBER, .a = a});
}

struct level {
	const char *sign;
	enum op op;
};

static const struct level products[] = {{"*", OP_MUL}, {"/", OP_DIV}, {"%", OP_MOD}, {0}};
static const struct level sums[] = {{"+", OP_ADD}, {"-", OP_SUB}, {0}};
static const struct level comparisons[] = {{"<=", OP_LE}, {">=", OP_GE}, {"==", OP_EQ},
    {"!=", OP_NE}, {"<", OP_LT}, {">", OP_GT}, {"=", OP_EQ}, {0}};
static const struct level ands[] = {{"and", OP_AND}, {0}};
static const struct level ors[] = {{"or", OP_OR}, {0}};

/* Takes one of the operators, and says where it stands; NULL if none is next. */
static const struct level *take_one(struct parser *ps, const struct level *levels, const char **at)
{
	skip_spaces(ps);
	*at = ps->p;
	for (; levels->sign; levels++)
		if (take(ps, levels->sign))
			return levels;
	return NULL;
}

/* a op b op c, from the left. */
static int parse_chain(
    struct parser *ps, const struct level *levels, int (*operand)(struct parser *))
{
	const char *at = NULL;
	int a = operand(ps);

	for (const struct level *l; (l = take_one(ps, levels, &at));) {
		int b = operand(ps);
		want_number(ps, a, at, l->sign);
		want_number(ps, b, at, l->sign);
		a = add(ps, (struct node){.op = l->op, .gives = GIVES_NUMBER, .a = a, .b = b});
	}
	return a;
}

static int parse_product(struct parser *ps)
{
	return parse_chain(ps, products, parse_unary);
}

static int parse_sum(struct parser *ps)
{
	return parse_chain(ps, sums, parse_product);
}

static int parse_comparison(struct parser *ps)
{
	const char *at = NULL;
	int a = parse_sum(ps);
	const struct level *l = take_one(ps, comparisons, &at);

	if (!l)
		return a;
	int b = parse_sum(ps);
	enum gives ga = gives(ps, a), gb = gives(ps, b);
	if (ga != gb && ga != GIVES_EITHER && gb != GIVES_EITHER)
		return fail(ps, at, "'%s' compares a text with a number here", l->sign);
	return add(ps, (struct node){.op = l->op, .gives = GIVES_NUMBER, .a = a, .b = b});
}

static int parse_not(struct parser *ps)
{
	skip_spaces(ps);
	const char *at = ps->p;
	if (!take(ps, "not"))
		return parse_comparison(ps);
	if (++ps->depth > DEPTH_MAX)
		fail(ps, at, "too deep");
	int a = parse_not(ps);
	ps->depth--;
	want_number(ps, a, at, "not");
	return add(ps, (struct node){.op = OP_NOT, .gives = GIVES_NUMBER, .a = a});
}

static int parse_and(struct parser *ps)
{
	return parse_chain(ps, ands, parse_not);
}

static int parse_or(struct parser *ps)
{
	return parse_chain(ps, ors, parse_and);
}

static enum gives either(enum gives a, enum gives b)
{
	return a == b ? a : GIVES_EITHER;
}

static int parse_else(struct parser *ps)
{
	int a = parse_or(ps);

	while (take(ps, "??")) {
		int b = parse_or(ps);
		a = add(ps, (struct node){.op = OP_ELSE,
				.gives = either(gives(ps, a), gives(ps, b)),
				.a = a,
				.b = b});
	}
	return a;
}

static int parse_if(struct parser *ps)
{
	skip_spaces(ps);
	const char *at = ps->p;
	if (++ps->depth > DEPTH_MAX)
		fail(ps, at, "too deep");
	int a = parse_else(ps);
	if (take(ps, "?")) {
		want_number(ps, a, at, "?");
		int b = parse_if(ps);
		expect(ps, ":");
		int c = parse_if(ps);
		a = add(ps, (struct node){.op = OP_IF,
				.gives = either(gives(ps, b), gives(ps, c)),
				.a = a,
				.b = b,
				.c = c});
	}
	ps->depth--;
	return a;
}

int yg_expr_parse(
    const char *text, const struct yg_kind *kind, struct yg_expr **out, struct yg_err *err)
{
	if (strlen(text) > EXPR_MAX)
		return yg_err_set(err, YG_E_INVALID, "expression: longer than %d bytes", EXPR_MAX);
	struct yg_expr *e = yg_xcalloc(1, sizeof(*e));
	struct parser ps = {.e = e, .text = text, .p = text, .err = err};
	e->kind = kind;
	e->root = parse_if(&ps);
	skip_spaces(&ps);
	if (*ps.p)
		fail(&ps, ps.p, "an operator is expected here, not '%.10s'", ps.p);
	if (ps.rc) {
		yg_expr_free(e);
		return ps.rc;
	}
	*out = e;
	return 0;
}

void yg_expr_free(struct yg_expr *e)
{
	if (!e)
		return;
	yg_vec_done(&e->nodes);
	yg_buf_done(&e->texts);
	free(e);
}

/* ---- evaluation ---- */

static const struct yg_expr_value nothing = {.is = YG_IS_NOTHING};

static struct yg_expr_value number_value(double number)
{
	if (!isfinite(number))
		return nothing;
	return (struct yg_expr_value){.is = YG_IS_NUMBER, .number = number};
}

static struct yg_expr_value text_value(const char *text)
{
	return (struct yg_expr_value){.is = YG_IS_TEXT, .text = text};
}

static struct yg_expr_value field_value(const struct yg_row *row, int field)
{
	struct yg_ref ref;

	if (!yg_row_has(row, field))
		return nothing;
	switch (row->kind->fields[field].type) {
	case YG_T_TEXT:
	case YG_T_REFS:
	case YG_T_LABELS: return text_value(row->v[field].s);
	case YG_T_REF:
		/* The name stands last, so that it ends where the text does. */
		return yg_ref_next(row->v[field].s, &ref) ? text_value(ref.name) : nothing;
	case YG_T_STATE: {
		int64_t state = row->v[field].i;
		bool is_known = state >= 0 && (uint64_t)state < row->kind->n_states;
		return text_value(row->kind->states[is_known ? state : 0].name);
	}
	default: return number_value(yg_row_number(row, field));
	}
}

static double calculate(enum op op, double a, double b)
{
	switch (op) {
	case OP_ADD: return a + b;
	case OP_SUB: return a - b;
	case OP_MUL: return a * b;
	case OP_DIV: return b == 0 ? NAN : a / b;
	case OP_MOD: return b == 0 ? NAN : fmod(a, b);
	case OP_MIN: return fmin(a, b);
	default: return fmax(a, b);
	}
}

static double one_number(enum op op, double a)
{
	switch (op) {
	case OP_NEG: return -a;
	case OP_NOT: return a == 0;
	case OP_ABS: return fabs(a);
	default: return round(a);
	}
}

static bool compare(enum op op, double order)
{
	switch (op) {
	case OP_LT: return order < 0;
	case OP_LE: return order <= 0;
	case OP_GT: return order > 0;
	case OP_GE: return order >= 0;
	case OP_EQ: return order == 0;
	default: return order != 0;
	}
}

static struct yg_expr_value two_values(enum op op, struct yg_expr_value a, struct yg_expr_value b)
{
	if (a.is != b.is)
		return nothing;
	if (op < OP_LT)
		return a.is == YG_IS_NUMBER ? number_value(calculate(op, a.number, b.number))
					    : nothing;
	double order = a.number - b.number;
	if (a.is == YG_IS_TEXT)
		order = yg_text_natural(a.text, b.text);
	return number_value(compare(op, order));
}

struct place {
	const struct yg_expr *e;
	const struct yg_row *row;
	int64_t now_ms;
};

static struct yg_expr_value eval(const struct place *at, int index);

/* Those that do not look at all of their operands. A text where yes or no is wanted is nothing. */
static struct yg_expr_value eval_lazy(const struct place *at, const struct node *n)
{
	struct yg_expr_value a = eval(at, n->a);

	if (n->op == OP_ELSE)
		return a.is == YG_IS_NOTHING ? eval(at, n->b) : a;
	if (a.is != YG_IS_NUMBER)
		return nothing;
	bool yes = a.number != 0;
	if (n->op == OP_IF)
		return eval(at, yes ? n->b : n->c);
	if (yes == (n->op == OP_OR))
		return number_value(yes);
	struct yg_expr_value b = eval(at, n->b);
	return b.is == YG_IS_NUMBER ? number_value(b.number != 0) : nothing;
}

static struct yg_expr_value eval(const struct place *at, int index)
{
	const struct node *n = &at->e->nodes.items[index];
	struct yg_expr_value a = nothing;

	switch (n->op) {
	case OP_NUMBER: return number_value(n->number);
	case OP_TEXT: return text_value(at->e->texts.data + n->text);
	case OP_FIELD: return field_value(at->row, n->field);
	case OP_NOW: return number_value((double)at->now_ms);
	case OP_NEG:
	case OP_NOT:
	case OP_ABS:
	case OP_ROUND:
		a = eval(at, n->a);
		return a.is == YG_IS_NUMBER ? number_value(one_number(n->op, a.number)) : nothing;
	case OP_AND:
	case OP_OR:
	case OP_ELSE:
	case OP_IF: return eval_lazy(at, n);
	default: break;
	}
	a = eval(at, n->a);
	if (a.is == YG_IS_NOTHING)
		return nothing;
	return two_values(n->op, a, eval(at, n->b));
}

struct yg_expr_value yg_expr_eval(const struct yg_expr *e, const struct yg_row *row, int64_t now_ms)
{
	const struct place at = {.e = e, .row = row, .now_ms = now_ms};

	if (row->kind != e->kind)
		return nothing;
	return eval(&at, e->root);
}

uint64_t yg_expr_fields(const struct yg_expr *e)
{
	return e->fields;
}

int yg_expr_field(const struct yg_expr *e)
{
	const struct node *root = &e->nodes.items[e->root];

	return root->op == OP_FIELD ? root->field : -1;
}
