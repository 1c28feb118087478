package io.logprobe.standalone.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// `/api/models`, `/api/datasets` and what is below, discussions apart.
final class RepositoryApi {

    private static final int PAGE_SIZE = 1000;
    private static final int COMMITS_PAGE_SIZE = 50;
    private static final int MAX_PATHS = 1000;
    private static final long MAX_COMMIT_LENGTH = 96L << 20;

    private final Repositories repositories;
    private final DiscussionApi discussions;
    private final InstantSource clock;

    RepositoryApi(Repositories repositories, DiscussionApi discussions, InstantSource clock) {
        this.repositories = repositories;
        this.discussions = discussions;
        this.clock = clock;
    }

    /// @param path what follows `/api/models` or `/api/datasets`
    Response answer(Request request, RepositoryType type, List<String> path) throws IOException {
        if (path.isEmpty()) {
            request.requireMethod("GET");
            return list(request, type);
        }
        if (path.size() < 2) {
            throw Refusal.repositoryNotFound(type.wireName() + " " + path.getFirst());
        }
        Repository repository = repositories.find(new RepositoryId(type, path.get(0), path.get(1)));
        if (path.size() == 2) {
            request.requireMethod("GET");
            return info(request, repository, "main");
        }
        List<String> rest = path.subList(3, path.size());
        String resource = path.get(2);
        switch (resource) {
            case "preupload", "commit", "paths-info" -> request.requireMethod("POST");
            case "discussions" -> {
                return discussions.answer(request, repository, rest);
            }
            default -> request.requireMethod("GET");
        }
        return switch (resource) {
            case "revision" -> info(request, repository, Revision.whole(rest));
            case "tree" -> tree(request, repository, Revision.first(rest));
            case "refs" -> references(request, repository);
            case "commits" -> commits(request, repository, Revision.whole(rest));
            case "auth-check" -> Response.json(Json.object());
            case "paths-info" -> pathsInfo(request, repository, Revision.whole(rest));
            case "preupload" -> preupload(request, repository, Revision.whole(rest));
            case "commit" -> commit(request, repository, Revision.whole(rest));
            case "xet-write-token", "xet-read-token" ->
                throw Refusal.unsupported(
                        "This Hub has no Xet storage: set HF_HUB_DISABLE_XET=1 to upload large files by LFS");
            default -> throw Refusal.notFound("There is no /api/.../" + resource + " on this Hub");
        };
    }

    private Response list(Request request, RepositoryType type) throws IOException {
        String search = request.parameter("search").orElse("").toLowerCase(Locale.ROOT);
        String author = request.parameter("author").orElse("");
        List<String> wanted = new ArrayList<>();
        request.parameters("filter").forEach(filter -> wanted.addAll(List.of(filter.split(","))));
        String pipelineTag = request.parameter("pipeline_tag").orElse("");
        List<String> fields = request.parameters("expand");
        List<ObjectNode> found = new ArrayList<>();
        for (Repository repository : repositories.list(type)) {
            RepositoryId id = repository.id();
            if (id.fullName().toLowerCase(Locale.ROOT).contains(search)
                    && (author.isEmpty() || author.equals(id.owner()))) {
                Description description = new Description(repository, repository.main());
                Set<String> tags = new HashSet<>();
                description.tags().forEach(tag -> tags.add(tag.textValue()));
                if (tags.containsAll(wanted)
                        && (pipelineTag.isEmpty() || pipelineTag.equals(description.pipelineTag()))) {
                    found.add(
                            fields.isEmpty()
                                    ? description.summary(
                                            request.flag("full"), request.flag("cardData"), request.flag("config"))
                                    : description.expanded(fields));
                }
            }
        }
        String sort = request.parameter("sort").orElse("");
        if (sort.equals("lastModified") || sort.equals("createdAt")) {
            found.sort(Comparator.comparing((ObjectNode info) -> info.path(sort).asText(""))
                    .reversed());
        }
        return Pages.of(request, found, request.number("limit", PAGE_SIZE, 1, PAGE_SIZE));
    }

    private static Response info(Request request, Repository repository, String defaultRevision) throws IOException {
        Commit commit = repository.commit(request.parameter("revision").orElse(defaultRevision));
        Description description = new Description(repository, commit);
        List<String> fields = request.parameters("expand");
        return Response.json(
                fields.isEmpty() ? description.complete(request.flag("blobs")) : description.expanded(fields));
    }

    private static Response tree(Request request, Repository repository, Revision revision) throws IOException {
        Commit commit = repository.commit(revision.name());
        String folder = revision.path();
        String prefix = folder.isEmpty() ? "" : RepositoryPath.checked(folder) + "/";
        SortedMap<String, FileEntry> below = below(commit, prefix);
        if (below.isEmpty() && !folder.isEmpty()) {
            throw Refusal.entryNotFound(folder + " does not exist at " + commit.id());
        }
        boolean recursive = request.flag("recursive");
        boolean expand = request.flag("expand");
        TreeMap<String, ObjectNode> items = new TreeMap<>();
        for (FileEntry file : below.values()) {
            String relative = file.path().substring(prefix.length());
            for (int slash = relative.indexOf('/'); slash > 0; slash = relative.indexOf('/', slash + 1)) {
                String path = prefix + relative.substring(0, slash);
                items.computeIfAbsent(path, key -> folderItem(key, commit, expand));
                if (!recursive) {
                    break;
                }
            }
            if (recursive || relative.indexOf('/') < 0) {
                items.put(file.path(), fileItem(file, commit, expand));
            }
        }
        return Pages.of(request, List.copyOf(items.values()), request.number("limit", PAGE_SIZE, 1, PAGE_SIZE));
    }

