/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "experiments/output/html.h"
#include "experiments/report/page/html_sections.h"

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

void gg_html_experiment_section(const gg_page *page) {
    const gg_summary *summary = page->study->summary;
    const gg_manifest *manifest = &summary->results->manifest;
    static const char *const facts[][2] = {{"command", "command"},
                                           {"program", "created_by"},
                                           {"revision", "git"},
                                           {"compiler", "compiler"},
                                           {"libraries", "libraries"},
                                           {"machine", "host"},
                                           {"fingerprint", "plan_fingerprint"}};
    gg_html_open_section(page, "experiment", "What was run");
    fputs("<dl class=\"facts\">\n", page->stream);
    fact(page->stream, "plan", gg_manifest_get(manifest, "plan"));
    write_size(page->stream, summary);
    write_settings(page->stream, gg_manifest_get(manifest, "plan_settings"));
    gg_sentence queries = {0};
    gg_without_folders(gg_manifest_get(manifest, "workload"), &queries);
    fact(page->stream, "queries", queries.text);
    for (size_t k = 0; k < sizeof facts / sizeof *facts; k++)
        fact(page->stream, facts[k][0], gg_manifest_get(manifest, facts[k][1]));
    fputs("</dl>\n", page->stream);
    gg_html_close_section(page);
}

void gg_html_failure_section(const gg_page *page) {
    enum { MOST = 20 };
    const gg_results *results = page->study->summary->results;
    size_t failed = 0, shown = 0;
    for (size_t k = 0; k < results->count; k++)
        failed += strcmp(results->rows[k].status, "failed") == 0;
    if (failed == 0)
        return;
    gg_html_open_section(page, "failures", "Failures");
    fprintf(page->stream, "<p class=\"alarm\">%s %s failed.", gg_count(failed).text,
            failed == 1 ? "solve" : "solves");
    if (failed > MOST)
        fprintf(page->stream, " The first %d:", MOST);
    gg_html_table_link(page, "failures.csv");
    fputs("</p>\n<ul>\n", page->stream);
    for (size_t k = 0; k < results->count && shown < MOST; k++) {
        const gg_row *row = &results->rows[k];
        if (strcmp(row->status, "failed") != 0)
            continue;
        fputs("<li>", page->stream);
        gg_html_put(page, row->solver);
        fputs(" on ", page->stream);
        gg_html_put(page, row->preset);
        fprintf(page->stream, ", N = %u, M = %u, τ = %s, run %u: ", row->n_users, row->n_servers,
                gg_plain(row->tau).text, row->run);
        gg_html_put(page, row->failure);
        fputs("</li>\n", page->stream);
        shown++;
    }
    fputs("</ul>\n", page->stream);
    gg_html_close_section(page);
}

void gg_html_definition_section(const gg_page *page) {
    gg_html_open_section(page, "definitions", "How the numbers are defined");
    fputs("<ul>\n"
          "<li><b>Objective</b>: the sum of w<sub>i</sub> d<sub>i</sub> over the users, "
          "d<sub>i</sub> "
          "the delay at decision time, w<sub>i</sub> the uncertainty (weighted) or 1 "
          "(uniform).</li>\n"
          "<li><b>Gap</b>: f / f* − 1, where f is a strategy's objective and f* the optimum of the "
          "same instance, proven within the tolerance in the settings above. Objectives that "
          "differ by at most 10<sup>−12</sup> s have gap 0.</li>\n"
          "<li><b>Open optimum</b>: where only bounds lb ≤ f* ≤ ub are known, the gap lies in "
          "[f / ub − 1, f / lb − 1]. Such instances are never averaged with proven ones.</li>\n"
          "<li><b>τ</b>: a query whose uncertainty exceeds τ must be offloaded. Strategies that "
          "ignore this are marked †.</li>\n"
          "<li><b>Expected accuracy</b>: the mean over users of the probability that what answers "
          "them is right, given what is known when deciding. <b>In hindsight</b>: the share of "
          "answers whose recorded flags say that they are right.</li>\n",
          page->stream);
    if (page->study->summary->fair.count > 0)
        fputs("<li><b>Gap at equal accuracy</b>: f / f' − 1, where f' is the least objective of "
              "the decisions that respect τ and whose expected accuracy is at least that of the "
              "strategy's own decision.</li>\n",
              page->stream);
    fprintf(page->stream,
            "<li><b>Draw, network, instance</b>: a draw is one seed and run, with all its users, "
            "channels and devices; a network is a draw cut to N users and M servers (N = 50 is the "
            "first 50 users of N = 60); an instance is a network with an objective and a τ. Only "
            "draws are independent of each other; presets share them. Draws from one dataset share "
            "its queries: intervals are about networks, for these queries.</li>\n"
            "<li><b>95 %% interval</b> of a mean over instances: percentile bootstrap, %s "
            "resamples of whole draws, fixed seed; none for a single draw, and narrow where draws "
            "are few. Quantiles interpolate linearly between order statistics.</li>\n"
            "<li><b>Cost of a decision</b>: f(x) − f(x with this user decided as in the optimum), "
            "as the judge of <code>goagap check</code> evaluates both.</li>\n"
            "</ul>\n",
            gg_count(GG_BOOTSTRAP_RESAMPLES).text);
    gg_html_close_section(page);
}
