/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The process that examines files before they are used, and what it says by its end.
 */
#pragma once

#include "data/hdf5/h5_internal.h"

/* Exit statuses of that process; a sanitizer that stops it has others. */
enum {
    GG__PROBE_DONE = 0,
    GG__PROBE_MEMORY = 3,
    GG__PROBE_NO_MEMORY = 4,
    GG__PROBE_NOT_FOUND = 5, /* it cannot open what it was given */
    GG__PROBE_UNLISTED = 6,  /* a group whose attributes cannot be listed */
    GG__PROBE_ASTRAY = 7     /* a text does not stand where its reference leads */
};

/* The signals by which a fault of the library ends it. */
enum { GG__H5_N_FATAL = 6 };
extern const int gg__h5_fatal[GG__H5_N_FATAL];

/* True while no file is open in the library: a process forked now shares nothing with ours. */
bool gg__h5_library_is_idle(void);

/* What the process does: examines the files whose descriptors come through `socket`, answers with a
 * byte for each that is sound, and ends by one that is not, or after the first when `once`. */
void gg__h5_examine(int socket, bool once) __attribute__((noreturn));

/* Hands that process a file: its descriptor and its size. False when it is gone. */
bool gg__h5_hand_over(int socket, int fd, uint64_t size);

/* Whether `count` texts of a list, or the text of an attribute, stand where the references to them
 * lead; true also of what is no text of variable length, and where the references cannot be read,
 * as then the texts cannot either. */
bool gg__h5_texts_are_there(gg_h5_dataset *dataset, size_t first, size_t count);
bool gg__h5_attribute_is_there(const gg_h5 *h5, const char *path, const char *name);
