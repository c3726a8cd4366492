/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/results/part_index.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "models/base/alloc.h"
#include "models/base/outfile.h"

static gg_status no_memory(gg_error *err) {
    return gg_fail(err, GG_E_NOMEM, "index of the results: out of memory");
}

static int64_t nanoseconds(struct timespec time) {
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static bool same_times(const gg_part_entry *entry, const struct stat *info) {
    return entry->modified_ns == nanoseconds(info->st_mtim) &&
           entry->changed_ns == nanoseconds(info->st_ctim);
}

static bool file_crc(const char *path, size_t size, uint32_t *crc) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    void *map = fd >= 0 && size > 0 ? mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
    if (map != MAP_FAILED) {
        *crc = (uint32_t)crc32_z(0, map, size);
        munmap(map, size);
    }
    if (fd >= 0)
        close(fd);
    return map != MAP_FAILED;
}

/* ---- reading ---- */

int gg__index_is_file(const struct dirent *entry) {
    size_t length = strlen(entry->d_name);
    return strncmp(entry->d_name, "index", 5) == 0 && length > 10 &&
           strcmp(entry->d_name + length - 6, ".jsonl") == 0;
}

static gg_status keep_manifest(gg_index *index, const char *line, gg_manifest *manifest,
                               gg_error *err) {
    gg_index_manifest *grown =
        gg_grow(index->manifests, index->n_manifests, sizeof *index->manifests);
    gg_manifest *kept = gg_alloc(1, sizeof *kept);
    if (grown != NULL)
        index->manifests = grown;
    if (grown == NULL || kept == NULL) {
        gg_free(kept);
        gg_manifest_clear(manifest);
        return no_memory(err);
    }
    *kept = *manifest;
    gg_index_manifest *m = &index->manifests[index->n_manifests++];
    m->manifest = kept;
    gg__index_line_seal(line, m->seal);
    return GG_OK;
}

/* A part whose manifest is not there is not known. */
static gg_status keep_entry(gg_index *index, gg_part_entry *entry, gg_error *err) {
    for (size_t k = index->n_manifests; k-- > 0 && entry->manifest == NULL;)
        if (strcmp(index->manifests[k].seal, entry->of) == 0)
            entry->manifest = index->manifests[k].manifest;
    gg_part_entry *grown = gg_grow(index->entries, index->count, sizeof *index->entries);
    if (grown != NULL)
        index->entries = grown;
    if (grown == NULL || entry->manifest == NULL) {
        gg__part_entry_clear(entry);
        return grown == NULL ? no_memory(err) : GG_OK;
    }
    index->entries[index->count++] = *entry;
    return GG_OK;
}

static gg_status take_line(gg_index *index, const char *line, gg_error *err) {
    gg_manifest manifest;
    gg_part_entry entry;
    GG_TRY(gg__index_line_read(line, &manifest, &entry, err));
    if (manifest.count > 0)
        return keep_manifest(index, line, &manifest, err);
    return entry.name != NULL ? keep_entry(index, &entry, err) : GG_OK;
}

static gg_status take_file(gg_index *index, const char *path, gg_error *err) {
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    gg_status status = GG_OK;
    FILE *stream = fopen(path, "re");
    while (stream != NULL && status == GG_OK && (length = getline(&line, &room, stream)) > 0) {
        line[length - (line[length - 1] == '\n')] = '\0';
        status = take_line(index, line, err);
    }
    free(line);
    if (stream != NULL)
        fclose(stream);
    return status;
}

static int compare_entries(const void *a, const void *b) {
    const gg_part_entry *left = a, *right = b;
    return strcmp(left->name, right->name);
}

gg_status gg_index_read(const char *folder, gg_index *out, gg_error *err) {
    struct dirent **files = NULL;
    gg_status status = GG_OK;
    *out = (gg_index){0};
    int found = scandir(folder, &files, gg__index_is_file, alphasort);
    for (int k = 0; k < found; k++) {
        char *path = gg_path_in(folder, files[k]->d_name);
        if (status == GG_OK)
            status = path != NULL ? take_file(out, path, err) : no_memory(err);
        gg_free(path);
        free(files[k]);
    }
    free(files);
    if (status != GG_OK)
        gg_index_clear(out);
    else if (out->count > 0)
        qsort(out->entries, out->count, sizeof *out->entries, compare_entries);
    return status;
}

