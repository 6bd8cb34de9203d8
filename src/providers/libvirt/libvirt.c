/* libvirt: the provider's table: what the loop thread calls. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/libvirt/virt.h"

#define HANGING_MAX 3 /* attempts to one URI that still hang: no further thread for it */

struct priv {
	struct yg_virt_conn *conn;
};

static int open_conn(struct yg_controller *c, struct yg_err *err)
{
	struct priv *p = c->priv;

	yg_virt_start();
	if (yg_virt_hanging(c->url) >= HANGING_MAX)
		return yg_err_set(err, YG_E_TIMEOUT,
		    "%d earlier attempts still hang: '%s' accepts and says nothing", HANGING_MAX,
		    c->url);
	struct yg_virt_conn *v = yg_virt_conn_new(c, c->url);
	if (!yg_virt_thread(yg_virt_worker, yg_virt_conn_ref(v))) {
		yg_virt_conn_unref(v);
		yg_virt_conn_unref(v);
		return yg_err_set(err, YG_E_FAILED, "no thread for it");
	}
	p->conn = v;
	return 0;
}

static void poll_conn(struct yg_controller *c, uint64_t kinds)
{
	struct yg_virt_conn *v = ((struct priv *)c->priv)->conn;

	if (!v)
		return;
	pthread_mutex_lock(&v->lock);
	v->kinds |= kinds;
	v->is_poll_wanted = true;
	pthread_cond_broadcast(&v->wake);
	pthread_mutex_unlock(&v->lock);
	yg_controller_asked(c);
}

static void see(struct yg_controller *c, const struct yg_row *const *rows, size_t count)
{
	struct yg_virt_conn *v = ((struct priv *)c->priv)->conn;
	struct yg_map visible = {0};

	if (!v)
		return;
	for (size_t i = 0; rows && i < count; i++)
		if (rows[i]->kind == &yg_kind_vm)
			yg_map_put(&visible, yg_row_id(rows[i]), v);
	pthread_mutex_lock(&v->lock);
	struct yg_map old = v->visible;
	v->visible = visible;
	pthread_mutex_unlock(&v->lock);
	yg_map_done(&old);
}

static int open_stream(struct yg_controller *c, const struct yg_row *row,
    const struct yg_stream_request *request, struct yg_stream **out, struct yg_err *err)
{
	return yg_virt_console_open(((struct priv *)c->priv)->conn, row, request, out, err);
}

static void close_conn(struct yg_controller *c)
{
	struct priv *p = c->priv;
	struct yg_virt_conn *v = p->conn;

	if (!v)
		return;
	p->conn = NULL;
	pthread_mutex_lock(&v->lock);
	v->is_closed = true;
	v->loop = NULL;
	pthread_cond_broadcast(&v->wake);
	pthread_mutex_unlock(&v->lock);
	yg_virt_acts_close(v);
	v->ctl = NULL;
	yg_virt_conn_unref(v);
}

extern const struct yg_provider_ops yg_provider_ops;
const struct yg_provider_ops yg_provider_ops = {
    .size = sizeof(struct yg_provider_ops),
    .private_size = sizeof(struct priv),
    .open = open_conn,
    .poll = poll_conn,
    .visible = see,
    .act = yg_virt_act,
    .close = close_conn,
    .stream = open_stream,
};
