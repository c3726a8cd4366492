/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A part taken from the places in its file that the index knows. The HDF5 library, which damaged
 * files can lead astray, is not asked, and so nobody has to look before: what lies outside the file
 * is not read, the file's bytes are compared with their checksum, and what was read from them with
 * the one of the rows that were written.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "data/hdf5/h5_image.h"
#include "experiments/results/part_index.h"
#include "models/base/alloc.h"
#include "models/text/intern.h"

/* Takes what the columns name by number. */
static bool take_text(void *context, size_t k, const char *text, size_t length) {
    const char **texts = context;
    texts[k] = gg_intern(text, length, NULL);
    return texts[k] != NULL;
}

/* The texts of a part, and how many bytes a number of them has. */
typedef struct text_list {
    size_t count;
    const char **texts;
    size_t width;
} text_list;

/* Number k of a column of texts; NULL: it names none, or one of `size` bytes and more. */
static const char *named(const text_list *list, const void *numbers, size_t k, size_t size) {
    uint32_t at;
    if (list->width == 1) {
        at = ((const uint8_t *)numbers)[k];
    } else if (list->width == 2) {
        uint16_t narrow;
        memcpy(&narrow, (const char *)numbers + 2 * k, sizeof narrow);
        at = narrow;
    } else {
        memcpy(&at, (const char *)numbers + 4 * k, sizeof at);
    }
    return at < list->count && strnlen(list->texts[at], size) < size ? list->texts[at] : NULL;
}

static bool take_column(const gg_h5_image *image, const gg__run_column *column,
                        const text_list *list, uint64_t at, gg_results *out) {
    bool text = column->type == GG_H5_UTF8;
    size_t size = text ? list->width : column->size;
    const char *values = gg_h5_image_numbers(image, at, out->count, size);
    for (size_t k = 0; values != NULL && k < out->count; k++)
        if (!text)
            memcpy((char *)&out->rows[k] + column->offset, values + k * size, size);
        else if ((*gg__text_of(column, &out->rows[k]) = named(list, values, k, column->size)) ==
                 NULL)
            return false;
    return values != NULL;
}

static bool take_failures(const gg_h5_image *image, const text_list *list, const uint64_t *more,
                          size_t count, gg_results *out) {
    uint64_t row;
    if (count == 0)
        return true;
    const char *rows = gg_h5_image_numbers(image, more[GG__FAILURE_ROW], count, sizeof row);
    const void *reasons = gg_h5_image_numbers(image, more[GG__FAILURE_REASON], count, list->width);
    for (size_t k = 0; rows != NULL && reasons != NULL && k < count; k++) {
        memcpy(&row, rows + k * sizeof row, sizeof row);
        if (row >= out->count ||
            (out->rows[row].failure = named(list, reasons, k, SIZE_MAX)) == NULL)
            return false;
    }
    return rows != NULL && reasons != NULL;
}

static bool take_assignments(const gg_h5_image *image, const uint64_t *more, gg_results *out,
                             bool *no_memory) {
    if (more[GG__OFFSETS] == 0)
        return true;
    const void *offsets =
        gg_h5_image_numbers(image, more[GG__OFFSETS], out->count + 1, sizeof *out->offsets);
    out->offsets = offsets != NULL ? gg_alloc(out->count + 1, sizeof *out->offsets) : NULL;
    *no_memory = offsets != NULL && out->offsets == NULL;
    if (out->offsets == NULL)
        return false;
    memcpy(out->offsets, offsets, (out->count + 1) * sizeof *out->offsets);
    for (size_t k = 0; k <= out->count; k++)
        if (out->offsets[k] < (k > 0 ? out->offsets[k - 1] : 0) || (k == 0 && out->offsets[k] != 0))
            return false;
    size_t entries = out->offsets[out->count];
    const void *servers =
        gg_h5_image_numbers(image, more[GG__SERVERS], entries, sizeof *out->assignment);
    out->assignment = servers != NULL ? gg_alloc(entries, sizeof *out->assignment) : NULL;
    *no_memory = servers != NULL && out->assignment == NULL;
    if (out->assignment == NULL)
        return false;
    memcpy(out->assignment, servers, entries * sizeof *out->assignment);
    return true;
}

