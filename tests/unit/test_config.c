/* test_config: what a configuration says, and how its mistakes are told. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "store/config.h"

/* A folder of this test's own, and the file in it. */
struct place {
	char folder[64];
	char file[96];
};

static int make_place(void **state)
{
	struct place *p = yg_xcalloc(1, sizeof(*p));

	snprintf(p->folder, sizeof(p->folder), "/tmp/yagura-config-XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	snprintf(p->file, sizeof(p->file), "%s/yagura.yaml", p->folder);
	*state = p;
	return 0;
}

static int remove_place(void **state)
{
	struct place *p = *state;

	unlink(p->file);
	rmdir(p->folder);
	free(p);
	return 0;
}

static void write_file(const struct place *p, const char *text)
{
	FILE *f = fopen(p->file, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static void all_settings(void **state)
{
	const struct place *p = *state;
	struct yg_config *c = NULL;
	struct yg_err err = {0};

	write_file(p, "controllers:\n"
		      "  - name: kvm-01\n"
		      "    provider: libvirt\n"
		      "    url: \"qemu+ssh://root@kvm-01/system\"\n"
		      "    site: tokyo\n"
		      "    keepalive: 5\n"
		      "  - {name: docker, provider: docker, tls_ca: /etc/ca.pem}\n"
		      "theme: light\n"
		      "read_only: yes\n"
		      "discovery: false\n"
		      "borders: ascii\n"
		      "keys: {\"C-x\": \"do stop\", g: top}\n");
	assert_int_equal(yg_config_load(p->file, &c, &err), 0);
	assert_string_equal(c->path, p->file);
	assert_string_equal(c->folder, p->folder);
	assert_int_equal(c->n_controllers, 2);
	assert_string_equal(c->controllers[0].name, "kvm-01");
	assert_string_equal(c->controllers[0].provider, "libvirt");
	assert_string_equal(c->controllers[0].url, "qemu+ssh://root@kvm-01/system");
	assert_string_equal(c->controllers[0].site, "tokyo");
	assert_int_equal(c->controllers[0].line, 2);
	assert_int_equal(c->controllers[0].n_options, 1);
	assert_string_equal(c->controllers[0].options[0].name, "keepalive");
	assert_string_equal(c->controllers[0].options[0].value, "5");
	assert_int_equal(c->controllers[0].options[0].line, 6);
	assert_int_equal(c->controllers[0].options[0].column, 16);
	assert_int_equal(c->controllers[0].options[0].name_column, 5);
	assert_int_equal(c->controllers[1].line, 7);
	assert_null(c->controllers[1].url);
	assert_string_equal(c->theme, "light");
	assert_true(c->is_read_only);
	assert_true(c->no_discovery);
	assert_int_equal(c->borders, 2);
	assert_int_equal(c->keys.bindings.count, 2);
	assert_string_equal(c->keys.bindings.items[0].key, "C-x");
	assert_string_equal(c->keys.bindings.items[0].command, "do stop");
	yg_config_free(c);
}

static void empty_file_has_defaults(void **state)
{
	const struct place *p = *state;
	struct yg_config *c = NULL;

	write_file(p, "# nothing yet\n");
	assert_int_equal(yg_config_load(p->file, &c, NULL), 0);
	assert_int_equal(c->n_controllers, 0);
	assert_null(c->theme);
	assert_false(c->is_read_only);
	assert_false(c->no_discovery);
	assert_int_equal(c->borders, 0);
	yg_config_free(c);
}

static void usual_place_may_be_missing(void **state)
{
	const struct place *p = *state;
	struct yg_config *c = NULL;
	char wanted[128];

	setenv("XDG_CONFIG_HOME", p->folder, 1);
	snprintf(wanted, sizeof(wanted), "%s/yagura/yagura.yaml", p->folder);
	assert_int_equal(yg_config_load(NULL, &c, NULL), 0);
	assert_string_equal(c->path, wanted);
	assert_int_equal(c->n_controllers, 0);
	yg_config_free(c);
	/* A relative XDG_CONFIG_HOME is not valid and is passed over. */
	setenv("XDG_CONFIG_HOME", "here", 1);
	setenv("HOME", p->folder, 1);
	snprintf(wanted, sizeof(wanted), "%s/.config/yagura/yagura.yaml", p->folder);
	assert_int_equal(yg_config_load(NULL, &c, NULL), 0);
	assert_string_equal(c->path, wanted);
	yg_config_free(c);
}

static void named_file_may_not_be_missing(void **state)
{
	const struct place *p = *state;
	struct yg_config *c = NULL;
	struct yg_err err = {0};

	assert_int_equal(yg_config_load(p->file, &c, &err), YG_E_INVALID);
	assert_non_null(strstr(err.text, "yagura.yaml: cannot be read: No such file"));
	assert_null(c);
}

static const struct {
	const char *text, *message; /* without the folder */
} mistakes[] = {
    {"colour: x\n", ":1:1: no setting 'colour'; the configuration has controllers, theme, "
		    "read_only, discovery, borders or keys"},
    {"theme: light\nthem: dark\n", ":2:1: no setting 'them', did you mean 'theme'"},
    {"read_only: maybe\n", ":1:12: 'read_only' must be true or false, not 'maybe'"},
    {"read_only: \"true\"\n", ":1:12: 'read_only' must be true or false, not the text 'true'"},
    {"theme: [a]\n", ":1:8: 'theme' must be text, not a list"},
    {"theme:\n", ":1:7: 'theme' has no value; it must be text"},
    {"borders: lite\n", ":1:10: 'borders' must be auto, light or ascii, not 'lite'"},
    {"borders: asci\n", ":1:10: no borders 'asci', did you mean 'ascii'"},
    {"controllers: {a: b}\n", ":1:14: 'controllers' must be a list, not a mapping"},
    {"controllers: [a]\n", ":1:15: a controller must be a mapping (name: value), not text"},
    {"controllers:\n  - name: a\n", ":2:5: a controller needs 'provider'"},
    {"controllers:\n  - name: a\n    provder: docker\n",
	":3:5: no setting 'provder', did you mean 'provider'"},
    {"controllers:\n  - {name: a/b, provider: demo}\n",
	":2:12: a controller's name is 1 to 100 characters without '/', not 'a/b'"},
    {"controllers:\n  - {name: a, provider: demo}\n  - {name: a, provider: demo}\n",
	":3:12: controller 'a' stands here twice, first in line 2"},
    {"controllers:\n  - {name: a, provider: demo, hosts: [1]}\n",
	":2:38: 'hosts' must be one value, not a list"},
    {"keys: [a]\n", ":1:7: 'keys' must be a mapping (key: \"command line\"), not a list"},
    {"- a\n", ":1:1: the configuration must be a mapping (name: value), not a list"},
    {"theme: a\ntheme: b\n", ":2:1: 'theme' stands here twice, first in line 1"},
    {"them: a\nborder: b\nread_only: 7\n",
	":1:1: no setting 'them', did you mean 'theme' (and 2 more)"},
};

static void mistakes_name_place_and_word(void **state)
{
	const struct place *p = *state;

	for (size_t i = 0; i < YG_COUNT(mistakes); i++) {
		struct yg_config *c = NULL;
		struct yg_err err = {0};
		write_file(p, mistakes[i].text);
		assert_int_equal(yg_config_load(p->file, &c, &err), YG_E_INVALID);
		assert_null(c);
		assert_int_equal(strncmp(err.text, p->file, strlen(p->file)), 0);
		assert_string_equal(err.text + strlen(p->file), mistakes[i].message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(all_settings, make_place, remove_place),
	    cmocka_unit_test_setup_teardown(empty_file_has_defaults, make_place, remove_place),
	    cmocka_unit_test_setup_teardown(usual_place_may_be_missing, make_place, remove_place),
	    cmocka_unit_test_setup_teardown(
		named_file_may_not_be_missing, make_place, remove_place),
	    cmocka_unit_test_setup_teardown(mistakes_name_place_and_word, make_place, remove_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
