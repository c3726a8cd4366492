/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "experiments/output/html.h"
#include "experiments/report/page/html_sections.h"

static void put_file_links(const gg_page *page, const char *id) {
    static const char *const formats[] = {"svg", "pdf", "png"};
    if (page->links->figures == NULL)
        return;
    fputs(" <span class=\"data\">Figure:", page->stream);
    for (size_t k = 0; k < (page->links->converted ? 3u : 1u); k++) {
        fputs(k > 0 ? ", <a href=\"" : " <a href=\"", page->stream);
        gg_html_put(page, page->links->figures);
        fprintf(page->stream, "/%s.%s\">%s</a>", id, formats[k], formats[k]);
    }
    fputs(".</span>", page->stream);
}

static void put_card(const gg_page *page, const gg_figure *figure, size_t panel) {
    char id[64];
    gg_sentence caption = {0};
    gg_figure_id(figure, panel, id, sizeof id);
    gg_figure_caption(figure, page->study, panel, &caption);
    fprintf(page->stream, "<figure>\n<h3>%s</h3>\n<p class=\"quiet\">", figure->heading);
    gg_html_put_panel(page, &page->study->summary->panels[panel]);
    fputs("</p>\n", page->stream);
    gg_figure_draw(figure, page->stream, page->study, panel, &(gg_svg_place){.id = id});
    fputs("<figcaption>", page->stream);
    gg_html_prose(page->stream, caption.text);
    gg_html_table_link(page, figure->table);
    put_file_links(page, id);
    fputs("</figcaption>\n</figure>\n", page->stream);
}

bool gg_html_figures(const gg_page *page, const gg_figure *const *kinds) {
    bool any = false;
    for (size_t p = 0; p < page->study->summary->n_panels; p++)
        for (size_t k = 0; kinds[k] != NULL; k++) {
            if (!gg_figure_shown(kinds[k], page->study, p))
                continue;
            fputs(any ? "" : "<div class=\"cards\">\n", page->stream);
            put_card(page, kinds[k], p);
            any = true;
        }
    fputs(any ? "</div>\n" : "", page->stream);
    return any;
}
