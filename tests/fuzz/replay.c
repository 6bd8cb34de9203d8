/* replay: runs files, or a fuzz target's own corpus, through the target, without a fuzzer. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/mem.h"

#define FILE_MAX_BYTES (1 << 20)

struct tally {
	int ok, failed;
};

/* The whole file in memory of exactly its size, so that a sanitizer sees a step beyond it. */
static uint8_t *read_file(const char *path, size_t *out_size)
{
	FILE *f = fopen(path, "rb");
	struct stat st;

	if (!f || fstat(fileno(f), &st) || st.st_size > FILE_MAX_BYTES) {
		if (f)
			fclose(f);
		return NULL;
	}
	size_t size = (size_t)st.st_size;
	uint8_t *data = yg_xmalloc(size);
	*out_size = fread(data, 1, size, f);
	fclose(f);
	return data;
}

static void replay_file(const char *path, struct tally *tally)
{
	size_t size = 0;
	uint8_t *data = read_file(path, &size);
	int number = tally->ok + tally->failed + 1;

	/* Should the target abort, the last line says on what. */
	printf("# %s\n", path);
	fflush(stdout);
	if (data && LLVMFuzzerTestOneInput(data, size) == 0) {
		printf("ok %d - %s\n", number, path);
		tally->ok++;
	} else {
		printf("not ok %d - %s%s\n", number, path, data ? "" : ": cannot be read");
		tally->failed++;
	}
	free(data);
}

static int is_plain(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void replay(const char *path, struct tally *tally)
{
	struct dirent **names = NULL;
	int count = scandir(path, &names, is_plain, alphasort);

	if (count < 0) {
		replay_file(path, tally);
		return;
	}
	for (int i = 0; i < count; i++) {
		char *file = yg_xasprintf("%s/%s", path, names[i]->d_name);
		replay_file(file, tally);
		free(file);
		free(names[i]);
	}
	free(names);
}

int main(int argc, char **argv)
{
	struct tally tally = {0};

	if (argc < 2)
		replay(YG_CORPUS, &tally);
	for (int i = 1; i < argc; i++)
		replay(argv[i], &tally);
	printf("1..%d\n", tally.ok + tally.failed);
	if (!tally.ok)
		fprintf(stderr, "%s: no file to replay\n", argv[0]);
	return tally.failed || !tally.ok ? 1 : 0;
}
