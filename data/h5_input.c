/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The file driver of inputs: HDF5's own, which also tells where a chunk lies. HDF5 1.10 finds a
 * chunk's address only by walking over all chunks; reading one finds it in its index, and asks the
 * driver for the bytes at that address.
 */
#include "data/h5_internal.h"

#include "models/base/alloc.h"

/* HDF5 hands the driver's files around as their first member. */
typedef struct input_file {
    H5FD_t base;
    H5FD_t *inner;
} input_file;

static const haddr_t max_address = ((haddr_t)1 << 62) - 1;

/* What the thread wants to know instead of reading; NULL: nothing. */
static _Thread_local gg__h5_place *wanted;

static H5FD_t *inner_of(const H5FD_t *base) {
    return ((const input_file *)base)->inner;
}

static H5FD_t *driver_open(const char *name, unsigned flags, hid_t access, haddr_t max) {
    (void)access;
    input_file *file = gg_alloc(1, sizeof *file);
    if (file == NULL) {
        H5Epush2(H5E_DEFAULT, __FILE__, __func__, __LINE__, H5E_ERR_CLS, H5E_RESOURCE, H5E_NOSPACE,
                 "out of memory");
        return NULL;
    }
    file->inner = H5FDopen(name, flags, H5P_FILE_ACCESS_DEFAULT, max);
    if (file->inner != NULL)
        return &file->base;
    gg_free(file);
    return NULL;
}

/* What comes after a failure must not make HDF5 forget its reason. */
static herr_t driver_close(H5FD_t *base) {
    hid_t reasons = H5Eget_current_stack();
    herr_t result = H5FDclose(inner_of(base));
    H5Eset_current_stack(reasons);
    gg_free(base);
    return result;
}

static int driver_compare(const H5FD_t *a, const H5FD_t *b) {
    return H5FDcmp(inner_of(a), inner_of(b));
}

static herr_t driver_query(const H5FD_t *base, unsigned long *features) {
    /* HDF5 asks before there is a file. */
    if (base == NULL) {
        *features = H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
        return 0;
    }
    return H5FDquery(inner_of(base), features) < 0 ? -1 : 0;
}

static haddr_t get_end_of_addresses(const H5FD_t *base, H5FD_mem_t type) {
    return H5FDget_eoa(inner_of(base), type);
}

static herr_t set_end_of_addresses(H5FD_t *base, H5FD_mem_t type, haddr_t address) {
    return H5FDset_eoa(inner_of(base), type, address);
}

static haddr_t get_end_of_file(const H5FD_t *base, H5FD_mem_t type) {
    return H5FDget_eof(inner_of(base), type);
}

static herr_t driver_read(H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address,
                          size_t size, void *buffer) {
    if (wanted == NULL || type != H5FD_MEM_DRAW)
        return H5FDread(inner_of(base), type, transfer, address, size, buffer);
    wanted->address = address;
    wanted->size = size;
    return 0;
}

/* Inputs are opened for reading. */
static herr_t driver_write(H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address,
                           size_t size, const void *buffer) {
    (void)base, (void)type, (void)transfer, (void)address, (void)size, (void)buffer;
    return -1;
}

static herr_t driver_lock(H5FD_t *base, hbool_t exclusive) {
    return H5FDlock(inner_of(base), exclusive);
}

static herr_t driver_unlock(H5FD_t *base) {
    hid_t reasons = H5Eget_current_stack();
    herr_t result = H5FDunlock(inner_of(base));
    H5Eset_current_stack(reasons);
    return result;
}

static const H5FD_class_t driver = {
    .name = "goagap-input",
    .maxaddr = max_address,
    .fc_degree = H5F_CLOSE_STRONG,
    .open = driver_open,
    .close = driver_close,
    .cmp = driver_compare,
    .query = driver_query,
    .get_eoa = get_end_of_addresses,
    .set_eoa = set_end_of_addresses,
    .get_eof = get_end_of_file,
    .read = driver_read,
    .write = driver_write,
    .lock = driver_lock,
    .unlock = driver_unlock,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
};

hid_t gg__h5_input_access(void) {
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    hid_t id = H5FDregister(&driver);
    if (access >= 0 && id >= 0)
        H5Pset_driver(access, id, NULL);
    /* The access list keeps the driver, and the file after it. */
    if (id >= 0)
        H5FDunregister(id);
    return access;
}

bool gg__h5_locate(hid_t dataset, const hsize_t *corner, gg__h5_place *place) {
    char nothing = 0;
    uint32_t mask = 0;
    *place = (gg__h5_place){.address = HADDR_UNDEF};
    wanted = place;
    herr_t read = H5Dread_chunk(dataset, H5P_DEFAULT, corner, &mask, &nothing);
    wanted = NULL;
    place->mask = mask;
    return read >= 0 && place->address != HADDR_UNDEF;
}
