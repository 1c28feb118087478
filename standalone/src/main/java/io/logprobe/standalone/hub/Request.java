package io.logprobe.standalone.hub;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One request, taken apart and decoded.
final class Request {

    /// The Hub has no larger JSON bodies than this, commits apart.
    static final long MAX_JSON_LENGTH = 4L << 20;

    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9.-]{1,253}(:\\d{1,5})?|\\[[0-9a-fA-F:]+](:\\d{1,5})?");
    private static final Pattern TOKEN = Pattern.compile("Bearer\\s+(hf_)?(?<name>\\S{1,200})");
    private static final Pattern USER = Pattern.compile("[a-z][a-z0-9-]{1,38}");
    private static final String LOCAL_USER = "local";

    private final HttpExchange exchange;
    private final URI server;
    private final List<String> path;
    private final Map<String, List<String>> query;

    Request(HttpExchange exchange, URI server) {
        this.exchange = exchange;
        this.server = server;
        this.path = decodePath(exchange.getRequestURI().getRawPath());
        this.query = decodeForm(exchange.getRequestURI().getRawQuery());
    }

    String method() {
        return exchange.getRequestMethod();
    }

    /// Whether the client asks for something rather than to change something.
    boolean reads() {
        return method().equals("GET") || method().equals("HEAD");
    }

    /// @throws Refusal if the method is another one
    void requireMethod(String method) {
        if (!method().equals(method) && !(method.equals("GET") && method().equals("HEAD"))) {
            throw Refusal.methodNotAllowed(method());
        }
    }

    /// The decoded segments of the path; a segment may contain slashes that the client encoded.
    List<String> path() {
        return path;
    }

    Optional<String> parameter(String name) {
        return parameters(name).stream().findFirst();
    }

    List<String> parameters(String name) {
        return query.getOrDefault(name, List.of());
    }

    /// Whether a flag is set, as Python clients (`True`), browsers (`1`) and JavaScript (`true`) set it.
    boolean flag(String name) {
        return parameter(name)
                .filter(value -> value.equalsIgnoreCase("true") || value.equals("1"))
                .isPresent();
    }

    /// @throws Refusal if the parameter is no number from `low` to `high`
    int number(String name, int fallback, int low, int high) {
        Optional<String> text = parameter(name);
        if (text.isEmpty()) {
            return fallback;
        }
        if (text.get().matches("\\d{1,9}")) {
            int value = Integer.parseInt(text.get());
            if (value >= low && value <= high) {
                return value;
            }
        }
        throw Refusal.invalid("\"" + name + "\" is a number from " + low + " to " + high);
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
    }

    /// @throws Refusal if the body is longer
    byte[] body(long limit) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(Math.toIntExact(limit + 1));
        if (body.length > limit) {
            throw Refusal.tooLarge("the request", limit);
        }
        return body;
    }

    InputStream stream() {
        return exchange.getRequestBody();
    }

    /// The body as JSON; an empty one counts as an object without fields.
    ObjectNode json() throws IOException {
        byte[] body = body(MAX_JSON_LENGTH);
        return body.length == 0 ? Json.object() : Json.parseObject(body, "the request");
    }

    Map<String, List<String>> form() throws IOException {
        return decodeForm(new String(body(MAX_JSON_LENGTH), StandardCharsets.UTF_8));
    }

    /// Whether the client presents any token: this Hub belongs to one person and takes all.
    boolean signedIn() {
        return header("Authorization")
                .filter(value -> TOKEN.matcher(value).matches())
                .isPresent();
    }

    /// Who acts: the token `hf_alice` acts as `alice`, every other token and nobody in particular as `local`.
    String user() {
        return header("Authorization")
                .map(TOKEN::matcher)
                .filter(Matcher::matches)
                .map(matcher -> matcher.group("name"))
                .filter(name -> USER.matcher(name).matches())
                .orElse(LOCAL_USER);
    }

    /// The address under which the client reached this Hub.
    String base() {
        return header("Host")
                .filter(host -> HOST.matcher(host).matches())
                .map(host -> "http://" + host)
                .orElse(server.toString());
    }

    /// This request's address with one parameter set to another value.
    String addressWith(String name, String value) {
        StringBuilder address = new StringBuilder(base())
                .append(exchange.getRequestURI().getRawPath())
                .append('?');
        query.forEach((key, values) -> {
            if (!key.equals(name)) {
                values.forEach(v -> address.append(encode(key))
                        .append('=')
                        .append(encode(v))
                        .append('&'));
            }
        });
        return address.append(name).append('=').append(encode(value)).toString();
    }

    /// Whether a page of another site makes the user's browser send this.
    boolean crossSite() {
        return header("Origin").filter(origin -> !origin.equals(base())).isPresent();
    }

    private static List<String> decodePath(String raw) {
        List<String> segments = new ArrayList<>();
        for (String segment : raw.split("/", -1)) {
            if (!segment.isEmpty()) {
                segments.add(decode(segment.replace("+", "%2B")));
            }
        }
        return List.copyOf(segments);
    }

    private static Map<String, List<String>> decodeForm(String raw) {
        Map<String, List<String>> form = new LinkedHashMap<>();
        if (raw != null) {
            for (String pair : raw.split("&", -1)) {
                int equals = pair.indexOf('=');
                String name = decode(equals < 0 ? pair : pair.substring(0, equals));
                String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
                form.computeIfAbsent(name.replaceFirst("\\[]$", ""), _ -> new ArrayList<>())
                        .add(value);
            }
        }
        return form;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid("'" + text + "' is wrongly encoded");
        }
    }
}
