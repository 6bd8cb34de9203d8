/* folder: the YAML files that a user keeps in a folder of the configuration. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_STORE_FOLDER_H
#define YG_STORE_FOLDER_H

#include "store/schema.h"

#define YG_FOLDER_FILES 200 /* more are passed over, and that is reported */

/* Calls cb for each FOLDER/SUB/NAME.yaml, by name, also for a broken link; hidden files are passed
 * over. A folder that is not there is an empty one; one that cannot be read is reported. folder and
 * report may be NULL. */
void yg_folder_each(const char *folder, const char *sub, yg_report_cb *report, void *report_data,
    void (*cb)(void *data, const char *name, const char *path), void *data);

#endif
