/* elsewhere: what other tools' files name here that no provider can connect to yet. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_APP_VERBS_ELSEWHERE_H
#define YG_APP_VERBS_ELSEWHERE_H

struct yg_discovery;

/* Tells d the contexts of kubeconfig and the clouds of clouds.yaml. Reads those files, nothing
 * else; of the doctor only, so that no start pays for it. */
void yg_elsewhere_find(struct yg_discovery *d);

#endif
