/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap help TOPIC`: short texts on what concerns all subcommands, the files of
 * experiments/cli/topics.
 */
#pragma once

#include <stddef.h>

typedef struct gg_help_topic {
    const char *name;
    const char *text; /* its first line says what it is about, its second is empty */
} gg_help_topic;

/* The k-th; NULL behind the last. */
const gg_help_topic *gg_help_topic_at(size_t k);

/* NULL for a name that is no topic. */
const gg_help_topic *gg_help_topic_find(const char *name);

/* How long the first line is, without its end. */
int gg_help_topic_summary(const gg_help_topic *topic);
