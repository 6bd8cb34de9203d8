/* kinds: the tables of the core kinds, made from the maps in kinds.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "model/kinds.h"

#include <assert.h>

#define STATE(kind, id, name, meaning) {name, YG_ST_##meaning},
#define FIELD(kind, id, name, type, rel, flags, title, help) \
	{name, YG_T_##type, YG_REL_##rel, flags, title, help},

#define TABLES(upper, lower, plural, aliases, title, help)                                       \
	static const struct yg_state lower##_states[] = {                                        \
	    {"unknown", YG_ST_UNKNOWN}, YG_STATES_##upper(STATE)};                               \
	static const struct yg_field lower##_fields[] = {                                        \
	    YG_FIELDS_COMMON, YG_##upper##_FIELDS(FIELD)};                                       \
	const struct yg_kind yg_kind_##lower = {sizeof(struct yg_kind), #lower, plural, aliases, \
	    title, help, lower##_fields, YG_COUNT(lower##_fields), lower##_states,               \
	    YG_COUNT(lower##_states)};

YG_KIND_MAP(TABLES)

static const struct yg_kind *const core[] = {
#define ENTRY(upper, lower, plural, aliases, title, help) &yg_kind_##lower,
    YG_KIND_MAP(ENTRY)};

void yg_kinds_register_core(void)
{
	for (size_t i = 0; i < YG_COUNT(core); i++) {
		int rc = yg_kind_register(core[i], NULL);
		assert(rc == 0);
		(void)rc;
	}
}
