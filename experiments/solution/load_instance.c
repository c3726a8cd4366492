/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/solution/load_instance.h"

#include <string.h>

#include "data/dataset/instance_file.h"
#include "experiments/output/say.h"

static void add(gg_error *err, const char *hint) {
    size_t used = err != NULL ? strlen(err->message) : 0;
    if (err != NULL)
        snprintf(err->message + used, sizeof err->message - used, "; %s", hint);
}

/* An instance's keys name their units, so that numbers which wrong units give are doubtful, not
 * wrong: whoever wrote the file is told, and answered. */
static void doubt_units(const char *command, const char *path, const gg_instance *instance) {
    gg_error doubt = {0};
    if (gg_instance_refuse_unusual(instance, path, &doubt) == GG_OK)
        return;
    char *option = strstr(doubt.message, "; --allow-unusual");
    if (option != NULL)
        *option = '\0';
    gg_say(command, "warning: %s", doubt.message);
}

gg_status gg_load_instance(const char *command, const char *path, gg_instance **out,
                           gg_error *err) {
    gg_status status = gg_instance_read(path, out, gg_say_warning, (void *)command, err);
    gg_solution_list list = {0};
    if (status == GG_E_INPUT && gg_solution_list_read(path, &list, NULL) == GG_OK)
        add(err, "it is a solution (SOL.json), and an instance (I.json) is to stand in its place");
    gg_solution_list_clear(&list);
    if (status == GG_OK)
        doubt_units(command, path, *out);
    return status;
}

static void pass_over(void *context, const char *message) {
    (void)context;
    (void)message;
}

gg_status gg_load_solutions(const char *path, gg_solution_list *list, gg_error *err) {
    gg_status status = gg_solution_list_read(path, list, err);
    gg_instance *instance = NULL;
    if (status == GG_E_INPUT && gg_instance_read(path, &instance, pass_over, NULL, NULL) == GG_OK)
        add(err, "it is an instance (I.json), and a solution of `goagap solve I.json -o SOL.json' "
                 "is to stand in its place");
    gg_instance_free(instance);
    return status;
}
