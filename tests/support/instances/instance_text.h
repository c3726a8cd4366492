/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Instances as the text that files have.
 */
#pragma once

#include <stdio.h>

#include "models/instance_json.h"
#include "tests/support/support.h"

/* The caller frees it. */
static inline char *json_of(const gg_instance *in) {
    char *text = NULL;
    size_t size = 0;
    gg_error err = {0};
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    assert_success(gg_instance_write_json(in, stream, &err), &err);
    assert_int_equal(fclose(stream), 0);
    return text;
}
