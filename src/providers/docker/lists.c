/* lists: whole listings, and single containers that events told of. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/docker/docker.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "net/loop.h"

#define INFO_EVERY_MS 60000
#define MAX_REFRESH   256 /* containers in one question; the others in the next */
#define SOON_MS       30

/* An engine answers for 200 containers in 20 ms on one processor: the first listing is asked for in
 * two halves that have nothing to do with each other, by the last letter of the name. */
#define HALF_LETTERS "02468acegikmoqsuwyACEGIKMOQSUWY"

uint64_t docker_kind_bit(const struct yg_kind *kind)
{
	return UINT64_C(1) << yg_kind_index(kind);
}

/* ---- what we know of containers ---- */

struct docker_box *docker_box(struct docker *d, const char *id)
{
	struct docker_box *box = yg_map_get(&d->boxes, id);

	if (box)
		return box;
	box = yg_xcalloc(1, sizeof(*box));
	box->id = yg_xstrdup(id);
	box->d = d;
	yg_map_put(&d->boxes, id, box);
	return box;
}

static void box_free(struct docker *d, struct docker_box *box)
{
	docker_stats_stop(d, box);
	free(box->id);
	free(box);
}

void docker_box_drop(struct docker *d, const char *id)
{
	struct docker_box *box = yg_map_remove(&d->boxes, id);

	yg_controller_drop(d->c, &yg_kind_container, id);
	if (box)
		box_free(d, box);
	d->is_underived = true;
}

void docker_boxes_free(struct docker *d)
{
	for (size_t i = 0; i < d->boxes.count; i++)
		box_free(d, d->boxes.entries[i].value);
	yg_map_done(&d->boxes);
}

static const struct yg_row *row_of(struct docker *d, const char *id)
{
	uint32_t slot = yg_inventory_find(d->c->inv, d->c->name, &yg_kind_container, id);

	return slot == YG_NO_SLOT ? NULL : yg_inventory_row(d->c->inv, slot);
}

void docker_box_show(struct docker *d, struct docker_box *box)
{
	static const struct docker_rates none = {-1, -1, -1, -1, -1, -1, -1, -1};
	const struct yg_row *row = row_of(d, box->id);
	struct yg_draft draft;

	if (!row)
		return;
	yg_draft_copy(&draft, row);
	docker_set_rates(&draft, box->has_rates && box->is_running ? &box->rates : &none);
	if (box->started_ms && box->is_running)
		yg_draft_int(&draft, YG_CONTAINER_STARTED, box->started_ms);
	else
		yg_draft_clear(&draft, YG_CONTAINER_STARTED);
	yg_controller_put(d->c, yg_draft_done(&draft));
}

static struct docker_box *put_container(struct docker *d, const struct yg_json *item)
{
	const char *id = yg_json_text(yg_json_member(item, "Id"));

	if (!id[0])
		return NULL;
	struct docker_box *box = docker_box(d, id);
	struct yg_row *row = docker_container_row(
	    &d->site, item, box->started_ms, box->has_rates ? &box->rates : NULL);
	int state = yg_row_state(row);
	box->is_running = state == YG_CONTAINER_STATE_RUNNING || state == YG_CONTAINER_STATE_PAUSED;
	box->round = d->round;
	if (box->is_visible)
		d->is_screen_new = true;
	yg_controller_put(d->c, row);
	return box;
}

static void log_bad(struct docker_list *l)
{
	if (l->n_bad)
		yg_log("docker", YG_LOG_WARN, "controller '%s': %s: %zu items could not be read",
		    l->d->c->name, l->ops->what, l->n_bad);
}

/* ---- images, networks, volumes: after the containers, that say who uses them ---- */

struct kind_list {
	struct docker_list_ops ops;
	const struct yg_kind *kind;
	const char *path;
	struct yg_row *(*row)(const struct docker_site *site, const struct yg_json *item);
};

static void kind_item(struct docker_list *l, const struct yg_json *item);
static void kind_end(struct docker_list *l, int status, const struct yg_err *err);

static const struct kind_list kind_lists[] = {
    {{"images", NULL, kind_item, kind_end}, &yg_kind_image, "/images/json", docker_image_row},
    {{"networks", NULL, kind_item, kind_end}, &yg_kind_network, "/networks", docker_network_row},
    {{"volumes", "Volumes", kind_item, kind_end}, &yg_kind_volume, "/volumes", docker_volume_row},
};

