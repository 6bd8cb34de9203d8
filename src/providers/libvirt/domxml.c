/* domxml: libvirt's XML documents, read with libxml2 (no network, no entities, capped), as the few
 * facts that rows show. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/libvirt/domxml.h"

#include <arpa/inet.h>
#include <libxml/parser.h>
#include <libxml/tree.h>

static void quiet(void *data, xmlErrorPtr error)
{
}

/* Entities are not expanded (no NOENT), nothing is fetched, libxml2's own limits on depth and
 * names stay on (no HUGE). */
static xmlDocPtr parse(const char *xml, const char *root)
{
	size_t len = xml ? strnlen(xml, YG_DOMXML_MAX + 1) : 0;

	if (!len || len > YG_DOMXML_MAX)
		return NULL;
	xmlParserCtxtPtr ctxt = xmlNewParserCtxt();
	if (!ctxt)
		return NULL;
	xmlSetStructuredErrorFunc(ctxt, quiet);
	ctxt->sax->serror = quiet;
	xmlDocPtr doc = xmlCtxtReadMemory(ctxt, xml, (int)len, NULL, NULL,
	    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA);
	xmlFreeParserCtxt(ctxt);
	xmlSetStructuredErrorFunc(NULL, NULL);
	xmlNodePtr top = doc ? xmlDocGetRootElement(doc) : NULL;
	if (top && yg_streq((const char *)top->name, root))
		return doc;
	xmlFreeDoc(doc);
	return NULL;
}

static bool is_named(xmlNodePtr node, const char *name)
{
	return node->type == XML_ELEMENT_NODE && yg_streq((const char *)node->name, name);
}

/* The first element of that name in node, or NULL; node may be NULL. */
static xmlNodePtr child(xmlNodePtr node, const char *name)
{
	for (xmlNodePtr n = node ? node->children : NULL; n; n = n->next)
		if (is_named(n, name))
			return n;
	return NULL;
}

/* Empty texts are none. */
static char *own(xmlChar *text)
{
	const char *s = (const char *)text;

	s = s ? s + strspn(s, " \t\r\n") : NULL;
	char *copy = s && *s ? yg_xstrndup(s, 4096) : NULL;
	for (size_t n = copy ? strlen(copy) : 0; n && strchr(" \t\r\n", copy[n - 1]); n--)
		copy[n - 1] = '\0';
	xmlFree(text);
	return copy;
}

static char *text(xmlNodePtr node)
{
	return node ? own(xmlNodeGetContent(node)) : NULL;
}

static char *attr(xmlNodePtr node, const char *name)
{
	return node ? own(xmlGetNoNsProp(node, (const xmlChar *)name)) : NULL;
}

/* A whole number that is not negative; else 0. */
static int64_t number(char *s)
{
	char *end = s;
	long long value = s ? strtoll(s, &end, 10) : 0;

	if (!s || *end || value < 0)
		value = 0;
	free(s);
	return value;
}

/* libvirt always writes KiB; other units are for what people write. */
static int64_t memory(xmlNodePtr node)
{
	static const struct {
		const char *unit;
		int64_t bytes;
	} units[] = {{"b", 1}, {"bytes", 1}, {"KB", 1000}, {"KiB", 1 << 10}, {"k", 1 << 10},
	    {"MB", 1000000}, {"MiB", 1 << 20}, {"M", 1 << 20}, {"GB", 1000000000}, {"GiB", 1 << 30},
	    {"G", 1 << 30}};
	int64_t value = number(text(node)), factor = 1 << 10;
	char *unit = attr(node, "unit");

	for (size_t i = 0; unit && i < YG_COUNT(units); i++)
		if (yg_streq(unit, units[i].unit))
			factor = units[i].bytes;
	free(unit);
	return value > INT64_MAX / factor ? 0 : value * factor;
}

static void add_nic(struct yg_domxml *d, xmlNodePtr node)
{
	xmlNodePtr source = child(node, "source");

	if (d->nics.count == YG_DOMXML_DEVICES)
		return;
	struct yg_domxml_nic nic = {
	    .mac = attr(child(node, "mac"), "address"),
	    .network = attr(source, "network"),
	    .bridge = attr(source, "bridge"),
	};
	yg_vec_push(&d->nics, nic);
}

