/* test_local: the parsers of the local provider, on texts as they are and as they should not be;
 * and this machine as a host. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>

#include "api/house.h"
#include "base/clock.h"
#include "model/inventory.h"
#include "net/loop.h"
#include "providers/local/local.h"

#define DEADLINE_US 20000000

extern const struct yg_provider yg_provider_local;

static void test_stat(void **state)
{
	struct local_cpu cpu = {0};

	assert_true(local_parse_stat("cpu  10 20 30 400 50 6 7 8 9 10\ncpu0 1 1 1 1\nintr 5\n"
				     "btime 1700000000\n",
	    &cpu));
	assert_int_equal(cpu.total, 531);
	assert_int_equal(cpu.busy, 81);
	assert_int_equal(cpu.booted_ms, 1700000000000);
	/* Old kernels have fewer numbers; less than these say nothing. */
	assert_true(local_parse_stat("cpu 1 2 3 4", &cpu));
	assert_int_equal(cpu.busy, 6);
	assert_false(local_parse_stat("", &cpu));
	assert_false(local_parse_stat("cpu 1 2 3\n", &cpu));
	assert_false(local_parse_stat("cpux 1 2 3 4 5\n", &cpu));
	assert_int_equal(cpu.busy, 6);
	assert_true(
	    local_parse_stat("cpu 99999999999999999999999 99999999999999999999 1 1\n", &cpu));
	assert_true(cpu.busy <= cpu.total);
}

static void test_meminfo(void **state)
{
	int64_t total = 0, available = 0;

	assert_true(local_parse_meminfo(
	    "MemTotal:       16000 kB\nMemFree:  1000 kB\nMemAvailable:   9000 kB\n", &total,
	    &available));
	assert_int_equal(total, 16000 * 1024);
	assert_int_equal(available, 9000 * 1024);
	assert_true(local_parse_meminfo(
	    "MemTotal: 16000 kB\nMemFree: 1000 kB\nBuffers: 200 kB\nCached: 300 kB\n", &total,
	    &available));
	assert_int_equal(available, 1500 * 1024);
	assert_true(
	    local_parse_meminfo("MemTotal: 1 kB\nMemAvailable: 5 kB\n", &total, &available));
	assert_int_equal(available, total);
	assert_false(local_parse_meminfo("MemAvailable: 5 kB\n", &total, &available));
	assert_false(local_parse_meminfo("MemTotal: 0 kB\n", &total, &available));
	assert_false(
	    local_parse_meminfo("MemTotal: 99999999999999999999 kB\n", &total, &available));
	assert_false(local_parse_meminfo("MemTotal: -4 kB\n", &total, &available));
}

static void test_loadavg(void **state)
{
	double load = 0;

	assert_true(local_parse_loadavg("0.52 0.58 0.59 1/467 12345\n", &load));
	assert_true(load > 0.519 && load < 0.521);
	static const char *const bad[] = {"", "\n", "nan 1 1", "inf", "-1 2 3", "1.2.3", "0x10",
	    "99999999999999999999999999999999"};
	for (size_t i = 0; i < YG_COUNT(bad); i++)
		assert_false(local_parse_loadavg(bad[i], &load));
}

static void test_net_dev(void **state)
{
	static const char text[] = "Inter-|   Receive                            |  Transmit\n"
				   " face |bytes packets errs drop fifo frame compressed "
				   "multicast|bytes packets errs drop\n"
				   "    lo: 100 1 0 0 0 0 0 0 100 1 0 0 0 0 0 0\n"
				   "  eth0:2000 20 1 2 0 0 0 0 3000 30 3 4 0 0 0 0\n"
				   "eth0:1: 5 1 0 0 0 0 0 0 6 1 0 0 0 0 0 0\n"
				   " short: 1 2 3\n"
				   ": 1 2 3 4 5 6 7 8 9 10 11 12\n"
				   "no colon 1 2 3 4 5 6 7 8 9 10 11 12 13\n";
	struct local_counters list = {0};

	local_parse_net_dev(text, &list);
	assert_int_equal(list.count, 3);
	assert_string_equal(list.items[1].name, "eth0");
	assert_int_equal(list.items[1].in, 2000);
	assert_int_equal(list.items[1].out, 3000);
	assert_int_equal(list.items[1].extra, 10);
	assert_string_equal(list.items[2].name, "eth0:1");
	assert_ptr_equal(local_counter_find(&list, "lo", 0), &list.items[0]);
	assert_ptr_equal(local_counter_find(&list, "lo", 2), &list.items[0]);
	assert_null(local_counter_find(&list, "eth9", 99));
	yg_vec_done(&list);
}

