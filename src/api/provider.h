/* provider: the contract between the house and what speaks to one type of controller.
 *
 * A provider is a folder in src/providers: manifest.c, always part of the program, says what it is
 * and finds what is there; the rest may be a module (what it links to is heavy) that is loaded when
 * the first controller of its type is opened. The house drives: it opens, polls, tells what is on
 * screen, starts actions, closes, opens again with back-off. The provider answers in rows. All
 * calls are on the loop thread and must return at once. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_API_PROVIDER_H
#define YG_API_PROVIDER_H

#include "api/stream.h"
#include "model/action.h"

struct yg_loop;
struct yg_controller;
struct yg_discovery;

struct yg_option {
	const char *name; /* "tls_ca": as in the configuration file */
	enum yg_type type;
	const char *preset; /* or NULL */
	const char *help;   /* one line */
};

struct yg_provider_ops {
	size_t size; /* sizeof(struct yg_provider_ops) */
	/* Errors do not name the controller: who shows them does. */
	size_t private_size; /* bytes at c->priv, zeroed before each open */
	/* Begins to connect and returns at once. Ends with yg_controller_up() or _failed(), never
	 * from inside; an error returned here is the same as failing. The house has a deadline. */
	int (*open)(struct yg_controller *c, struct yg_err *err);
	/* Refresh: list what the controller cannot push. Called after up, then each poll_ms, and
	 * when the user asks. kinds: bit yg_kind_index() of what is wanted now (others seldom); a
	 * provider that is still busy with the last poll ignores it. */
	void (*poll)(struct yg_controller *c, uint64_t kinds);
	/* These rows are on screen (borrowed): only they need metrics that cost. NULL: no matter.
	 */
	void (*visible)(struct yg_controller *c, const struct yg_row *const *rows, size_t count);
	/* Starts an action on a row and returns; ends the task once, later, with what the
	 * controller says. An error returned here ends it too (by the house). NULL: can do nothing.
	 */
	int (*act)(struct yg_controller *c, const struct yg_action *action,
	    const struct yg_row *row, const struct yg_args *args, struct yg_task *task,
	    struct yg_err *err);
	/* Lets go of everything, at once, in any state; nothing of it is called later (threads that
	 * hang are abandoned with what they own). Also after a failed open. */
	void (*close)(struct yg_controller *c);
	/* Opens a stream of a row; *out is the provider's and is given back by its close. An error
	 * returned here means that nothing was opened. close() of the controller ends what is open.
	 * NULL: it has none. */
	int (*stream)(struct yg_controller *c, const struct yg_row *row,
	    const struct yg_stream_request *request, struct yg_stream **out, struct yg_err *err);
};

struct yg_provider {
	size_t size;          /* sizeof(struct yg_provider) */
	const char *name;     /* "docker" */
	const char *help;     /* one line */
	const char *url_help; /* "unix:///path, tcp://host:2376" */
	const struct yg_option *options;
	size_t n_options;
	const struct yg_kind *const *kinds; /* what it can list */
	size_t n_kinds;
	const char *actions; /* what it can do: "vm/start vm/shutdown ..." */
	int poll_ms;         /* pace of polling while something of it is on screen */
	int open_ms;         /* deadline of open */
	/* Finds controllers on this machine without connecting: yg_discovery_add() for each, or
	 * yg_discovery_none() with what is missing. NULL: nothing can be found. */
	void (*discover)(struct yg_discovery *d);
	/* 0, or YG_E_INVALID: the URL or an option is wrong. NULL: anything goes. */
	int (*check)(const struct yg_controller *c, struct yg_err *err);
	const struct yg_provider_ops *ops; /* NULL: in the module */
	const char *module; /* "libvirt": file yagura-libvirt.so, symbol yg_provider_ops */
};

