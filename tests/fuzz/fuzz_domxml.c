/* fuzz_domxml: any text as each of libvirt's documents: it is refused, or read within its limits.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

#include "providers/libvirt/domxml.h"

#define TEXT_MAX 4096

static void require(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz_domxml: %s\n", what);
	abort();
}

/* A text that is there says something, and no more than it may. */
static void check_text(const char *text)
{
	require(!text || (*text && strlen(text) <= TEXT_MAX), "a text that is empty or too long");
}

static void check_domain(const char *xml)
{
	struct yg_domxml *d = yg_domxml_parse(xml);

	if (!d)
		return;
	check_text(d->title);
	check_text(d->description);
	require(d->cpus >= 0 && d->mem >= 0, "a negative size");
	require(d->nics.count <= YG_DOMXML_DEVICES, "too many cards");
	require(d->disks.count <= YG_DOMXML_DEVICES, "too many disks");
	yg_vec_each (&d->nics, nic) {
		check_text(nic->mac);
		check_text(nic->network);
	}
	yg_vec_each (&d->disks, disk) {
		check_text(disk->path);
		check_text(disk->volume);
	}
	yg_domxml_free(d);
}

static void check_facts(const char *xml, const char *root)
{
	struct yg_xml_facts f;
	bool is = yg_xml_facts(xml, root, &f);

	for (size_t i = 0; i < YG_COUNT(f.v); i++) {
		require(is || !f.v[i], "a fact of a document that is none");
		check_text(f.v[i]);
	}
	yg_xml_facts_done(&f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const roots[] = {
	    "capabilities", "domainsnapshot", "network", "pool", "sysinfo"};
	char *xml = yg_xstrndup((const char *)data, size);

	check_domain(xml);
	for (size_t i = 0; i < YG_COUNT(roots); i++)
		check_facts(xml, roots[i]);
	free(xml);
	return 0;
}
