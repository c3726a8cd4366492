/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Importing from files of several arrays: NPZ in all ways ZIP archives are written, safetensors in
 * one file and in shards; PyTorch's are refused. Their numbers are those of little_endian.h.
 *
 * Covers zip_reader and import_array_files.
 */
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "data/files/zip_archive.h"
#include "tests/support/foreign_bytes.h"
#include "tests/support/support.h"
#include "tests/support/temporary_folder.h"

/* ---- NPZ ---- */

typedef struct member {
    const char *name;
    const bytes *content;
    bool deflated;
    bool zip64;    /* sizes in an extra field, as NumPy writes them */
    bool streamed; /* sizes and checksum behind the data */
} member;

static void deflate_into(bytes *target, const bytes *content) {
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (unsigned char *)content->data;
    z.avail_in = (uInt)content->size;
    z.next_out = target->data;
    z.avail_out = sizeof target->data;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    target->size = z.total_out;
    deflateEnd(&z);
}

static void put_zip64_sizes(bytes *b, const member *m, const bytes *packed) {
    put_little(b, 1, 2);
    put_little(b, 16, 2);
    put_little(b, m->content->size, 8);
    put_little(b, packed->size, 8);
}

/* What a member's own header and its entry in the directory have in common. */
static void put_zip_entry(bytes *b, const member *m, const bytes *packed, uint32_t crc,
                          bool sizes_follow) {
    put_little(b, m->streamed ? 8 : 0, 2);
    put_little(b, m->deflated ? 8 : 0, 2);
    put_little(b, 0, 4);
    put_little(b, sizes_follow ? 0 : crc, 4);
    put_little(b, m->zip64 ? UINT32_MAX : sizes_follow ? 0 : packed->size, 4);
    put_little(b, m->zip64 ? UINT32_MAX : sizes_follow ? 0 : m->content->size, 4);
    put_little(b, strlen(m->name), 2);
    put_little(b, m->zip64 ? 20 : 0, 2);
}

static void put_zip(bytes *b, const member *members, size_t n) {
    bytes central = {0};
    for (size_t k = 0; k < n; k++) {
        const member *m = &members[k];
        bytes packed = *m->content;
        uint32_t crc = (uint32_t)crc32(0, m->content->data, (uInt)m->content->size);
        size_t start = b->size;
        if (m->deflated)
            deflate_into(&packed, m->content);
        put_little(b, 0x04034b50, 4);
        put_little(b, 20, 2);
        put_zip_entry(b, m, &packed, crc, m->streamed);
        put(b, m->name, strlen(m->name));
        if (m->zip64)
            put_zip64_sizes(b, m, &packed);
        put(b, packed.data, packed.size);
        if (m->streamed) {
            put_little(b, 0x08074b50, 4);
            put_little(b, crc, 4);
            put_little(b, packed.size, 4);
            put_little(b, m->content->size, 4);
        }
        put_little(&central, 0x02014b50, 4);
        put_little(&central, 20 | 20 << 16, 4);
        put_zip_entry(&central, m, &packed, crc, false);
        put_little(&central, 0, 10);
        put_little(&central, start, 4);
        put(&central, m->name, strlen(m->name));
        if (m->zip64)
            put_zip64_sizes(&central, m, &packed);
    }
    size_t directory = b->size;
    put(b, central.data, central.size);
    put_little(b, 0x06054b50, 4);
    put_little(b, 0, 4);
    put_little(b, n | n << 16, 4);
    put_little(b, central.size, 4);
    put_little(b, directory, 4);
    put_little(b, 0, 2);
}

static void npy_of(bytes *b, size_t n_queries) {
    char text[128];
    snprintf(text, sizeof text, "{'descr': '<f4', 'fortran_order': False, 'shape': (%zu, %d), }",
             n_queries * T, V);
    put_npy_header(b, 1, text);
    for (size_t r = 0; r < n_queries * T; r++)
        for (size_t v = 0; v < V; v++)
            put_number(b, logit(r / T, r % T, v), GG_F32, false);
}

static void offsets_of(bytes *b, const int64_t *offsets, size_t n) {
    char text[128];
    snprintf(text, sizeof text, "{'descr': '<i8', 'fortran_order': False, 'shape': (%zu,), }", n);
    put_npy_header(b, 1, text);
    for (size_t k = 0; k < n; k++)
        put_little(b, (uint64_t)offsets[k], 8);
}

