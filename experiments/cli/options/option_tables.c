/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/cli/options/command_line.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* argp's own, which stand behind all others. */
static const gg_option own[] = {{.name = "help", .letter = '?', .help = "Give this help list"},
                                {.name = "usage", .help = "Give a short usage message"}};
enum { N_OWN = sizeof own / sizeof *own };

/* As argp sorts help: by group, then by the letter or else the name. */
static int in_help(const void *left, const void *right) {
    const gg_option *a = *(const gg_option *const *)left, *b = *(const gg_option *const *)right;
    if (a->group != b->group)
        return a->group - b->group;
    if (a->letter == 0 && b->letter == 0)
        return strcasecmp(a->name, b->name);
    int first_a = tolower(a->letter != 0 ? a->letter : a->name[0]);
    int first_b = tolower(b->letter != 0 ? b->letter : b->name[0]);
    return first_a != first_b ? first_a - first_b : a->letter - b->letter;
}

static const char *or_empty(const char *text) {
    return text != NULL ? text : "";
}

static void print_option(const char *command, const gg_option *option, FILE *stream) {
    char help[512];
    char letter[2] = {option->letter, '\0'};
    fprintf(stream, "option\t%s\t%s\t%s\t%s\t%d\t%s\t%s\t%s\n", command, letter, option->name,
            or_empty(option->argument), option->argument_optional,
            gg_option_help(option, help, sizeof help), or_empty(option->more),
            or_empty(option->values));
}

static void print_command(const gg_command *command, FILE *stream) {
    const gg_option *sorted[GG_MOST_OPTIONS];
    for (size_t k = 0; k < command->n_options; k++)
        sorted[k] = &command->options[k];
    qsort(sorted, command->n_options, sizeof *sorted, in_help);
    fprintf(stream, "command\t%s\t%s\n", command->name, command->summary);
    for (size_t k = 0; k < command->n_options; k++)
        print_option(command->name, sorted[k], stream);
    for (size_t k = 0; k < N_OWN; k++)
        print_option(command->name, &own[k], stream);
}

void gg_option_tables_print(const gg_command *const *commands, size_t count, FILE *stream) {
    static const struct {
        const char *values;
        bool (*at)(size_t, const char **, const char **);
    } lists[] = {{GG_NAMES_STRATEGIES, gg_strategy_at},
                 {GG_NAMES_FORMATS, gg_format_at},
                 {GG_NAMES_PRESETS, gg_preset_at}};
    const char *name, *summary;
    for (size_t c = 0; c < count; c++)
        print_command(commands[c], stream);
    for (size_t l = 0; l < sizeof lists / sizeof *lists; l++)
        for (size_t k = 0; lists[l].at(k, &name, &summary); k++)
            fprintf(stream, "name\t%s\t%s\t%s\n", lists[l].values, name, summary);
}
