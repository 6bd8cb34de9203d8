#!/bin/bash
# plugins: which are loaded, which are refused and why, and that what they bring can be used.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
cc=${CC:-cc}
command -v "$cc" >/dev/null || {
	echo "no C compiler"
	exit 77
}
umask 022
folder=$work/data/yagura/plugins
mkdir -p "$folder" "$work/src"

# build NAME API CODE: a plugin with a kind and a row; CODE goes into its start().
build() {
	cat >"$work/src/$1.c" <<END
#include "api/yagura.h"
static const struct yg_field fields[] = {YG_FIELDS_COMMON, {"size", YG_T_BYTES, 0, 0, "SIZE", "how large"}};
static const struct yg_state states[] = {{"unknown", YG_ST_UNKNOWN}, {"fine", YG_ST_OK}};
static const struct yg_kind kind = {.size = sizeof(kind), .name = "$1thing", .plural = "$1things",
	.aliases = "", .title = "Things", .help = "a thing", .fields = fields, .n_fields = YG_COUNT(fields),
	.states = states, .n_states = YG_COUNT(states)};
static int poke(const struct yg_action *a, const struct yg_row *row, const struct yg_args *args,
	struct yg_task *task, struct yg_err *err)
{
	yg_task_end(task, YG_TASK_STATE_DONE, NULL);
	return 0;
}
static const struct yg_action action = {.size = sizeof(action), .name = "poke", .title = "Poke",
	.kind = "$1thing", .effect = YG_SAFE, .help = "pokes it", .run = poke};
static void tick(void *data) {}
static int start(struct yg_host *host, void **data, struct yg_err *err)
{
	int rc = yg_kind_register(&kind, err);
	if (!rc)
		rc = yg_action_register(&action, err);
	struct yg_draft d;
	yg_draft_init(&d, &kind, "$1", "1");
	yg_draft_text(&d, YG_F_NAME, "thing\\033[31m-1");
	yg_draft_state(&d, 1);
	yg_draft_int(&d, YG_F_COMMON, 2048);
	yg_inventory_put_new(yg_host_inventory(host), yg_draft_done(&d));
	yg_host_wait(host, 1, 1, tick, host);
	$3
	return rc;
}
const struct yg_plugin yg_plugin = {.api = $2, .size = sizeof(yg_plugin), .name = "$1",
	.version = "1", .help = "a test", .start = start};
END
	"$cc" -std=gnu11 -D_GNU_SOURCE -shared -fPIC -I"$root/src" -o "$folder/$1.so" "$work/src/$1.c" 2>"$work/err" ||
		not_ok "$1 compiles" "$(cat "$work/err")"
}

# refused TEXT: the plugin costs one line with the text, and all else works.
refused() {
	run version
	run --demo=seed:1 get vm/web-01 -o name
	if [ $rc = 0 ] && [ "$out" = vm/web-01 ] && [ "$(wc -l <"$work/err")" = 1 ] && [[ "$err" == *"$1"* ]]; then
		ok "refused: $1"
	else
		not_ok "refused: $1" "$rc" "$out" "$err"
	fi
	rm -f "$folder"/*.so
}

build good YG_API_VERSION ''
exits 0 'a plugin brings a kind' get goodthing -o name
is 'its row, made harmless' "$out" 'goodthing/thing␛[31m-1'
is 'and not a word more' "$err" ''
run get goodthing -o json
holds 'JSON is harmless' grep -q '"name":"thing\\u001b\[31m-1"' "$work/out"
exits 0 'it brings an action' do poke goodthing/1
is 'that is done' "$out" 'goodthing/thing␛[31m-1  poke  done'
run doctor
holds 'the doctor knows it' grep -qE '^ok +good ' "$work/out"
YAGURA_FREE=1 run get goodthings -o name
is 'all that it brought is taken back at the end' "$rc" 0

cp "$folder/good.so" "$folder/twin.so"
refused "there is a plugin 'good' already"
build old '(YG_API_VERSION + 1)' ''
refused 'was built for plugin interface'
build late YG_API_VERSION 'return yg_err_set(err, YG_E_FAILED, "no luck today");'
refused 'does not start: no luck today'
build lost YG_API_VERSION 'extern int yg_nothing_like_this(void); rc = yg_nothing_like_this();'
refused 'undefined symbol: yg_nothing_like_this'
build vm YG_API_VERSION ''
build open YG_API_VERSION ''
rm "$folder/vm.so"
chmod 666 "$folder/open.so"
refused 'others may write to it; chmod go-w'
build grp YG_API_VERSION ''
chmod 775 "$folder"
refused "plugins are not loaded from $folder: others may write"
chmod 755 "$folder"
echo 'no program' >"$folder/text.so"
refused 'cannot be loaded'
"$cc" -shared -fPIC -o "$folder/none.so" -x c /dev/null
refused 'exports no yg_plugin'
if [ "$(id -u)" = 0 ]; then
	build alien YG_API_VERSION ''
	chown 12345 "$folder/alien.so"
	refused 'belongs to another user'
else
	ok 'another owner # skip needs root'
fi
finish
