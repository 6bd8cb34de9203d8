/* verbs: what the program can be asked on the command line: one file and one table entry each. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_APP_VERBS_H
#define YG_APP_VERBS_H

#include "app/engine.h"
#include "base/buf.h"

struct yg_cli;

struct yg_verb_option {
	const char *name; /* "output": --output */
	char letter;      /* 'o': -o; 0 none */
	const char *arg;  /* "FORMAT"; "[=SPEC]" if it may be left out; NULL: takes none */
	const char *help; /* one line */
};

struct yg_verb {
	const char *name;
	const char *usage; /* what stands behind the name: "KIND[/NAME]..." */
	const char *help;  /* one line */
	const char *notes; /* lines for `yagura help VERB`, or NULL */
	const struct yg_verb_option *options;
	size_t n_options;
	int (*run)(struct yg_cli *cli); /* returns the exit code */
	bool is_hidden;                 /* for our own scripts: help does not name it */
};

/* What the command line says; lives as long as the program. */
struct yg_cli {
	const struct yg_verb *verb;
	struct yg_setup setup;
	char **args; /* behind the verb, without options */
	size_t n_args;
	struct yg_cli_value {
		const char *name, *value; /* value "" for options that take none */
	} * values;
	size_t n_values;
	struct yg_host *host; /* once yg_cli_open() was called */
	struct yg_buf out;    /* for stdout, until yg_cli_flush() */
	bool is_terminal;     /* stdout is one */
	bool has_colour;
};

/* Exit codes that are no error's. */
enum {
	YG_EXIT_OK,
	YG_EXIT_SOME,
	YG_EXIT_USAGE,
	YG_EXIT_NONE,
	YG_EXIT_UNREACHABLE,
	YG_EXIT_REFUSED,
	YG_EXIT_DOUBT,
	YG_EXIT_INTERRUPTED = 130
};

/* ---- cli.c ---- */
/* Parses the command line; 0, or YG_E_INVALID with one line about what is wrong. cli->verb NULL:
 * none was given. */
int yg_cli_parse(struct yg_cli *cli, int argc, char **argv, struct yg_err *err);
void yg_cli_done(struct yg_cli *cli);
const struct yg_verb *yg_verb_find(const char *name);
/* Says that there is no such verb, and which one is near; returns the error. */
int yg_verb_unknown(const char *name, struct yg_err *err);
/* All verbs, in the order of help; NULL entries for what was not built. */
const struct yg_verb *const *yg_verb_all(size_t *count);
/* A verb's own options; verb NULL: those of all verbs. */
const struct yg_verb_option *yg_verb_options(const struct yg_verb *verb, size_t *count);
/* The last value given, or NULL. */
const char *yg_cli_value(const struct yg_cli *cli, const char *name);
/* The n-th of an option that may be repeated, or NULL. */
const char *yg_cli_nth(const struct yg_cli *cli, const char *name, size_t n);
/* How the program or a verb (not NULL) is used; appends to out. */
void yg_cli_help(struct yg_buf *out, const struct yg_verb *verb);

/* ---- messages.c ---- */
/* Once, when the locale is set: the user's language. */
void yg_messages_start(void);

/* ---- output.c ---- */
/* Creates cli->host. Returns 0 or the exit code; the reason was told. */
int yg_cli_open(struct yg_cli *cli);
/* Writes cli->out to stdout. A reader who left ends the program, without a word. */
void yg_cli_flush(struct yg_cli *cli);
/* The same once there is much of it. */
void yg_cli_flow(struct yg_cli *cli);
/* One line to stderr, behind what was written. Text from outside is made harmless. */
void yg_cli_say(struct yg_cli *cli, const char *fmt, ...) YG_PRINTF(2, 3);
/* Tells the error; returns its exit code. */
int yg_cli_fail(struct yg_cli *cli, const struct yg_err *err);
/* "yagura get: TEXT; see yagura help get"; returns YG_EXIT_USAGE. */
int yg_cli_usage(struct yg_cli *cli, const char *fmt, ...) YG_PRINTF(2, 3);
/* The ANSI sequence for a meaning, "" where there is none. */
const char *yg_ansi(enum yg_style style);

extern const struct yg_verb yg_verb_attach;
extern const struct yg_verb yg_verb_config;
extern const struct yg_verb yg_verb_complete;
extern const struct yg_verb yg_verb_controller;
extern const struct yg_verb yg_verb_controllers;
extern const struct yg_verb yg_verb_describe;
extern const struct yg_verb yg_verb_do;
extern const struct yg_verb yg_verb_doctor;
extern const struct yg_verb yg_verb_exec;
extern const struct yg_verb yg_verb_get;
extern const struct yg_verb yg_verb_graph;
extern const struct yg_verb yg_verb_help;
extern const struct yg_verb yg_verb_man;
extern const struct yg_verb yg_verb_logs;
extern const struct yg_verb yg_verb_top;
extern const struct yg_verb yg_verb_version;
/* Of the console: what runs without a verb, and one screen without a terminal. */
extern const struct yg_verb yg_verb_console __attribute__((weak));
extern const struct yg_verb yg_verb_screen __attribute__((weak));

#endif
