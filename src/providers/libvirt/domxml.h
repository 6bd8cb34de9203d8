/* domxml: libvirt's XML documents, read with libxml2 (no network, no entities, capped), as the few
 * facts that rows show. Pure functions; documents come from outside and may be anything. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_PROVIDERS_LIBVIRT_DOMXML_H
#define YG_PROVIDERS_LIBVIRT_DOMXML_H

#include <stdint.h>

#include "base/vec.h"

#define YG_DOMXML_MAX     (4u << 20) /* bytes of a document that we read */
#define YG_DOMXML_DEVICES 64         /* network cards and disks each that we read */

struct yg_domxml_nic {
	char *mac, *network, *bridge; /* each may be NULL */
};

struct yg_domxml_disk {
	char *dev;           /* "vda", or NULL */
	char *path;          /* file, block device or directory, or NULL */
	char *pool, *volume; /* of a disk that is a volume, or NULL */
};

/* What a domain is defined as. */
struct yg_domxml {
	char *title, *description, *os; /* or NULL */
	int64_t cpus;                   /* 0: not said */
	int64_t mem;                    /* bytes now, 0: not said */
	struct yg_vec(struct yg_domxml_nic) nics;
	struct yg_vec(struct yg_domxml_disk) disks;
};

/* NULL if it is no domain. */
struct yg_domxml *yg_domxml_parse(const char *xml);
void yg_domxml_free(struct yg_domxml *d); /* NULL is fine */

/* Facts of the other documents: texts by name; absent ones are NULL. */
enum yg_xml_fact {
	YG_XML_UUID,
	YG_XML_ARCH,
	YG_XML_MODEL,
	YG_XML_FORWARD,
	YG_XML_BRIDGE,
	YG_XML_SUBNET, /* "192.168.122.0/24" */
	YG_XML_GATEWAY,
	YG_XML_TYPE,
	YG_XML_PATH,
	YG_XML_STATE,
	YG_XML_CREATED, /* seconds since 1970 */
	YG_XML_PARENT,
	YG_XML_DESCRIPTION,
	YG_XML_FACTS,
};
struct yg_xml_facts {
	char *v[YG_XML_FACTS];
};

/* root: "capabilities", "network", "pool", "domainsnapshot", "sysinfo": what it must be. false:
 * it is not. */
bool yg_xml_facts(const char *xml, const char *root, struct yg_xml_facts *out);
void yg_xml_facts_done(struct yg_xml_facts *f);

/* "192.168.122.1" and a prefix length -> "192.168.122.0/24"; IPv6 too. NULL if it is no address. */
char *yg_xml_subnet(const char *address, int prefix);

#endif
