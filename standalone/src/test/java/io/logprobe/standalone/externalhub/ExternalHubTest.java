package io.logprobe.standalone.externalhub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.logprobe.standalone.hub.LocalHub;
import io.logprobe.standalone.network.Port;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is learnt from a Hub's first answer. The local Hub stands for a real one, and a server that answers anything
/// for what is none.
class ExternalHubTest {

    private static final Optional<HubToken> TOKEN = HubToken.of("hf_ada");
    private static final String ADA = """
            {"type": "user", "name": "ada", "auth": {"accessToken": {"role": "read"}}}""";

    private HttpServer server;
    private HubAddress address;
    private final List<String> requests = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        address = HubAddress.parse("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void realHubTellsWhoseTokenItIs(@TempDir Path folder) throws IOException {
        try (LocalHub local = LocalHub.start(folder, 0)) {
            ExternalHub hub = ExternalHub.ask(HubAddress.parse(local.uri().toString()), TOKEN);

            assertThat(hub.user()).contains(new HubUser("ada", false));
            assertThat(hub.token()).isEqualTo(TOKEN);
        }
    }

    @Test
    void realHubIsKnownWithoutAToken(@TempDir Path folder) throws IOException {
        try (LocalHub local = LocalHub.start(folder, 0)) {
            ExternalHub hub = ExternalHub.ask(HubAddress.parse(local.uri().toString()), Optional.empty());

            assertThat(hub.user()).isEmpty();
        }
    }

    @Test
    void tokenThatOnlyReadsIsKnownAsSuch() {
        answer(200, ADA);

        ExternalHub hub = ExternalHub.ask(address, TOKEN);

        assertThat(hub.user()).contains(new HubUser("ada", true));
        assertThat(requests).containsExactly("/api/whoami-v2 Bearer hf_ada");
    }

    @Test
    void pathOfAMirrorIsKept() {
        answer(200, ADA);

        ExternalHub hub = ExternalHub.ask(HubAddress.parse(address + "/mirror/"), TOKEN);

        assertThat(hub.user()).isPresent();
        assertThat(requests).containsExactly("/mirror/api/whoami-v2 Bearer hf_ada");
    }

    @ParameterizedTest
    @CsvSource({
        "401, does not accept the token in HF_TOKEN (status 401)",
        "403, does not accept the token in HF_TOKEN (status 403)",
        "404, it answers /api/whoami-v2 with status 404",
        "429, is out of order or busy (status 429)",
        "503, is out of order or busy (status 503)"
    })
    void refusalOfASignedQuestionIsExplained(int status, String explanation) {
        answer(status, "{\"error\": \"no\"}");

        assertThatThrownBy(() -> ExternalHub.ask(address, TOKEN))
                .isInstanceOf(UnusableHub.class)
                .hasMessageContaining(address.toString())
                .hasMessageContaining(explanation)
                .hasMessageNotContaining("hf_ada");
    }

    @Test
    void hubThatShowsNothingToStrangersAsksForAToken() {
        answer(401, "{\"error\": \"no\"}");

        assertThatThrownBy(() -> ExternalHub.ask(address, Optional.empty()))
                .isInstanceOf(UnusableHub.class)
                .hasMessageContaining(address + " shows nothing without a token");
    }

    @Test
    void pageIsNoHub() {
        answer(200, "<!doctype html><title>Welcome</title>");

        assertNoHub(TOKEN, "it answers /api/whoami-v2 otherwise than a Hub does");
        assertNoHub(Optional.empty(), "it answers /api/models?limit=1 otherwise than a Hub does");
    }

    @Test
    void answerOfAnotherServiceIsNoHub() {
        answer(200, "{\"status\": \"ok\"}");

        assertNoHub(TOKEN, "otherwise than a Hub does");
        assertNoHub(Optional.empty(), "otherwise than a Hub does");
    }

    @Test
    void tokenDoesNotFollowTheHubElsewhere() {
        server.createContext("/", exchange -> {
            requests.add(exchange.getRequestURI().toString());
            exchange.getResponseHeaders().set("Location", "https://elsewhere.example.org/login?next=/api");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });

        assertNoHub(TOKEN, "it leads to https://elsewhere.example.org");
        assertThat(requests).hasSize(1);
    }

    @Test
    void silenceIsExplained() {
        HubAddress nobody = HubAddress.parse("http://127.0.0.1:" + Port.choose(0, "nobody"));

        assertThatThrownBy(() -> ExternalHub.ask(nobody, TOKEN))
                .isInstanceOf(UnusableHub.class)
                .hasMessage("the Hub " + nobody + " cannot be reached: nothing listens there");
    }

    @Test
    void unknownHostIsExplained() {
        HubAddress unknown = HubAddress.parse("https://hub.invalid");

        assertThatThrownBy(() -> ExternalHub.ask(unknown, TOKEN))
                .isInstanceOf(UnusableHub.class)
                .hasMessage("the Hub https://hub.invalid cannot be reached: its host is unknown");
    }

    @Test
    void serverWithoutTlsIsExplained() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            HubAddress plain = HubAddress.parse("https://127.0.0.1:" + socket.getLocalPort());
            Thread.startVirtualThread(() -> answerInPlainText(socket));

            assertThatThrownBy(() -> ExternalHub.ask(plain, TOKEN))
                    .isInstanceOf(UnusableHub.class)
                    .hasMessageStartingWith("the Hub " + plain + " cannot be reached: no secure connection: ");
        }
    }

    /// Answers every connection, as a client that finds one broken may try another.
    private static void answerInPlainText(ServerSocket socket) {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept()) {
                client.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                // A connection that is closed with something unread is reset, and the client may never see the answer.
                client.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                // The client has gone, or the test is over.
            }
        }
    }

    private void assertNoHub(Optional<HubToken> token, String reason) {
        assertThatThrownBy(() -> ExternalHub.ask(address, token))
                .isInstanceOf(UnusableHub.class)
                .hasMessageStartingWith("there is no Hub at " + address + ": ")
                .hasMessageContaining(reason);
    }

    private void answer(int status, String body) {
        server.createContext("/", exchange -> {
            requests.add(exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] content = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, content.length);
            exchange.getResponseBody().write(content);
            exchange.close();
        });
    }
}
