package io.logprobe.api.hub;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the header `Link: <…?cursor=…>; rel="next"` of a paged answer.
final class NextPage {

    private static final Pattern NEXT = Pattern.compile("<([^>]*)>\\s*;[^,]*rel=\"?next\"?");

    private NextPage() {}

    static Optional<String> cursor(String header) {
        Matcher next = NEXT.matcher(header == null ? "" : header);
        if (!next.find()) {
            return Optional.empty();
        }
        String query = URI.create(next.group(1)).getRawQuery();
        return Arrays.stream((query == null ? "" : query).split("&", -1))
                .filter(parameter -> parameter.startsWith("cursor="))
                .map(parameter -> URLDecoder.decode(parameter.substring("cursor=".length()), StandardCharsets.UTF_8))
                .findFirst();
    }
}
