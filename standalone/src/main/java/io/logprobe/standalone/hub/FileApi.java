package io.logprobe.standalone.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Downloads of files and uploads of large ones.
final class FileApi {

    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final long MAX_UPLOAD = 50L << 30;
    private static final List<String> TEXT_EXTENSIONS =
            List.of(".md", ".txt", ".json", ".jsonl", ".yaml", ".yml", ".csv", ".tsv", ".py");

    /// `GET /{id}/resolve/{revision}/{path}`: headers that pin the file, then the file or a part of it.
    Response resolve(Request request, Repository repository, Revision revision) throws IOException {
        request.requireMethod("GET");
        Commit commit = repository.commit(revision.name());
        FileEntry file = commit.file(RepositoryPath.checked(revision.path()));
        Path content = repository.content(file);
        if (Files.size(content) != file.size()) {
            throw Refusal.entryNotFound(file.path() + " changed while it was looked up");
        }
        Response whole = new Response(200, Map.of(), new Response.FilePart(content, 0, file.size()))
                .with("Content-Type", contentType(file.path()))
                .with("Content-Security-Policy", "sandbox")
                .with("Accept-Ranges", "bytes")
                .with("X-Repo-Commit", commit.id())
                .with("ETag", "\"" + file.etag() + "\"");
        if (file.large()) {
            whole = whole.with("X-Linked-Etag", "\"" + file.sha256() + "\"")
                    .with("X-Linked-Size", Long.toString(file.size()));
        }
        Optional<String> range =
                request.header("Range").filter(_ -> request.method().equals("GET"));
        return range.isEmpty() ? whole : part(whole, range.get(), content, file.size());
    }

    /// A header that is no single range counts as none (RFC 9110, section 14.2).
    private static Response part(Response whole, String range, Path content, long size) {
        Matcher matcher = RANGE.matcher(range);
        if (!matcher.matches()
                || (matcher.group(1).isEmpty() && matcher.group(2).isEmpty())) {
            return whole;
        }
        long first;
        long last = size - 1;
        if (matcher.group(1).isEmpty()) {
            first = Math.max(0, size - Long.parseLong(matcher.group(2)));
        } else {
            first = Long.parseLong(matcher.group(1));
            if (!matcher.group(2).isEmpty()) {
                last = Math.min(last, Long.parseLong(matcher.group(2)));
            }
        }
        if (first >= size || last < first) {
            return new Response(416, whole.headers(), new Response.Bytes(new byte[0]))
                    .with("Content-Range", "bytes */" + size);
        }
        return new Response(206, whole.headers(), new Response.FilePart(content, first, last - first + 1))
                .with("Content-Range", "bytes " + first + "-" + last + "/" + size);
    }

    private static String contentType(String path) {
        return TEXT_EXTENSIONS.stream().anyMatch(path::endsWith)
                ? "text/plain; charset=utf-8"
                : "application/octet-stream";
    }

    /// `POST /{id}.git/info/lfs/objects/batch`, <https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md>.
    Response batch(Request request, Repository repository) throws IOException {
        request.requireMethod("POST");
        ObjectNode body = request.json();
        if (!body.path("operation").asText("").equals("upload")) {
            throw Refusal.unsupported("large files are downloaded by /resolve/, not by LFS");
        }
        ObjectNode answer = Json.object().put("transfer", "basic").put("hash_algo", "sha256");
        ArrayNode objects = answer.putArray("objects");
        for (JsonNode object : body.path("objects")) {
            String oid = checkedSha256(Json.text(object, "oid", "an object"));
            long size = object.path("size").asLong(-1);
            ObjectNode item =
                    objects.addObject().put("oid", oid).put("size", size).put("authenticated", true);
            if (size < 0 || size > MAX_UPLOAD) {
                item.putObject("error").put("code", 422).put("message", "size is not from 0 to " + MAX_UPLOAD);
            } else if (!repository.hasContent(oid)) {
                item.putObject("actions")
                        .putObject("upload")
                        .put("href", request.base() + repository.id().page() + ".git/info/lfs/objects/" + oid);
            }
        }
        return Response.json(answer);
    }

    Response upload(Request request, Repository repository, String oid) throws IOException {
        request.requireMethod("PUT");
        repository.upload(checkedSha256(oid), request.stream(), MAX_UPLOAD);
        return Response.json(Json.object());
    }

    private static String checkedSha256(String oid) {
        if (!SHA256.matcher(oid).matches()) {
            throw Refusal.invalid("\"oid\" is no SHA-256: " + oid);
        }
        return oid;
    }
}