    private static SortedMap<String, FileEntry> below(Commit commit, String prefix) {
        // '0' is the character after '/'.
        return prefix.isEmpty()
                ? commit.files()
                : commit.files().subMap(prefix, prefix.substring(0, prefix.length() - 1) + '0');
    }

    private static ObjectNode fileItem(FileEntry file, Commit commit, boolean expand) {
        ObjectNode item = Json.object()
                .put("type", "file")
                .put("oid", file.oid())
                .put("size", file.size())
                .put("path", file.path());
        if (file.large()) {
            item.putObject("lfs")
                    .put("oid", file.sha256())
                    .put("size", file.size())
                    .put("pointerSize", file.pointerSize());
        }
        return expand ? withLastCommit(item, commit) : item;
    }

    private static ObjectNode folderItem(String path, Commit commit, boolean expand) {
        ObjectNode item = Json.object()
                .put("type", "directory")
                .put("oid", Commit.treeOid(below(commit, path + "/")))
                .put("size", 0)
                .put("path", path);
        return expand ? withLastCommit(item, commit) : item;
    }

    private static ObjectNode withLastCommit(ObjectNode item, Commit commit) {
        item.putObject("lastCommit")
                .put("id", commit.id())
                .put("title", commit.title())
                .put("date", Json.timestamp(commit.createdAt()));
        return item;
    }

    private static Response pathsInfo(Request request, Repository repository, String revision) throws IOException {
        Commit commit = repository.commit(revision);
        boolean json = request.header("Content-Type").orElse("").startsWith("application/json");
        List<String> paths = new ArrayList<>();
        boolean expand;
        if (json) {
            ObjectNode body = request.json();
            body.path("paths").forEach(path -> paths.add(path.asText("")));
            expand = body.path("expand").asBoolean(false);
        } else {
            var form = request.form();
            paths.addAll(form.getOrDefault("paths", List.of()));
            expand = form.getOrDefault("expand", List.of()).stream().anyMatch(value -> value.equalsIgnoreCase("true"));
        }
        if (paths.size() > MAX_PATHS) {
            throw Refusal.invalid("at most " + MAX_PATHS + " paths at once, not " + paths.size());
        }
        ArrayNode items = Json.array();
        for (String path : paths) {
            FileEntry file = commit.files().get(path);
            if (file != null) {
                items.add(fileItem(file, commit, expand));
            } else if (!path.isEmpty() && !below(commit, path + "/").isEmpty()) {
                items.add(folderItem(path, commit, expand));
            }
        }
        return Response.json(items);
    }

    private static Response references(Request request, Repository repository) throws IOException {
        ObjectNode references = Json.object();
        references
                .putArray("branches")
                .add(reference("main", "refs/heads/main", repository.main().id()));
        references.putArray("converts");
        references.putArray("tags");
        if (request.flag("include_prs")) {
            ArrayNode pullRequests = references.putArray("pullRequests");
            for (Discussion discussion : repository.discussions()) {
                if (discussion.isPullRequest()) {
                    String name = discussion.reference();
                    pullRequests.add(
                            reference(name, name, repository.commit(name).id()));
                }
            }
        }
        return Response.json(references);
    }

    private static ObjectNode reference(String name, String reference, String commit) {
        return Json.object().put("name", name).put("ref", reference).put("targetCommit", commit);
    }

    private static Response commits(Request request, Repository repository, String revision) throws IOException {
        List<ObjectNode> items = new ArrayList<>();
        for (Commit commit : repository.history(repository.commit(revision))) {
            ObjectNode item = Json.object()
                    .put("id", commit.id())
                    .put("title", commit.title())
                    .put("message", commit.description())
                    .put("date", Json.timestamp(commit.createdAt()));
            item.putArray("authors").addObject().put("user", commit.author());
            items.add(item);
        }
        return Pages.of(request, items, request.number("limit", COMMITS_PAGE_SIZE, 1, PAGE_SIZE));
    }

    private static Response preupload(Request request, Repository repository, String revision) throws IOException {
        Commit commit = repository.commit(revision);
        ArrayNode files = Json.array();
        for (JsonNode file : request.json().path("files")) {
            String path = RepositoryPath.checked(Json.text(file, "path", "a file"));
            boolean large = FileEntry.isLarge(path, file.path("size").asLong(0));
            ObjectNode answer = files.addObject()
                    .put("path", path)
                    .put("uploadMode", large ? "lfs" : "regular")
                    .put("shouldIgnore", false);
            FileEntry existing = commit.files().get(path);
            if (existing != null) {
                answer.put("oid", existing.etag());
            }
        }
        ObjectNode answer = Json.object();
        answer.set("files", files);
        return Response.json(answer);
    }

    private Response commit(Request request, Repository repository, String revision) throws IOException {
        CommitRequest wanted = CommitRequest.parse(request.body(MAX_COMMIT_LENGTH));
        RepositoryId id = repository.id();
        ObjectNode answer = Json.object().put("success", true);
        if (!request.flag("create_pr")) {
            Commit commit = repository.commit(revision, wanted, request.user(), clock.instant());
            return Response.json(answer.put("commitOid", commit.id())
                    .put("commitUrl", request.base() + id.page() + "/commit/" + commit.id())
                    .put("hookOutput", ""));
        }
        if (!revision.equals("main")) {
            throw Refusal.invalid("a pull request is made against main, not " + revision);
        }
        Discussion pullRequest = repository.propose(wanted, request.user(), clock.instant());
        String commit = repository.commit(pullRequest.reference()).id();
        return Response.json(answer.put("commitOid", commit)
                .put("commitUrl", request.base() + id.page() + "/commit/" + commit)
                .put("hookOutput", "")
                .put("pullRequestUrl", request.base() + id.page() + "/discussions/" + pullRequest.number()));
    }
}
