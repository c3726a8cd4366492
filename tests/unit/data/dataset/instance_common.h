/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What tests of instances in files share.
 */
#pragma once

#include <unistd.h>

#include "data/dataset/instance_file.h"
#include "models/base/alloc.h"
#include "tests/support/support.h"

/* Writes the instance and reads it again with ever more memory, until there is enough; returns how
 * many allocations that is. Takes the instance. */
static inline long survive_failing_allocations(const char *path, gg_instance *in) {
    size_t before = gg_alloc_live();
    gg_status status = GG_E_NOMEM;
    long allowed = 0;
    for (; status != GG_OK && allowed < 500; allowed++) {
        gg_error err = {0};
        gg_instance *out = NULL;
        unlink(path);
        gg_alloc_fail_after(allowed);
        status = gg_instance_write_h5(in, path, &err);
        if (status == GG_OK)
            status = gg_instance_read(path, &out, NULL, NULL, &err);
        gg_alloc_fail_after(-1);
        gg_instance_free(out);
        assert_true(status == GG_OK || status == GG_E_NOMEM);
        assert_int_equal(gg_alloc_live(), before);
    }
    gg_instance_free(in);
    assert_int_equal(status, GG_OK);
    return allowed;
}
