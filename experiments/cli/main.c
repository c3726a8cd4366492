/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap`: finds the subcommand that was asked for and hands over to it.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "experiments/cli/commands.h"
#include "experiments/cli/help_topics.h"
#include "experiments/output/nearest.h"
#include "experiments/output/say.h"

typedef struct command {
    const char *name;
    const char *group;
    const char *summary;
    gg_command_fn run;
} command;

/* In the order the help shows them; commands of a group stand together. */
static const command commands[] = {
    {"import", "Data", "make a dataset of other programs' logits or log-probabilities",
     gg_cmd_import},
    {"inspect", "Data", "say what is in a file and whether it is sound", gg_cmd_inspect},
    {"uncertainty", "Data", "compute and store the uncertainty of every query", gg_cmd_uncertainty},
    {"evaluate", "Data", "say how well uncertainties foretell errors", gg_cmd_evaluate},
    {"instance", "Problems", "draw a network and make an instance", gg_cmd_instance},
    {"solve", "Problems", "decide who offloads where, by one or many strategies", gg_cmd_solve},
    {"check", "Problems", "verify a solution from the instance alone", gg_cmd_check},
    {"explain", "Problems", "say where a decision differs from the best one", gg_cmd_explain},
    {"pareto", "Problems", "the exact accuracy-delay front, and goa beside it", gg_cmd_pareto},
    {"model", "Problems", "write an instance as a program for other solvers", gg_cmd_model},
    {"batch", "Experiments", "run a grid of experiments; resumes by itself", gg_cmd_batch},
    {"status", "Experiments", "say how far a batch is and what failed", gg_cmd_status},
    {"merge", "Experiments", "put the results of many shards into one file", gg_cmd_merge},
    {"compare", "Experiments", "set a batch beside published means", gg_cmd_compare},
    {"report", "Experiments", "write the optimality-gap report", gg_cmd_report},
    {"notebook", "Experiments", "write a notebook that redraws the report", gg_cmd_notebook},
    {"version", "Program", "say what this program was built from", gg_cmd_version},
};

enum { N_COMMANDS = sizeof commands / sizeof *commands };

static const char *const PROGRAM = "goagap";

static void print_help(FILE *stream) {
    fputs("Usage: goagap COMMAND [OPTION...] [FILE...]\n"
          "How far is greedy offloading of language-model queries from the best decision?\n",
          stream);
    const char *group = "";
    for (size_t c = 0; c < N_COMMANDS; c++) {
        if (strcmp(group, commands[c].group) != 0)
            fprintf(stream, "\n%s\n", group = commands[c].group);
        fprintf(stream, "  %-12s %s\n", commands[c].name, commands[c].summary);
    }
    fputs("\nTopics of `goagap help'\n", stream);
    for (const gg_help_topic *topic = gg_help_topics; topic->name != NULL; topic++)
        fprintf(stream, "  %-12s %s\n", topic->name, topic->summary);
    fputs("\n`goagap COMMAND --help' says more about one.\n"
          "Exit code: 0 success, 1 the answer is \"no\" (infeasible, check failed),\n"
          "2 bad usage, bad input or failed output, 3 a limit stopped it.\n",
          stream);
}

static const command *find_command(const char *name) {
    for (size_t c = 0; c < N_COMMANDS; c++)
        if (strcmp(name, commands[c].name) == 0)
            return &commands[c];
    return NULL;
}

static int refuse_unknown(const char *name) {
    const command *nearest = &commands[0];
    for (size_t c = 1; c < N_COMMANDS; c++)
        if (gg_edit_distance(name, commands[c].name) < gg_edit_distance(name, nearest->name))
            nearest = &commands[c];
    if (gg_names_are_near(name, nearest->name))
        gg_say(PROGRAM, "unknown command '%.60s'; did you mean '%s'?", name, nearest->name);
    else
        gg_say(PROGRAM, "unknown command '%.60s'", name);
    fputs("Try `goagap --help' for the list.\n", stderr);
    return GG_EXIT_BAD;
}

static int run(const command *chosen, int argc, char **argv) {
    char name[64];
    snprintf(name, sizeof name, "%s %s", PROGRAM, chosen->name);
    argv[0] = name;
    return chosen->run(argc, argv);
}

/* `goagap help [COMMAND|TOPIC]`. */
static int help(int argc, char **argv) {
    const command *chosen = argc > 1 ? find_command(argv[1]) : NULL;
    const gg_help_topic *topic = argc > 1 ? gg_help_topic_find(argv[1]) : NULL;
    if (topic != NULL) {
        fputs(topic->text, stdout);
        return GG_EXIT_OK;
    }
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
    /* A file that may not grow further is a failed write with its reason, not the end. */
    signal(SIGXFSZ, SIG_IGN);
    /* Whoever started the program may ignore it, and then no child can be waited for. */
    signal(SIGCHLD, SIG_DFL);
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
    const command *chosen = find_command(name);
    return chosen != NULL ? run(chosen, argc - 1, argv + 1) : refuse_unknown(name);
}
