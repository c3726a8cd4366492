/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/cli/options/command_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/import/import.h"
#include "models/draw/preset.h"
#include "solvers/solver.h"

bool gg_strategy_at(size_t k, const char **name, const char **summary) {
    size_t count;
    const gg_solver *const *all = gg_solvers(&count);
    if (k >= count)
        return false;
    *name = all[k]->name;
    *summary = all[k]->summary;
    return true;
}

bool gg_parameter_at(size_t k, const char **name, const char **summary) {
    static char names[48], summaries[120];
    size_t count;
    const gg_solver *const *all = gg_solvers(&count);
    size_t s = 0;
    while (s < count && k >= all[s]->parameters.count)
        k -= all[s++]->parameters.count;
    if (s == count)
        return false;
    const gg_parameter *p = &all[s]->parameters.items[k];
    snprintf(names, sizeof names, "%s.%s", all[s]->name, p->name);
    snprintf(summaries, sizeof summaries, "%s (%.12g)", p->help, p->usual);
    *name = names;
    *summary = summaries;
    return true;
}

bool gg_format_at(size_t k, const char **name, const char **summary) {
    size_t count;
    const gg_importer *const *all = gg_importers(&count);
    if (k >= count)
        return false;
    *name = all[k]->name;
    *summary = all[k]->summary;
    return true;
}

bool gg_preset_at(size_t k, const char **name, const char **summary) {
    *name = gg_preset_shipped_name(k);
    *summary = "";
    return *name != NULL;
}

static void print_item(FILE *stream, const char *name, const char *summary) {
    enum { INDENT = 17, WIDTH = 78 };
    size_t room = WIDTH - INDENT;
    fprintf(stream, "  %-*s ", INDENT - 3, name);
    while (strlen(summary) > room) {
        size_t length = room;
        while (length > 0 && summary[length] != ' ')
            length--;
        if (length == 0)
            break;
        fprintf(stream, "%.*s\n%*s", (int)length, summary, INDENT, "");
        summary += length + 1;
    }
    fprintf(stream, "%s\n", summary);
}

char *gg_name_list_text(const gg_name_list *list, const char *before) {
    char *text = NULL;
    size_t size = 0;
    const char *name, *summary;
    FILE *stream = open_memstream(&text, &size);
    if (stream == NULL)
        return NULL;
    fprintf(stream, "%s%s", before, before[0] != '\0' ? "\n\n" : "");
    for (; list != NULL; list = list->next) {
        fprintf(stream, "%s\n", list->heading);
        for (size_t k = 0; list->at(k, &name, &summary); k++)
            print_item(stream, name, summary);
    }
    if (fclose(stream) == 0)
        return text;
    free(text);
    return NULL;
}
