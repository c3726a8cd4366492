/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The fields of an instance beside its name and sizes, once: what allocates, copies, checks, reads,
 * writes or hashes them goes by this table.
 */
#pragma once

#include <stdbool.h>

#include "models/base/linkage.h"
#include "models/instance.h"

GG_C_BEGIN
/* What files of instances, JSON or HDF5, have under "format": the first as long as they have no
 * field of the second. */
#define GG_INSTANCE_FORMAT "goagap-instance-1"
#define GG_INSTANCE_FORMAT_2 "goagap-instance-2"

/* The bits of the optional fields that only files of format 2 have. */
enum {
    GG_OF_FORMAT_2 = GG_WITH_P_CORRECT | GG_WITH_SERVER_MODEL | GG_WITH_AIR_MODEL |
                     GG_WITH_OUTPUT_TOKENS | GG_WITH_PREFILL | GG_WITH_GATE_DELAY |
                     GG_WITH_DEVICE_POWER
};

typedef enum gg_field_shape { GG_ONE, GG_PER_SERVER, GG_PER_USER, GG_PER_PAIR } gg_field_shape;

/* The domains of the model's numbers. Powers only meet each other, in a quotient; whatever else is
 * multiplied and divided, five such numbers at a time, stays far from the ends of the doubles. */
typedef enum gg_field_domain {
    GG_POSITIVE,
    GG_NON_NEGATIVE,
    GG_UNIT,
    GG_POSITIVE_POWER,
    GG_POWER,
    GG_FLAG,         /* 0 or 1 in a uint8_t */
    GG_SERVER_CURVE, /* a gg_load_curve, text in files */
    GG_AIR_CURVE     /* likewise; all others are doubles */
} gg_field_domain;

typedef struct gg_instance_field {
    const char *name; /* in files too; it ends in the unit */
    size_t at;        /* offset in gg_instance: of the number, or of the array's pointer */
    gg_field_shape shape;
    gg_field_domain domain;
    unsigned optional; /* the bit that gg_instance_new wants for it; 0: always there */
} gg_instance_field;

/* In the order in which files have them. */
enum { GG_INSTANCE_FIELDS = 25 };
extern const gg_instance_field gg_instance_fields[GG_INSTANCE_FIELDS];

/* Field k of the numbers first and then the arrays, each in the table's order: as they are read and
 * checked. */
const gg_instance_field *gg_field_in_turn(size_t k);

/* How many values a field has in an instance of that size. */
size_t gg_field_count(const gg_instance_field *field, size_t n_users, size_t n_servers);

/* A field's values, its one number among them; NULL where the instance is without it. They may be
 * written where the instance may. */
void *gg_field_values(const gg_instance *instance, const gg_instance_field *field);

/* Whether its values are curves, which files have as text, and of which side. */
static inline bool gg_field_is_text(const gg_instance_field *field) {
    return field->domain == GG_SERVER_CURVE || field->domain == GG_AIR_CURVE;
}

static inline gg_curve_side gg_field_side(const gg_instance_field *field) {
    return field->domain == GG_SERVER_CURVE ? GG_CURVE_OF_SERVER : GG_CURVE_OF_AIR;
}

/* Value k of a field's values, of one whose values are numbers. */
static inline double gg_field_value(const gg_instance_field *field, const void *values, size_t k) {
    return field->domain == GG_FLAG ? ((const uint8_t *)values)[k] : ((const double *)values)[k];
}

/* The bits of the optional fields that an instance has. */
unsigned gg_instance_optional(const gg_instance *instance);

/* The format that a file of the instance has. */
const char *gg_instance_format(const gg_instance *instance);

/* Refuses a file's format that is none, and fields (bits) that are not of it. Errors: GG_E_INPUT,
 * without the file's name. */
gg_status gg_instance_check_format(const char *format, unsigned optional, gg_error *err);

/* Whether files have something of that name: a field, or what stands before all fields. */
bool gg_instance_has_key(const char *name);
GG_C_END
