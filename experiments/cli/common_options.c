/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/cli/common_options.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/cli/commands.h"
#include "experiments/cli/nearest.h"
#include "experiments/cli/say.h"
#include "models/base/parse.h"

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
    gg_say(command, "unknown option '--%s'; did you mean '--%s'?", name,
           nearest_long(argp->options, name));
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

double gg_option_double(const struct argp_state *state, const char *name, const char *text,
                        double minimum, double maximum) {
    double value = 0.0;
    if (!gg_parse_double(text, &value))
        argp_error(state, "%s: '%s' is not a number", name, text);
    if (value < minimum || value > maximum)
        argp_error(state, "%s: %s is outside [%g, %g]", name, text, minimum, maximum);
    return value;
}

int64_t gg_option_integer(const struct argp_state *state, const char *name, const char *text,
                          int64_t minimum, int64_t maximum) {
    int64_t value = 0;
    if (!gg_parse_integer(text, INT64_MIN, INT64_MAX, &value))
        argp_error(state, "%s: '%s' is not an integer", name, text);
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
    argp_error(state, "%s: '%s' is none of %s", name, text, known);
    return 0;
}

void gg_option_argument(struct argp_state *state, char *text, const char **slots, size_t n_slots) {
    if (state->arg_num >= n_slots)
        argp_error(state, "unexpected argument '%s'", text);
    slots[state->arg_num] = text;
}
