/* yaml: one YAML document read into a tree of nodes that know where they stand.
 *
 * A small, strict part of YAML: mappings with words for keys, lists, text. No aliases, no tags, no
 * second document, no key twice. What a file can cost is bounded by the numbers below. Mistakes are
 * told as "FILE:LINE:COLUMN: what". Any thread; a tree is read-only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_STORE_YAML_H
#define YG_STORE_YAML_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#define YG_YAML_BYTES ((size_t)1 << 20) /* of a file */
#define YG_YAML_DEPTH 64                /* lists and mappings inside each other */
#define YG_YAML_NODES 50000             /* values in a document */
#define YG_YAML_KEYS  1000              /* keys in one mapping */

enum yg_node_is { YG_NODE_NOTHING, YG_NODE_TEXT, YG_NODE_LIST, YG_NODE_MAP };

struct yg_node {
	enum yg_node_is is;
	bool is_quoted;           /* of TEXT: "5" and "true" in quotes are no number and no truth */
	int line, column;         /* from 1; a column is a character */
	int key_line, key_column; /* of the key; of the value itself in a list */
	const char *key;          /* in a MAP; else NULL */
	const char *text;         /* of TEXT; UTF-8 without NUL; "" for the others */
	size_t count;             /* of LIST and MAP */
	const struct yg_node *first, *next;
};

struct yg_yaml {
	char *name;                 /* of the file, as messages show it */
	const struct yg_node *root; /* NOTHING for an empty file */
	struct yg_arena arena;
};

/* name: for messages. */
int yg_yaml_parse(
    const char *name, const char *text, size_t len, struct yg_yaml **out, struct yg_err *err);
/* Reads a file or a pipe; a pipe that stays silent for two seconds is given up. */
int yg_yaml_read(const char *path, struct yg_yaml **out, struct yg_err *err);
void yg_yaml_free(struct yg_yaml *yaml);
/* The value of a key, or NULL. */
const struct yg_node *yg_node_get(const struct yg_node *map, const char *key);
/* "a list", "a mapping", "text", "nothing": for messages. */
const char *yg_node_is_name(const struct yg_node *node);
/* Appends text in double quotes; what is not plain to see is written as an escape. */
void yg_yaml_put_quoted(struct yg_buf *out, const char *text);
/* Appends text that is read back as the same text: as it is if that is plain, else in quotes. */
void yg_yaml_put_text(struct yg_buf *out, const char *text);

#endif