static const struct kind_list *kind_of(const struct docker_list *l)
{
	return yg_container_of(l->ops, struct kind_list, ops);
}

static void kind_item(struct docker_list *l, const struct yg_json *item)
{
	struct yg_row *row = kind_of(l)->row(&l->d->site, item);

	if (row)
		yg_controller_put(l->d->c, row);
}

static void kind_end(struct docker_list *l, int status, const struct yg_err *err)
{
	struct docker *d = l->d;
	const struct yg_kind *kind = kind_of(l)->kind;

	log_bad(l);
	if (!err) {
		docker_derive(d);
		yg_controller_list_end(d->c, kind);
	} else if (status && status != 200) {
		yg_log("docker", YG_LOG_WARN, "%s", err->text);
		yg_controller_list_skip(d->c, kind);
	} else {
		yg_controller_failed(d->c, err);
	}
}

static bool is_listing(const struct docker *d, const struct docker_list_ops *ops)
{
	for (const struct docker_list *l = d->lists; l; l = l->next)
		if (l->ops == ops)
			return true;
	return false;
}

static void list_kinds(struct docker *d, uint64_t kinds)
{
	for (size_t i = 0; i < YG_COUNT(kind_lists); i++) {
		const struct kind_list *k = &kind_lists[i];
		if (!(kinds & docker_kind_bit(k->kind)) || is_listing(d, &k->ops))
			continue;
		yg_controller_list_begin(d->c, k->kind);
		docker_ask(d, &k->ops, k->path, 0, NULL);
	}
}

/* ---- the host ---- */

static void info_item(struct docker_list *l, const struct yg_json *item)
{
	struct docker *d = l->d;
	const char *id = yg_json_text(yg_json_member(item, "ID"));
	const char *name = yg_json_text(yg_json_member(item, "Name"));

	if (!name[0])
		return;
	free(d->site.host_id);
	free(d->site.host_name);
	/* Podman has no id for itself. */
	d->site.host_id = yg_xstrdup(id[0] ? id : name);
	d->site.host_name = yg_xstrdup(name);
	yg_controller_list_begin(d->c, &yg_kind_host);
	yg_controller_put(d->c, docker_host_row(&d->site, item));
	yg_controller_list_end(d->c, &yg_kind_host);
	docker_identity_save(d);
}

static void containers_complete(struct docker *d);

static void info_end(struct docker_list *l, int status, const struct yg_err *err)
{
	struct docker *d = l->d;

	d->is_info_asked = false;
	if (err && !status) {
		yg_controller_failed(d->c, err);
		return;
	}
	if (err || !d->site.host_id) {
		yg_log("docker", YG_LOG_WARN, "controller '%s': info: %s", d->c->name,
		    err ? err->text : "it tells no name");
		yg_controller_list_skip(d->c, &yg_kind_host);
	}
	if (d->site.host_id)
		docker_fix_hosts(d);
	if (d->is_waiting_for_info)
		containers_complete(d);
}

static const struct docker_list_ops info_list = {"info", NULL, info_item, info_end};

void docker_ask_info(struct docker *d)
{
	d->is_info_asked = true;
	d->info_ms = docker_steady_ms();
	docker_ask(d, &info_list, "/info", 0, NULL);
}

/* ---- all containers ---- */

/* Every row is there: those that were not named are gone, and what follows from them can be told.
 */
static void containers_complete(struct docker *d)
{
	d->is_waiting_for_info = false;
	for (size_t i = d->boxes.count; i--;) {
		struct docker_box *box = d->boxes.entries[i].value;
		if (box->round != d->round && !box->is_dirty && !box->is_asked) {
			yg_map_remove(&d->boxes, box->id);
			box_free(d, box);
		}
	}
	d->was_listed = true;
	docker_derive(d);
	yg_controller_list_end(d->c, &yg_kind_container);
	list_kinds(d, d->wanted);
	d->wanted = 0;
	docker_soon(d, SOON_MS);
}

static void part_item(struct docker_list *l, const struct yg_json *item)
{
	put_container(l->d, item);
}

static void part_end(struct docker_list *l, int status, const struct yg_err *err)
{
	struct docker *d = l->d;

	log_bad(l);
	d->parts--;
	if (err) {
		d->parts = 0;
		yg_controller_failed(d->c, err);
		return;
	}
	if (d->parts > 0)
		return;
	/* Rows name their host: it would be odd if they did so only some of the time. */
	if (d->is_info_asked && !d->site.host_id)
		d->is_waiting_for_info = true;
	else
		containers_complete(d);
}