static void add_disk(struct yg_domxml *d, xmlNodePtr node)
{
	static const char *const places[] = {"file", "dev", "dir", "name"};
	xmlNodePtr source = child(node, "source");
	char *device = attr(node, "device");
	bool is_disk = !device || yg_streq(device, "disk") || yg_streq(device, "lun");

	free(device);
	if (!is_disk || d->disks.count == YG_DOMXML_DEVICES)
		return;
	struct yg_domxml_disk disk = {
	    .dev = attr(child(node, "target"), "dev"),
	    .pool = attr(source, "pool"),
	    .volume = attr(source, "volume"),
	};
	for (size_t i = 0; i < YG_COUNT(places) && !disk.path; i++)
		disk.path = attr(source, places[i]);
	yg_vec_push(&d->disks, disk);
}

/* libosinfo's id, "http://debian.org/debian/12", as "debian 12"; else none: most do not say. */
static char *os_name(xmlNodePtr domain)
{
	xmlNodePtr node = child(child(domain, "metadata"), "libosinfo");
	char *id = attr(child(node, "os"), "id"), *name = NULL;
	char *version = id ? strrchr(id, '/') : NULL;

	if (version && version > id) {
		*version = '\0';
		const char *product = strrchr(id, '/');
		name = yg_xasprintf("%s %s", product ? product + 1 : id, version + 1);
	}
	free(id);
	return name;
}

struct yg_domxml *yg_domxml_parse(const char *xml)
{
	xmlDocPtr doc = parse(xml, "domain");

	if (!doc)
		return NULL;
	xmlNodePtr top = xmlDocGetRootElement(doc), devices = child(top, "devices");
	struct yg_domxml *d = yg_xcalloc(1, sizeof(*d));
	d->title = text(child(top, "title"));
	d->description = text(child(top, "description"));
	d->os = os_name(top);
	d->cpus = number(attr(child(top, "vcpu"), "current"));
	if (!d->cpus)
		d->cpus = number(text(child(top, "vcpu")));
	d->mem = memory(child(top, "currentMemory"));
	if (!d->mem)
		d->mem = memory(child(top, "memory"));
	for (xmlNodePtr n = devices ? devices->children : NULL; n; n = n->next) {
		if (is_named(n, "interface"))
			add_nic(d, n);
		else if (is_named(n, "disk"))
			add_disk(d, n);
	}
	xmlFreeDoc(doc);
	return d;
}

void yg_domxml_free(struct yg_domxml *d)
{
	if (!d)
		return;
	yg_vec_each (&d->nics, nic) {
		free(nic->mac);
		free(nic->network);
		free(nic->bridge);
	}
	yg_vec_each (&d->disks, disk) {
		free(disk->dev);
		free(disk->path);
		free(disk->pool);
		free(disk->volume);
	}
	yg_vec_done(&d->nics);
	yg_vec_done(&d->disks);
	free(d->title);
	free(d->description);
	free(d->os);
	free(d);
}

char *yg_xml_subnet(const char *address, int prefix)
{
	unsigned char bytes[16];
	char out[INET6_ADDRSTRLEN];
	int family = address && strchr(address, ':') ? AF_INET6 : AF_INET;
	int bits = family == AF_INET6 ? 128 : 32;

	if (!address || prefix < 0 || prefix > bits || inet_pton(family, address, bytes) != 1)
		return NULL;
	for (int i = 0; i < bits / 8; i++) {
		int kept = YG_MAX(0, YG_MIN(8, prefix - i * 8));
		bytes[i] &= (unsigned char)(0xff00 >> kept);
	}
	if (!inet_ntop(family, bytes, out, sizeof(out)))
		return NULL;
	return yg_xasprintf("%s/%d", out, prefix);
}

