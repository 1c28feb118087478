package io.logprobe.standalone.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/// The few pages a person looks at. Every text of a stranger is escaped, and the pages forbid scripts.
final class WebPages {

    private static final String POLICY =
            "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'";

    private final Repositories repositories;

    WebPages(Repositories repositories) {
        this.repositories = repositories;
    }

    Response style() throws IOException {
        try (InputStream css = WebPages.class.getResourceAsStream("hub.css")) {
            return Response.text("text/css; charset=utf-8", new String(css.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    Response index() throws IOException {
        StringBuilder body = new StringBuilder();
        for (RepositoryType type : RepositoryType.values()) {
            body.append("<h2>")
                    .append(type == RepositoryType.MODEL ? "Models" : "Datasets")
                    .append("</h2><ul>");
            for (Repository repository : repositories.list(type)) {
                body.append("<li>")
                        .append(link(repository.id().page(), repository.id().fullName()))
                        .append("</li>");
            }
            body.append("</ul>");
        }
        return page("Local Hub", body.toString());
    }

    Response repository(Repository repository) throws IOException {
        Commit main = repository.main();
        String page = repository.id().page();
        StringBuilder body = new StringBuilder();
        body.append("<p class=\"quiet\">main is at <code>").append(main.id()).append("</code></p>");
        body.append("<h2>Pull requests and discussions</h2>").append(discussionList(repository));
        body.append("<h2>Files</h2><table><tr><th>Path</th><th class=\"number\">Bytes</th></tr>");
        for (FileEntry file : main.files().values()) {
            body.append("<tr><td>")
                    .append(link(page + "/resolve/main/" + encodePath(file.path()), file.path()))
                    .append("</td><td class=\"number\">")
                    .append(file.size())
                    .append("</td></tr>");
        }
        body.append("</table>");
        Description description = new Description(repository, main);
        String readme = description.text("README.md");
        if (!readme.isEmpty()) {
            String text = description.card().body();
            String metadata = readme.substring(0, readme.length() - text.length());
            body.append("<h2>README</h2>");
            if (!metadata.isBlank()) {
                body.append("<details><summary>Metadata</summary><pre>")
                        .append(escape(metadata))
                        .append("</pre></details>");
            }
            body.append("<article>").append(Markdown.toHtml(text)).append("</article>");
        }
        return page(repository.id().fullName(), body.toString());
    }

    private static String discussionList(Repository repository) throws IOException {
        StringBuilder list = new StringBuilder();
        for (Discussion discussion : repository.discussions()) {
            list.append("<li>")
                    .append(status(discussion.status()))
                    .append(' ')
                    .append(link(
                            repository.id().page() + "/discussions/" + discussion.number(),
                            "#" + discussion.number() + " " + discussion.title()))
                    .append(" <span class=\"quiet\">by ")
                    .append(escape(discussion.author()))
                    .append("</span></li>");
        }
        return list.isEmpty() ? "<p class=\"quiet\">None yet.</p>" : "<ul>" + list + "</ul>";
    }

    Response discussions(Repository repository) throws IOException {
        return page("Discussions of " + repository.id().fullName(), back(repository) + discussionList(repository));
    }

    Response discussion(Repository repository, Discussion discussion) throws IOException {
        StringBuilder body = new StringBuilder(back(repository));
        body.append("<p>")
                .append(status(discussion.status()))
                .append(" <span class=\"quiet\">#")
                .append(discussion.number())
                .append(" by ")
                .append(escape(discussion.author()))
                .append(", ")
                .append(Json.timestamp(discussion.createdAt()))
                .append("</span></p>");
        for (Discussion.Event event : discussion.events()) {
            body.append(event(repository, event));
        }
        if (discussion.isPullRequest()) {
            String diff = FileDiff.unified(
                    repository, repository.commit(discussion.baseCommit()), repository.commit(discussion.reference()));
            body.append("<h2>Changes</h2>").append(diffHtml(diff));
            if (discussion.status() == Discussion.Status.OPEN) {
                body.append("<form method=\"post\" action=\"")
                        .append(repository.id().page())
                        .append("/discussions/")
                        .append(discussion.number())
                        .append("/merge\"><button>Merge into main</button></form>");
            }
        }
        return page(discussion.title(), body.toString());
    }

    private static String event(Repository repository, Discussion.Event event) {
        String author =
                "<span class=\"quiet\">" + escape(event.author()) + ", " + Json.timestamp(event.at()) + "</span>";
        return switch (event) {
            case Discussion.Comment comment -> "<article>" + author + Markdown.toHtml(comment.text()) + "</article>";
            case Discussion.CommitPushed pushed ->
                "<p>Commit "
                        + link(
                                repository.id().page() + "/commit/" + pushed.commit(),
                                pushed.commit().substring(0, 8))
                        + " " + escape(pushed.subject()) + " " + author + "</p>";
            case Discussion.StatusChange change -> "<p>" + status(change.status()) + " " + author + "</p>";
            case Discussion.TitleChange change -> "<p>Title was: " + escape(change.from()) + " " + author + "</p>";
        };
    }

    Response commit(Repository repository, Commit commit) throws IOException {
        StringBuilder body = new StringBuilder(back(repository));
        body.append("<p class=\"quiet\"><code>")
                .append(commit.id())
                .append("</code> by ")
                .append(escape(commit.author()))
                .append(", ")
                .append(Json.timestamp(commit.createdAt()))
                .append("</p><pre>")
                .append(escape(commit.description()))
                .append("</pre>");
        if (!commit.parents().isEmpty()) {
            Commit parent = repository.commit(commit.parents().getFirst());
            body.append(diffHtml(FileDiff.unified(repository, parent, commit)));
        }
        return page(commit.title(), body.toString());
    }

    private static String diffHtml(String diff) {
        StringBuilder html = new StringBuilder("<pre class=\"diff\">");
        diff.lines().forEach(line -> {
            String kind = line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : "context";
            html.append("<span class=\"")
                    .append(kind)
                    .append("\">")
                    .append(escape(line))
                    .append("</span>\n");
        });
        return html.append("</pre>").toString();
    }

    private static Response page(String title, String body) {
        String html = """
                <!doctype html>
                <html lang="en">
                <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>%s</title>
                <link rel="stylesheet" href="/hub.css"></head>
                <body><header><a href="/">Local Hub</a></header><main><h1>%s</h1>%s</main></body>
                </html>
                """.formatted(escape(title), escape(title), body);
        return Response.html(html).with("Content-Security-Policy", POLICY);
    }

    private static String back(Repository repository) {
        return "<p>" + link(repository.id().page(), repository.id().fullName()) + "</p>";
    }

    private static String status(Discussion.Status status) {
        return "<span class=\"status " + status.wireName() + "\">" + status.wireName() + "</span>";
    }

    private static String link(String address, String text) {
        return "<a href=\"" + escape(address) + "\">" + escape(text) + "</a>";
    }

    private static String encodePath(String path) {
        return URLEncoder.encode(path, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2F", "/");
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
