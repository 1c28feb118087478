package io.logprobe.standalone.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// `/api/models/{id}/discussions` and what is below.
final class DiscussionApi {

    private static final int PAGE_SIZE = 50;
    private static final int MAX_TEXT_LENGTH = 100_000;

    private final InstantSource clock;

    DiscussionApi(InstantSource clock) {
        this.clock = clock;
    }

    /// @param path what follows `discussions`
    Response answer(Request request, Repository repository, List<String> path) throws IOException {
        if (path.isEmpty()) {
            return request.reads() ? list(request, repository) : create(request, repository);
        }
        if (!path.getFirst().matches("[1-9]\\d{0,8}")) {
            throw Refusal.notFound("No discussion " + path.getFirst());
        }
        int number = Integer.parseInt(path.getFirst());
        if (path.size() == 1) {
            request.requireMethod("GET");
            return Response.json(details(request, repository, repository.discussion(number)));
        }
        request.requireMethod("POST");
        return change(request, repository, number, path.get(1));
    }

    private static Response list(Request request, Repository repository) throws IOException {
        String type = request.parameter("type").orElse("all");
        String status = request.parameter("status").orElse("all");
        String author = request.parameter("author").orElse("");
        List<Discussion> matching = repository.discussions().stream()
                .filter(discussion -> switch (type) {
                    case "pull_request" -> discussion.isPullRequest();
                    case "discussion" -> !discussion.isPullRequest();
                    default -> true;
                })
                .filter(discussion -> matches(discussion.status(), status))
                .filter(discussion -> author.isEmpty() || author.equals(discussion.author()))
                .toList();
        int start = Math.min(matching.size(), PAGE_SIZE * request.number("p", 0, 0, 1_000_000));
        ObjectNode answer = Json.object();
        ArrayNode page = answer.putArray("discussions");
        matching.subList(start, Math.min(matching.size(), start + PAGE_SIZE))
                .forEach(discussion -> page.add(summary(repository, discussion)));
        return Response.json(answer.put("count", matching.size()).put("start", start));
    }

    private static boolean matches(Discussion.Status status, String wanted) {
        boolean closed = status == Discussion.Status.CLOSED || status == Discussion.Status.MERGED;
        return switch (wanted) {
            case "open" -> !closed;
            case "closed" -> closed;
            default -> true;
        };
    }

    private Response create(Request request, Repository repository) throws IOException {
        ObjectNode body = request.json();
        Discussion discussion = repository.discuss(
                title(body),
                text(body, "description"),
                body.path("pullRequest").asBoolean(false),
                request.user(),
                clock.instant());
        return Response.json(Json.object()
                .put("num", discussion.number())
                .put("pullRequest", discussion.isPullRequest())
                .put("url", request.base() + repository.id().page() + "/discussions/" + discussion.number()));
    }

    private Response change(Request request, Repository repository, int number, String what) throws IOException {
        ObjectNode body = request.json();
        String user = request.user();
        Instant now = clock.instant();
        Discussion discussion = repository.discussion(number);
        return switch (what) {
            case "comment" -> {
                Discussion.Comment comment = new Discussion.Comment(user, now, requiredText(body, "comment"));
                yield answerWith("newMessage", repository.append(number, List.of(comment)), Discussion.Comment.class);
            }
            case "status" -> {
                List<Discussion.Event> events = comment(body, user, now);
                events.add(new Discussion.StatusChange(user, now, status(body)));
                yield answerWith("newStatus", repository.append(number, events), Discussion.StatusChange.class);
            }
            case "title" -> {
                Discussion.TitleChange change = new Discussion.TitleChange(user, now, discussion.title(), title(body));
                yield answerWith("newTitle", repository.append(number, List.of(change)), Discussion.TitleChange.class);
            }
            case "merge" -> {
                Discussion merged = repository.merge(number, user, now);
                List<Discussion.Event> comments = comment(body, user, now);
                Discussion answered = comments.isEmpty() ? merged : repository.append(number, comments);
                yield answerWith("newStatus", answered, Discussion.StatusChange.class);
            }
            default -> throw Refusal.notFound("There is no .../discussions/{number}/" + what + " on this Hub");
        };
    }

    /// The last event of a kind, under the name the Hub gives it.
    private static Response answerWith(String name, Discussion discussion, Class<? extends Discussion.Event> kind) {
        ObjectNode answer = Json.object();
        for (int i = 0; i < discussion.events().size(); i++) {
            if (kind.isInstance(discussion.events().get(i))) {
                answer.set(name, event(discussion, i));
            }
        }
        return Response.json(answer);
    }

