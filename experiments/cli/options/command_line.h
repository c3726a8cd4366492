/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A subcommand as one table: its texts, options and arguments. Parsing and help, the OPTIONS of its
 * manual page and the completion of both shells come from it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "models/base/status.h"

/* As an option's `values`. */
#define GG_NAMES_STRATEGIES "@strategies"
#define GG_NAMES_FORMATS "@formats"
#define GG_NAMES_PRESETS "@presets"
#define GG_FILES "@files"

/* Names that come from elsewhere: strategies, formats, presets. Help lists them, shells offer them.
 */
typedef struct gg_name_list {
    const char *heading;
    /* The k-th name and what it stands for ("": nothing to say); false behind the last. */
    bool (*at)(size_t k, const char **name, const char **summary);
    const struct gg_name_list *next; /* that stands below it; NULL: none */
} gg_name_list;

bool gg_strategy_at(size_t k, const char **name, const char **summary);

/* Strategies' own parameters, as --set takes them; the texts hold until the next call. */
bool gg_parameter_at(size_t k, const char **name, const char **summary);
bool gg_format_at(size_t k, const char **name, const char **summary);
bool gg_preset_at(size_t k, const char **name, const char **summary);

/* The list for the end of a command's help: `before` (may be empty), the heading, then an item a
 * line, wrapped to a terminal. The C library's own memory, as argp frees it; NULL when memory is
 * short. */
char *gg_name_list_text(const gg_name_list *list, const char *before);

typedef enum gg_option_kind {
    GG_OPTION_FLAG,    /* bool, set by being there */
    GG_OPTION_TEXT,    /* const char *, borrowed from the command line */
    GG_OPTION_NUMBER,  /* double within bounds */
    GG_OPTION_INTEGER, /* any integer type, within bounds */
    GG_OPTION_CHOICE,  /* which of the words of `values`: bool, int or an enumeration */
    GG_OPTION_PARSED   /* by a function */
} gg_option_kind;

/* Reads an option's text (NULL: an optional argument that is not there) into its member of the
 * request. Errors: GG_E_USAGE, GG_E_NOMEM; the message is what bad usage is told. */
typedef gg_status (*gg_option_fn)(char *text, void *member, gg_error *err);

typedef struct gg_option {
    const char *name;
    char letter;          /* 0: none */
    const char *argument; /* as help calls it; NULL: none */
    const char *help;
    int group;
    const char *usual;      /* the default, behind the help; NULL: none, or the help tells */
    const char *more;       /* a sentence of the manual page beyond the help; may be NULL */
    const char *values;     /* that shells offer: words, a GG_NAMES_*, GG_FILES; NULL: none */
    const char *needs;      /* what a command line without it is told; NULL: it may be missing */
    bool reads;             /* its text begins with the path of a file to read */
    bool argument_optional; /* "--compress" beside "--compress=9" */
    bool written;           /* of GG_FILES: a file or folder that is written; else they are read */
    gg_option_kind kind;
    size_t at, size; /* of the member in the command's request */
    gg_option_fn parse;
    struct {
        double lowest, highest;
    } number;
    struct {
        int64_t lowest, highest;
    } integer;
} gg_option;

enum { GG_MOST_OPTIONS = 32 };

/* What stands at the end of an option's row: where its value goes, of the type that is stored. */
#define GG_MEMBER(type, structure, member)                                                         \
    .at = _Generic(((structure *)0)->member, type : offsetof(structure, member))
#define GG_FLAG(structure, member) .kind = GG_OPTION_FLAG, GG_MEMBER(bool, structure, member)
#define GG_TEXT(structure, member)                                                                 \
    .kind = GG_OPTION_TEXT, GG_MEMBER(const char *, structure, member)
#define GG_NUMBER(structure, member, low, high)                                                    \
    .kind = GG_OPTION_NUMBER, GG_MEMBER(double, structure, member), .number = {low, high}
#define GG_SIZED(structure, member)                                                                \
    .at = offsetof(structure, member), .size = sizeof(((structure *)0)->member)
#define GG_INTEGER(structure, member, low, high)                                                   \
    .kind = GG_OPTION_INTEGER, GG_SIZED(structure, member), .integer = {low, high}
#define GG_CHOICE(structure, member) .kind = GG_OPTION_CHOICE, GG_SIZED(structure, member)
/* What shells offer for a file that is read: `-' and pipes are files, too. */
#define GG_READS .values = GG_FILES, .reads = true
#define GG_WRITES .values = GG_FILES, .written = true
/* By a function that is given the whole request. */
#define GG_PARSED_WHOLE(function) .kind = GG_OPTION_PARSED, .parse = (function)
#define GG_PARSED(structure, member, function)                                                     \
    .kind = GG_OPTION_PARSED, .at = offsetof(structure, member), .parse = (function)

/* What is not an option: `count` paths that must be there, at one that need not, or as many as
 * there are. */
typedef struct gg_arguments {
    const char *shown; /* "I.json SOL.json"; NULL: none */
    const char *needs; /* what a command line without them is told; NULL: they may be missing */
    size_t count;      /* GG_ANY_NUMBER: the member is a gg_paths, else const char *[count] */
    size_t at;         /* of the member in the command's request */
    bool in_place;     /* where no option names an output, it is the argument itself */
} gg_arguments;

enum { GG_ANY_NUMBER = 1000 };

typedef struct gg_paths {
    char **items; /* borrowed from the command line */
    size_t count;
} gg_paths;

typedef struct gg_command {
    const char *name;
    const char *group; /* of the program's help */
    const char *summary;
    const char *help;  /* what it does; behind \v its exit codes */
    gg_name_list list; /* that its help ends with; {0}: none */
    gg_arguments arguments;
    const gg_option *options;
    size_t n_options;
    /* What does not go together, and defaults that depend on other options; may be NULL. Errors as
     * gg_option_fn. */
    gg_status (*finish)(void *request, gg_error *err);
    /* argv[0] is the full name ("goagap solve"): messages and help begin with it. *code is a
     * gg_exit, GG_EXIT_OK unless set; a failure is told by the caller. */
    gg_status (*run)(int argc, char **argv, int *code, gg_error *err);
} gg_command;

/* A command's options and how many they are. */
#define GG_OPTIONS(rows) .options = (rows), .n_options = sizeof(rows) / sizeof *(rows)

/* Fills the request of a command, which holds its defaults. Does not return on bad usage (message
 * on stderr, exit code argp_err_exit_status) nor after --help (exit 0). */
void gg_command_parse(const gg_command *command, int argc, char **argv, void *request);

/* The option's help with its default behind it; cut where `size` is too small. */
const char *gg_option_help(const gg_option *option, char *buffer, size_t size);

/* Stores the text of an option in its member of the request. Errors as gg_option_fn. */
gg_status gg_option_store(const gg_option *option, char *text, void *request, gg_error *err);

/* A strict integer in lowest..highest; `name` is the option's. Errors: GG_E_USAGE. */
gg_status gg_option_integer(const char *name, const char *text, int64_t lowest, int64_t highest,
                            int64_t *value, gg_error *err);

/* The commands, their options in the order of their help, and the lists of names; a line each, its
 * fields separated by tabs:
 *   command NAME SUMMARY
 *   option COMMAND LETTER NAME ARGUMENT OPTIONAL HELP MORE VALUES
 *   name LIST NAME SUMMARY */
void gg_option_tables_print(const gg_command *const *commands, size_t count, FILE *stream);
