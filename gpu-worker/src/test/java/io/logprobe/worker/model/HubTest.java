package io.logprobe.worker.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.logprobe.contracts.spec.ModelRevision;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A Hub that keeps its files on another host, as huggingface.co does: it answers a download with the address there.
class HubTest {

    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    private static final ModelRevision MODEL = new ModelRevision("acme/model", COMMIT, null, "opt", 1, 1);
    private static final String RESOLVE = "/acme/model/resolve/" + COMMIT + "/model.safetensors";
    private static final HubFile WEIGHTS = new HubFile("file", "model.safetensors", 7, COMMIT, null);

    private static final String TREE = "/api/models/acme/model/tree/" + MODEL.revision();
    private static final String LIST = """
            [{"type": "file", "path": "model.safetensors", "size": 7, "oid": "0"}]""";

    private HttpServer hub;
    private HttpServer storage;
    private final List<String> atTheHub = new CopyOnWriteArrayList<>();
    private final List<String> atTheStorage = new CopyOnWriteArrayList<>();

    private record Configured(URI url, Optional<String> token) implements HubConfig {}

    @BeforeEach
    void start() throws IOException {
        hub = server();
        storage = server();
        storage.createContext("/", exchange -> {
            note(exchange, atTheStorage);
            answer(exchange, 200, "weights");
        });
    }

    @AfterEach
    void stop() {
        hub.stop(0);
        storage.stop(0);
    }

    @Test
    void fileIsFollowedToItsStorageAndTheTokenStaysWithTheHub() throws Exception {
        redirect(RESOLVE, uri(storage) + "/blobs/1?signature=s");

        try (InputStream content = hub().open(MODEL, WEIGHTS, 0).stream()) {
            assertThat(content.readAllBytes())
                    .asString(StandardCharsets.US_ASCII)
                    .isEqualTo("weights");
        }

        assertThat(atTheHub).containsExactly(RESOLVE + " Bearer hf_secret null");
        assertThat(atTheStorage).containsExactly("/blobs/1?signature=s null null");
    }

    @Test
    void continuedDownloadAsksTheStorageForTheRest() throws Exception {
        redirect(RESOLVE, uri(storage) + "/blobs/1");

        hub().open(MODEL, WEIGHTS, 3).stream().close();

        assertThat(atTheStorage).containsExactly("/blobs/1 null bytes=3-");
    }

    @Test
    void renamedRepositoryIsFollowedWithTheToken() throws Exception {
        redirect(RESOLVE, "/acme/renamed/weights");
        hub.createContext("/acme/renamed/weights", exchange -> {
            note(exchange, atTheHub);
            answer(exchange, 200, "weights");
        });

        hub().open(MODEL, WEIGHTS, 0).stream().close();

        assertThat(atTheHub)
                .containsExactly(RESOLVE + " Bearer hf_secret null", "/acme/renamed/weights Bearer hf_secret null");
    }

    @Test
    void addressThatIsNoneOfTheWebIsNotFollowed() {
        redirect(RESOLVE, "file:///etc/hostname");

        assertThatThrownBy(() -> hub().open(MODEL, WEIGHTS, 0))
                .isInstanceOf(ModelUnavailable.class)
                .hasMessageContaining(
                        "redirects model.safetensors of model acme/model to an address that is not secure");
    }

    @Test
    void listIsReadToItsLastPage() throws Exception {
        listWithNext("/more");
        hub.createContext("/more", exchange -> answer(exchange, 200, LIST.replace("model.", "more.")));

        assertThat(hub().files(MODEL))
                .extracting(HubFile::path)
                .containsExactly("model.safetensors", "more.safetensors");
    }

    @Test
    void listThatGoesOnAtAnotherHostIsNotTakenForComplete() {
        listWithNext(uri(storage) + "/more");

        assertThatThrownBy(() -> hub().files(MODEL))
                .isInstanceOf(ModelUnavailable.class)
                .hasMessageContainingAll("model acme/model", uri(storage) + ",", uri(hub).toString());
        assertThat(atTheStorage).isEmpty();
    }

    @Test
    void listWithoutEndIsNotTakenForComplete() {
        listWithNext(TREE + "?again");

        assertThatThrownBy(() -> hub().files(MODEL))
                .isInstanceOf(ModelUnavailable.class)
                .hasMessageContaining("has more files than are looked through");
    }

    private void listWithNext(String next) {
        hub.createContext(TREE, exchange -> {
            exchange.getResponseHeaders().set("Link", "<" + next + ">; rel=\"next\"");
            answer(exchange, 200, LIST);
        });
    }

    private Hub hub() {
        return new Hub(new Configured(uri(hub), Optional.of("hf_secret")), new ObjectMapper());
    }

    private void redirect(String path, String target) {
        hub.createContext(path, exchange -> {
            note(exchange, atTheHub);
            exchange.getResponseHeaders().set("Location", target);
            answer(exchange, 302, "");
        });
    }

    private static HttpServer server() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        return server;
    }

    private static URI uri(HttpServer server) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private static void note(HttpExchange exchange, List<String> requests) {
        requests.add(exchange.getRequestURI() + " "
                + exchange.getRequestHeaders().getFirst("Authorization") + " "
                + exchange.getRequestHeaders().getFirst("Range"));
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] content = body.getBytes(StandardCharsets.US_ASCII);
        exchange.sendResponseHeaders(status, content.length == 0 ? -1 : content.length);
        exchange.getResponseBody().write(content);
        exchange.close();
    }
}
