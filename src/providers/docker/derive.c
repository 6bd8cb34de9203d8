/* derive: what no answer says by itself: projects, and how many use an image, network or volume. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/docker/docker.h"

#include <stdint.h>
#include <stdlib.h>

/* Text -> how many, in the value itself. */
static void count(struct yg_map *m, const char *key, size_t len)
{
	char *name = yg_xstrndup(key, len);

	yg_map_put(m, name, (void *)((uintptr_t)yg_map_get(m, name) + 1));
	free(name);
}

static void count_refs(struct yg_map *m, const char *refs)
{
	struct yg_ref ref;

	while ((refs = yg_ref_next(refs, &ref)))
		count(m, ref.id, ref.id_len);
}

struct project {
	struct yg_map services;
	size_t containers, running;
	char *path;
};

struct users {
	struct yg_map images, networks, volumes;
	struct yg_map projects;
	size_t running;
};

static bool is_up(const struct yg_row *row)
{
	int state = yg_row_state(row);

	return state == YG_CONTAINER_STATE_RUNNING || state == YG_CONTAINER_STATE_PAUSED ||
	       state == YG_CONTAINER_STATE_RESTARTING;
}

/* The value of a label in "name=value\n" lines; the caller frees. NULL: there is none. */
static char *label_of(const char *labels, const char *name)
{
	size_t n = strlen(name);

	while (*labels) {
		size_t len = strcspn(labels, "\n");
		if (len > n && strncmp(labels, name, n) == 0 && labels[n] == '=')
			return yg_xstrndup(labels + n + 1, len - n - 1);
		labels += len + (labels[len] == '\n');
	}
	return NULL;
}

static void count_in_project(struct users *u, const struct yg_row *row)
{
	struct yg_ref ref;
	const char *service = yg_row_text(row, YG_CONTAINER_SERVICE);

	if (!yg_ref_next(yg_row_text(row, YG_CONTAINER_PROJECT), &ref))
		return;
	char *name = yg_xstrndup(ref.id, ref.id_len);
	struct project *p = yg_map_get(&u->projects, name);
	if (!p) {
		p = yg_xcalloc(1, sizeof(*p));
		yg_map_put(&u->projects, name, p);
	}
	free(name);
	p->containers++;
	p->running += is_up(row);
	if (service[0])
		count(&p->services, service, strlen(service));
	if (!p->path)
		p->path = label_of(yg_row_text(row, YG_CONTAINER_LABELS),
		    "com.docker.compose.project.working_dir");
}

/* The slots of our rows of a kind, copied: putting rows moves the others. The caller frees. */
static uint32_t *slots_of(struct docker *d, const struct yg_kind *kind, size_t *count)
{
	const uint32_t *all = yg_inventory_slots(d->c->inv, kind, count);
	uint32_t *out = yg_xcalloc(*count + 1, sizeof(*out));
	size_t n = 0;

	for (size_t i = 0; i < *count; i++) {
		const struct yg_row *row = yg_inventory_row(d->c->inv, all[i]);
		if (row && yg_streq(yg_row_text(row, YG_F_CONTROLLER), d->c->name))
			out[n++] = all[i];
	}
	*count = n;
	return out;
}

static void count_all(struct docker *d, struct users *u)
{
	size_t n;
	uint32_t *slots = slots_of(d, &yg_kind_container, &n);

	for (size_t i = 0; i < n; i++) {
		const struct yg_row *row = yg_inventory_row(d->c->inv, slots[i]);
		count_refs(&u->images, yg_row_text(row, YG_CONTAINER_IMAGE_REF));
		count_refs(&u->volumes, yg_row_text(row, YG_CONTAINER_VOLUMES));
		if (is_up(row)) {
			u->running++;
			count_refs(&u->networks, yg_row_text(row, YG_CONTAINER_NETWORKS));
		}
		count_in_project(u, row);
	}
	free(slots);
}

static void put_projects(struct docker *d, const struct users *u)
{
	yg_controller_list_begin(d->c, &yg_kind_project);
	for (size_t i = 0; i < u->projects.count; i++) {
		const struct project *p = u->projects.entries[i].value;
		const char *name = u->projects.entries[i].key;
		struct yg_draft draft;
		yg_draft_init(&draft, &yg_kind_project, d->c->name, name);
		yg_draft_text(&draft, YG_F_NAME, name);
		yg_draft_state(&draft, p->running == p->containers ? YG_PROJECT_STATE_RUNNING
				       : p->running                ? YG_PROJECT_STATE_PARTLY
								   : YG_PROJECT_STATE_STOPPED);
		docker_set_host(&draft, &d->site, YG_PROJECT_HOST);
		yg_draft_int(&draft, YG_PROJECT_SERVICES, (int64_t)p->services.count);
		yg_draft_int(&draft, YG_PROJECT_CONTAINERS, (int64_t)p->containers);
		yg_draft_int(&draft, YG_PROJECT_RUNNING, (int64_t)p->running);
		if (p->path)
			yg_draft_text(&draft, YG_PROJECT_PATH, p->path);
		yg_controller_put(d->c, yg_draft_done(&draft));
	}
	yg_controller_list_end(d->c, &yg_kind_project);
}

