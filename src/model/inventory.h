/* inventory: every row we know, by key, and who wants to hear of changes. Loop thread only.
 *
 * A row's key is controller/kind/native-id. Each key has a slot, a small number that stays its own
 * as long as the key is known, so that views can hold numbers and never pointers: the row in the
 * slot is replaced, the number is not. A slot whose row is gone is used again for another key
 * only after the flush that tells listeners about it.
 *
 * Changes are collected and told once per loop turn, by yg_inventory_flush(). */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_MODEL_INVENTORY_H
#define YG_MODEL_INVENTORY_H

#include "model/row.h"

struct yg_inventory;

#define YG_NO_SLOT UINT32_MAX

enum yg_change_what { YG_ADDED, YG_CHANGED, YG_GONE };

struct yg_change {
	uint32_t slot;
	enum yg_change_what what;
	const struct yg_kind *kind;
	uint64_t fields; /* of YG_CHANGED: which differ from what listeners were told last */
};

/* changes are valid during the call. The listener may put and drop rows (told in the next flush),
 * and may remove itself or any other listener. */
typedef void (*yg_changes_cb)(void *data, const struct yg_change *changes, size_t count);

struct yg_inventory *yg_inventory_create(void);
void yg_inventory_destroy(struct yg_inventory *inv);

/* Puts a row and takes over the caller's reference. An equal row only refreshes when it was seen.
 * Returns its slot. */
uint32_t yg_inventory_put_new(struct yg_inventory *inv, struct yg_row *row);
/* Takes the row with this key out, if it is there. */
void yg_inventory_drop(
    struct yg_inventory *inv, const char *controller, const struct yg_kind *kind, const char *id);
/* A whole listing of one kind of one controller: begin, put each row, end: what was not put since
 * begin and was there before is gone. May span loop turns; one listing at a time for each pair. A
 * listing that is never ended takes nothing away; beginning again starts it anew. */
void yg_inventory_begin(
    struct yg_inventory *inv, const char *controller, const struct yg_kind *kind);
void yg_inventory_end(struct yg_inventory *inv, const char *controller, const struct yg_kind *kind);
/* All rows of a controller go. */
void yg_inventory_forget(struct yg_inventory *inv, const char *controller);
/* All rows of a kind go, told at once: before the kind itself is forgotten. */
void yg_inventory_forget_kind(struct yg_inventory *inv, const struct yg_kind *kind);

/* The row in a slot, or NULL if it is gone. Borrowed until the next flush or put. */
const struct yg_row *yg_inventory_row(const struct yg_inventory *inv, uint32_t slot);
/* When the row was put or listed last; 0 for an empty slot. */
int64_t yg_inventory_seen(const struct yg_inventory *inv, uint32_t slot);
uint32_t yg_inventory_find(const struct yg_inventory *inv, const char *controller,
    const struct yg_kind *kind, const char *id);
/* The slot a reference of row points to, or YG_NO_SLOT. */
uint32_t yg_inventory_follow(
    const struct yg_inventory *inv, const struct yg_row *row, const struct yg_ref *ref);
/* Slots of a kind, in no order; *count of them. Valid until the next put, drop or flush. */
const uint32_t *yg_inventory_slots(
    const struct yg_inventory *inv, const struct yg_kind *kind, size_t *count);
/* How many rows of a controller there are, all kinds. */
size_t yg_inventory_count(const struct yg_inventory *inv, const char *controller);
/* One more than the largest slot number in use: the size for arrays by slot. */
uint32_t yg_inventory_limit(const struct yg_inventory *inv);

void yg_inventory_listen(struct yg_inventory *inv, yg_changes_cb cb, void *data);
void yg_inventory_unlisten(struct yg_inventory *inv, yg_changes_cb cb, void *data);
/* Tells listeners what changed since the last flush; false if nothing did. */
bool yg_inventory_flush(struct yg_inventory *inv);
/* true if there is something to flush. */
bool yg_inventory_dirty(const struct yg_inventory *inv);

/* Completes rows of a kind before they are compared and kept: fields that no provider knows, worked
 * out from those that it tells. Takes the row over and returns it, or another of the same key and
 * kind. */
typedef struct yg_row *(*yg_completer_cb)(void *data, struct yg_row *row);
/* One for each kind: false if another does it already. cb NULL: nobody does from now on. */
bool yg_inventory_complete(
    struct yg_inventory *inv, const struct yg_kind *kind, yg_completer_cb cb, void *data);

#endif
