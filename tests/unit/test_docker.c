/* test_docker: the provider docker against an engine that we play: rows, events, rates, actions. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake_http.h"

#include <sys/stat.h>

#include "api/house.h"
#include "base/clock.h"
#include "net/loop.h"
#include "providers/docker/docker.h"

#define PATIENCE_US 20000000

extern const struct yg_provider_ops yg_provider_ops;
extern const struct yg_provider yg_provider_docker;

/* What the engine has of container c1, by fake.knob. */
enum { RUNS, ENDED, IS_GONE };

struct world {
	struct yg_loop *loop;
	struct yg_inventory *inv;
	struct yg_tasks *tasks;
	struct yg_controller *c;
	struct fake_http fake;
	char folder[40];
	char *url;
};

/* Set by a test before the engine starts. */
static struct {
	const char *api;  /* header lines */
	const char *list; /* instead of the usual one */
	int list_status;
	bool is_silent; /* nothing after the ping */
	bool is_info_silent;
} play;

static const char c1_json[] =
    "{\"Id\":\"c1c1\",\"Names\":[\"/other/alias\",\"/web-1\"],\"Image\":\"acme/web:1\",\"ImageID\":"
    "\"sha256:aa\",\"Command\":\"/bin/sh\",\"Created\":1700000000,\"Ports\":[{\"IP\":\"0.0.0.0\","
    "\"PrivatePort\":80,\"PublicPort\":8080,\"Type\":\"tcp\"},{\"IP\":\"::\",\"PrivatePort\":80,"
    "\"PublicPort\":8080,\"Type\":\"tcp\"},{\"IP\":\"127.0.0.1\",\"PrivatePort\":53,\"PublicPort\":"
    "5353,\"Type\":\"udp\"},{\"PrivatePort\":99,\"Type\":\"tcp\"}],\"Labels\":{\"a\":\"b\","
    "\"com.docker.compose.project\":\"shop\",\"com.docker.compose.service\":\"web\","
    "\"com.docker.compose.project.working_dir\":\"/srv/shop\"},\"State\":\"%s\",\"Status\":\"%s\","
    "\"NetworkSettings\":{\"Networks\":{\"net1\":{\"NetworkID\":\"n1\",\"IPAddress\":\"10.0.0.2\","
    "\"GlobalIPv6Address\":\"fd00::2\"},\"net2\":{\"NetworkID\":\"\",\"IPAddress\":\"\"}}},"
    "\"Mounts\":[{\"Type\":\"volume\",\"Name\":\"vol1\"},{\"Type\":\"bind\",\"Source\":\"/x\"}]}";

static const char info_json[] =
    "{\"ID\":\"HOST:ID\",\"Name\":\"node1\",\"NCPU\":4,\"MemTotal\":1024,\"ContainersRunning\":9,"
    "\"OperatingSystem\":\"Debian\",\"KernelVersion\":\"6.1\",\"ServerVersion\":\"20.1\","
    "\"Architecture\":\"x86_64\",\"Labels\":[\"rack=7\",\"odd\"]}";

static const char sample_json[] =
    "{\"read\":\"2026-01-01T00:00:0%d.5Z\",\"cpu_stats\":{\"cpu_usage\":{\"total_usage\":%"
    "d00000000},"
    "\"system_cpu_usage\":%d000000000,\"online_cpus\":2},\"memory_stats\":{\"usage\":1000,"
    "\"limit\":"
    "4000,\"stats\":{\"inactive_file\":100,\"total_inactive_file\":300}},\"pids_stats\":{"
    "\"current\":"
    "3},\"networks\":{\"eth0\":{\"rx_bytes\":%d000,\"tx_bytes\":0}},\"blkio_stats\":"
    "{\"io_service_bytes_recursive\":null}}\n";

static char *c1_text(int what)
{
	return yg_xasprintf(c1_json, what == RUNS ? "running" : "exited",
	    what == RUNS ? "Up 4 seconds (healthy)" : "Exited (3) 4 seconds ago");
}

/* ---- the engine ---- */

