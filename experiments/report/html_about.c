/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "experiments/report/format.h"
#include "experiments/report/html.h"
#include "experiments/report/html_sections.h"

static void fact(FILE *stream, const char *name, const char *value) {
    if (value == NULL || *value == '\0')
        return;
    fprintf(stream, "<dt>%s</dt><dd>", name);
    gg_html_text(stream, value);
    fputs("</dd>\n", stream);
}

/* "key: value" lines as a list of facts. */
static void write_settings(FILE *stream, const char *settings) {
    char name[64], value[2048];
    while (settings != NULL && *settings != '\0') {
        size_t length = strcspn(settings, "\n");
        const char *colon = memchr(settings, ':', length);
        if (colon != NULL) {
            size_t skipped = (size_t)(colon - settings) + 1;
            snprintf(name, sizeof name, "%.*s", (int)(colon - settings), settings);
            while (skipped < length && settings[skipped] == ' ')
                skipped++;
            snprintf(value, sizeof value, "%.*s", (int)(length - skipped), settings + skipped);
            fputs("<dt>", stream);
            gg_html_text(stream, name);
            fputs("</dt><dd>", stream);
            gg_html_text(stream, value);
            fputs("</dd>\n", stream);
        }
        settings += length + (settings[length] == '\n');
    }
}

static void write_size(FILE *stream, const gg_summary *summary) {
    const char *planned = gg_manifest_get(&summary->results->manifest, "plan_units");
    char text[160];
    gg_number units = gg_count(summary->counts.units);
    if (planned != NULL)
        snprintf(text, sizeof text, "%s of %.20s planned, each solved by %zu strategies",
                 units.text, planned, summary->n_strategies);
    else
        snprintf(text, sizeof text, "%s, each solved by %zu strategies", units.text,
                 summary->n_strategies);
    fact(stream, "instances", text);
}

void gg_html_experiment_section(FILE *stream, const gg_summary *summary) {
    const gg_manifest *manifest = &summary->results->manifest;
    fputs("<section>\n<h2>What was run</h2>\n<dl class=\"facts\">\n", stream);
    fact(stream, "plan", gg_manifest_get(manifest, "plan"));
    write_size(stream, summary);
    write_settings(stream, gg_manifest_get(manifest, "plan_settings"));
    fact(stream, "queries", gg_manifest_get(manifest, "workload"));
    fact(stream, "command", gg_manifest_get(manifest, "command"));
    fact(stream, "program", gg_manifest_get(manifest, "created_by"));
    fact(stream, "revision", gg_manifest_get(manifest, "git"));
    fact(stream, "compiler", gg_manifest_get(manifest, "compiler"));
    fact(stream, "libraries", gg_manifest_get(manifest, "libraries"));
    fact(stream, "machine", gg_manifest_get(manifest, "host"));
    fact(stream, "fingerprint", gg_manifest_get(manifest, "plan_fingerprint"));
    fputs("</dl>\n</section>\n", stream);
}

void gg_html_failure_section(FILE *stream, const gg_summary *summary) {
    enum { MOST = 20 };
    const gg_results *results = summary->results;
    size_t failed = 0;
    for (size_t k = 0; k < results->count; k++)
        failed += results->rows[k].failure[0] != '\0';
    if (failed == 0)
        return;
    fprintf(stream, "<section>\n<h2>Failures</h2>\n<p class=\"alarm\">%s solves failed.",
            gg_count(failed).text);
    if (failed > MOST)
        fprintf(stream, " The first %d:", MOST);
    fputs("</p>\n<ul>\n", stream);
    size_t shown = 0;
    for (size_t k = 0; k < results->count && shown < MOST; k++) {
        const gg_row *row = &results->rows[k];
        if (row->failure[0] == '\0')
            continue;
        fputs("<li>", stream);
        gg_html_text(stream, row->solver);
        fputs(" on ", stream);
        gg_html_text(stream, row->preset);
        fprintf(stream, ", N = %u, M = %u, τ = %s, run %u: ", row->n_users, row->n_servers,
                gg_plain(row->tau).text, row->run);
        gg_html_text(stream, row->failure);
        fputs("</li>\n", stream);
        shown++;
    }
    fputs("</ul>\n</section>\n", stream);
}

void gg_html_definition_section(FILE *stream, const gg_summary *summary) {
    (void)summary;
    fputs("<section>\n<h2>How the numbers are defined</h2>\n<ul>\n"
          "<li><b>Objective</b>: the sum of w<sub>i</sub> d<sub>i</sub> over the users, "
          "d<sub>i</sub> "
          "the delay at decision time, w<sub>i</sub> the uncertainty (weighted) or 1 "
          "(uniform).</li>\n"
          "<li><b>Gap</b>: f / f* − 1, where f is a strategy's objective and f* the optimum of the "
          "same instance, proven within the tolerance in the settings above. Objectives that "
          "differ by at most 10<sup>−12</sup> s have gap 0.</li>\n"
          "<li><b>Open optimum</b>: where only bounds lb ≤ f* ≤ ub are known, the gap lies in "
          "[f / ub − 1, f / lb − 1]. Such runs are never averaged with proven ones.</li>\n"
          "<li><b>τ</b>: a query whose uncertainty exceeds τ must be offloaded. Strategies that "
          "ignore this are marked.</li>\n",
          stream);
    fprintf(stream,
            "<li><b>95 %% interval</b> of a mean: percentile bootstrap, %s resamples, fixed "
            "seed. Quantiles interpolate linearly between order statistics.</li>\n"
            "</ul>\n</section>\n",
            gg_count(GG_BOOTSTRAP_RESAMPLES).text);
}
