/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/cli/help_topics.h"

#include <string.h>

static const gg_help_topic topics[] = {
#include "experiments/cli/help_topics.inc"
};

const gg_help_topic *gg_help_topic_at(size_t k) {
    return k < sizeof topics / sizeof *topics ? &topics[k] : NULL;
}

const gg_help_topic *gg_help_topic_find(const char *name) {
    size_t k = 0;
    while (gg_help_topic_at(k) != NULL && strcmp(topics[k].name, name) != 0)
        k++;
    return gg_help_topic_at(k);
}

int gg_help_topic_summary(const gg_help_topic *topic) {
    return (int)strcspn(topic->text, "\n");
}
