/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Runs `goagap solve` on the instance of a golden file and compares every number it prints with the
 * recorded ones: golden_check PROGRAM GOLDEN.json INSTANCE_COPY.json
 * Or only copies the instance of such a file: golden_check --extract GOLDEN.json INSTANCE_COPY.json
 *
 * Prints one line for everything that differs; exit code 0 when nothing does.
 */
#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* A golden file being compared. */
typedef struct comparison {
    const char *golden;
    size_t differences;
} comparison;

static void __attribute__((noreturn)) give_up(const char *what) {
    fprintf(stderr, "golden_check: %s\n", what);
    exit(2);
}

static void differs(comparison *now, const char *solver, const char *field) {
    now->differences++;
    printf("%s: %s: %s differs\n", now->golden, solver, field);
}

static bool close_enough(double is, double should_be) {
    return fabs(is - should_be) <= 1e-9 * fabs(should_be) + 1e-15;
}

/* Runs a program and reads the JSON it prints. */
static json_t *run_json(char *const *arguments) {
    int ends[2];
    pid_t child;
    posix_spawn_file_actions_t actions;
    if (pipe(ends) != 0 || posix_spawn_file_actions_init(&actions) != 0)
        give_up("no pipe");
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    posix_spawn_file_actions_addclose(&actions, ends[1]);
    if (posix_spawnp(&child, arguments[0], &actions, NULL, arguments, environ) != 0)
        give_up("the program cannot be run");
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    FILE *stream = fdopen(ends[0], "r");
    if (stream == NULL)
        give_up("no stream");
    json_error_t problem;
    json_t *printed = json_loadf(stream, JSON_REJECT_DUPLICATES, &problem);
    fclose(stream);
    int state = 0;
    if (waitpid(child, &state, 0) != child || !WIFEXITED(state) || WEXITSTATUS(state) != 0) {
        printf("%s: exit code %d\n", arguments[1], WIFEXITED(state) ? WEXITSTATUS(state) : -1);
        json_decref(printed);
        return NULL;
    }
    if (printed == NULL)
        printf("printed no JSON: line %d: %s\n", problem.line, problem.text);
    return printed;
}

/* "0,4,2" from a JSON array; the caller frees it. */
static char *join(const json_t *numbers) {
    size_t room = 12 * json_array_size(numbers) + 1, used = 0, k;
    char *text = calloc(room, 1);
    const json_t *number;
    if (text == NULL)
        give_up("out of memory");
    json_array_foreach(numbers, k, number) {
        used += (size_t)snprintf(text + used, room - used, "%s%lld", k > 0 ? "," : "",
                                 (long long)json_integer_value(number));
    }
    return text;
}

static void compare_number(comparison *now, const char *solver, const char *field, const json_t *is,
                           const json_t *should_be, double factor) {
    if (!json_is_number(is) || !json_is_number(should_be) ||
        !close_enough(factor * json_number_value(is), json_number_value(should_be)))
        differs(now, solver, field);
}

static void compare_result(comparison *now, const json_t *result, const json_t *expected) {
    static const struct {
        const char *printed;
        const char *recorded;
        double factor;
    } numbers[] = {{"n_offloaded", "n_offloaded", 1.0},
                   {"objective_s", "weighted_decision_delay_s", 1.0},
                   {"total_delay_s", "decision_delay_total_s", 1.0},
                   {"measured_total_delay_s", "total_delay_s", 1.0},
                   {"local_delay_s", "local_delay_s", 1.0},
                   {"comm_delay_s", "comm_delay_s", 1.0},
                   {"measured_comp_delay_s", "comp_delay_s", 1.0},
                   {"accuracy", "accuracy_pct", 100.0}};
    const char *solver = json_string_value(json_object_get(result, "solver"));
    if (!json_equal(json_object_get(result, "assignment"), json_object_get(expected, "assignment")))
        differs(now, solver, "assignment");
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
        compare_number(now, solver, numbers[k].printed, json_object_get(result, numbers[k].printed),
                       json_object_get(expected, numbers[k].recorded), numbers[k].factor);
}

static void compare_all(comparison *now, char *program, char *instance_path,
                        const json_t *expected) {
    static const char *const recorded[] = {"all_local", "all_edge", "dmin", "goa", "random"};
    char *users = join(json_object_get(json_object_get(expected, "random"), "chosen"));
    char *arguments[] = {program,       "solve", "--solver",       "local,edge,dmin,goa,random",
                         "--format",    "json",  "--random-users", users,
                         instance_path, NULL};
    json_t *solution = run_json(arguments);
    json_t *results = json_object_get(solution, "results");
    if (json_array_size(results) != sizeof recorded / sizeof *recorded)
        differs(now, "all", "number of results");
    else
        for (size_t k = 0; k < sizeof recorded / sizeof *recorded; k++)
            compare_result(now, json_array_get(results, k), json_object_get(expected, recorded[k]));
    json_decref(solution);
    free(users);
}

int main(int argc, char **argv) {
    if (argc != 4)
        give_up("usage: golden_check PROGRAM|--extract GOLDEN.json INSTANCE_COPY.json");
    bool only_extract = strcmp(argv[1], "--extract") == 0;
    json_error_t problem;
    json_t *golden = json_load_file(argv[2], 0, &problem);
    json_t *instance = json_object_get(golden, "instance");
    json_t *expected = json_object_get(golden, "expected");
    if (instance == NULL || (expected == NULL && !only_extract))
        give_up("no golden file");
    if (json_dump_file(instance, argv[3], JSON_REAL_PRECISION(17)) != 0)
        give_up("the instance cannot be written");
    comparison now = {argv[2], 0};
    if (!only_extract)
        compare_all(&now, argv[1], argv[3], expected);
    json_decref(golden);
    return now.differences > 0;
}
