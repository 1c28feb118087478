package io.logprobe.worker.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Against the HTTP client's real streams: that closing one ends a read of it is theirs to keep.
class StallDetectingStreamTest {

    private static final byte[] WHOLE = {1, 2, 3, -4};

    private final CountDownLatch end = new CountDownLatch(1);
    private HttpServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/whole", exchange -> {
            exchange.sendResponseHeaders(200, WHOLE.length);
            exchange.getResponseBody().write(WHOLE);
            exchange.close();
        });
        server.createContext("/stalled", exchange -> {
            exchange.sendResponseHeaders(200, WHOLE.length);
            exchange.getResponseBody().write(WHOLE, 0, 2);
            exchange.getResponseBody().flush();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
    }

    @AfterEach
    void stopServer() {
        end.countDown();
        server.stop(0);
    }

    private InputStream body(String path, Duration patience) throws IOException, InterruptedException {
        URI address = URI.create("http://localhost:" + server.getAddress().getPort() + path);
        InputStream body = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofInputStream())
                .body();
        return new StallDetectingStream(body, patience);
    }

    @Test
    void givesWhatArrives() throws IOException, InterruptedException {
        try (InputStream body = body("/whole", Duration.ofMinutes(1))) {
            assertThat(body.readAllBytes()).isEqualTo(WHOLE);
        }
    }

    @Test
    void aByteIsANumberWithoutSign() throws IOException, InterruptedException {
        try (InputStream body = body("/whole", Duration.ofMinutes(1))) {
            body.skipNBytes(3);

            assertThat(body.read()).isEqualTo(252);
        }
    }

    @Test
    void aConnectionThatFallsSilentIsGivenUp() throws IOException, InterruptedException {
        try (InputStream body = body("/stalled", Duration.ofSeconds(1))) {
            assertThatThrownBy(body::readAllBytes)
                    .isInstanceOf(IOException.class)
                    .hasMessage("nothing arrived for 1 s");
        }
    }
}
