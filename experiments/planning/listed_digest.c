/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which instance it is: a digest of every number that decisions and their costs depend on.
 */
#include <nettle/sha2.h>
#include <string.h>

#include "experiments/planning/plan_source.h"
#include "models/base/shown.h"
#include "models/instance_fields.h"

/* In the order of the digest; an instance may get other fields without becoming another. */
static const char *const digested[] = {"bandwidth_hz",
                                       "server_capacity_flops",
                                       "max_user_capacity_flops",
                                       "noise_w",
                                       "fixed_interference_w",
                                       "edge_work_ratio",
                                       "tau",
                                       "payload_bits",
                                       "tx_power_w",
                                       "local_capacity_flops",
                                       "local_delay_s",
                                       "alpha",
                                       "gain",
                                       "server_model",
                                       "air_model",
                                       "output_tokens",
                                       "prefill_s",
                                       "gate_delay_s",
                                       "device_power_w"};

static void hold(struct sha256_ctx *held, const gg_instance_field *field, const void *values,
                 size_t count) {
    sha256_update(held, strlen(field->name), (const uint8_t *)field->name);
    if (!gg_field_is_text(field)) {
        sha256_update(held, sizeof(double) * count, values);
        return;
    }
    const gg_load_curve *curves = values;
    char text[GG_CURVE_TEXT];
    for (size_t j = 0; j < count; j++) {
        gg_curve_text(&curves[j], text);
        sha256_update(held, j > 0, (const uint8_t *)"\n");
        sha256_update(held, strlen(text), (const uint8_t *)text);
    }
}

void gg_listed_digest(const gg_instance *instance, char hex[GG_LISTED_DIGEST]) {
    uint8_t digest[(GG_LISTED_DIGEST - 1) / 2];
    struct sha256_ctx held;
    sha256_init(&held);
    for (size_t d = 0; d < sizeof digested / sizeof *digested; d++)
        for (size_t k = 0; k < GG_INSTANCE_FIELDS; k++) {
            const gg_instance_field *field = &gg_instance_fields[k];
            const void *values = gg_field_values(instance, field);
            if (values != NULL && strcmp(field->name, digested[d]) == 0)
                hold(&held, field, values,
                     gg_field_count(field, instance->n_users, instance->n_servers));
        }
    sha256_digest(&held, sizeof digest, digest);
    gg_put_hex(digest, sizeof digest, hex);
}