static const struct docker_list_ops part_list = {"containers", NULL, part_item, part_end};

static void ask_filtered(struct docker *d, const struct docker_list_ops *ops, const char *filters)
{
	struct yg_buf path = {0};

	yg_buf_str(&path, "/containers/json?all=1&filters=");
	yg_http_escape(&path, filters);
	docker_ask(d, ops, path.data, 0, NULL);
	yg_buf_done(&path);
}

static void list_containers(struct docker *d)
{
	yg_controller_list_begin(d->c, &yg_kind_container);
	d->round++;
	if (d->was_listed || d->is_podman) {
		d->parts = 1;
		docker_ask(d, &part_list, "/containers/json?all=1", 0, NULL);
		return;
	}
	d->parts = 2;
	ask_filtered(d, &part_list, "{\"name\":[\"[" HALF_LETTERS "]$\"]}");
	ask_filtered(d, &part_list, "{\"name\":[\"[^" HALF_LETTERS "]$\"]}");
}

void docker_poll(struct docker *d, uint64_t kinds)
{
	uint64_t host = docker_kind_bit(&yg_kind_host);

	if (kinds & host && !d->is_info_asked &&
	    (!d->info_ms || docker_steady_ms() - d->info_ms >= INFO_EVERY_MS))
		docker_ask_info(d);
	if (!(kinds & ~host))
		return;
	d->wanted |= kinds;
	if (!d->parts && !d->is_waiting_for_info)
		list_containers(d);
}

/* ---- single containers ---- */

static void refresh_item(struct docker_list *l, const struct yg_json *item)
{
	struct docker_box *box = put_container(l->d, item);

	if (box)
		box->is_asked = false;
}

/* Those that were asked for and did not come are gone. */
static void refresh_end(struct docker_list *l, int status, const struct yg_err *err)
{
	struct docker *d = l->d;
	char *ids = l->data;

	d->is_refreshing = false;
	for (char *id = ids; *id; id += strlen(id) + 1) {
		struct docker_box *box = yg_map_get(&d->boxes, id);
		if (!box || !box->is_asked)
			continue;
		box->is_asked = false;
		if (!err && !box->is_dirty)
			docker_box_drop(d, id);
	}
	if (err && !status) {
		yg_controller_failed(d->c, err);
		return;
	}
	d->is_underived = true;
	docker_soon(d, SOON_MS);
}

static const struct docker_list_ops refresh_list = {
    "changed containers", NULL, refresh_item, refresh_end};

void docker_refresh(struct docker *d, const char *id)
{
	docker_box(d, id)->is_dirty = true;
	d->has_dirty = true;
	docker_soon(d, SOON_MS);
}

/* Collects ids as filter and as a list of texts with an empty one at its end. */
static size_t take_dirty(struct docker *d, struct yg_buf *filter, struct yg_buf *ids)
{
	size_t n = 0;

	yg_buf_str(filter, "{\"id\":[");
	for (size_t i = 0; i < d->boxes.count; i++) {
		struct docker_box *box = d->boxes.entries[i].value;
		if (!box->is_dirty)
			continue;
		if (n == MAX_REFRESH) {
			d->has_dirty = true;
			break;
		}
		box->is_dirty = false;
		box->is_asked = true;
		if (n++)
			yg_buf_char(filter, ',');
		yg_json_quote(filter, box->id);
		yg_buf_add(ids, box->id, strlen(box->id) + 1);
	}
	yg_buf_str(filter, "]}");
	yg_buf_char(ids, '\0');
	return n;
}

static void refresh_dirty(struct docker *d)
{
	struct yg_buf filter = {0}, ids = {0}, path = {0};

	d->has_dirty = false;
	size_t n = take_dirty(d, &filter, &ids);
	if (n) {
		d->is_refreshing = true;
		yg_buf_str(&path, "/containers/json?all=1&filters=");
		yg_http_escape(&path, filter.data);
		docker_ask(d, &refresh_list, path.data, 0, yg_buf_take(&ids));
	}
	yg_buf_done(&filter);
	yg_buf_done(&path);
	yg_buf_done(&ids);
}

void docker_lists_soon(struct docker *d)
{
	if (d->has_dirty && !d->is_refreshing)
		refresh_dirty(d);
	if (d->dirty_kinds) {
		list_kinds(d, d->dirty_kinds);
		d->dirty_kinds = 0;
	}
	if (d->is_underived)
		docker_derive(d);
}