static void test_diskstats(void **state)
{
	static const char text[] =
	    " 259       0 nvme0n1 100 1 2000 30 200 2 4000 60 0 777 90 0 0 0 0\n"
	    "   8       0 sda 1 2 3\n"
	    "   8      16 sdb 1 1 18446744073709551615 1 1 1 1 1 1 1 1\n"
	    "   x       0 sdc 1 1 1 1 1 1 1 1 1 1 1\n";
	struct local_counters list = {0};

	local_parse_diskstats(text, &list);
	assert_int_equal(list.count, 2);
	assert_string_equal(list.items[0].name, "nvme0n1");
	assert_int_equal(list.items[0].in, 2000 * 512);
	assert_int_equal(list.items[0].out, 4000 * 512);
	assert_int_equal(list.items[0].extra, 777);
	assert_int_equal(list.items[1].in, 0);
	yg_vec_done(&list);
}

static void test_mountinfo(void **state)
{
	static const char text[] =
	    "21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
	    "22 21 0:5 / /proc rw,nosuid - proc proc rw\n"
	    "23 21 0:40 / /mnt/my\\040disk ro,relatime shared:2 master:1 - xfs /dev/sdb1 ro\n"
	    "24 21 0:41 / /net rw - nfs4 filer:/export rw\n"
	    "25 21 7:0 / /snap ro - squashfs /dev/loop0 ro\n"
	    "26 21 0:99 / /bad\n"
	    "27 21 x:y / /bad rw - ext4 /dev/sdc rw\n"
	    "28 21 99999:1 / /bad rw - ext4 /dev/sdc rw\n"
	    "\n - \n";
	struct local_mounts list = {0};

	local_parse_mountinfo(text, &list);
	assert_int_equal(list.count, 5);
	assert_string_equal(list.items[2].path, "/mnt/my disk");
	assert_true(list.items[2].is_read_only);
	assert_false(list.items[0].is_read_only);
	static const bool shown[] = {true, false, true, false, false};
	for (size_t i = 0; i < list.count; i++)
		assert_int_equal(local_mount_is_shown(&list.items[i], false), shown[i]);
	assert_true(local_mount_is_shown(&list.items[3], true));
	assert_true(local_mount_is_remote(&list.items[3]));
	local_mounts_done(&list);
}

/* An escaped NUL would end the text early: it stays as it is written. */
static void test_mount_escapes(void **state)
{
	struct local_mounts list = {0};

	local_parse_mountinfo("1 1 0:1 / /a\\000b\\134\\999\\04 rw - ext4 \\ rw\n", &list);
	assert_int_equal(list.count, 1);
	assert_string_equal(list.items[0].path, "/a\\000b\\\\999\\04");
	assert_string_equal(list.items[0].source, "\\");
	local_mounts_done(&list);
}

#define TAIL " 00000000:00000000 00:00000000 00000000  1000        0 4242 1 0000 100 0\n"

static void test_sockets(void **state)
{
	static const char tcp[] =
	    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
	    "   0: 0100007F:0277 00000000:0000 0A" TAIL "   1: 0100007F:1F90 0100007F:C350 01" TAIL
	    "   2: 00000000:0000 00000000:0000 0A" TAIL "   3: 000000:0016 00000000:0000 0A" TAIL
	    "   4: 0000000Z:0016 00000000:0000 0A" TAIL "   5: 00000000:10016 00000000:0000 0A" TAIL
	    "   6: 00000000:0016 00000000:0000 0A\n";
	struct local_sockets list = {0};

	local_parse_sockets(tcp, 0, &list);
	assert_int_equal(list.count, 1);
	assert_string_equal(list.items[0].address, "127.0.0.1");
	assert_int_equal(list.items[0].port, 631);
	assert_int_equal(list.items[0].uid, 1000);
	assert_int_equal(list.items[0].inode, 4242);
	local_parse_sockets("0: 00000000000000000000000000000000:0016 "
			    "00000000000000000000000000000000:0000 0A" TAIL
			    "1: B80D0120000000000000000001000000:0050 "
			    "00000000000000000000000000000000:0000 0A" TAIL,
	    1, &list);
	assert_int_equal(list.count, 3);
	assert_string_equal(list.items[1].address, "::");
	assert_string_equal(list.items[2].address, "2001:db8::1");
	local_parse_sockets("0: 00000000:0035 00000000:0000 07" TAIL
			    "1: 00000000:0036 0100007F:0035 07" TAIL,
	    2, &list);
	assert_int_equal(list.count, 4);
	assert_int_equal(list.items[3].port, 53);
	yg_vec_done(&list);
}

