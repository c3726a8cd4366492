/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/files/spool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "models/base/alloc.h"

struct gg_spool {
    FILE *file;
    uint64_t written;
};

static gg_status failed(const char *action, gg_error *err) {
    return gg_fail(err, GG_E_IO, "temporary file: %s: %s", action,
                   errno != 0 ? strerror(errno) : "it ends early");
}

/* A file that is unlinked as soon as it is open. */
static FILE *open_unnamed(const char *folder) {
    char name[512];
    if ((size_t)snprintf(name, sizeof name, "%s/goagap-XXXXXX", folder) >= sizeof name) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    int fd = mkstemp(name);
    if (fd < 0)
        return NULL;
    unlink(name);
    FILE *file = fdopen(fd, "w+b");
    if (file == NULL)
        close(fd);
    return file;
}

gg_status gg_spool_new(gg_spool **out, gg_error *err) {
    const char *chosen = getenv("TMPDIR");
    *out = NULL;
    gg_spool *s = gg_alloc(1, sizeof *s);
    if (s == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory");
    errno = 0;
    if (chosen != NULL && *chosen != '\0')
        s->file = open_unnamed(chosen);
    else if ((s->file = open_unnamed("/var/tmp")) == NULL)
        s->file = open_unnamed("/tmp");
    if (s->file == NULL) {
        gg_free(s);
        return failed("cannot be made", err);
    }
    *out = s;
    return GG_OK;
}

void gg_spool_free(gg_spool *s) {
    if (s == NULL)
        return;
    fclose(s->file);
    gg_free(s);
}

gg_status gg_spool_write(gg_spool *s, const void *bytes, size_t size, gg_error *err) {
    errno = 0;
    if (fwrite(bytes, 1, size, s->file) != size)
        return failed("writing failed", err);
    s->written += size;
    return GG_OK;
}

uint64_t gg_spool_place(const gg_spool *s) {
    return s->written;
}

gg_status gg_spool_rewind_to(gg_spool *s, uint64_t place, gg_error *err) {
    if (place == s->written)
        return GG_OK;
    errno = 0;
    if (fseeko(s->file, (off_t)place, SEEK_SET) != 0)
        return failed("seeking failed", err);
    s->written = place;
    return GG_OK;
}

gg_status gg_spool_turn(gg_spool *s, gg_error *err) {
    errno = 0;
    if (fflush(s->file) != 0 || fseeko(s->file, 0, SEEK_SET) != 0)
        return failed("writing failed", err);
    return GG_OK;
}

gg_status gg_spool_read(gg_spool *s, void *bytes, size_t size, gg_error *err) {
    errno = 0;
    if (fread(bytes, 1, size, s->file) != size)
        return failed("cannot be read back", err);
    return GG_OK;
}

int gg_spool_descriptor(const gg_spool *s) {
    return fileno(s->file);
}
