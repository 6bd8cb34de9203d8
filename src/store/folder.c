/* folder: the YAML files that a user keeps in a folder of the configuration. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "store/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

static void tell(yg_report_cb *report, void *data, const char *path, const char *what)
{
	if (!report)
		return;
	char *line = yg_xasprintf("%s: %s", path, what);
	report(data, line);
	free(line);
}

static int is_yaml(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return entry->d_name[0] != '.' && len > 5 && yg_streq(entry->d_name + len - 5, ".yaml");
}

static void call(const char *path, const char *file,
    void (*cb)(void *data, const char *name, const char *path), void *data)
{
	char *whole = yg_xasprintf("%s/%s", path, file);
	char *name = yg_xstrndup(file, strlen(file) - 5);

	cb(data, name, whole);
	free(name);
	free(whole);
}

void yg_folder_each(const char *folder, const char *sub, yg_report_cb *report, void *report_data,
    void (*cb)(void *data, const char *name, const char *path), void *data)
{
	struct dirent **entries = NULL;

	if (!folder)
		return;
	char *path = yg_xasprintf("%s/%s", folder, sub);
	int count = scandir(path, &entries, is_yaml, alphasort);
	if (count < 0 && errno != ENOENT && errno != ENOTDIR)
		tell(report, report_data, path, strerror(errno));
	if (count > YG_FOLDER_FILES)
		tell(report, report_data, path, "too many files, some are passed over");
	for (int i = 0; i < count; i++) {
		if (i < YG_FOLDER_FILES)
			call(path, entries[i]->d_name, cb, data);
		free(entries[i]);
	}
	free(entries);
	free(path);
}