static void test_npz_ways(void **state) {
    static const int64_t good[] = {0, T, 2 * T};
    bytes logits = {0}, offsets = {0};
    npy_of(&logits, B);
    offsets_of(&offsets, good, 3);
    for (unsigned way = 0; way < 8; way++) {
        bool deflated = way & 1, zip64 = way & 2, streamed = way & 4;
        const member members[] = {{"offsets.npy", &offsets, !deflated, zip64, streamed && !zip64},
                                  {"logits.npy", &logits, deflated, zip64, streamed && !zip64}};
        bytes b = {0};
        gg_error err = {0};
        put_zip(&b, members, 2);
        assert_success(import(state, NULL, save(state, "in.npz", &b), NULL, &err), &err);
        assert_rows(state, B);
    }
}

static void test_npz_offsets(void **state) {
    static const struct {
        int64_t offsets[3];
        const char *said;
    } table[] = {{{1, 3, 6}, "offset 0: 1 is not 0"},
                 {{0, 4, 3}, "offset 2: 3 is less"},
                 {{0, 3, 5}, "the last offset is 5, there are 6 rows"},
                 {{0, 3, 7}, "not an integer in 0..6"},
                 {{0, -3, 6}, "not an integer in 0..6"},
                 {{0, 6, 6}, "query 1: its answer has no tokens"}};
    bytes logits = {0};
    npy_of(&logits, B);
    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        bytes offsets = {0}, b = {0};
        offsets_of(&offsets, table[k].offsets, 3);
        const member members[] = {{.name = "logits.npy", .content = &logits},
                                  {.name = "offsets.npy", .content = &offsets}};
        put_zip(&b, members, 2);
        refuse(state, "npz", &b, table[k].said);
    }
}

static void test_npz_damage(void **state) {
    bytes logits = {0}, sound = {0};
    npy_of(&logits, 1);
    const member one[] = {{.name = "logits.npy", .content = &logits, .deflated = true}};
    const member twice[] = {{.name = "logits.npy", .content = &logits},
                            {.name = "logits.npy", .content = &logits}};
    put_zip(&sound, one, 1);
    bytes b = {0};
    put_zip(&b, twice, 2);
    refuse(state, "npz", &b, "is there twice");
    b = sound;
    b.size -= 10;
    refuse(state, "npz", &b, "no end record");
    b = sound;
    b.data[30 + 10 + 20] ^= 0xff;
    refuse(state, "npz", &b, "logits");
    size_t central = sound.size - 22 - 46 - 10;
    b = sound;
    b.data[central + 16] ^= 1;
    refuse(state, "npz", &b, "checksum");
    b = sound;
    b.data[central + 27] = 0x7f;
    refuse(state, "npz", &b, "larger than its bytes can hold");
    b = sound;
    b.data[central + 8] |= 1;
    refuse(state, "npz", &b, "encrypted");
    b = sound;
    b.data[central + 10] = 14;
    refuse(state, "npz", &b, "another way than deflate");
    b = sound;
    b.data[central + 44] = 0xff;
    refuse(state, "npz", &b, "outside the file");
    b = sound;
    b.data[0] = 'X';
    refuse(state, "npz", &b, "no local header");
    b = sound;
    memset(b.data + b.size - 6, 0xff, 4);
    refuse(state, "npz", &b, "ZIP64");
    /* Not one member is read past its declared end. */
    gg_zip *zip;
    gg_zip_reader *reader;
    gg_error err = {0};
    char raw[8];
    assert_success(gg_zip_open(save(state, "in.npz", &sound), &zip, &err), &err);
    assert_success(gg_zip_reader_new(zip, 0, &reader, &err), &err);
    assert_int_equal(gg_zip_read(reader, logits.size - 4, raw, 8, &err), GG_E_INPUT);
    gg_zip_reader_free(reader);
    gg_zip_close(zip);
}

/* ---- safetensors ---- */

static void put_safetensors(bytes *b, const char *header, size_t data) {
    put_little(b, strlen(header), 8);
    put(b, header, strlen(header));
    for (size_t k = 0; k < data; k++)
        put(b, k % 4 == 3 ? "?" : "\0", 1);
}

