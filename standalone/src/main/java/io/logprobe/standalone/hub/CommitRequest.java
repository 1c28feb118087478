package io.logprobe.standalone.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// What a client wants to commit: lines of JSON, the first a header.
///
/// @param title first line of the message; title of the pull request
/// @param description the rest; text of the pull request
/// @param parent the commit that the client built on, if it insists on it
/// @param changes at least one
record CommitRequest(String title, String description, Optional<String> parent, List<FileChange> changes) {

    private static final int MAX_TITLE_LENGTH = 1000;
    private static final int MAX_DESCRIPTION_LENGTH = 100_000;
    private static final int MAX_CHANGES = 10_000;
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    static CommitRequest parse(byte[] body) {
        ObjectNode header = null;
        List<FileChange> changes = new ArrayList<>();
        int number = 0;
        for (byte[] text : lines(body)) {
            number++;
            String line = "line " + number + " of the commit";
            ObjectNode object = Json.parseObject(text, line);
            String key = Json.text(object, "key", line);
            JsonNode value = object.path("value");
            if (key.equals("header")) {
                if (header != null || !(value instanceof ObjectNode node)) {
                    throw Refusal.invalid(line + ": there is exactly one header, and it is an object");
                }
                header = node;
            } else {
                changes.add(change(key, value, line));
            }
        }
        if (header == null) {
            throw Refusal.invalid("the commit has no line with \"key\": \"header\"");
        }
        if (changes.isEmpty() || changes.size() > MAX_CHANGES) {
            throw Refusal.invalid("a commit changes 1 to " + MAX_CHANGES + " files, not " + changes.size());
        }
        return new CommitRequest(title(header), description(header), parent(header), changes);
    }

    private static FileChange change(String key, JsonNode value, String line) {
        String path = Json.text(value, "path", line);
        return switch (key) {
            case "file" -> new FileChange.Put(RepositoryPath.checked(path), content(value, line));
            case "lfsFile" -> new FileChange.PutLarge(RepositoryPath.checked(path), sha256(value, line));
            case "deletedFile" -> new FileChange.Delete(RepositoryPath.checked(path));
            case "deletedFolder" -> new FileChange.DeleteFolder(RepositoryPath.checked(withoutSlash(path)));
            default -> throw Refusal.invalid(line + ": unknown key \"" + key + "\"");
        };
    }

    private static byte[] content(JsonNode value, String line) {
        String content = Json.text(value, "content", line);
        if (!value.path("encoding").asText("utf-8").equals("base64")) {
            return content.getBytes(StandardCharsets.UTF_8);
        }
        try {
            return Base64.getDecoder().decode(content);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid("\"content\" of " + line + " is no base64: " + e.getMessage());
        }
    }

    private static String sha256(JsonNode value, String line) {
        String oid = Json.text(value, "oid", line);
        if (!SHA256.matcher(oid).matches()) {
            throw Refusal.invalid("\"oid\" of " + line + " is no SHA-256");
        }
        return oid;
    }

    private static String title(ObjectNode header) {
        String title = Json.text(header, "summary", "the header").strip();
        if (title.isEmpty() || title.length() > MAX_TITLE_LENGTH) {
            throw Refusal.invalid("\"summary\" of the header has 1 to " + MAX_TITLE_LENGTH + " characters");
        }
        return title;
    }

    private static String description(ObjectNode header) {
        String description = header.path("description").asText("");
        if (description.length() > MAX_DESCRIPTION_LENGTH) {
            throw Refusal.invalid("\"description\" of the header is longer than " + MAX_DESCRIPTION_LENGTH);
        }
        return description;
    }

    private static Optional<String> parent(ObjectNode header) {
        return header.hasNonNull("parentCommit")
                ? Optional.of(Json.text(header, "parentCommit", "the header"))
                : Optional.empty();
    }

    private static String withoutSlash(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static List<byte[]> lines(byte[] body) {
        List<byte[]> lines = new ArrayList<>();
        int start = 0;
        for (int end = 0; end <= body.length; end++) {
            if (end == body.length || body[end] == '\n') {
                if (end > start) {
                    lines.add(Arrays.copyOfRange(body, start, end));
                }
                start = end + 1;
            }
        }
        return lines;
    }
}
