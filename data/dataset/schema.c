/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/dataset/schema.h"

#include <float.h>
#include <stdio.h>
#include <string.h>

static const gg_column_spec columns[GG_N_COLUMNS] = {
    [GG_COLUMN_TASK] = {"task", false, GG_PER_QUERY, true, INT32_MIN, INT32_MAX, false, GG_H5_I32},
    [GG_COLUMN_PROMPT_BYTES] = {"prompt_bytes", false, GG_PER_QUERY, true, 0, UINT32_MAX, false,
                                GG_H5_U32},
    [GG_COLUMN_CORRECT] = {"correct", true, GG_PER_QUERY, true, 0, 1, false, GG_H5_U8},
    [GG_COLUMN_LATENCY] = {"latency_s", true, GG_PER_QUERY, false, 0, DBL_MAX, true, GG_H5_F64},
    [GG_COLUMN_ANSWER_TOKENS] = {"answer_tokens", true, GG_PER_QUERY, true, 0, INT32_MAX, false,
                                 GG_H5_I32},
    [GG_COLUMN_TOKENS] = {"tokens", true, GG_PER_TOKEN, true, 0, INT32_MAX, false, GG_H5_I32},
    [GG_COLUMN_TOKEN_CLASS] = {"token_class", true, GG_PER_WORD, true, -1, INT32_MAX, false,
                               GG_H5_I32},
};

const gg_column_spec *gg_column_of(gg_column column) {
    return &columns[column];
}

const char *gg_side_name(gg_side side) {
    return side == GG_SLM ? "slm" : "llm";
}

gg_status gg_side_parse(const char *name, gg_side *side, gg_error *err) {
    for (int k = 0; k < GG_N_SIDES; k++)
        if (strcmp(name, gg_side_name((gg_side)k)) == 0) {
            *side = (gg_side)k;
            return GG_OK;
        }
    return gg_fail(err, GG_E_USAGE, "side \"%s\" is neither slm nor llm", name);
}

const char *gg_storage_name(gg_storage storage) {
    static const char *const names[] = {[GG_STORAGE_NONE] = "none",
                                        [GG_STORAGE_LOGITS] = "logits",
                                        [GG_STORAGE_HIDDEN] = "hidden",
                                        [GG_STORAGE_TOPK] = "topk_values"};
    return names[storage];
}

void gg_side_path(gg_side side, const char *name, char path[GG_OBJECT_PATH_SIZE]) {
    snprintf(path, GG_OBJECT_PATH_SIZE, "/%s/%s", gg_side_name(side), name);
}

void gg_column_path(gg_column column, gg_side side, char path[GG_OBJECT_PATH_SIZE]) {
    if (columns[column].of_side)
        gg_side_path(side, columns[column].name, path);
    else
        snprintf(path, GG_OBJECT_PATH_SIZE, "/queries/%s", columns[column].name);
}

gg_status gg_uncertainty_name_check(const char *name, gg_error *err) {
    size_t length = strlen(name);
    bool legal = length > 0 && length < GG_UNCERTAINTY_NAME_SIZE && strcmp(name, ".") != 0 &&
                 strcmp(name, "..") != 0;
    for (size_t k = 0; legal && k < length; k++)
        legal = (unsigned char)name[k] > ' ' && name[k] != 0x7f && name[k] != '/';
    if (legal)
        return GG_OK;
    return gg_fail(
        err, GG_E_USAGE,
        "\"%s\" cannot name an uncertainty: 1 to 127 characters without spaces and \"/\"", name);
}
