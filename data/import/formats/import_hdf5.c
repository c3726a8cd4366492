/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * HDF5: a dataset of this program is copied (compressed, cut to the most probable tokens); in any
 * other file, or with --logits, arrays are read like those of the other formats.
 */
#include <stdio.h>
#include <string.h>

#include "data/dataset/dataset.h"
#include "data/import/arrays/import_arrays.h"
#include "models/base/alloc.h"

enum { ID_BLOCK = 4096, PANDAS_DEPTH = 3 };

static bool recognises(const unsigned char *head, size_t size, const char *path) {
    (void)head;
    (void)size;
    return gg_h5_recognises(path);
}

/* True for files of the dataset schema that have something to copy. */
static gg_status has_schema(gg_h5 *h5, bool *answer, gg_error *err) {
    char *format = NULL, offsets[GG_OBJECT_PATH_SIZE];
    gg_h5_object object = GG_H5_ABSENT;
    gg_status status = gg_h5_read_text_attribute(h5, "/", "format", &format, answer, err);
    *answer = *answer && strcmp(format, "goagap-dataset") == 0;
    gg_free(format);
    GG_TRY(status);
    for (int side = 0; !*answer && side < GG_N_SIDES; side++) {
        gg_side_path((gg_side)side, "offsets", offsets);
        GG_TRY(gg_h5_find(h5, offsets, &object, err));
        *answer = object == GG_H5_DATASET;
    }
    return GG_OK;
}

static gg_status is_dataset(const char *path, bool *answer, gg_error *err) {
    gg_h5 *h5 = NULL;
    GG_TRY(gg_h5_open(path, &h5, err));
    gg_status status = has_schema(h5, answer, err);
    gg_h5_close(h5);
    return status;
}

static gg_status end_queries(gg_import_sink *sink, const gg_strings *ids, gg_error *err) {
    for (size_t k = 0; k < ids->count && !gg_import_sink_full(sink); k++) {
        gg_import_query query = gg_import_query_init();
        query.id = ids->text + ids->start[k];
        GG_TRY(gg_import_sink_end_query(sink, &query, err));
    }
    return GG_OK;
}

static gg_status list_queries(gg_import_job *job, gg_dataset *dataset, gg_error *err) {
    size_t n = gg_dataset_n_queries(dataset);
    for (size_t first = 0; first < n; first += ID_BLOCK) {
        gg_strings ids = {0};
        size_t count = n - first < ID_BLOCK ? n - first : ID_BLOCK;
        GG_TRY(gg_dataset_read_ids(dataset, first, count, &ids, err));
        gg_status status = end_queries(job->sink, &ids, err);
        gg_strings_clear(&ids);
        GG_TRY(status);
    }
    return GG_OK;
}

static gg_status copy_dataset(gg_import_job *job, gg_error *err) {
    const gg_import_options *o = job->options;
    gg_dataset *dataset = NULL;
    if (job->n_sources > 1)
        return gg_fail(err, GG_E_USAGE, "%s: one dataset is imported at a time", job->sources[1]);
    if (o->axes != GG_AXES_DEFAULT || o->values != GG_VALUES_DEFAULT || o->offsets != NULL ||
        o->drop_eos || o->class_map != NULL)
        return gg_fail(err, GG_E_USAGE,
                       "%s: is a goagap dataset, copied as it is: --axes, --values, --offsets, "
                       "--drop-eos and --class-map need --logits /PATH",
                       job->sources[0]);
    GG_TRY(gg_dataset_open(job->sources[0], &dataset, err));
    gg_status status = list_queries(job, dataset, err);
    gg_dataset_close(dataset);
    if (status == GG_OK)
        gg_import_sink_copy(job->sink, job->sources[0]);
    return status;
}

/* Groups that pandas.DataFrame.to_hdf writes, fixed or as a table, say so in an attribute. */
static gg_status is_pandas(gg_h5 *h5, const char *group, bool *answer, gg_error *err) {
    gg_strings names = {0};
    *answer = false;
    GG_TRY(gg_h5_list_attributes(h5, group, &names, err));
    for (size_t k = 0; k < names.count; k++)
        *answer = *answer || strcmp(names.text + names.start[k], "pandas_type") == 0;
    gg_strings_clear(&names);
    return GG_OK;
}

/* The first such group within `group` into `found`, which is left empty when there is none. */
static gg_status find_pandas(gg_h5 *h5, const char *group, int depth,
                             char found[GG_OBJECT_PATH_SIZE], gg_error *err) {
    gg_strings names = {0};
    bool answer = false;
    GG_TRY(is_pandas(h5, group, &answer, err));
    if (answer)
        snprintf(found, GG_OBJECT_PATH_SIZE, "%s", group);
    if (answer || depth == PANDAS_DEPTH)
        return GG_OK;
    gg_status status = gg_h5_list(h5, group, &names, err);
    for (size_t k = 0; status == GG_OK && k < names.count && found[0] == '\0'; k++) {
        char path[GG_OBJECT_PATH_SIZE];
        gg_h5_object object = GG_H5_ABSENT;
        if ((size_t)snprintf(path, sizeof path, "%s/%s", strcmp(group, "/") == 0 ? "" : group,
                             names.text + names.start[k]) < sizeof path &&
            gg_h5_find(h5, path, &object, NULL) == GG_OK && object == GG_H5_GROUP)
            status = find_pandas(h5, path, depth + 1, found, err);
    }
    gg_strings_clear(&names);
    return status;
}

/* Its columns would be taken for words. */
static gg_status refuse_pandas(const char *path, gg_error *err) {
    char found[GG_OBJECT_PATH_SIZE] = "";
    gg_h5 *h5 = NULL;
    gg_h5_object logits = GG_H5_ABSENT;
    GG_TRY(gg_h5_open(path, &h5, err));
    gg_status status = gg_h5_find(h5, "/logits", &logits, err);
    if (status == GG_OK && logits != GG_H5_DATASET)
        status = find_pandas(h5, "/", 0, found, err);
    gg_h5_close(h5);
    if (status != GG_OK || found[0] == '\0')
        return status;
    return gg_fail(err, GG_E_INPUT,
                   "%s: %s is a table of pandas (to_hdf), and no array of logits: "
                   "pandas.read_hdf(\"%s\", \"%s\").to_csv(\"table.csv\", index=False) makes a "
                   "CSV table of it",
                   path, found, path, found + (found[1] != '\0'));
}

static gg_status run(gg_import_job *job, gg_error *err) {
    bool copies = false;
    if (job->options->logits == NULL)
        GG_TRY(is_dataset(job->sources[0], &copies, err));
    for (size_t k = 0; !copies && job->options->logits == NULL && k < job->n_sources; k++)
        GG_TRY(refuse_pandas(job->sources[k], err));
    return copies ? copy_dataset(job, err) : gg_import_arrays(job, err);
}

const gg_importer gg_importer_hdf5 = {
    .name = "hdf5",
    .summary = "HDF5: any dataset of logits, or a whole goagap dataset",
    .recognises = recognises,
    .run = run,
    .open = gg_h5_store_open,
};
