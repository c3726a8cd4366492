/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Figures as files of their own: SVG by us, PDF and PNG from it.
 */
#include <string.h>

#include "experiments/charts/converter.h"
#include "experiments/report/figures/figures.h"
#include "models/base/alloc.h"
#include "models/base/outfile.h"

static gg_status write_svg(const gg_study *study, const gg_figure *figure, size_t panel,
                           const char *id, const char *path, gg_error *err) {
    gg_outfile *out = NULL;
    FILE *stream = NULL;
    GG_TRY(gg_outfile_open(path, &out, &stream, err));
    gg_figure_draw(figure, stream, study, panel, &(gg_svg_place){.id = id, .standalone = true});
    return gg_outfile_commit(out, err);
}

static gg_status write_figure(const gg_study *study, const gg_figure *figure, size_t panel,
                              const char *folder, bool converting, gg_error *err) {
    static const char *const formats[] = {"svg", "pdf", "png"};
    enum { N_FORMATS = 3 };
    char id[64], *paths[N_FORMATS] = {NULL};
    gg_status status = GG_OK;
    gg_figure_id(figure, panel, id, sizeof id);
    for (size_t k = 0; k < N_FORMATS; k++) {
        size_t size = strlen(folder) + strlen(id) + 6;
        paths[k] = gg_alloc(size, 1);
        if (paths[k] == NULL)
            status = gg_fail(err, GG_E_NOMEM, "%s: out of memory", folder);
        else
            snprintf(paths[k], size, "%s/%s.%s", folder, id, formats[k]);
    }
    if (status == GG_OK)
        status = write_svg(study, figure, panel, id, paths[0], err);
    for (size_t k = 1; converting && status == GG_OK && k < N_FORMATS; k++)
        status = gg_convert_svg(paths[0], paths[k], formats[k], err);
    for (size_t k = 0; k < N_FORMATS; k++)
        gg_free(paths[k]);
    return status;
}

gg_status gg_figure_files(const gg_study *study, const char *folder, bool *converted,
                          gg_error *err) {
    *converted = gg_converter_installed();
    GG_TRY(gg_folder_make(folder, err));
    for (size_t k = 0; gg_figures[k] != NULL; k++)
        for (size_t p = 0; p < study->summary->n_panels; p++)
            if (gg_figure_shown(gg_figures[k], study, p))
                GG_TRY(write_figure(study, gg_figures[k], p, folder, *converted, err));
    return GG_OK;
}