static void answer_list(struct fake_http *f, int fd, const char *path)
{
	char *c1 = c1_text(f->knob), *list = NULL;

	if (play.list) /* the second half of the names has none; an error is told to both */
		list = yg_xstrdup(strstr(path, "%5B%5E") && !play.list_status ? "[]" : play.list);
	else if (strstr(path, "%22name%22") && strstr(path, "%5B%5E"))
		list = yg_xstrdup(
		    "[{\"Id\":\"c2c2\",\"Names\":[\"/evil\\u001b[2J\\u202e\\n\"],"
		    "\"State\":\"paused\",\"Status\":\"Up\",\"Labels\":{\"x\\ny\":\"\\t\"}}]");
	else
		list = yg_xasprintf("[%s]", f->knob == IS_GONE ? "" : c1);
	fake_reply(fd, play.list_status ? play.list_status : 200, "", list);
	free(c1);
	free(list);
}

static void say_chunk(int fd, const char *text)
{
	char *chunk = yg_xasprintf("%zx\r\n%s\r\n", strlen(text), text);

	fake_say(fd, chunk);
	free(chunk);
}

/* Tells that c1 ended as soon as it did, then that it is gone. */
static void answer_events(struct fake_http *f, int fd)
{
	fake_say(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
	for (int last = RUNS; !f->is_over && last != IS_GONE; usleep(5000)) {
		int now = f->knob;
		if (now == last)
			continue;
		char *event =
		    yg_xasprintf("{\"Type\":\"container\",\"Action\":\"%s\",\"Actor\":{\"ID\":"
				 "\"c1c1\"},\"timeNano\":%d}\n",
			now == IS_GONE ? "destroy" : "die", 1000 + now);
		say_chunk(fd, event);
		free(event);
		last = now;
	}
	fake_hang(fd);
}

static void answer_stats(int fd)
{
	fake_say(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
	for (int i = 1; i <= 3; i++) {
		char *sample = yg_xasprintf(sample_json, i, 5 * i, 2 * i, 7 * i);
		say_chunk(fd, sample);
		free(sample);
	}
	fake_hang(fd);
}

static bool answer_action(int fd, const char *path)
{
	struct linger reset = {.l_onoff = 1};

	if (strstr(path, "/start"))
		return fake_reply(fd, 304, "", "");
	if (strstr(path, "/stop"))
		return fake_say(fd, "HTTP/1.1 204 No Content\r\n\r\n");
	if (strstr(path, "/pause"))
		return fake_reply(fd, 409, "", "{\"message\":\"it is not \\u001brunning\"}");
	if (strstr(path, "/restart"))
		return fake_reply(fd, 404, "", "{\"message\":\"No such container: c1c1\"}");
	if (strstr(path, "/unpause")) {
		fake_hang(fd);
		return false;
	}
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	return false;
}

static bool answer(struct fake_http *f, int fd, const char *method, const char *path)
{
	if (yg_streq(path, "/_ping"))
		return fake_reply(fd, 200, play.api, "OK");
	if (play.is_silent) {
		fake_hang(fd);
		return false;
	}
	if (strstr(path, "/info") && play.is_info_silent) {
		fake_hang(fd);
		return false;
	}
	if (yg_streq(path, "/info"))
		return fake_reply(fd, 200, "", info_json);
	if (!yg_starts_with(path, "/v1.41/"))
		return fake_reply(fd, 404, "", "{\"message\":\"page not found\"}");
	path += strlen("/v1.41");
	if (!yg_streq(method, "GET"))
		return answer_action(fd, path);
	if (yg_starts_with(path, "/containers/json"))
		answer_list(f, fd, path);
	else if (yg_starts_with(path, "/events"))
		answer_events(f, fd);
	else if (strstr(path, "/stats"))
		answer_stats(fd);
	else if (yg_streq(path, "/containers/c1c1/json"))
		fake_reply(fd, 200, "", "{\"State\":{\"StartedAt\":\"2026-01-01T00:00:00.25Z\"}}");
	else if (yg_streq(path, "/images/json"))
		fake_reply(fd, 200, "",
		    "[{\"Id\":\"sha256:aa\",\"RepoTags\":[\"acme/web:1\"],\"Size\":5,"
		    "\"Created\":1700000000,\"RepoDigests\":[\"acme/web@sha256:dd\"]},"
		    "{\"Id\":\"sha256:bbbbbbbbbbbbbbbbbb\",\"RepoTags\":null}]");
	else if (yg_streq(path, "/networks"))
		fake_reply(fd, 200, "",
		    "[{\"Id\":\"n1\",\"Name\":\"net1\",\"Driver\":\"bridge\",\"IPAM\":"
		    "{\"Config\":[{\"Subnet\":\"10.0.0.0/24\",\"Gateway\":\"10.0.0.1\"}]},"
		    "\"Internal\":true,\"Scope\":\"local\"}]");
	else
		fake_reply(fd, 200, "",
		    "{\"Volumes\":[{\"Name\":\"vol1\",\"Driver\":\"local\"},"
		    "{\"Name\":\"vol2\"}],\"Warnings\":null}");
	return true;
}

/* ---- the house ---- */

static void on_notify(struct yg_controller *c)
{
}

static int setup(void **state)
{
	struct world *w = yg_xcalloc(1, sizeof(*w));

	yg_kinds_register_core();
	memset(&play, 0, sizeof(play));
	play.api = "Api-Version: 1.41\r\nServer: Docker/20.1 (linux)\r\nDate: Sat, 21 Nov 2026 "
		   "19:48:21 GMT\r\n";
	snprintf(w->folder, sizeof(w->folder), "/tmp/yg-docker-XXXXXX");
	if (!mkdtemp(w->folder))
		return -1;
	setenv("XDG_CACHE_HOME", w->folder, 1);
	w->loop = yg_loop_create();
	w->inv = yg_inventory_create();
	w->tasks = yg_tasks_create(w->inv);
	fake_start(&w->fake, w->folder, answer);
	w->c = yg_controller_create(&yg_provider_docker, "d", w->fake.url, "test", on_notify);
	w->c->loop = w->loop;
	w->c->inv = w->inv;
	w->c->tasks = w->tasks;
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	yg_controller_destroy(w->c);
	fake_stop(&w->fake);
	yg_loop_destroy(w->loop);
	yg_tasks_destroy(w->tasks);
	yg_inventory_destroy(w->inv);
	char *command = yg_xasprintf("rm -rf '%s'", w->folder);
	int rc = system(command);
	free(command);
	free(w);
	return rc;
}

static uint64_t all_kinds(void)
{
	return yg_provider_kinds(&yg_provider_docker);
}

/* What the engine of the program does all the time. */
static void turn(struct world *w)
{
	yg_loop_turn(w->loop, 20);
	yg_controller_tick(w->c, yg_mono_us() / 1000);
	if (yg_controller_take_fresh(w->c))
		yg_controller_poll(w->c, all_kinds());
	yg_inventory_flush(w->inv);
}

#define TURN_UNTIL(w, what)                                  \
	do {                                                 \
		int64_t until_ = yg_mono_us() + PATIENCE_US; \
		while (!(what) && yg_mono_us() < until_)     \
			turn(w);                             \
		assert_true(what);                           \
	} while (0)

static const struct yg_row *row_of(struct world *w, const struct yg_kind *kind, const char *id)
{
	uint32_t slot = yg_inventory_find(w->inv, "d", kind, id);

	return slot == YG_NO_SLOT ? NULL : yg_inventory_row(w->inv, slot);
}

static const struct yg_row *c1_of(struct world *w)
{
	return row_of(w, &yg_kind_container, "c1c1");
}

static void open_all(struct world *w)
{
	yg_controller_open(w->c, &yg_provider_ops);
	TURN_UNTIL(w, (w->c->listed & all_kinds()) == all_kinds());
	assert_int_equal(w->c->state, YG_CTL_UP);
}

static void assert_field(const struct yg_row *row, int field, const char *wanted)
{
	struct yg_buf text = {0};

	assert_non_null(row);
	yg_row_json(&text, row, field);
	assert_string_equal(yg_buf_text(&text), wanted);
	yg_buf_done(&text);
}

/* ---- tests ---- */

static void test_rows(void **state)
{
	struct world *w = *state;

	open_all(w);
	assert_string_equal(w->c->version, "Docker 20.1, API 1.41");
	const struct yg_row *c1 = c1_of(w);
	assert_field(c1, YG_F_NAME, "\"web-1\"");
	assert_field(c1, YG_F_STATE, "\"running\"");
	assert_field(c1, YG_F_NOTE, "\"Up 4 seconds (healthy)\"");
	assert_field(c1, YG_CONTAINER_HEALTH, "\"healthy\"");
	assert_field(c1, YG_CONTAINER_EXIT_CODE, "null");
	assert_field(c1, YG_CONTAINER_HOST, "{\"ref\":\"host/HOST:ID\",\"name\":\"node1\"}");
	assert_field(
	    c1, YG_CONTAINER_IMAGE_REF, "{\"ref\":\"image/sha256:aa\",\"name\":\"acme/web:1\"}");
	assert_field(c1, YG_CONTAINER_CREATED, "\"2023-11-14T22:13:20Z\"");
	assert_field(c1, YG_CONTAINER_PORTS, "\"8080->80/tcp, 127.0.0.1:5353->53/udp\"");
	assert_field(c1, YG_CONTAINER_IP, "\"10.0.0.2, fd00::2\"");
	assert_field(c1, YG_CONTAINER_NETWORKS, "[{\"ref\":\"network/n1\",\"name\":\"net1\"}]");
	assert_field(c1, YG_CONTAINER_VOLUMES, "[{\"ref\":\"volume/vol1\",\"name\":\"vol1\"}]");
	assert_field(c1, YG_CONTAINER_PROJECT, "{\"ref\":\"project/shop\",\"name\":\"shop\"}");
	assert_field(row_of(w, &yg_kind_container, "c2c2"), YG_F_STATE, "\"paused\"");
	assert_field(row_of(w, &yg_kind_project, "shop"), YG_PROJECT_PATH, "\"/srv/shop\"");
	assert_field(row_of(w, &yg_kind_project, "shop"), YG_F_STATE, "\"running\"");
	assert_field(row_of(w, &yg_kind_image, "sha256:aa"), YG_F_STATE, "\"used\"");
	assert_field(row_of(w, &yg_kind_image, "sha256:aa"), YG_IMAGE_DIGEST, "\"sha256:dd\"");
	assert_field(
	    row_of(w, &yg_kind_image, "sha256:bbbbbbbbbbbbbbbbbb"), YG_F_NAME, "\"bbbbbbbbbbbb\"");
	assert_field(row_of(w, &yg_kind_network, "n1"), YG_NETWORK_ATTACHED, "1");
	assert_field(row_of(w, &yg_kind_network, "n1"), YG_NETWORK_BRIDGE, "\"br-n1\"");
	assert_field(row_of(w, &yg_kind_network, "n1"), YG_NETWORK_SUBNET, "\"10.0.0.0/24\"");
	assert_field(row_of(w, &yg_kind_volume, "vol1"), YG_F_STATE, "\"used\"");
	assert_field(row_of(w, &yg_kind_volume, "vol2"), YG_F_STATE, "\"unused\"");
	const struct yg_row *host = row_of(w, &yg_kind_host, "HOST:ID");
	assert_field(host, YG_HOST_CPUS, "4");
	assert_field(host, YG_HOST_CONTAINERS, "2");
	assert_field(host, YG_HOST_LABELS, "{\"rack\":\"7\",\"odd\":\"\"}");
}

/* The second time rows know their host before the engine tells; not so on another socket. */
static void test_identity(void **state)
{
	struct world *w = *state;
	struct docker d = {.socket = w->fake.path};

	open_all(w);
	yg_controller_close(w->c);
	play.is_info_silent = true;
	yg_inventory_forget(w->inv, "d");
	yg_controller_open(w->c, &yg_provider_ops);
	TURN_UNTIL(w, w->c->listed & docker_kind_bit(&yg_kind_container));
	assert_field(c1_of(w), YG_CONTAINER_HOST, "{\"ref\":\"host/HOST:ID\",\"name\":\"node1\"}");
	yg_controller_close(w->c);
	docker_identity_load(&d);
	assert_string_equal(d.site.host_name, "node1");
	free(d.site.host_id);
	free(d.site.host_name);
	d.site = (struct docker_site){0};
	assert_int_equal(chmod(w->fake.path, 0600), 0);
	assert_int_equal(chmod(w->fake.path, 0700), 0);
	docker_identity_load(&d);
	assert_null(d.site.host_name);
}

static void test_events(void **state)
{
	struct world *w = *state;

	open_all(w);
	w->fake.knob = ENDED;
	TURN_UNTIL(w, yg_row_state(c1_of(w)) == YG_CONTAINER_STATE_EXITED);
	assert_field(c1_of(w), YG_CONTAINER_EXIT_CODE, "3");
	assert_field(c1_of(w), YG_CONTAINER_HEALTH, "null");
	TURN_UNTIL(
	    w, yg_row_state(row_of(w, &yg_kind_project, "shop")) == YG_PROJECT_STATE_STOPPED);
	assert_field(row_of(w, &yg_kind_network, "n1"), YG_NETWORK_ATTACHED, "0");
	w->fake.knob = IS_GONE;
	TURN_UNTIL(w, !c1_of(w));
	TURN_UNTIL(w, !row_of(w, &yg_kind_project, "shop"));
	assert_field(row_of(w, &yg_kind_volume, "vol1"), YG_F_STATE, "\"unused\"");
	assert_non_null(row_of(w, &yg_kind_container, "c2c2"));
}

/* 0.5 s of processor in 2 s of system time on 2: 50 %. */
static void test_rates(void **state)
{
	struct world *w = *state;

	open_all(w);
	const struct yg_row *rows[] = {c1_of(w)};
	yg_controller_visible(w->c, rows, 1);
	TURN_UNTIL(w, w->c->is_sampled && yg_row_has(c1_of(w), YG_CONTAINER_STARTED));
	assert_field(c1_of(w), YG_CONTAINER_CPU, "50");
	assert_field(c1_of(w), YG_CONTAINER_MEM_USED, "700");
	assert_field(c1_of(w), YG_CONTAINER_MEM, "4000");
	assert_field(c1_of(w), YG_CONTAINER_PIDS, "3");
	assert_field(c1_of(w), YG_CONTAINER_NET_RX, "7000");
	assert_field(c1_of(w), YG_CONTAINER_NET_TX, "0");
	assert_field(c1_of(w), YG_CONTAINER_DISK_READ, "null");
	assert_field(c1_of(w), YG_CONTAINER_STARTED, "\"2026-01-01T00:00:00Z\"");
	assert_field(row_of(w, &yg_kind_container, "c2c2"), YG_CONTAINER_CPU, "null");
	/* Another poll keeps them; off the screen they go. */
	yg_controller_poll(w->c, all_kinds());
	turn(w);
	assert_field(c1_of(w), YG_CONTAINER_CPU, "50");
	yg_controller_visible(w->c, NULL, 0);
	TURN_UNTIL(w, !yg_row_has(c1_of(w), YG_CONTAINER_CPU));
	assert_field(c1_of(w), YG_CONTAINER_STARTED, "\"2026-01-01T00:00:00Z\"");
}

static const struct yg_action *action_of(const char *name)
{
	yg_actions_register_core();
	return yg_action_find("container", name);
}

static struct yg_task *act(struct world *w, const char *name)
{
	static const struct yg_args none;
	struct yg_err err;
	struct yg_task *task = yg_task_add(w->tasks, name, name, c1_of(w));

	assert_int_equal(yg_controller_act(w->c, action_of(name), c1_of(w), &none, task, &err), 0);
	assert_false(yg_task_is_over(task));
	return task;
}

static void test_actions(void **state)
{
	static const struct {
		const char *name;
		int task_state;
		const char *text;
	} acts[] = {
	    {"start", YG_TASK_STATE_DONE, ""},
	    {"stop", YG_TASK_STATE_DONE, ""},
	    {"pause", YG_TASK_STATE_FAILED, "it is not \x1brunning"},
	    {"restart", YG_TASK_STATE_FAILED, "No such container"},
	    {"kill", YG_TASK_STATE_DOUBT, "the answer was lost"},
	    {"remove", YG_TASK_STATE_DOUBT, "the answer was lost"},
	};
	struct world *w = *state;

	open_all(w);
	for (size_t i = 0; i < YG_COUNT(acts); i++) {
		int before = w->fake.posts;
		struct yg_task *task = act(w, acts[i].name);
		TURN_UNTIL(w, yg_task_is_over(task));
		assert_int_equal(task->state, acts[i].task_state);
		assert_non_null(strstr(task->err.text, acts[i].text));
		assert_int_equal(w->fake.posts, before + 1);
		assert_int_equal(w->c->state, YG_CTL_UP);
	}
	/* Said in the log, as it is no failure. */
	struct yg_task *task = act(w, "start");
	TURN_UNTIL(w, yg_task_is_over(task));
	bool is_told = false;
	for (size_t i = 0; i < task->n_log; i++)
		is_told = is_told || strstr(task->log[i].text, "already");
	assert_true(is_told);
}

static void test_cancel(void **state)
{
	struct world *w = *state;

	open_all(w);
	struct yg_task *task = act(w, "unpause");
	turn(w);
	assert_true(yg_task_cancel(task));
	TURN_UNTIL(w, yg_task_is_over(task));
	assert_int_equal(task->state, YG_TASK_STATE_DOUBT);
	/* And what is under way when the connection is closed. */
	task = act(w, "unpause");
	turn(w);
	yg_controller_close(w->c);
	assert_int_equal(task->state, YG_TASK_STATE_DOUBT);
}

static void test_bad_item(void **state)
{
	struct world *w = *state;
	char *c1 = c1_text(RUNS), *list = yg_xasprintf("[{\"Id\":7},{\"Id\":\"x\" 1},%s,{}]", c1);

	play.list = list;
	open_all(w);
	assert_field(c1_of(w), YG_F_STATE, "\"running\"");
	free(list);
	free(c1);
}

static void fail_to_open(struct world *w, int state, const char *text)
{
	yg_controller_open(w->c, &yg_provider_ops);
	TURN_UNTIL(w, w->c->err.code);
	assert_int_equal(w->c->state, state);
	if (!strstr(w->c->err.text, text))
		fail_msg("'%s' is not in '%s'", text, w->c->err.text);
}

static void test_no_list(void **state)
{
	play.list = "{\"message\":\"disk on fire\"}";
	play.list_status = 500;
	fail_to_open(*state, YG_CTL_DOWN, "disk on fire");
}

static void test_no_json(void **state)
{
	play.list = "<html>";
	fail_to_open(*state, YG_CTL_DOWN, "no whole JSON");
}

static void test_old_api(void **state)
{
	play.api = "Api-Version: 1.12\r\n";
	fail_to_open(*state, YG_CTL_DOWN, "too old");
}

static void test_no_engine(void **state)
{
	play.api = "Api-Version: moo\r\n";
	fail_to_open(*state, YG_CTL_DOWN, "'moo'");
}

/* A newer one than ours is spoken to in the newest that we know: the engine says 404 to that here.
 */
static void test_new_api(void **state)
{
	struct world *w = *state;

	play.api = "Api-Version: 1.99\r\n";
	fail_to_open(w, YG_CTL_DOWN, "page not found");
	assert_int_equal(w->c->err.code, YG_E_NOTFOUND);
}

/* The listing hangs, pings do not: it is there. */
static void test_slow(void **state)
{
	struct world *w = *state;

	play.is_silent = true;
	yg_controller_open(w->c, &yg_provider_ops);
	TURN_UNTIL(w, w->fake.requests >= 6);
	assert_int_equal(w->c->state, YG_CTL_UP);
	assert_int_equal(w->c->listed, 0);
}

static void test_urls(void **state)
{
	static const struct {
		const char *url, *option, *value, *text;
	} bad[] = {
	    {"", NULL, NULL, "expected"},
	    {"unix://x", NULL, NULL, "expected"},
	    {"http://h", NULL, NULL, "expected"},
	    {"tcp://", NULL, NULL, "no host"},
	    {"tcp://h:0", NULL, NULL, "port"},
	    {"tcp://h:65536", NULL, NULL, "port"},
	    {"tcp://h:-1", NULL, NULL, "port"},
	    {"tcp://h:", NULL, NULL, "port"},
	    {"tcp://h:2x", NULL, NULL, "port"},
	    {"tcp://[::1", NULL, NULL, "bracket"},
	    {"tcp://h/path", NULL, NULL, "only a host"},
	    {"tcp://u:secret@h", NULL, NULL, "URL: a user"},
	    {"tcp://h", "tls_cert", "/c", "belong together"},
	    {"unix:///x", "tls_certs", "/c", "takes no certificates"},
	    {"tcp://h", "tls_sert", "/c", "tls_cert"},
	};
	static const char *const good[] = {"unix:///x", "tcp://h", "tcp://h:1", "tcp://[::1]"};

	for (size_t i = 0; i < YG_COUNT(bad) + YG_COUNT(good); i++) {
		bool is_bad = i < YG_COUNT(bad);
		const char *url = is_bad ? bad[i].url : good[i - YG_COUNT(bad)];
		struct yg_controller *c =
		    yg_controller_create(&yg_provider_docker, "x", url, "test", on_notify);
		struct yg_err err = {0};
		if (is_bad && bad[i].option)
			yg_controller_set_option(c, bad[i].option, bad[i].value);
		assert_int_equal(yg_controller_check(c, &err), is_bad ? YG_E_INVALID : 0);
		if (is_bad && !strstr(err.text, bad[i].text))
			fail_msg("'%s' is not in '%s'", bad[i].text, err.text);
		yg_controller_destroy(c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_rows, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_identity, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_events, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_rates, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_actions, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_cancel, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_bad_item, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_no_list, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_no_json, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_old_api, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_no_engine, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_new_api, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_slow, setup, teardown),
	    cmocka_unit_test(test_urls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