/* Where the number of users is, and what state that means: -1 where there is none. */
struct usage {
	const struct yg_kind *kind;
	int field, used, unused;
};

static const struct usage image_usage = {
    &yg_kind_image, YG_IMAGE_CONTAINERS, YG_IMAGE_STATE_USED, YG_IMAGE_STATE_UNUSED};
static const struct usage network_usage = {&yg_kind_network, YG_NETWORK_ATTACHED, -1, -1};
static const struct usage volume_usage = {
    &yg_kind_volume, -1, YG_VOLUME_STATE_USED, YG_VOLUME_STATE_UNUSED};

static void put_usage(struct docker *d, const struct usage *u, const struct yg_map *users)
{
	size_t n;
	uint32_t *slots = slots_of(d, u->kind, &n);

	for (size_t i = 0; i < n; i++) {
		const struct yg_row *row = yg_inventory_row(d->c->inv, slots[i]);
		int64_t by = (int64_t)(uintptr_t)yg_map_get(users, yg_row_id(row));
		int state = u->used < 0 ? yg_row_state(row) : by ? u->used : u->unused;
		struct yg_draft draft;
		if (state == yg_row_state(row) && (u->field < 0 || yg_row_int(row, u->field) == by))
			continue;
		yg_draft_copy(&draft, row);
		yg_draft_state(&draft, state);
		if (u->field >= 0)
			yg_draft_int(&draft, u->field, by);
		yg_controller_put(d->c, yg_draft_done(&draft));
	}
	free(slots);
}

static void put_host(struct docker *d, size_t running)
{
	struct yg_draft draft;

	if (!d->site.host_id)
		return;
	uint32_t slot = yg_inventory_find(d->c->inv, d->c->name, &yg_kind_host, d->site.host_id);
	const struct yg_row *row = slot == YG_NO_SLOT ? NULL : yg_inventory_row(d->c->inv, slot);
	if (!row || yg_row_int(row, YG_HOST_CONTAINERS) == (int64_t)running)
		return;
	yg_draft_copy(&draft, row);
	yg_draft_int(&draft, YG_HOST_CONTAINERS, (int64_t)running);
	yg_controller_put(d->c, yg_draft_done(&draft));
}

static void users_done(struct users *u)
{
	for (size_t i = 0; i < u->projects.count; i++) {
		struct project *p = u->projects.entries[i].value;
		yg_map_done(&p->services);
		free(p->path);
		free(p);
	}
	yg_map_done(&u->projects);
	yg_map_done(&u->images);
	yg_map_done(&u->networks);
	yg_map_done(&u->volumes);
}

void docker_derive(struct docker *d)
{
	struct users u = {0};

	d->is_underived = false;
	if (!d->was_listed)
		return;
	count_all(d, &u);
	put_projects(d, &u);
	put_usage(d, &image_usage, &u.images);
	put_usage(d, &network_usage, &u.networks);
	put_usage(d, &volume_usage, &u.volumes);
	put_host(d, u.running);
	users_done(&u);
}

static bool is_host_of(const struct docker *d, const char *text)
{
	const char *id = d->site.host_id, *name = d->site.host_name;
	struct yg_ref ref;

	return yg_ref_next(text, &ref) && ref.id_len == strlen(id) &&
	       memcmp(ref.id, id, ref.id_len) == 0 && ref.name_len == strlen(name) &&
	       memcmp(ref.name, name, ref.name_len) == 0;
}

void docker_fix_hosts(struct docker *d)
{
	static const struct {
		const struct yg_kind *kind;
		int field;
	} hosts[] = {
	    {&yg_kind_container, YG_CONTAINER_HOST},
	    {&yg_kind_image, YG_IMAGE_HOST},
	    {&yg_kind_network, YG_NETWORK_HOST},
	    {&yg_kind_volume, YG_VOLUME_HOST},
	    {&yg_kind_project, YG_PROJECT_HOST},
	};

	for (size_t k = 0; k < YG_COUNT(hosts); k++) {
		size_t n;
		uint32_t *slots = slots_of(d, hosts[k].kind, &n);
		for (size_t i = 0; i < n; i++) {
			const struct yg_row *row = yg_inventory_row(d->c->inv, slots[i]);
			struct yg_draft draft;
			if (is_host_of(d, yg_row_text(row, hosts[k].field)))
				continue;
			yg_draft_copy(&draft, row);
			docker_set_host(&draft, &d->site, hosts[k].field);
			yg_controller_put(d->c, yg_draft_done(&draft));
		}
		free(slots);
	}
}