    private static ObjectNode summary(Repository repository, Discussion discussion) {
        ObjectNode summary = Json.object()
                .put("title", discussion.title())
                .put("num", discussion.number())
                .put("createdAt", Json.timestamp(discussion.createdAt()))
                .put("status", discussion.status().wireName())
                .put("isPullRequest", discussion.isPullRequest())
                .put("pinned", false)
                .put("numComments", discussion.events().size());
        summary.putObject("author").put("name", discussion.author()).put("type", "user");
        summary.putObject("repo")
                .put("name", repository.id().fullName())
                .put("type", repository.id().type().wireName());
        return summary;
    }

    private static ObjectNode details(Request request, Repository repository, Discussion discussion)
            throws IOException {
        ObjectNode details = summary(repository, discussion);
        ArrayNode events = details.putArray("events");
        for (int i = 0; i < discussion.events().size(); i++) {
            events.add(event(discussion, i));
        }
        if (discussion.isPullRequest()) {
            details.putObject("changes").put("base", "refs/heads/main").put("mergeCommitId", discussion.mergeCommit());
            ArrayNode conflicts = details.putArray("filesWithConflicts");
            if (discussion.status() == Discussion.Status.OPEN) {
                repository.conflicts(discussion).forEach(conflicts::add);
            }
            if (request.flag("diff")) {
                Commit base = repository.commit(discussion.baseCommit());
                details.put("diff", FileDiff.unified(repository, base, repository.commit(discussion.reference())));
            }
        }
        return details;
    }

    private static ObjectNode event(Discussion discussion, int index) {
        Discussion.Event event = discussion.events().get(index);
        ObjectNode node = Json.object()
                .put("id", "%08x%016x".formatted(discussion.number(), index))
                .put("createdAt", Json.timestamp(event.at()));
        node.putObject("author").put("name", event.author()).put("type", "user");
        ObjectNode data = node.putObject("data");
        switch (event) {
            case Discussion.Comment comment -> {
                node.put("type", "comment");
                data.put("edited", false).put("hidden", false).put("numEdits", 0);
                data.putArray("history");
                data.putObject("latest")
                        .put("raw", comment.text())
                        .put("html", Markdown.toHtml(comment.text()))
                        .put("updatedAt", Json.timestamp(comment.at()))
                        .putObject("author")
                        .put("name", comment.author());
            }
            case Discussion.StatusChange change -> {
                node.put("type", "status-change");
                data.put("status", change.status().wireName());
            }
            case Discussion.CommitPushed pushed -> {
                node.put("type", "commit");
                data.put("subject", pushed.subject()).put("oid", pushed.commit());
            }
            case Discussion.TitleChange change -> {
                node.put("type", "title-change");
                data.put("from", change.from()).put("to", change.to());
            }
        }
        return node;
    }

    private static List<Discussion.Event> comment(ObjectNode body, String user, Instant now) {
        List<Discussion.Event> events = new ArrayList<>();
        String comment = text(body, "comment");
        if (!comment.isBlank()) {
            events.add(new Discussion.Comment(user, now, comment));
        }
        return events;
    }

    private static Discussion.Status status(ObjectNode body) {
        String status = Json.text(body, "status", "the request");
        return switch (status) {
            case "open" -> Discussion.Status.OPEN;
            case "closed" -> Discussion.Status.CLOSED;
            default -> throw Refusal.invalid("\"status\" is \"open\" or \"closed\", not \"" + status + "\"");
        };
    }

    private static String title(ObjectNode body) {
        String title = Json.text(body, "title", "the request").strip();
        if (title.length() < 3 || title.length() > 200) {
            throw Refusal.invalid("\"title\" has 3 to 200 characters");
        }
        return title;
    }

    private static String requiredText(ObjectNode body, String field) {
        String text = text(body, field);
        if (text.isBlank()) {
            throw Refusal.invalid("\"" + field + "\" is missing");
        }
        return text;
    }

    private static String text(ObjectNode body, String field) {
        JsonNode value = body.path(field);
        String text = value.isTextual() ? value.textValue() : "";
        if (text.length() > MAX_TEXT_LENGTH) {
            throw Refusal.invalid("\"" + field + "\" is longer than " + MAX_TEXT_LENGTH + " characters");
        }
        return text;
    }
}
