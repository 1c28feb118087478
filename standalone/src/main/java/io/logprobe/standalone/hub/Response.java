package io.logprobe.standalone.hub;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// An answer: status, headers and body.
record Response(int status, Map<String, String> headers, Body body) {

    /// What is sent after the headers.
    sealed interface Body {
        long length();
    }

    /// Content in memory.
    static final class Bytes implements Body {

        private final byte[] content;

        Bytes(byte[] content) {
            this.content = content;
        }

        @Override
        public long length() {
            return content.length;
        }
    }

    /// Bytes `from` to `from + length` of a file.
    record FilePart(Path file, long from, long length) implements Body {}

    private static final int BUFFER_SIZE = 1 << 20;

    static Response json(Object value) {
        return json(200, value);
    }

    static Response json(int status, Object value) {
        return new Response(
                status, Map.of("Content-Type", "application/json; charset=utf-8"), new Bytes(Json.bytes(value)));
    }

    static Response html(String page) {
        return text("text/html; charset=utf-8", page);
    }

    static Response text(String type, String text) {
        return new Response(200, Map.of("Content-Type", type), new Bytes(text.getBytes(StandardCharsets.UTF_8)));
    }

    static Response of(Refusal refusal) {
        Response response = json(refusal.status(), Json.object().put("error", refusal.getMessage()))
                .with("X-Error-Message", refusal.getMessage());
        return refusal.code().isEmpty() ? response : response.with("X-Error-Code", refusal.code());
    }

    Response with(String header, String value) {
        Map<String, String> extended = new LinkedHashMap<>(headers);
        extended.put(header, value.replaceAll("[^\\x20-\\x7e]", "?"));
        return new Response(status, extended, body);
    }

    void send(HttpExchange exchange) throws IOException {
        Headers target = exchange.getResponseHeaders();
        headers.forEach(target::set);
        target.set("X-Content-Type-Options", "nosniff");
        if (exchange.getRequestMethod().equals("HEAD")) {
            target.set("Content-Length", Long.toString(body.length()));
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, body.length() == 0 ? -1 : body.length());
        try (OutputStream out = exchange.getResponseBody()) {
            switch (body) {
                case Bytes bytes -> out.write(bytes.content);
                case FilePart part -> copy(part, out);
            }
        }
    }

    private static void copy(FilePart part, OutputStream out) throws IOException {
        try (FileChannel file = FileChannel.open(part.file())) {
            file.position(part.from());
            byte[] buffer = new byte[(int) Math.min(BUFFER_SIZE, Math.max(1, part.length()))];
            InputStream in = Channels.newInputStream(file);
            for (long left = part.length(); left > 0; ) {
                int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (n < 0) {
                    throw new IOException(part.file() + " became shorter while it was sent");
                }
                out.write(buffer, 0, n);
                left -= n;
            }
        }
    }
}
