/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A preset by what people call it: the name of a shipped one, or a path.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "models/base/alloc.h"
#include "models/base/parse.h"
#include "models/base/yaml.h"
#include "models/draw/preset.h"

enum { MAX_FILE_BYTES = 65536 };

static gg_status no_such_preset(const char *name, gg_error *err) {
    char known[256] = "";
    const char *shipped;
    for (size_t k = 0; (shipped = gg_preset_shipped_name(k)) != NULL; k++) {
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", k > 0 ? ", " : "", shipped);
    }
    gg_fail(err, GG_E_INPUT, "preset \"%s\" is neither a shipped one (%s) nor a file", name, known);
    gg_suggest(err, name, known);
    return GG_E_INPUT;
}

gg_status gg_preset_read(const char *name_or_path, gg_preset **out, gg_error *err) {
    *out = NULL;
    const char *own = gg_preset_shipped_text(name_or_path);
    if (own != NULL)
        return gg_preset_parse(own, strlen(own), name_or_path, out, err);
    if (access(name_or_path, F_OK) != 0)
        return no_such_preset(name_or_path, err);
    char *text;
    size_t size;
    gg_status status = gg_yaml_read_text(name_or_path, MAX_FILE_BYTES, &text, &size, err);
    if (status == GG_OK)
        status = gg_preset_parse(text, size, name_or_path, out, err);
    gg_free(text);
    return status;
}
