/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/cli/options/command_line.h"

#include <argp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/cli/options/files_named.h"
#include "experiments/cli/options/input_path.h"
#include "experiments/output/say.h"
#include "models/base/parse.h"
#include "models/base/shown.h"

/* argp's keys of options without a letter start here. */
enum { FIRST_KEY = 256 };

/* A command line on its way into a request. */
typedef struct parsing {
    const gg_command *command;
    void *request;
    const char *given[GG_MOST_OPTIONS]; /* their texts, "" without; NULL: not given */
} parsing;

static int key_of(const gg_command *command, size_t index) {
    char letter = command->options[index].letter;
    return letter != 0 ? letter : FIRST_KEY + (int)index;
}

/* NULL for a key of argp's own. */
static const gg_option *find_key(const gg_command *command, int key) {
    for (size_t k = 0; k < command->n_options; k++)
        if (key_of(command, k) == key)
            return &command->options[k];
    return NULL;
}

/* The option that a long name or an abbreviation of it stands for; NULL when none does. */
static const gg_option *find_long(const gg_command *command, const char *name, size_t length) {
    for (size_t k = 0; k < command->n_options; k++)
        if (strncmp(command->options[k].name, name, length) == 0)
            return &command->options[k];
    return NULL;
}

static void refuse_unknown(const gg_command *command, const char *full_name, const char *argument) {
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(argument + 2, "="), argument + 2);
    const char *nearest = gg_is_nearer(name, "help", NULL) ? "help" : NULL;
    for (size_t k = 0; k < command->n_options; k++)
        if (gg_is_nearer(name, command->options[k].name, nearest))
            nearest = command->options[k].name;
    if (nearest != NULL)
        gg_say(full_name, "unknown option '--%s'; did you mean '--%s'?", name, nearest);
    else
        gg_say(full_name, "unknown option '--%s'", name);
    fprintf(stderr, "Try `%s --help' for more information.\n", full_name);
    exit(argp_err_exit_status);
}

/* getopt reports unknown names but knows no near ones: look before it does. And -h is --help, as it
 * is of the program. */
static void check_names(const gg_command *command, int argc, char **argv) {
    static char help[] = "--help";
    for (int k = 1; k < argc; k++) {
        if (strcmp(argv[k], "-h") == 0 && find_key(command, 'h') == NULL)
            argv[k] = help;
        const char *text = argv[k];
        const gg_option *option = NULL;
        bool value_inside = false;
        if (strcmp(text, "--") == 0)
            return;
        if (strncmp(text, "--", 2) == 0) {
            size_t length = strcspn(text + 2, "=");
            option = find_long(command, text + 2, length);
            bool own_help =
                strncmp("help", text + 2, length) == 0 || strncmp("usage", text + 2, length) == 0;
            if (option == NULL && !own_help)
                refuse_unknown(command, argv[0], text);
            value_inside = text[2 + length] == '=';
        } else if (text[0] == '-' && text[1] != '\0') {
            /* Letters may be joined; the first that takes a value takes the rest. */
            size_t at = 1;
            do {
                option = find_key(command, text[at++]);
            } while (text[at] != '\0' && (option == NULL || option->argument == NULL));
            value_inside = text[at] != '\0';
        }
        if (option != NULL && option->argument != NULL && !value_inside)
            k++;
    }
}

static gg_status take_argument(const parsing *now, unsigned number, const char *text,
                               gg_error *err) {
    const gg_arguments *arguments = &now->command->arguments;
    char shown[GG_SHOWN_SIZE];
    if (number >= arguments->count)
        return gg_fail(err, GG_E_USAGE, "unexpected argument '%s'", gg_shown(text, shown));
    return gg_input_path(text, &((const char **)((char *)now->request + arguments->at))[number],
                         err);
}

