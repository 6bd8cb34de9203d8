/* post: what the worker has to say, said on the loop thread. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "net/loop.h"
#include "providers/libvirt/virt.h"

enum what { UP, FAILED, HEARD, SAMPLED, SKIP, ROWS, LIST, DROP };

struct post {
	struct yg_virt_conn *conn;
	enum what what;
	const struct yg_kind *kind;
	char *text;
	struct yg_err err;
	struct yg_virt_rows rows;
};

static void post_free(void *data)
{
	struct post *p = data;

	for (size_t i = 0; i < p->rows.count; i++)
		yg_row_unref(p->rows.items[i]);
	yg_vec_done(&p->rows);
	free(p->text);
	yg_virt_conn_unref(p->conn);
	free(p);
}

static void deliver_rows(struct yg_controller *c, struct post *p)
{
	if (p->what == LIST)
		yg_controller_list_begin(c, p->kind);
	yg_vec_each (&p->rows, row) {
		yg_controller_put(c, *row);
		*row = NULL;
	}
	if (p->what == LIST)
		yg_controller_list_end(c, p->kind);
}

static void deliver(void *data)
{
	struct post *p = data;
	struct yg_controller *c = p->conn->ctl;

	if (c)
		switch (p->what) {
		case UP:
			p->conn->is_up = true;
			yg_controller_up(c, p->text);
			break;
		case FAILED: yg_controller_failed(c, &p->err); break;
		case HEARD: yg_controller_heard(c); break;
		case SAMPLED: yg_controller_sampled(c); break;
		case SKIP: yg_controller_list_skip(c, p->kind); break;
		case DROP: yg_controller_drop(c, p->kind, p->text); break;
		case ROWS:
		case LIST: deliver_rows(c, p); break;
		}
	post_free(p);
}

void yg_virt_post(
    struct yg_virt_conn *v, void (*cb)(void *data), void (*drop)(void *data), void *data)
{
	/* Under the lock: the loop lives at least as long as the connection is not closed. */
	pthread_mutex_lock(&v->lock);
	bool is_open = v->loop != NULL;
	if (is_open)
		yg_loop_post(v->loop, cb, data);
	pthread_mutex_unlock(&v->lock);
	if (!is_open)
		drop(data);
}

static struct post *post_new(struct yg_virt_conn *v, enum what what)
{
	struct post *p = yg_xcalloc(1, sizeof(*p));

	p->conn = yg_virt_conn_ref(v);
	p->what = what;
	return p;
}

static void send(struct post *p)
{
	yg_virt_post(p->conn, deliver, post_free, p);
}

void yg_virt_post_up(struct yg_virt_conn *v, const char *version)
{
	struct post *p = post_new(v, UP);

	p->text = yg_xstrdup(version);
	send(p);
}

void yg_virt_post_failed(struct yg_virt_conn *v, const struct yg_err *err)
{
	struct post *p = post_new(v, FAILED);

	p->err = *err;
	send(p);
}

void yg_virt_post_heard(struct yg_virt_conn *v)
{
	send(post_new(v, HEARD));
}

void yg_virt_post_sampled(struct yg_virt_conn *v)
{
	send(post_new(v, SAMPLED));
}

void yg_virt_post_skip(struct yg_virt_conn *v, const struct yg_kind *kind)
{
	struct post *p = post_new(v, SKIP);

	p->kind = kind;
	send(p);
}

void yg_virt_post_rows(
    struct yg_virt_conn *v, const struct yg_kind *kind, struct yg_virt_rows *rows, bool is_list)
{
	struct post *p = post_new(v, is_list ? LIST : ROWS);

	p->kind = kind;
	p->rows = *rows;
	*rows = (struct yg_virt_rows){0};
	send(p);
}

void yg_virt_post_drop(struct yg_virt_conn *v, const struct yg_kind *kind, const char *id)
{
	struct post *p = post_new(v, DROP);

	p->kind = kind;
	p->text = yg_xstrdup(id);
	send(p);
}
