package io.logprobe.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.logprobe.contracts.spec.DatasetRevision;
import io.logprobe.messaging.testing.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// The part of the api-service that a worker uses: the rows of a dataset by their digest.
public final class RowServer implements AutoCloseable {

    private static final String REVISION = "0123456789abcdef0123456789abcdef01234567";

    private final HttpServer server;
    private final Map<String, byte[]> rowsByDigest = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> held = new ConcurrentHashMap<>();
    private final CountDownLatch asked = new CountDownLatch(1);

    private RowServer(HttpServer server) {
        this.server = server;
    }

    static RowServer start() throws IOException {
        RowServer rows =
                new RowServer(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        rows.server.createContext("/v1/datasets/", rows::answer);
        rows.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        rows.server.start();
        return rows;
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /// Offers rows under their digest.
    DatasetRevision offer(String jsonLines) {
        byte[] rows = jsonLines.getBytes(StandardCharsets.UTF_8);
        return offer(sha256(rows), rows, (int) jsonLines.lines().count());
    }

    /// Offers something else than the digest promises.
    DatasetRevision offerDamaged(String jsonLines) {
        byte[] rows = jsonLines.getBytes(StandardCharsets.UTF_8);
        return offer("0".repeat(64), rows, (int) jsonLines.lines().count());
    }

    /// Lets nobody have the rows until [#release].
    void hold(DatasetRevision dataset) {
        held.put(dataset.digest(), new CountDownLatch(1));
    }

    void release(DatasetRevision dataset) {
        held.remove(dataset.digest()).countDown();
    }

    /// Waits until rows that are held were asked for.
    void awaitAsked() throws InterruptedException {
        assertThat(asked.await(Wire.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    private DatasetRevision offer(String digest, byte[] rows, int count) {
        rowsByDigest.put(digest, rows);
        return new DatasetRevision("acme/rows", "default", "test", REVISION, digest, count);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String digest = exchange.getRequestURI().getPath().replaceAll("^/v1/datasets/|/rows$", "");
            CountDownLatch latch = held.get(digest);
            if (latch != null) {
                asked.countDown();
                latch.await();
            }
            byte[] rows = rowsByDigest.get(digest);
            exchange.getResponseHeaders().add("Content-Type", "application/x-ndjson");
            exchange.sendResponseHeaders(rows == null ? 404 : 200, rows == null ? -1 : rows.length);
            if (rows != null) {
                exchange.getResponseBody().write(rows);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
