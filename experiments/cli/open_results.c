/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/cli/open_results.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "experiments/output/progress.h"
#include "experiments/output/say.h"
#include "models/base/alloc.h"
#include "models/base/outfile.h"
#include "models/base/parse.h"

static gg_progress_line bar;

static void show(size_t done, size_t of) {
    char words[80];
    snprintf(words, sizeof words, "%zu of %zu parts read", done, of);
    gg_progress_words(&bar, words);
}

void gg_reading_begin(const char *command) {
    gg_progress_line_init(&bar, command);
    gg_results_watch(show);
}

void gg_reading_end(void) {
    gg_results_watch(NULL);
    gg_progress_line_clear(&bar);
}

void gg_say_unchecked(const char *command, const char *path, bool unchecked) {
    if (unchecked)
        gg_say(command,
               "%s: written by an older version, without a checksum: damage cannot be noticed",
               path);
}

/* What a row takes while its statistics are made, or while it is merged, with its share of all that
 * is about rows. */
enum { ROW_BYTES = 360 };

/* Bytes that may still be had; a figure of the system, or SIZE_MAX where it says none. */
static size_t free_memory(void) {
    char line[128];
    size_t kilobytes = 0;
    struct rlimit most;
    FILE *stream = fopen("/proc/meminfo", "re");
    while (stream != NULL && kilobytes == 0 && fgets(line, sizeof line, stream) != NULL)
        if (sscanf(line, "MemAvailable: %zu", &kilobytes) != 1)
            kilobytes = 0;
    if (stream != NULL)
        fclose(stream);
    size_t bytes = kilobytes > 0 ? kilobytes * 1024 : SIZE_MAX;
    return getrlimit(RLIMIT_AS, &most) == 0 && most.rlim_cur < bytes ? (size_t)most.rlim_cur
                                                                     : bytes;
}

gg_status gg_results_fit(const char *const *paths, size_t count, gg_error *err) {
    size_t rows = 0, needed, available = free_memory();
    for (size_t k = 0, some; k < count; k++) {
        /* Whoever reads it says better what is wrong with it. */
        if (gg_results_count(paths[k], &some, NULL) != GG_OK)
            return GG_OK;
        rows += some;
    }
    if (gg_size_multiply(rows, ROW_BYTES, &needed) == 0 && needed <= available)
        return GG_OK;
    return gg_fail(err, GG_E_NOMEM,
                   "%s: its %zu rows take about %.1f GB of memory, and %.1f GB are free: take a "
                   "machine with more, or a plan of fewer runs (intervals of 20,000 draws are "
                   "narrow)",
                   paths[0], rows, (double)rows * ROW_BYTES / 1e9, (double)available / 1e9);
}

gg_status gg_open_results(const char *command, const char *path, bool with_assignments,
                          gg_results **out, gg_error *err) {
    GG_TRY(gg_results_fit(&path, 1, err));
    gg_reading_begin(command);
    gg_status status = gg_results_read(path, with_assignments, out, err);
    gg_reading_end();
    if (status != GG_OK)
        return status;
    const gg_results *results = *out;
    const char *text = gg_manifest_get(&results->manifest, "plan_networks");
    int64_t planned;
    gg_say_unchecked(command, path, results->unchecked);
    if (text != NULL && results->units != NULL && gg_parse_integer(text, 1, INT64_MAX, &planned) &&
        results->n_units < (uint64_t)planned)
        gg_say(command, "%s: holds %zu of the %s networks of its plan", path, results->n_units,
               text);
    return GG_OK;
}

gg_status gg_study_results(const char *path, const gg_results *results, gg_study_sources sources,
                           gg_study **out, gg_error *err) {
    struct stat info;
    char *front_path = NULL;
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode)) {
        front_path = gg_path_in(path, "front.csv");
        if (front_path == NULL)
            return gg_fail(err, GG_E_NOMEM, "%s: out of memory", path);
    }
    sources.front_path = front_path;
    gg_status status = gg_study_compute(results, &sources, out, err);
    gg_free(front_path);
    return status;
}
