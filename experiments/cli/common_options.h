/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Parsing that every subcommand shares: argp run under the program's rules (exit code 2, an unknown
 * option names a known one that is near), strict numbers, choices, file arguments.
 */
#ifndef GOAGAP_EXPERIMENTS_CLI_COMMON_OPTIONS_H
#define GOAGAP_EXPERIMENTS_CLI_COMMON_OPTIONS_H

#include <argp.h>
#include <stddef.h>
#include <stdint.h>

/* Keys of options without a letter start here. */
enum { GG_OPTION_KEY = 256 };

/* Runs argp on a subcommand's arguments. Does not return on bad usage (exit 2, message on stderr)
 * nor after --help (exit 0). */
void gg_options_parse(const struct argp *argp, int argc, char **argv, void *input);

/* The value of option `name` as a number in [minimum, maximum]; else the program ends with a
 * usage message. */
double gg_option_double(const struct argp_state *state, const char *name, const char *text,
                        double minimum, double maximum);
int64_t gg_option_integer(const struct argp_state *state, const char *name, const char *text,
                          int64_t minimum, int64_t maximum);

/* Index of `text` in the NULL-terminated `choices`; else the program ends with a usage message. */
size_t gg_option_choice(const struct argp_state *state, const char *name, const char *text,
                        const char *const *choices);

/* Keeps the arguments that are not options: the k-th goes to slots[k]; one too many is bad usage.
 * The slots are state->arg_num's order and stay NULL where nothing was given. */
void gg_option_argument(struct argp_state *state, char *text, const char **slots, size_t n_slots);

/* A list for the end of a command's help, as an argp help filter returns it: `before` (NULL:
 * nothing), a heading, then an item a line, wrapped to a terminal. NULL when memory is short;
 * an item of no list is no list. */
char *gg_help_list(const char *before, const char *heading);
char *gg_help_list_item(char *list, const char *name, const char *summary);

#endif