void gg_index_clear(gg_index *index) {
    for (size_t k = 0; k < index->count; k++)
        gg__part_entry_clear(&index->entries[k]);
    for (size_t k = 0; k < index->n_manifests; k++) {
        gg_manifest_clear(index->manifests[k].manifest);
        gg_free(index->manifests[k].manifest);
    }
    gg_free(index->entries);
    gg_free(index->manifests);
    *index = (gg_index){0};
}

/* The first line about a part. */
static size_t first_of(const gg_index *index, const char *name) {
    size_t low = 0, high = index->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(index->entries[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const gg_part_entry *gg_index_find(const gg_index *index, const char *folder, const char *name) {
    size_t at = first_of(index, name);
    const gg_part_entry *found = NULL;
    struct stat info;
    uint32_t crc;
    if (at == index->count || strcmp(index->entries[at].name, name) != 0)
        return NULL;
    char *path = gg_path_in(folder, name);
    if (path == NULL || stat(path, &info) != 0 || !S_ISREG(info.st_mode)) {
        gg_free(path);
        return NULL;
    }
    bool known = false, tried = false;
    for (; found == NULL && at < index->count && strcmp(index->entries[at].name, name) == 0; at++) {
        const gg_part_entry *entry = &index->entries[at];
        if (entry->bytes != (uint64_t)info.st_size)
            continue;
        /* A copied folder has other times, but the same bytes. */
        if (!same_times(entry, &info) && !tried) {
            tried = true;
            known = file_crc(path, (size_t)info.st_size, &crc);
        }
        if (same_times(entry, &info) || (known && entry->crc == crc))
            found = entry;
    }
    gg_free(path);
    return found;
}

bool gg_index_bytes_hold(const gg_part_entry *entry, const char *folder) {
    uint32_t crc;
    char *path = gg_path_in(folder, entry->name);
    bool hold = path != NULL && file_crc(path, entry->bytes, &crc) && crc == entry->crc;
    gg_free(path);
    return hold;
}

/* ---- writing ---- */

/* One write a line: lines of several processes do not mix. A line that a killed process left
 * without its end is ended first. */
static void append_line(const char *folder, const char *name, char *line) {
    char last = '\n';
    char *path = line != NULL ? gg_path_in(folder, name) : NULL;
    int fd = path != NULL ? open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0666) : -1;
    size_t length = line != NULL ? strlen(line) : 0;
    char *whole = fd >= 0 ? gg_alloc(length + 2, 1) : NULL;
    if (whole != NULL) {
        off_t end = lseek(fd, 0, SEEK_END);
        bool cut = end > 0 && pread(fd, &last, 1, end - 1) == 1 && last != '\n';
        whole[0] = '\n';
        memcpy(whole + cut, line, length);
        whole[length + cut] = '\n';
        ssize_t written = write(fd, whole, length + cut + 1);
        (void)written;
    }
    if (fd >= 0)
        close(fd);
    gg_free(whole);
    gg_free(path);
    gg_free(line);
}

static const char *name_of(size_t shard, size_t shards, char name[64]) {
    snprintf(name, 64, "index.jsonl");
    if (shards > 1)
        snprintf(name, 64, "index-%zu-of-%zu.jsonl", shard + 1, shards);
    return name;
}

void gg_index_add_manifest(const char *folder, size_t shard, size_t shards,
                           const gg_manifest *manifest) {
    char name[64];
    append_line(folder, name_of(shard, shards, name), gg__index_line_of_manifest(manifest));
}

static int compare_failures(const void *a, const void *b) {
    const gg_row *x = *(const gg_row *const *)a, *y = *(const gg_row *const *)b;
    int order = strcmp(x->solver, y->solver);
    if (order == 0)
        order = strcmp(x->failure, y->failure);
    return order != 0 ? order : (x > y) - (x < y);
}

static int compare_firsts(const void *a, const void *b) {
    const gg_part_failure *x = a, *y = b;
    return (x->first > y->first) - (x->first < y->first);
}

static bool keep_failure(gg_part_entry *entry, const gg_row *const *same, size_t count,
                         const gg_row *rows) {
    gg_part_failure *grown = gg_grow(entry->failures, entry->n_failures, sizeof *grown);
    if (grown == NULL)
        return false;
    entry->failures = grown;
    gg_part_failure *f = &grown[entry->n_failures++];
    *f = (gg_part_failure){gg_strdup(same[0]->solver), gg_strdup(same[0]->failure), count,
                           (size_t)(same[0] - rows)};
    return f->solver != NULL && f->reason != NULL;
}

/* Adds up what failed, in the order of first failures; false when memory is short. */
static bool count_failures(const gg_results *part, gg_part_entry *entry) {
    size_t unit_rows = part->n_units > 0 ? part->count / part->n_units : 1, last = SIZE_MAX;
    const gg_row **failed = NULL;
    bool kept = true;
    for (size_t k = 0; kept && k < part->count; k++) {
        if (part->rows[k].failure[0] == '\0')
            continue;
        const gg_row **grown = gg_grow(failed, entry->failed_rows, sizeof *grown);
        if ((kept = grown != NULL)) {
            failed = grown;
            failed[entry->failed_rows++] = &part->rows[k];
            entry->failed_units += k / unit_rows != last;
            last = k / unit_rows;
        }
    }
    if (kept && entry->failed_rows > 0)
        qsort(failed, entry->failed_rows, sizeof *failed, compare_failures);
    for (size_t first = 0, end; kept && first < entry->failed_rows; first = end) {
        for (end = first + 1; end < entry->failed_rows &&
                              strcmp(failed[first]->solver, failed[end]->solver) == 0 &&
                              strcmp(failed[first]->failure, failed[end]->failure) == 0;)
            end++;
        kept = keep_failure(entry, failed + first, end - first, part->rows);
    }
    if (entry->n_failures > 0)
        qsort(entry->failures, entry->n_failures, sizeof *entry->failures, compare_firsts);
    gg_free(failed);
    return kept;
}

bool gg__part_entry_of(const char *name, const char *path, const gg_results *part,
                       const gg_part_places *places, gg_part_entry *out) {
    struct stat info;
    char *manifest = gg__index_line_of_manifest(&part->manifest);
    *out = (gg_part_entry){.rows = part->count, .places = *places};
    if (manifest != NULL)
        gg__index_line_seal(manifest, out->of);
    out->name = gg_strdup(name);
    out->units = gg_alloc(part->n_units, sizeof *out->units);
    bool made = manifest != NULL && out->name != NULL && out->units != NULL &&
                count_failures(part, out) && stat(path, &info) == 0 &&
                file_crc(path, (size_t)info.st_size, &out->crc) &&
                gg__results_checksum(part, GG_RESULTS_VERSION, out->checksum, NULL) == GG_OK;
    if (made) {
        out->bytes = (uint64_t)info.st_size;
        out->modified_ns = nanoseconds(info.st_mtim);
        out->changed_ns = nanoseconds(info.st_ctim);
        memcpy(out->units, part->units, part->n_units * sizeof *out->units);
        out->n_units = part->n_units;
    } else {
        gg__part_entry_clear(out);
    }
    gg_free(manifest);
    return made;
}

void gg_index_add_part(const char *folder, size_t shard, size_t shards, const char *name,
                       const gg_results *part, const gg_part_places *places) {
    gg_part_entry entry;
    char file[64];
    char *path = gg_path_in(folder, name);
    if (path != NULL && part->units != NULL &&
        gg__part_entry_of(name, path, part, places, &entry)) {
        append_line(folder, name_of(shard, shards, file), gg__index_line_of_part(&entry));
        gg__part_entry_clear(&entry);
    }
    gg_free(path);
}

/* In a file of their own: nobody else's lines are between a manifest and its parts. */
static const char found_lines[] = "index-found.jsonl";

static void note_manifest(gg_index *index, const char *folder, const gg_part_entry *entry,
                          const gg_manifest *manifest) {
    if (strcmp(index->noted, entry->of) == 0)
        return;
    append_line(folder, found_lines, gg__index_line_of_manifest(manifest));
    memcpy(index->noted, entry->of, sizeof index->noted);
}

void gg_index_note(gg_index *index, const char *folder, const char *name, const struct stat *before,
                   const gg_results *part) {
    gg_part_entry entry;
    struct stat after;
    char *path = gg_path_in(folder, name);
    /* Without a checksum, damage would be noted as what the part holds. */
    if (path != NULL && part->units != NULL && !part->unchecked &&
        gg__part_entry_of(name, path, part, &(gg_part_places){0}, &entry)) {
        if (stat(path, &after) == 0 && after.st_ino == before->st_ino &&
            same_times(&entry, before) && same_times(&entry, &after) &&
            entry.bytes == (uint64_t)before->st_size) {
            note_manifest(index, folder, &entry, &part->manifest);
            append_line(folder, found_lines, gg__index_line_of_part(&entry));
        }
        gg__part_entry_clear(&entry);
    }
    gg_free(path);
}