static gg_status finish(const parsing *now, unsigned n_arguments, gg_error *err) {
    const gg_command *command = now->command;
    const gg_arguments *arguments = &command->arguments;
    size_t fewest = arguments->count == GG_ANY_NUMBER ? 1 : arguments->count;
    if (arguments->needs != NULL && n_arguments < fewest)
        return gg_fail(err, GG_E_USAGE, "%s", arguments->needs);
    for (size_t k = 0; k < command->n_options; k++)
        if (command->options[k].needs != NULL && now->given[k] == NULL)
            return gg_fail(err, GG_E_USAGE, "%s", command->options[k].needs);
    const char *member = (const char *)now->request + arguments->at;
    const char *const *texts = arguments->count == GG_ANY_NUMBER
                                   ? (const char *const *)((const gg_paths *)member)->items
                                   : (const char *const *)member;
    GG_TRY(gg_check_files(command, now->given, texts, n_arguments, err));
    return command->finish != NULL ? command->finish(now->request, err) : GG_OK;
}

static error_t parse(int key, char *text, struct argp_state *state) {
    parsing *now = state->input;
    const gg_arguments *arguments = &now->command->arguments;
    const gg_option *option = find_key(now->command, key);
    gg_error err = {0};
    gg_status status = GG_OK;
    if (option != NULL) {
        now->given[option - now->command->options] = text != NULL ? text : "";
        const char *readable = text;
        if (option->reads)
            status = gg_input_path(text, &readable, &err);
        if (status == GG_OK)
            status = gg_option_store(option, (char *)(uintptr_t)readable, now->request, &err);
    } else if (key == ARGP_KEY_ARG && arguments->count != GG_ANY_NUMBER) {
        status = take_argument(now, state->arg_num, text, &err);
    } else if (key == ARGP_KEY_ARGS) {
        /* All that are left; argp has put them behind the options. */
        gg_paths *paths = (gg_paths *)((char *)now->request + arguments->at);
        paths->items = state->argv + state->next;
        paths->count = (size_t)(state->argc - state->next);
        for (size_t k = 0; k < paths->count && status == GG_OK; k++) {
            const char *readable;
            status = gg_input_path(paths->items[k], &readable, &err);
            paths->items[k] = (char *)(uintptr_t)readable;
        }
    } else if (key == ARGP_KEY_END) {
        status = finish(now, state->arg_num, &err);
    } else {
        return ARGP_ERR_UNKNOWN;
    }
    if (status != GG_OK)
        argp_error(state, "%s", err.message);
    return 0;
}

const char *gg_option_help(const gg_option *option, char *buffer, size_t size) {
    if (option->usual != NULL)
        snprintf(buffer, size, "%s (%s)", option->help, option->usual);
    else
        snprintf(buffer, size, "%s", option->help);
    return buffer;
}

/* Defaults and the list at the end; argp frees what differs from `text`. */
static char *complete_help(int key, const char *text, void *input) {
    const parsing *now = input;
    const gg_option *option = find_key(now->command, key);
    char help[512], *completed = NULL;
    if (key == ARGP_KEY_HELP_POST_DOC && now->command->list.at != NULL)
        completed = gg_name_list_text(&now->command->list, text != NULL ? text : "");
    else if (option != NULL && option->usual != NULL)
        completed = strdup(gg_option_help(option, help, sizeof help));
    return completed != NULL ? completed : (char *)text;
}

void gg_command_parse(const gg_command *command, int argc, char **argv, void *request) {
    struct argp_option options[GG_MOST_OPTIONS + 1] = {{0}};
    parsing now = {.command = command, .request = request};
    for (size_t k = 0; k < command->n_options; k++) {
        const gg_option *from = &command->options[k];
        options[k] = (struct argp_option){.name = from->name,
                                          .key = key_of(command, k),
                                          .arg = from->argument,
                                          .doc = from->help,
                                          .group = from->group};
        if (from->argument_optional)
            options[k].flags = OPTION_ARG_OPTIONAL;
    }
    /* The C library leaks an empty list. */
    const struct argp argp = {.options = command->n_options > 0 ? options : NULL,
                              .parser = parse,
                              .args_doc = command->arguments.shown,
                              .doc = command->help,
                              .help_filter = complete_help};
    check_names(command, argc, argv);
    error_t failed = argp_parse(&argp, argc, argv, 0, NULL, &now);
    if (failed != 0) {
        gg_say(argv[0], "%s", strerror(failed));
        exit(argp_err_exit_status);
    }
}
