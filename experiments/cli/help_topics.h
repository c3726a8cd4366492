/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap help TOPIC`: short texts on what concerns all subcommands.
 */
#ifndef GOAGAP_EXPERIMENTS_CLI_HELP_TOPICS_H
#define GOAGAP_EXPERIMENTS_CLI_HELP_TOPICS_H

typedef struct gg_help_topic {
    const char *name;
    const char *summary;
    const char *text;
} gg_help_topic;

/* The last one's name is NULL. */
extern const gg_help_topic gg_help_topics[];

/* NULL for a name that is no topic. */
const gg_help_topic *gg_help_topic_find(const char *name);

#endif