static void test_values(void **state)
{
	static const char release[] =
	    "NAME=plain\nPRETTY_NAME=\"Debian GNU/Linux 12\"\nVERSION='x\nA=\n";
	static const char passwd[] =
	    "root:x:0:0:root:/root:/bin/sh\n:x:7:7::\nbroken\nx:y\n"
	    "web:x:33:33:a:/var:/bin/false\nhuge:x:99999999999999999999:1:::\n";
	char value[32];

	assert_true(local_parse_release(release, "PRETTY_NAME", value, sizeof(value)));
	assert_string_equal(value, "Debian GNU/Linux 12");
	assert_true(local_parse_release(release, "NAME", value, sizeof(value)));
	assert_string_equal(value, "plain");
	assert_true(local_parse_release(release, "VERSION", value, sizeof(value)));
	assert_string_equal(value, "'x");
	assert_true(local_parse_release(release, "A", value, sizeof(value)));
	assert_string_equal(value, "");
	assert_false(local_parse_release(release, "B", value, sizeof(value)));
	assert_true(local_parse_release(release, "PRETTY_NAME", value, 7));
	assert_string_equal(value, "Debian");
	assert_true(local_parse_colon(
	    "model\t\t: 1\nmodel name\t: AMD EPYC\n", "model name", value, sizeof(value)));
	assert_string_equal(value, "AMD EPYC");
	assert_false(local_parse_colon("model name\n", "model name", value, sizeof(value)));
	assert_true(local_parse_passwd(passwd, 33, value, sizeof(value)));
	assert_string_equal(value, "web");
	assert_false(local_parse_passwd(passwd, 7, value, sizeof(value)));
	assert_false(local_parse_passwd(passwd, 8, value, sizeof(value)));
}

static void on_notify(struct yg_controller *c)
{
}

/* Threads of ours that measure filesystems. */
static size_t count_threads(void)
{
	DIR *dir = opendir("/proc/self/task");
	size_t count = 0;
	char name[32];

	assert_non_null(dir);
	for (struct dirent *e; (e = readdir(dir));)
		count +=
		    local_read_line(name, sizeof(name), "/proc/self/task/%s/comm", e->d_name) &&
		    yg_streq(name, LOCAL_THREAD);
	closedir(dir);
	return count;
}

/* This machine, whatever it is: it opens at once, and knows rates with the second sample. */
static void test_machine(void **state)
{
	struct yg_controller *c =
	    yg_controller_create(&yg_provider_local, "local", "local:", "test", on_notify);
	uint64_t kinds = yg_provider_kinds(&yg_provider_local);
	int64_t until = yg_mono_us() + DEADLINE_US;
	size_t count = 0;

	c->loop = yg_loop_create();
	c->inv = yg_inventory_create();
	yg_controller_open(c, yg_provider_local.ops);
	while (((c->listed & kinds) != kinds || !c->is_sampled) && yg_mono_us() < until) {
		yg_loop_turn(c->loop, 50);
		if (yg_controller_take_fresh(c) || yg_controller_is_up(c))
			yg_controller_poll(c, kinds);
	}
	assert_true((c->listed & kinds) == kinds);
	assert_true(c->is_sampled);
	const uint32_t *slots = yg_inventory_slots(c->inv, &yg_kind_host, &count);
	assert_int_equal(count, 1);
	const struct yg_row *row = yg_inventory_row(c->inv, slots[0]);
	assert_true(yg_row_int(row, YG_HOST_CPUS) >= 1);
	assert_true(yg_row_int(row, YG_HOST_MEM) > yg_row_int(row, YG_HOST_MEM_USED));
	double cpu = yg_row_number(row, YG_HOST_CPU);
	assert_true(cpu >= 0 && cpu <= 100);
	slots = yg_inventory_slots(c->inv, &yg_kind_link, &count);
	assert_true(count >= 1);
	struct yg_loop *loop = c->loop;
	struct yg_inventory *inv = c->inv;
	/* Once more, and closed with threads under way. */
	yg_controller_close(c);
	yg_controller_open(c, yg_provider_local.ops);
	while (!yg_controller_is_up(c) && yg_mono_us() < until)
		yg_loop_turn(loop, 50);
	yg_controller_poll(c, kinds);
	yg_controller_destroy(c);
	while (count_threads() && yg_mono_us() < until)
		yg_loop_turn(loop, 10);
	yg_loop_destroy(loop);
	yg_inventory_destroy(inv);
}

static int setup(void **state)
{
	yg_kinds_register_core();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_stat),
	    cmocka_unit_test(test_meminfo),
	    cmocka_unit_test(test_loadavg),
	    cmocka_unit_test(test_net_dev),
	    cmocka_unit_test(test_diskstats),
	    cmocka_unit_test(test_mountinfo),
	    cmocka_unit_test(test_mount_escapes),
	    cmocka_unit_test(test_sockets),
	    cmocka_unit_test(test_values),
	    cmocka_unit_test(test_machine),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