static void test_safetensors_headers(void **state) {
    static const struct {
        const char *header;
        size_t data;
        const char *said;
    } table[] = {
        {"{\"logits\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]}}", 12,
         "has 12 (cut off?)"},
        {"{\"logits\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]}}", 20, "has 20"},
        {"{\"logits\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,12]}}", 12,
         "dtype and shape need"},
        {"{\"logits\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[4,20]}}", 20, "hole"},
        {"{\"logits\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]},"
         "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[12,16]}}",
         16, "overlap"},
        {"{\"logits\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296,2],"
         "\"data_offsets\":[0,0]}}",
         0, "its shape is not one"},
        {"{\"logits\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", 4,
         "its shape is not one"},
        {"{\"logits\":{\"dtype\":\"F8_E4M3\",\"shape\":[2,2],\"data_offsets\":[0,4]}}", 4,
         "type F8_E4M3 are not read"},
        {"{\"logits\":{\"dtype\":\"F31\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4,
         "\"F31\" is not known"},
        {"{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
         "\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}}",
         2, "duplicate"},
        {"{\"__metadata__\":{\"a\":1},\"logits\":{\"dtype\":\"F32\",\"shape\":[1],"
         "\"data_offsets\":[0,4]}}",
         4, "no text"},
        {"{\"logits\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}", 4,
         "its shape is not one"},
        {"{\"logits\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,9]}}", 8,
         "and nothing else"},
        {"[]", 0, "not a safetensors file"},
        {"{}", 0, "it has no arrays"},
        {"{\"logits\":", 0, "header byte"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]},"
         "\"b\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[8,16]}}",
         16, "several arrays that could be logits: --logits NAME; it has a, b"},
    };
    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        bytes b = {0};
        put_safetensors(&b, table[k].header, table[k].data);
        refuse(state, "safetensors", &b, table[k].said);
    }
    bytes b = {0};
    put_little(&b, 1000, 8);
    put(&b, "{}", 2);
    refuse(state, "safetensors", &b, "its header would be 1000 bytes, the file has 2");
    b.size = 4;
    refuse(state, "safetensors", &b, "ends at byte 4");
}

static void test_safetensors_shards(void **state) {
    static const char index[] = "{\"metadata\":{},\"weight_map\":{\"logits\":\"a.safetensors\","
                                "\"offsets\":\"b.safetensors\"}}";
    bytes a = {0}, b = {0};
    char text[256];
    gg_error err = {0};
    snprintf(text, sizeof text,
             "{\"logits\":{\"dtype\":\"F32\",\"shape\":[%d,%d],\"data_offsets\":[0,%d]}}", B * T, V,
             4 * B * T * V);
    put_safetensors(&a, text, 0);
    for (size_t r = 0; r < (size_t)B * T; r++)
        for (size_t v = 0; v < V; v++)
            put_number(&a, logit(r / T, r % T, v), GG_F32, false);
    put_safetensors(&b, "{\"offsets\":{\"dtype\":\"U16\",\"shape\":[3],\"data_offsets\":[0,6]}}  ",
                    0);
    put_little(&b, 0, 2);
    put_little(&b, T, 2);
    put_little(&b, 2 * T, 2);
    save(state, "a.safetensors", &a);
    save(state, "b.safetensors", &b);
    const char *path = folder_file(state, "m.safetensors.index.json");
    write_whole(path, index, strlen(index));
    assert_success(import(state, NULL, path, NULL, &err), &err);
    assert_rows(state, B);
    remove(folder_file(state, "a.safetensors"));
    assert_int_equal(import(state, NULL, path, NULL, &err), GG_E_IO);
    assert_says(&err, "a.safetensors");
    static const char outside[] = "{\"weight_map\":{\"logits\":\"../a.safetensors\"}}";
    write_whole(path, outside, strlen(outside));
    err = (gg_error){0};
    assert_int_equal(import(state, NULL, path, NULL, &err), GG_E_INPUT);
    assert_says(&err, "beside the index");
}

/* ---- PyTorch ---- */

static void test_pytorch_refused(void **state) {
    bytes content = {0}, b = {0};
    put(&content, "\x80\x02.", 3);
    const member pickle[] = {{.name = "model/data.pkl", .content = &content}};
    put_zip(&b, pickle, 1);
    refuse(state, NULL, &b, "torch.load");
    refuse(state, NULL, &content, "pickle.load");
}

int main(void) {
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_npz_ways),           IN_FOLDER(test_npz_offsets),
        IN_FOLDER(test_npz_damage),         IN_FOLDER(test_safetensors_headers),
        IN_FOLDER(test_safetensors_shards), IN_FOLDER(test_pytorch_refused),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
