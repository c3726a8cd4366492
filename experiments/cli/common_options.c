/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/cli/common_options.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/cli/commands.h"
#include "experiments/output/nearest.h"
#include "experiments/output/say.h"
#include "models/base/parse.h"
#include "models/base/shown.h"

/* Ends a walk over a command's options; one that has none gives NULL. */
static bool is_last(const struct argp_option *option) {
    return option == NULL ||
           (option->name == NULL && option->key == 0 && option->doc == NULL && option->group == 0);
}

/* The option that a long name or an abbreviation of it stands for; NULL when none does. */
static const struct argp_option *find_long(const struct argp_option *options, const char *name,
                                           size_t length) {
    for (const struct argp_option *o = options; !is_last(o); o++)
        if (o->name != NULL && strncmp(o->name, name, length) == 0)
            return o;
    return NULL;
}

static const struct argp_option *find_short(const struct argp_option *options, char letter) {
    for (const struct argp_option *o = options; !is_last(o); o++)
        if (o->key == letter)
            return o;
    return NULL;
}

static const char *nearest_long(const struct argp_option *options, const char *name) {
    const char *best = "help";
    size_t distance = gg_edit_distance(name, best);
    for (const struct argp_option *o = options; !is_last(o); o++) {
        size_t d = o->name != NULL ? gg_edit_distance(name, o->name) : SIZE_MAX;
        if (d < distance) {
            distance = d;
            best = o->name;
        }
    }
    return best;
}

static void refuse_unknown(const struct argp *argp, const char *command, const char *argument) {
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(argument + 2, "="), argument + 2);
    const char *nearest = nearest_long(argp->options, name);
    if (gg_names_are_near(name, nearest))
        gg_say(command, "unknown option '--%s'; did you mean '--%s'?", name, nearest);
    else
        gg_say(command, "unknown option '--%s'", name);
    fprintf(stderr, "Try `%s --help' for more information.\n", command);
    exit(GG_EXIT_BAD);
}

/* getopt reports unknown names but knows no near ones: look before it does. */
static void check_names(const struct argp *argp, int argc, char **argv) {
    for (int k = 1; k < argc; k++) {
        const char *text = argv[k];
        const struct argp_option *option = NULL;
        bool value_inside = false;
        if (strcmp(text, "--") == 0)
            return;
        if (strncmp(text, "--", 2) == 0) {
            size_t length = strcspn(text + 2, "=");
            option = find_long(argp->options, text + 2, length);
            bool own_help =
                strncmp("help", text + 2, length) == 0 || strncmp("usage", text + 2, length) == 0;
            if (option == NULL && !own_help)
                refuse_unknown(argp, argv[0], text);
            value_inside = text[2 + length] == '=';
        } else if (text[0] == '-' && text[1] != '\0') {
            /* Letters may be joined; the first that takes a value takes the rest. */
            size_t at = 1;
            do {
                option = find_short(argp->options, text[at++]);
            } while (text[at] != '\0' && (option == NULL || option->arg == NULL));
            value_inside = text[at] != '\0';
        }
        if (option != NULL && option->arg != NULL && !value_inside)
            k++;
    }
}

void gg_options_parse(const struct argp *argp, int argc, char **argv, void *input) {
    argp_err_exit_status = GG_EXIT_BAD;
    check_names(argp, argc, argv);
    error_t failed = argp_parse(argp, argc, argv, 0, NULL, input);
    if (failed != 0) {
        gg_say(argv[0], "%s", strerror(failed));
        exit(GG_EXIT_BAD);
    }
}

/* `list` with the formatted text behind it; NULL, and no list, when memory is short. argp frees
 * what a help filter returns: the list is the C library's own memory. */
static char *append(char *list, const char *format, ...) __attribute__((format(printf, 2, 3)));

static char *append(char *list, const char *format, ...) {
    va_list args;
    char *grown = NULL, *more = NULL;
    va_start(args, format);
    int length = vasprintf(&more, format, args);
    va_end(args);
    if (length >= 0)
        grown = realloc(list, strlen(list) + (size_t)length + 1);
    if (grown == NULL)
        free(list);
    else
        memcpy(grown + strlen(grown), more, (size_t)length + 1);
    if (length >= 0)
        free(more);
    return grown;
}

char *gg_help_list(const char *before, const char *heading) {
    char *list = calloc(1, 1);
    if (list == NULL)
        return NULL;
    return append(list, "%s%s%s\n", before != NULL ? before : "", before != NULL ? "\n\n" : "",
                  heading);
}

char *gg_help_list_item(char *list, const char *name, const char *summary) {
    enum { INDENT = 17, WIDTH = 78 };
    size_t room = WIDTH - INDENT;
    if (list != NULL)
        list = append(list, "  %-*s ", INDENT - 3, name);
    while (list != NULL && strlen(summary) > room) {
        size_t length = room;
        while (length > 0 && summary[length] != ' ')
            length--;
        if (length == 0)
            break;
        list = append(list, "%.*s\n%*s", (int)length, summary, INDENT, "");
        summary += length + 1;
    }
    return list != NULL ? append(list, "%s\n", summary) : NULL;
}

double gg_option_double(const struct argp_state *state, const char *name, const char *text,
                        double minimum, double maximum) {
    double value = 0.0;
    char shown[GG_SHOWN_SIZE];
    if (!gg_parse_double(text, &value))
        argp_error(state, "%s: '%s' is not a number", name, gg_shown(text, shown));
    if (value < minimum || value > maximum)
        argp_error(state, "%s: %s is outside [%g, %g]", name, text, minimum, maximum);
    return value;
}

int64_t gg_option_integer(const struct argp_state *state, const char *name, const char *text,
                          int64_t minimum, int64_t maximum) {
    int64_t value = 0;
    char shown[GG_SHOWN_SIZE];
    if (!gg_parse_integer(text, INT64_MIN, INT64_MAX, &value))
        argp_error(state, "%s: '%s' is not an integer", name, gg_shown(text, shown));
    if (value < minimum || value > maximum)
        argp_error(state, "%s: %s is outside %lld..%lld", name, text, (long long)minimum,
                   (long long)maximum);
    return value;
}

size_t gg_option_choice(const struct argp_state *state, const char *name, const char *text,
                        const char *const *choices) {
    char known[160] = "";
    for (size_t c = 0; choices[c] != NULL; c++) {
        if (strcmp(text, choices[c]) == 0)
            return c;
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", c > 0 ? ", " : "", choices[c]);
    }
    char shown[GG_SHOWN_SIZE];
    argp_error(state, "%s: '%s' is none of %s", name, gg_shown(text, shown), known);
    return 0;
}

void gg_option_argument(struct argp_state *state, char *text, const char **slots, size_t n_slots) {
    char shown[GG_SHOWN_SIZE];
    if (state->arg_num >= n_slots)
        argp_error(state, "unexpected argument '%s'", gg_shown(text, shown));
    slots[state->arg_num] = text;
}