enum yg_controller_state {
	YG_CTL_OFF, /* not asked for yet */
	YG_CTL_CONNECTING,
	YG_CTL_UP,
	YG_CTL_SILENT,  /* connected, asked, no answer for a while */
	YG_CTL_DOWN,    /* failed; tried again at retry_ms */
	YG_CTL_REFUSED, /* it does not want us: tried again only when asked */
};

/* One configured or found controller. Providers read; only the house writes, but for priv. */
struct yg_controller {
	const struct yg_provider *provider;
	char *name; /* unique; no '/' in it */
	char *url, *site;
	char *source; /* why we know of it: "found: /run/docker.sock", "yagura.yaml:12" */
	char **option_names, **option_values; /* as configured */
	size_t n_options;
	enum yg_controller_state state;
	struct yg_err err; /* why it is down */
	char *version;
	int64_t since_ms; /* in this state since */
	int64_t seen_ms;  /* last answer, 0 never */
	int64_t asked_ms; /* oldest question without an answer, 0 none */
	int64_t retry_ms; /* next try */
	int64_t latency_ms;
	unsigned failures; /* in a row */
	uint64_t listed;   /* kinds with a whole listing since it came up */
	bool is_sampled;   /* rates are known: two samples were taken */
	bool is_read_only;
	struct yg_loop *loop;
	struct yg_inventory *inv;
	struct yg_tasks *tasks;
	void *priv;                /* the provider's, private_size bytes */
	void *house;               /* the engine's */
	struct yg_stream *streams; /* the house's: those that are open */
};

/* The value of an option as configured, or its preset, or NULL. Borrowed. */
const char *yg_controller_option(const struct yg_controller *c, const char *name);

/* For providers: what happened. */
/* Connected; version is what it says it is, for people ("QEMU 7.2.22, libvirt 9.0.0"). */
void yg_controller_up(struct yg_controller *c, const char *version);
/* The connection is lost or could not be made. The house closes (later, never from inside) and
 * tries again; code YG_E_REFUSED: not before the user says so. */
void yg_controller_failed(struct yg_controller *c, const struct yg_err *err);
/* A question went out; an answer (any) came in. Questions without an answer for YG_SILENT_MS make
 * the controller SILENT; the next answer makes it UP again. */
void yg_controller_asked(struct yg_controller *c);
void yg_controller_heard(struct yg_controller *c);
#define YG_SILENT_MS 5000
/* A stream that the provider has made, and its end, on the provider's side: it is closed, and who
 * asked is told. When the house lets go of a controller it ends what is open, before close(). */
void yg_stream_begin(struct yg_stream *s, const struct yg_stream_ops *ops, struct yg_controller *c,
    const struct yg_stream_request *request);
void yg_stream_end(struct yg_stream *s, int exit_code, const struct yg_err *err);
/* Rows: a whole listing, or single changes. put takes over the reference. */
void yg_controller_list_begin(struct yg_controller *c, const struct yg_kind *kind);
void yg_controller_put(struct yg_controller *c, struct yg_row *row);
void yg_controller_list_end(struct yg_controller *c, const struct yg_kind *kind);
/* The controller cannot list this kind (old version, no permission): counts as listed. */
void yg_controller_list_skip(struct yg_controller *c, const struct yg_kind *kind);
void yg_controller_drop(struct yg_controller *c, const struct yg_kind *kind, const char *id);
/* Rates are known from now on. */
void yg_controller_sampled(struct yg_controller *c);

/* For manifests: a controller that is there. name: "local", "docker"; made unique by the house. */
void yg_discovery_add(
    struct yg_discovery *d, const char *name, const char *url, const char *source);
/* Nothing is there: what was looked for, and how to get it ("apt install libvirt-daemon-system").
 */
void yg_discovery_none(struct yg_discovery *d, const char *looked_for, const char *hint);
/* An option of the controller that was added last. */
void yg_discovery_option(struct yg_discovery *d, const char *name, const char *value);
/* Something is there that cannot be connected to (yet), and why; it is told by doctor only. */
void yg_discovery_known(struct yg_discovery *d, const char *what, const char *why);

#endif
