/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "experiments/output/html.h"
#include "experiments/report/page/html_sections.h"

void gg_html_put(const gg_page *page, const char *text) {
    gg_html_text(page->stream, text);
}

void gg_html_open_section(const gg_page *page, const char *id, const char *heading) {
    fprintf(page->stream, "<section id=\"%s\">\n<h2>%s</h2>\n", id, heading);
}

void gg_html_close_section(const gg_page *page) {
    fputs("</section>\n", page->stream);
}

void gg_html_table_link(const gg_page *page, const char *name) {
    if (page->links->tables == NULL)
        return;
    fputs(" <span class=\"data\">Data: <a href=\"", page->stream);
    gg_html_put(page, page->links->tables);
    fprintf(page->stream, "/%s\">%s</a>.</span>", name, name);
}

void gg_html_put_panel(const gg_page *page, const gg_panel *panel) {
    gg_html_put(page, panel->key->preset);
    fputs(", ", page->stream);
    gg_html_put(page, panel->key->objective);
    fputs(" objective", page->stream);
}

void gg_html_number_cell(const gg_page *page, gg_number number) {
    fputs("<td>", page->stream);
    gg_html_put(page, number.text);
    fputs("</td>", page->stream);
}

void gg_html_share_cell(const gg_page *page, double share) {
    if (isnan(share)) {
        fputs("<td>–</td>", page->stream);
        return;
    }
    fprintf(page->stream, "<td class=\"share\" style=\"--v:%.3g\">", share);
    gg_html_put(page, gg_share(share).text);
    fputs("</td>", page->stream);
}

void gg_html_open_table(const gg_page *page, const gg_panel *panel, const char *caption) {
    fputs("<div class=\"scroll\" tabindex=\"0\">\n<table>\n<caption><span>", page->stream);
    if (panel != NULL) {
        fputs("<b>", page->stream);
        gg_html_put_panel(page, panel);
        fputs(".</b> ", page->stream);
    }
    fprintf(page->stream, "%s</span></caption>\n", caption);
}

void gg_html_close_table(const gg_page *page) {
    fputs("</table>\n</div>\n", page->stream);
}

void gg_html_open_strategy_row(const gg_page *page, size_t strategy, bool breaks_tau) {
    const gg_summary *summary = page->study->summary;
    fprintf(page->stream, "<tr%s><th scope=\"row\">",
            strategy == gg_summary_subject_index(summary) ? " class=\"subject\"" : "");
    gg_html_put(page, summary->strategies[strategy].name);
    fputs(breaks_tau ? " †</th>" : "</th>", page->stream);
}
