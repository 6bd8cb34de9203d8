/* schema: a strict reader of settings: a const table says which keys a mapping may have, what type
 * each is and where its value goes. All mistakes of a file are told, each with its place and the
 * nearest right word; what is right is read all the same. Loop thread only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_STORE_SCHEMA_H
#define YG_STORE_SCHEMA_H

#include "store/yaml.h"

#define YG_MISTAKES_MAX 20

struct yg_mistakes {
	char *lines[YG_MISTAKES_MAX]; /* "FILE:LINE:COLUMN: what" */
	size_t count;
	size_t left_out; /* how many more there were */
};

/* Tells one line; data is the listener's. */
typedef void yg_report_cb(void *data, const char *line);

struct yg_reading {
	const char *file; /* yaml->name */
	struct yg_mistakes mistakes;
	void *data; /* the reader's own */
};

enum yg_setting_type {
	YG_SET_TEXT,   /* char *, made anew; the one that was there is freed */
	YG_SET_BOOL,   /* bool */
	YG_SET_INT,    /* int, from min to max */
	YG_SET_REAL,   /* double, not negative */
	YG_SET_CHOICE, /* int: index of the word in words */
	YG_SET_LIST,   /* read is called for each item */
	YG_SET_OWN,    /* read is called with the value */
};

struct yg_setting {
	const char *name;
	enum yg_setting_type type;
	size_t offset; /* of the value in the destination */
	bool is_required;
	int min, max;             /* of INT */
	const char *const *words; /* of CHOICE, n_words of them */
	size_t n_words;
	/* Of LIST and OWN. dest: as given to yg_settings_read(). */
	void (*read)(struct yg_reading *r, const struct yg_node *node, void *dest);
};

/* The first three of a setting whose value goes to a member of a struct. */
#define YG_SETTING(word, kind, type_, member) \
	.name = (word), .type = YG_SET_##kind, .offset = offsetof(type_, member)

struct yg_settings {
	const char *what; /* whose settings, "a column": for messages */
	const struct yg_setting *items;
	size_t count;
	/* Takes the keys that are not in the table; NULL: they are mistakes. */
	void (*other)(struct yg_reading *r, const struct yg_node *node, void *dest);
};

/* Reads a mapping into dest, in the order of the table, so that a setting may stand on those before
 * it; returns the number of mistakes in it. NOTHING is an empty mapping. */
size_t yg_settings_read(struct yg_reading *r, const struct yg_node *map,
    const struct yg_settings *settings, void *dest);
/* Notes a mistake at a value, or at its key. */
void yg_mistake(struct yg_reading *r, const struct yg_node *node, const char *fmt, ...)
    YG_PRINTF(3, 4);
void yg_mistake_key(struct yg_reading *r, const struct yg_node *node, const char *fmt, ...)
    YG_PRINTF(3, 4);
/* ", did you mean 'word'" or "": text to put behind a wrong word; valid until buf goes. */
const char *yg_did_you_mean(
    const char *word, const char *const *words, size_t count, char *buf, size_t size);
/* 0 if there were none; else YG_E_INVALID with the first and how many more. */
int yg_mistakes_err(const struct yg_mistakes *m, struct yg_err *err);
/* Tells each; report may be NULL. */
void yg_mistakes_tell(const struct yg_mistakes *m, yg_report_cb *report, void *data);
void yg_mistakes_done(struct yg_mistakes *m);

#endif
