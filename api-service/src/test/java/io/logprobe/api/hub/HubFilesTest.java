package io.logprobe.api.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A Hub that keeps its files on another host, as huggingface.co does: it answers a download with the address there.
class HubFilesTest {

    private static final HubRepository DATASET = new HubRepository(HubRepository.Type.DATASET, "acme/rows");
    private static final String RESOLVE = "/datasets/acme/rows/resolve/main/test.parquet";

    private HttpServer hub;
    private HttpServer storage;
    private final List<String> atTheHub = new CopyOnWriteArrayList<>();
    private final List<String> atTheStorage = new CopyOnWriteArrayList<>();

    private record Configured(URI url, List<String> downloadDomains) implements HubConfig {

        @Override
        public Optional<String> token() {
            return Optional.of("hf_secret");
        }

        @Override
        public Duration timeout() {
            return Duration.ofSeconds(20);
        }

        @Override
        public int attempts() {
            return 1;
        }
    }

    @BeforeEach
    void start() throws IOException {
        hub = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        storage = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        hub.createContext("/", exchange -> {
            note(exchange, atTheHub);
            exchange.getResponseHeaders().set("Location", uri(storage) + "/blobs/1?signature=s");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        storage.createContext("/", exchange -> {
            note(exchange, atTheStorage);
            exchange.sendResponseHeaders(200, 4);
            exchange.getResponseBody().write("rows".getBytes(StandardCharsets.US_ASCII));
            exchange.close();
        });
        hub.start();
        storage.start();
    }

    @AfterEach
    void stop() {
        hub.stop(0);
        storage.stop(0);
    }

    @Test
    void fileIsFollowedToItsStorageAndTheTokenStaysWithTheHub() throws IOException {
        HubFiles files = new HubFiles(new Configured(uri(hub), List.of("127.0.0.1")));

        try (InputStream content =
                files.get(DATASET, "main", "test.parquet", Optional.empty()).body()) {
            assertThat(content.readAllBytes())
                    .asString(StandardCharsets.US_ASCII)
                    .isEqualTo("rows");
        }

        assertThat(atTheHub).containsExactly(RESOLVE + " Bearer hf_secret");
        assertThat(atTheStorage).containsExactly("/blobs/1?signature=s null");
    }

    @Test
    void hubMayNotLeadAnywhere() {
        HubFiles files = new HubFiles(new Configured(uri(hub), List.of("huggingface.co")));

        assertThatThrownBy(() -> files.get(DATASET, "main", "test.parquet", Optional.empty()))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("logprobe.hub.download-domains");
        assertThat(atTheStorage).isEmpty();
    }

    private static URI uri(HttpServer server) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private static void note(HttpExchange exchange, List<String> requests) {
        requests.add(
                exchange.getRequestURI() + " " + exchange.getRequestHeaders().getFirst("Authorization"));
    }
}
