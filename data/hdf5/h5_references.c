/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A text of variable length stands in a heap of the file, and what has it holds a reference. HDF5
 * 1.10 follows a reference wherever it leads: a number that the heap does not have reads what
 * happens to lie behind the library's table. Here the references themselves are read, and looked
 * up.
 */
#include "data/hdf5/h5_dataset.h"
#include "data/hdf5/h5_guard.h"
#include "data/hdf5/h5_image.h"
#include "models/base/alloc.h"

/* The library's way to hand references over as they are: a conversion that changes nothing, of
 * texts to as many bytes as a reference has where addresses have 8, as in all files but those that
 * somebody asked to be otherwise. */
static herr_t keep(hid_t from, hid_t to, H5T_cdata_t *call, size_t count, size_t stride,
                   size_t other_stride, void *values, void *background, hid_t transfer) {
    (void)count, (void)stride, (void)other_stride, (void)values, (void)background, (void)transfer;
    if (call->command != H5T_CONV_INIT)
        return 0;
    call->need_bkg = H5T_BKG_NO;
    return H5Tis_variable_str(from) > 0 && H5Tget_size(from) == GG_H5_REFERENCE_SIZE &&
                   H5Tget_size(to) == GG_H5_REFERENCE_SIZE
               ? 0
               : -1;
}

/* The type of a reference in memory; the caller closes it. */
static hid_t reference_type(void) {
    static bool is_registered;
    hid_t bytes = H5Tcreate(H5T_OPAQUE, GG_H5_REFERENCE_SIZE);
    if (!is_registered) {
        hid_t text = gg__h5_make_type(GG_H5_UTF8, false);
        is_registered = H5Tregister(H5T_PERS_SOFT, "keep", text, bytes, keep) >= 0;
        H5Tclose(text);
    }
    return bytes;
}

static bool is_there(void *context, size_t k, const char *text, size_t length) {
    (void)context, (void)k, (void)text, (void)length;
    return true;
}

/* Addresses count from where the file's own bytes begin. */
static bool lead_somewhere(const gg_h5 *h5, const unsigned char *references, size_t count) {
    hsize_t before = 0;
    hid_t create = H5Fget_create_plist(h5->file);
    bool known = create >= 0 && H5Pget_userblock(create, &before) >= 0 && before <= h5->size;
    if (create >= 0)
        H5Pclose(create);
    if (!known || h5->map == NULL)
        return false;
    const gg_h5_image image = {(const unsigned char *)h5->map + before,
                               (size_t)(h5->size - before)};
    return gg_h5_image_follow(&image, references, count, is_there, NULL);
}

bool gg__h5_texts_are_there(gg_h5_dataset *d, size_t first, size_t count) {
    const hsize_t start[] = {first}, extent[] = {count};
    unsigned char *references = d->is_variable ? gg_alloc(count, GG_H5_REFERENCE_SIZE) : NULL;
    if (references == NULL)
        return true;
    hid_t memory = reference_type();
    gg_status status = gg__h5_read_box(d, start, extent, memory, references, NULL);
    H5Tclose(memory);
    bool there = status != GG_OK || lead_somewhere(d->h5, references, count);
    gg_free(references);
    return there;
}

bool gg__h5_attribute_is_there(const gg_h5 *h5, const char *path, const char *name) {
    unsigned char reference[GG_H5_REFERENCE_SIZE];
    bool there = true;
    hid_t id = H5Aopen_by_name(h5->file, path, name, H5P_DEFAULT, H5P_DEFAULT);
    hid_t type = H5Aget_type(id), space = H5Aget_space(id);
    if (H5Tis_variable_str(type) > 0 && H5Sget_simple_extent_npoints(space) == 1) {
        hid_t memory = reference_type();
        there = H5Aread(id, memory, reference) < 0 || lead_somewhere(h5, reference, 1);
        H5Tclose(memory);
    }
    if (space >= 0)
        H5Sclose(space);
    if (type >= 0)
        H5Tclose(type);
    if (id >= 0)
        H5Aclose(id);
    return there;
}
