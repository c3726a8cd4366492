/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/fuzz/import_input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/import.h"
#include "models/base/alloc.h"

static void require(int condition, const char *what) {
    if (condition)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static void import_once(const char *format, const char *path, const gg_import_options *options) {
    gg_error err = {0};
    const gg_importer *importer = gg_importer_find(format, &err);
    require(importer != NULL, "no such format");
    gg_status status = gg_import(importer, &path, 1, "/dev/null", options, NULL, NULL, &err);
    require(status == GG_OK || *err.message != '\0', "a refusal without a message");
    require(status == GG_OK || status == err.status, "a message of another failure");
    require(gg_alloc_live() == 0, "memory is leaked");
}

void gg_fuzz_import(const char *format, const uint8_t *data, size_t size) {
    /* A name of its own: HDF5 does not open files that have none. */
    const char *folder = getenv("TMPDIR");
    char path[256];
    snprintf(path, sizeof path, "%s/goagap-fuzz-XXXXXX", folder != NULL ? folder : "/tmp");
    int fd = mkstemp(path);
    require(fd >= 0 && write(fd, data, size) == (ssize_t)size, "no temporary file");
    close(fd);
    gg_import_options options = gg_import_options_init();
    import_once(format, path, &options);
    /* The last byte of the input chooses among the rest. */
    unsigned choice = size > 0 ? data[size - 1] : 0;
    options.axes = (gg_import_axes)(choice % GG_N_IMPORT_AXES);
    options.values = (gg_import_values)(choice / 8 % GG_N_IMPORT_VALUES);
    options.keep_top_k = choice % 2 == 0 ? 2 : 0;
    options.drop_eos = choice % 3 == 0;
    options.skip_empty = true;
    options.allow_post_sampling = true;
    options.has_dtype = choice % 5 == 0;
    options.dtype = GG_BF16;
    options.side = choice % 7 == 0 ? GG_LLM : GG_SLM;
    import_once(format, path, &options);
    unlink(path);
}