static bool take_rows(const gg_h5_image *image, const gg_part_entry *entry, const text_list *list,
                      gg_results *out) {
    for (size_t k = 0; k < out->count; k++)
        out->rows[k] = gg_row_blank();
    for (size_t c = 0; c < gg__n_run_columns; c++)
        if (!take_column(image, &gg__run_columns[c], list, entry->places.at[c], out))
            return false;
    return take_failures(image, list, entry->places.at + gg__n_run_columns, entry->failed_rows,
                         out);
}

/* False where it is not what was written, or when memory is short. */
static bool take(const gg_h5_image *image, const gg_part_entry *entry, const text_list *list,
                 gg_results *out, bool *no_memory) {
    const uint64_t *more = entry->places.at + gg__n_run_columns;
    char checksum[GG__CHECKSUM_SIZE];
    out->count = entry->rows;
    out->rows = gg_alloc(out->count, sizeof *out->rows);
    const void *units =
        gg_h5_image_numbers(image, more[GG__NETWORKS], entry->n_units, sizeof *out->units);
    out->units = units != NULL ? gg_alloc(entry->n_units, sizeof *out->units) : NULL;
    *no_memory = out->rows == NULL || (units != NULL && out->units == NULL);
    if (*no_memory || units == NULL)
        return false;
    out->n_units = entry->n_units;
    memcpy(out->units, units, out->n_units * sizeof *out->units);
    if (!take_rows(image, entry, list, out) || !take_assignments(image, more, out, no_memory))
        return false;
    *no_memory = gg__results_checksum(out, GG_RESULTS_VERSION, checksum, NULL) != GG_OK;
    return !*no_memory && strcmp(checksum, entry->checksum) == 0;
}

/* The same with the texts that the rows name. */
static bool take_all(const gg_h5_image *image, const gg_part_entry *entry, gg_results *out,
                     bool *no_memory) {
    const gg_part_places *places = &entry->places;
    /* No row takes less than its first column, no text less than where it says that it is. */
    if (entry->rows > image->size / sizeof(uint32_t) || places->n_texts > image->size ||
        crc32_z(0, image->bytes, image->size) != entry->crc)
        return false;
    text_list list = {places->n_texts, gg_alloc(places->n_texts, sizeof *list.texts),
                      gg__text_width(places->n_texts)};
    *no_memory = list.texts == NULL;
    bool taken = list.texts != NULL &&
                 gg_h5_image_texts(image, places->at[gg__n_run_columns + GG__TEXT_LIST], list.count,
                                   take_text, list.texts) &&
                 take(image, entry, &list, out, no_memory);
    gg_free(list.texts);
    return taken;
}

static gg_status copy_manifest(const gg_manifest *from, gg_manifest *to, gg_error *err) {
    for (size_t k = 0; k < from->count; k++)
        GG_TRY(gg_manifest_add(to, from->entries[k].key, from->entries[k].value, err));
    return GG_OK;
}

static gg_status read_image(const gg_h5_image *image, const char *path, const gg_part_entry *entry,
                            gg_results **out, gg_error *err) {
    bool no_memory = false;
    gg_results *part = gg_alloc(1, sizeof *part);
    if (part == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", path);
    gg_status status = copy_manifest(entry->manifest, &part->manifest, err);
    /* What is refused is read once more, by who says why. */
    bool sound = status == GG_OK && take_all(image, entry, part, &no_memory) &&
                 gg__results_check(part, path, NULL) == GG_OK;
    if (no_memory)
        status = gg_fail(err, GG_E_NOMEM, "%s: out of memory", path);
    if (sound)
        *out = part;
    else
        gg_results_free(part);
    return status;
}

gg_status gg__part_read_indexed(const char *path, const gg_part_entry *entry, gg_results **out,
                                gg_error *err) {
    struct stat info;
    gg_status status = GG_OK;
    *out = NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    void *map = MAP_FAILED;
    if (fd >= 0 && fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0 &&
        (uint64_t)info.st_size == entry->bytes)
        map = mmap(NULL, entry->bytes, PROT_READ, MAP_PRIVATE, fd, 0);
    if (map != MAP_FAILED) {
        status = read_image(&(gg_h5_image){map, entry->bytes}, path, entry, out, err);
        munmap(map, entry->bytes);
    }
    if (fd >= 0)
        close(fd);
    return status;
}
