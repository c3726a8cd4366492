/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/evaluate/hash_split.h"

#include <inttypes.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/alloc.h"

typedef struct hashed {
    uint8_t digest[SHA256_DIGEST_SIZE];
    size_t query;
} hashed;

const char *gg_part_name(gg_part part) {
    static const char *const names[GG_N_PARTS] = {"calibration", "validation", "test"};
    return names[part];
}

static int compare(const void *a, const void *b) {
    const hashed *p = a, *q = b;
    int order = memcmp(p->digest, q->digest, sizeof p->digest);
    return order != 0 ? order : (p->query > q->query) - (p->query < q->query);
}

static void hash(uint64_t seed, const char *id, uint8_t *digest) {
    char prefix[32];
    struct sha256_ctx context;
    int length = snprintf(prefix, sizeof prefix, "%" PRIu64 ":", seed);
    sha256_init(&context);
    sha256_update(&context, (size_t)length, (const uint8_t *)prefix);
    sha256_update(&context, strlen(id), (const uint8_t *)id);
    sha256_digest(&context, SHA256_DIGEST_SIZE, digest);
}

/* The caller frees *out. */
static gg_status order_by_hash(const gg_strings *ids, uint64_t seed, hashed **out, gg_error *err) {
    size_t n = ids->count;
    hashed *order = *out = gg_alloc(n, sizeof *order);
    GG_NEED(order, err, "out of memory for a split of %zu queries", n);
    for (size_t i = 0; i < n; i++) {
        hash(seed, ids->text + ids->start[i], order[i].digest);
        order[i].query = i;
    }
    qsort(order, n, sizeof *order, compare);
    return GG_OK;
}

gg_status gg_hash_split(const gg_strings *ids, uint64_t seed, uint8_t *part, gg_error *err) {
    size_t n = ids->count;
    hashed *order;
    GG_TRY(order_by_hash(ids, seed, &order, err));
    size_t n_calibration = (size_t)(0.3 * (double)n + 0.5);
    size_t n_validation = (size_t)(0.2 * (double)n + 0.5);
    for (size_t k = 0; k < n; k++)
        part[order[k].query] = k < n_calibration                  ? GG_CALIBRATION_PART
                               : k < n_calibration + n_validation ? GG_VALIDATION_PART
                                                                  : GG_TEST_PART;
    gg_free(order);
    return GG_OK;
}

gg_status gg_hash_folds(const gg_strings *ids, uint64_t seed, size_t n_folds, uint8_t *fold,
                        gg_error *err) {
    hashed *order;
    GG_TRY(order_by_hash(ids, seed, &order, err));
    for (size_t k = 0; k < ids->count; k++)
        fold[order[k].query] = (uint8_t)(k % n_folds);
    gg_free(order);
    return GG_OK;
}