/* "255.255.255.0" -> 24; what is no netmask is -1. */
static int mask_bits(const char *mask)
{
	struct in_addr a;

	if (!mask || inet_pton(AF_INET, mask, &a) != 1)
		return -1;
	uint32_t m = ntohl(a.s_addr);
	int bits = __builtin_popcount(m);
	return m == (bits ? ~0u << (32 - bits) : 0) ? bits : -1;
}

static void network_facts(xmlNodePtr top, struct yg_xml_facts *out)
{
	xmlNodePtr ip = child(top, "ip"), forward = child(top, "forward");
	char *mask = attr(ip, "netmask"), *prefix = attr(ip, "prefix");

	out->v[YG_XML_UUID] = text(child(top, "uuid"));
	out->v[YG_XML_BRIDGE] = attr(child(top, "bridge"), "name");
	out->v[YG_XML_FORWARD] = attr(forward, "mode");
	if (forward && !out->v[YG_XML_FORWARD])
		out->v[YG_XML_FORWARD] = yg_xstrdup("nat");
	out->v[YG_XML_GATEWAY] = attr(ip, "address");
	out->v[YG_XML_SUBNET] = yg_xml_subnet(out->v[YG_XML_GATEWAY],
	    prefix ? (int)YG_MIN(number(yg_xstrdup(prefix)), 129) : mask_bits(mask));
	free(mask);
	free(prefix);
}

static void capabilities_facts(xmlNodePtr top, struct yg_xml_facts *out)
{
	xmlNodePtr host = child(top, "host"), cpu = child(host, "cpu");

	out->v[YG_XML_UUID] = text(child(host, "uuid"));
	out->v[YG_XML_ARCH] = text(child(cpu, "arch"));
	out->v[YG_XML_MODEL] = text(child(cpu, "model"));
}

static void pool_facts(xmlNodePtr top, struct yg_xml_facts *out)
{
	out->v[YG_XML_TYPE] = attr(top, "type");
	out->v[YG_XML_UUID] = text(child(top, "uuid"));
	out->v[YG_XML_PATH] = text(child(child(top, "target"), "path"));
}

static void snapshot_facts(xmlNodePtr top, struct yg_xml_facts *out)
{
	out->v[YG_XML_STATE] = text(child(top, "state"));
	out->v[YG_XML_CREATED] = text(child(top, "creationTime"));
	out->v[YG_XML_DESCRIPTION] = text(child(top, "description"));
	out->v[YG_XML_PARENT] = text(child(child(top, "parent"), "name"));
}

/* <sysinfo><system><entry name='product'>: the machine's model. */
static void sysinfo_facts(xmlNodePtr top, struct yg_xml_facts *out)
{
	xmlNodePtr system = child(top, "system");

	for (xmlNodePtr n = system ? system->children : NULL; n; n = n->next) {
		char *name = is_named(n, "entry") ? attr(n, "name") : NULL;
		if (yg_streq(name, "product") && !out->v[YG_XML_MODEL])
			out->v[YG_XML_MODEL] = text(n);
		if (yg_streq(name, "uuid") && !out->v[YG_XML_UUID])
			out->v[YG_XML_UUID] = text(n);
		free(name);
	}
}

bool yg_xml_facts(const char *xml, const char *root, struct yg_xml_facts *out)
{
	static const struct {
		const char *root;
		void (*read)(xmlNodePtr top, struct yg_xml_facts *out);
	} readers[] = {
	    {"capabilities", capabilities_facts},
	    {"domainsnapshot", snapshot_facts},
	    {"network", network_facts},
	    {"pool", pool_facts},
	    {"sysinfo", sysinfo_facts},
	};
	xmlDocPtr doc = parse(xml, root);

	*out = (struct yg_xml_facts){0};
	if (!doc)
		return false;
	for (size_t i = 0; i < YG_COUNT(readers); i++)
		if (yg_streq(readers[i].root, root))
			readers[i].read(xmlDocGetRootElement(doc), out);
	xmlFreeDoc(doc);
	return true;
}

void yg_xml_facts_done(struct yg_xml_facts *f)
{
	for (size_t i = 0; i < YG_COUNT(f->v); i++)
		free(f->v[i]);
	*f = (struct yg_xml_facts){0};
}
