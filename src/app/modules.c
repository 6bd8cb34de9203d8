/* modules: loads the heavy part of a provider, a shared object, when it is first needed. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/host.h"
#include "base/clock.h"
#include "base/log.h"
#include "net/loop.h"

/* What Debian calls the package of a library that a module needs. */
static const struct {
	const char *soname, *package;
} packages[] = {
    {"libcurl.so.4", "libcurl4"},
    {"libvirt-lxc.so.0", "libvirt0"},
    {"libvirt-qemu.so.0", "libvirt0"},
    {"libvirt.so.0", "libvirt0"},
    {"libxml2.so.2", "libxml2"},
    {"libyajl.so.2", "libyajl2"},
};

char *yg_program_folder(void)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (n <= 0)
		return NULL;
	path[n] = '\0';
	char *slash = strrchr(path, '/');
	return slash ? yg_xstrndup(path, (size_t)(slash - path)) : NULL;
}

/* The first place that has the file; the caller frees. NULL: it is nowhere. */
static char *find_file(const char *name)
{
	const char *tests = secure_getenv("YAGURA_MODULES");
	char *program = yg_program_folder(), *path = NULL;
	char *places[] = {
	    tests ? yg_xasprintf("%s/%s", tests, name) : NULL,
	    program ? yg_xasprintf("%s/modules/%s", program, name) : NULL,
	    program ? yg_xasprintf("%s/" YG_LIB_FROM_BIN "/%s", program, name) : NULL,
	};

	for (size_t i = 0; i < YG_COUNT(places); i++) {
		if (!path && places[i] && access(places[i], F_OK) == 0)
			path = places[i];
		else
			free(places[i]);
	}
	free(program);
	return path;
}

/* "libvirt.so.0: cannot open shared object file: ..." -> what to install. */
static int explain(const char *provider, const char *text, struct yg_err *err)
{
	size_t n = strcspn(text, ":");

	if (strstr(text, "cannot open shared object file"))
		for (size_t i = 0; i < YG_COUNT(packages); i++)
			if (strlen(packages[i].soname) == n &&
			    strncmp(text, packages[i].soname, n) == 0)
				return yg_err_set(err, YG_E_UNSUPPORTED,
				    "provider '%s': %s is missing; apt install %s", provider,
				    packages[i].soname, packages[i].package);
	return yg_err_set(
	    err, YG_E_UNSUPPORTED, "provider '%s': cannot be loaded: %s", provider, text);
}

/* Which of our own packages has a provider's module. */
static const char *package_of(const char *provider)
{
	return yg_streq(provider, "libvirt") ? "yagura-libvirt" : "--reinstall yagura";
}

static const struct yg_provider_ops *take_table(void *handle)
{
	const struct yg_provider_ops *ops = dlsym(handle, "yg_provider_ops");

	return ops && ops->size == sizeof(*ops) && ops->open && ops->close ? ops : NULL;
}

/* It is never unloaded: its libraries have threads that outlive the last connection. */
static int load(const struct yg_provider *p, const struct yg_provider_ops **out, struct yg_err *err)
{
	char name[128];

	snprintf(name, sizeof(name), "yagura-%s.so", p->module ? p->module : p->name);
	char *path = find_file(name);
	if (!path)
		return yg_err_set(err, YG_E_UNSUPPORTED,
		    "provider '%s': its module %s is not installed; build Yagura with it, or "
		    "apt install %s",
		    p->name, name, package_of(p->name));
	void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	free(path);
	if (!handle)
		return explain(p->name, dlerror(), err);
	const struct yg_provider_ops *ops = take_table(handle);
	if (!ops) {
		dlclose(handle);
		return yg_err_set(err, YG_E_UNSUPPORTED,
		    "provider '%s': its module %s is of another version; install Yagura anew",
		    p->name, name);
	}
	*out = ops;
	return 0;
}

struct job {
	struct yg_module *module;
	const struct yg_provider_ops *ops;
	struct yg_err err;
};

static void job_run(void *data)
{
	struct job *job = data;

	if (load(job->module->provider, &job->ops, &job->err))
		job->ops = NULL;
}

/* Opens, or fails, all that waits for it. */
static void job_done(void *data)
{
	struct job *job = data;
	struct yg_module *module = job->module;
	struct yg_host *host = module->host;

	module->is_loading = false;
	module->ops = job->ops;
	module->err = job->err;
	for (size_t i = 0; !host->is_closing && i < host->controllers.count; i++) {
		struct yg_controller *c = host->controllers.items[i];
		if (c->provider != module->provider || c->state != YG_CTL_CONNECTING)
			continue;
		if (module->ops)
			yg_controller_open(c, module->ops);
		else
			yg_controller_failed(c, &module->err);
	}
	free(job);
}

void yg_module_load(struct yg_host *host, struct yg_module *module, bool in_worker)
{
	if (module->is_loading || module->ops)
		return;
	struct job *job = yg_xcalloc(1, sizeof(*job));
	job->module = module;
	module->is_loading = true;
	if (in_worker) {
		yg_work(host->loop, job_run, job_done, job);
		return;
	}
	int64_t start = yg_mono_us();
	job_run(job);
	job_done(job);
	yg_log("house", YG_LOG_DEBUG, "module '%s' took %lld us", module->provider->name,
	    (long long)(yg_mono_us() - start));
}

struct yg_module *yg_module_of(struct yg_host *host, const struct yg_provider *provider)
{
	for (size_t i = 0; i < yg_n_providers; i++)
		if (host->modules[i].provider == provider)
			return &host->modules[i];
	return NULL;
}
