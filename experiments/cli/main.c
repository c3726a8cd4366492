/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap`: finds the subcommand that was asked for and hands over to it.
 */
#include <argp.h>
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "experiments/cli/commands.h"
#include "experiments/cli/help_topics.h"
#include "experiments/cli/options/command_line.h"
#include "experiments/output/say.h"
#include "models/base/outfile.h"
#include "models/base/parse.h"

static const gg_command *const commands[] = {
#define GG_COMMAND(name) &gg_command_##name,
#include "experiments/cli/commands.def"
#undef GG_COMMAND
};

enum { N_COMMANDS = sizeof commands / sizeof *commands };

static const char *const PROGRAM = "goagap";

static void print_help(FILE *stream) {
    fputs("Usage: goagap COMMAND [OPTION...] [FILE...]\n"
          "How far is greedy offloading of language-model queries from the best decision?\n",
          stream);
    const char *group = "";
    for (size_t c = 0; c < N_COMMANDS; c++) {
        if (strcmp(group, commands[c]->group) != 0)
            fprintf(stream, "\n%s\n", group = commands[c]->group);
        fprintf(stream, "  %-12s %s\n", commands[c]->name, commands[c]->summary);
    }
    fputs("\nTopics of `goagap help'\n", stream);
    const gg_help_topic *topic;
    for (size_t k = 0; (topic = gg_help_topic_at(k)) != NULL; k++)
        fprintf(stream, "  %-12s %.*s\n", topic->name, gg_help_topic_summary(topic), topic->text);
    fputs("\n`goagap COMMAND --help' says more about one.\n"
          "Exit code: 0 success, 1 the answer is \"no\" (infeasible, check failed),\n"
          "2 bad usage, bad input or failed output, 3 a limit stopped it.\n",
          stream);
}

static const gg_command *find_command(const char *name) {
    for (size_t c = 0; c < N_COMMANDS; c++)
        if (strcmp(name, commands[c]->name) == 0)
            return commands[c];
    return NULL;
}

static int refuse_unknown(const char *name) {
    const char *nearest = NULL;
    for (size_t c = 0; c < N_COMMANDS; c++)
        if (gg_is_nearer(name, commands[c]->name, nearest))
            nearest = commands[c]->name;
    if (nearest != NULL)
        gg_say(PROGRAM, "unknown command '%.60s'; did you mean '%s'?", name, nearest);
    else
        gg_say(PROGRAM, "unknown command '%.60s'", name);
    fputs("Try `goagap --help' for the list.\n", stderr);
    return GG_EXIT_BAD;
}

static int run(const gg_command *chosen, int argc, char **argv) {
    char name[64];
    int code = GG_EXIT_OK;
    gg_error err = {0};
    snprintf(name, sizeof name, "%s %s", PROGRAM, chosen->name);
    argv[0] = name;
    gg_status status = chosen->run(argc, argv, &code, &err);
    gg_forget_inputs();
    return status == GG_OK ? code : gg_say_failure(name, &err);
}

/* For the build: manual pages and completion are made of it. */
static int print_tables(void) {
    gg_option_tables_print(commands, N_COMMANDS, stdout);
    const gg_help_topic *topic;
    for (size_t k = 0; (topic = gg_help_topic_at(k)) != NULL; k++)
        printf("topic\t%s\t%.*s\n", topic->name, gg_help_topic_summary(topic), topic->text);
    return GG_EXIT_OK;
}

/* `goagap help [COMMAND|TOPIC]`. */
static int help(int argc, char **argv) {
    const gg_command *chosen = argc > 1 ? find_command(argv[1]) : NULL;
    const gg_help_topic *topic = argc > 1 ? gg_help_topic_find(argv[1]) : NULL;
    if (topic != NULL) {
        fputs(topic->text + gg_help_topic_summary(topic) + 2, stdout);
        return GG_EXIT_OK;
    }
    if (argc > 1 && strcmp(argv[1], "--tables") == 0)
        return print_tables();
    if (argc > 1 && chosen == NULL)
        return refuse_unknown(argv[1]);
    if (chosen == NULL) {
        print_help(stdout);
        return GG_EXIT_OK;
    }
    char option[] = "--help";
    char *arguments[] = {argv[1], option, NULL};
    return run(chosen, 2, arguments);
}

/* At exit, since argp's help ends the program by itself: results that did not reach their file are
 * a failure. */
static void close_stdout(void) {
    errno = 0;
    bool failed = ferror(stdout) != 0 || fflush(stdout) != 0;
    /* A stdout that was closed from the start only matters when something was written to it. */
    failed = failed || (close(STDOUT_FILENO) != 0 && errno != EBADF);
    if (failed) {
        fprintf(stderr, "%s: standard output: writing failed: %s\n", PROGRAM,
                errno != 0 ? strerror(errno) : "not everything could be written");
        _exit(GG_EXIT_BAD);
    }
}

int main(int argc, char **argv) {
    atexit(close_stdout);
    /* Large arrays go back to the system: left to itself glibc keeps up to 32 MB pieces of them, a
     * third of what the report of a million rows took. */
    mallopt(M_MMAP_THRESHOLD, 1 << 22);
    /* A file that may not grow further is a failed write with its reason, not the end. */
    signal(SIGXFSZ, SIG_IGN);
    /* Whoever started the program may ignore it, and then no child can be waited for. */
    signal(SIGCHLD, SIG_DFL);
    argp_err_exit_status = GG_EXIT_BAD;
    if (argc < 2) {
        print_help(stderr);
        return GG_EXIT_BAD;
    }
    const char *name = argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "-?") == 0 ||
        strcmp(name, "help") == 0)
        return help(argc - 1, argv + 1);
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0)
        name = "version";
    const gg_command *chosen = find_command(name);
    return chosen != NULL ? run(chosen, argc - 1, argv + 1) : refuse_unknown(name);
}
