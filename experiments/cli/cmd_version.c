/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap version`: what this program was built from, for bug reports and manifests.
 */
#include <cblas.h>
#include <cyaml/cyaml.h>
#include <gsl/gsl_version.h>
#include <jansson.h>
#include <stdio.h>
#include <zlib.h>

#include "data/hdf5/h5.h"
#include "data/uncertainty/kernels/row_stats.h"
#include "experiments/cli/commands.h"
#include "experiments/cli/common_options.h"
#include "experiments/output/say.h"
#include "models/base/shown.h"
#include "solvers/program/milp_glpk.h"
#include "solvers/solver.h"

/* The build passes these. */
#ifndef GG_GIT_REVISION
#define GG_GIT_REVISION "unknown"
#endif
#ifndef GG_BUILD_FLAGS
#define GG_BUILD_FLAGS "unknown"
#endif

static error_t parse(int key, char *text, struct argp_state *state) {
    char shown[GG_SHOWN_SIZE];
    if (key == ARGP_KEY_ARG)
        argp_error(state, "unexpected argument '%s'", gg_shown(text, shown));
    return ARGP_ERR_UNKNOWN;
}

static void print_solvers(void) {
    size_t count;
    const gg_solver *const *solvers = gg_solvers(&count);
    printf("%-10s", "solvers");
    for (size_t s = 0; s < count; s++)
        printf(" %s", solvers[s]->name);
    putchar('\n');
}

int gg_cmd_version(int argc, char **argv) {
    static const struct argp argp = {NULL, parse, NULL, "Says what this program was built from.",
                                     NULL, NULL,  NULL};
    gg_options_parse(&argp, argc, argv, NULL);
    gg_error err = {0};
    const gg_row_kernels *kernels = NULL;
    if (gg_row_kernels_choose(NULL, &kernels, &err) != GG_OK)
        return gg_say_failure(argv[0], &err);
    printf("goagap %s\n", GG_VERSION);
    printf("%-10s %s\n", "revision", GG_GIT_REVISION);
    printf("%-10s %s\n", "compiler", __VERSION__);
    printf("%-10s %s\n", "flags", GG_BUILD_FLAGS);
    printf("%-10s GLPK %s, HDF5 %s, jansson %s, libcyaml %s, GSL %s, zlib %s\n", "libraries",
           gg_glpk_version(), gg_h5_version(), jansson_version_str(), cyaml_version_str,
           gsl_version, zlibVersion());
    printf("%-10s %s\n", "", openblas_get_config());
    printf("%-10s %s\n", "kernels", kernels->name);
    print_solvers();
    puts("license    GPL-3.0-or-later");
    return GG_EXIT_OK;
}
