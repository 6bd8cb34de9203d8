/* dirty: writes to MIB MiB of memory round and round, at RATE MiB a second (0: as fast as it can).
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#define PAGE  4096u
#define STEPS 20 /* a second */

int main(int argc, char **argv)
{
	const size_t size = (size_t)atoi(argc > 1 ? argv[1] : "64") << 20;
	const size_t rate = (size_t)atoi(argc > 2 ? argv[2] : "20") << 20;
	if (size == 0) {
		fprintf(stderr, "usage: dirty MIB [RATE]\n");
		return 2;
	}
	volatile unsigned char *mem =
	    mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (mem == MAP_FAILED) {
		perror("dirty: mmap");
		return 1;
	}
	const size_t pages = (rate ? rate / STEPS : size) / PAGE;
	size_t at = 0;
	for (;;) {
		for (size_t i = 0; i < pages; i++) {
			mem[at]++;
			at = (at + PAGE) % size;
		}
		if (rate)
			nanosleep(&(struct timespec){.tv_nsec = 1000000000 / STEPS}, NULL);
	}
}
