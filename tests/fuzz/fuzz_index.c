/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Bytes as an index line and the part it describes: whatever places it claims, nothing outside the
 * file is read, and no rows come back that the line's checksum does not vouch for.
 */
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "experiments/results/part_index.h"
#include "tests/fuzz/input.h"

/* A line as it may stand in a file. */
static void read_line(const uint8_t *data, size_t size) {
    char line[4096];
    gg_manifest manifest;
    gg_part_entry entry;
    gg_error err = {0};
    size_t length = size < sizeof line ? size : sizeof line - 1;
    memcpy(line, data, length);
    line[length] = '\0';
    gg_fuzz_require_reason(gg__index_line_read(line, &manifest, &entry, &err), &err);
    gg_manifest_clear(&manifest);
    gg__part_entry_clear(&entry);
}

/* Two bytes a place, then the file. */
static void read_part(const uint8_t *data, size_t size) {
    enum { HEAD = 3 + 2 * GG__MOST_PLACES };
    char path[GG_FUZZ_PATH];
    gg_results *part;
    gg_manifest manifest = {0};
    gg_part_entry entry = {.manifest = &manifest};
    gg_error err = {0};
    if (size <= HEAD)
        return;
    entry.rows = data[0];
    entry.n_units = data[1];
    entry.failed_rows = data[2];
    for (size_t k = 0; k < GG__MOST_PLACES; k++) {
        uint16_t at;
        memcpy(&at, data + 3 + 2 * k, sizeof at);
        entry.places.at[k] = at == UINT16_MAX ? UINT64_MAX : at;
    }
    entry.bytes = size - HEAD;
    entry.crc = (uint32_t)crc32_z(0, data + HEAD, size - HEAD);
    int fd = gg_fuzz_file(data + HEAD, size - HEAD, path);
    gg_fuzz_require_reason(gg__part_read_indexed(path, &entry, &part, &err), &err);
    gg_fuzz_require(part == NULL, "rows that no checksum vouches for");
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    read_line(data, size);
    read_part(data, size);
    gg_fuzz_require_released();
    return 0;
}
