/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/support.h"

#include "tests/support/instances/golden_file.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/instance_json.h"

void for_each_golden(const char *folder, size_t at_least,
                     void (*visit)(const char *path, const json_t *file, gg_instance *instance)) {
    char pattern[256];
    snprintf(pattern, sizeof pattern, "%s/*.json", folder);
    glob_t found;
    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    assert_true(found.gl_pathc >= at_least);
    for (size_t k = 0; k < found.gl_pathc; k++) {
        json_error_t problem;
        json_t *file = json_load_file(found.gl_pathv[k], JSON_REJECT_DUPLICATES, &problem);
        assert_non_null(file);
        char *text = json_dumps(json_object_get(file, "instance"), JSON_REAL_PRECISION(17));
        assert_non_null(text);
        gg_instance *instance = NULL;
        gg_error err = {0};
        assert_success(gg_instance_parse_json(text, strlen(text), found.gl_pathv[k], &instance,
                                              NULL, NULL, &err),
                       &err);
        free(text);
        visit(found.gl_pathv[k], file, instance);
        gg_instance_free(instance);
        json_decref(file);
    }
    globfree(&found);
}
