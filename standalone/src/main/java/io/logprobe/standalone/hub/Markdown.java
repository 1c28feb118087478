package io.logprobe.standalone.hub;

import java.util.List;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/// Renders text of strangers: HTML in it is shown, not run, and addresses are of harmless schemes.
final class Markdown {

    private static final int MAX_LENGTH = 1 << 20;
    private static final Parser PARSER =
            Parser.builder().extensions(List.of(TablesExtension.create())).build();
    private static final HtmlRenderer RENDERER = HtmlRenderer.builder()
            .extensions(List.of(TablesExtension.create()))
            .escapeHtml(true)
            .sanitizeUrls(true)
            .build();

    private Markdown() {}

    static String toHtml(String markdown) {
        String shown = markdown.length() > MAX_LENGTH ? markdown.substring(0, MAX_LENGTH) : markdown;
        return RENDERER.render(PARSER.parse(shown.replaceAll("(?s)<!--.*?-->", "")));
    }
}
