package io.logprobe.standalone.service;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.spi.ToolProvider;

/// The smallest program that a [ServiceProcess] takes for a service: it reads its port where Quarkus does and says
/// that it is ready, and what its environment is.
final class StubService {

    private StubService() {}

    public static void main(String[] arguments) throws IOException {
        Properties configuration = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of("config/application.properties"))) {
            configuration.load(reader);
        }
        if (configuration.containsKey("stub.fails")) {
            System.exit(3);
        }
        int port = Integer.parseInt(configuration.getProperty("quarkus.http.port"));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/q/health/ready", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.createContext("/environment", exchange -> {
            byte[] variables = System.getenv().toString().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, variables.length);
            exchange.getResponseBody().write(variables);
            exchange.close();
        });
        server.start();
    }

    /// Its specification, and its jar in `folder`.
    static ServiceSpec in(Path folder, int port, Map<String, String> configuration, Map<String, String> environment)
            throws URISyntaxException {
        Path classes = Path.of(StubService.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        int status = ToolProvider.findFirst("jar")
                .orElseThrow()
                .run(
                        System.out,
                        System.err,
                        "--create",
                        "--file=" + folder.resolve("quarkus-run.jar"),
                        "--main-class=" + StubService.class.getName(),
                        "-C",
                        classes.toString(),
                        StubService.class.getName().replace('.', '/') + ".class");
        if (status != 0) {
            throw new IllegalStateException("jar ended with " + status);
        }
        return new ServiceSpec(
                "stub-service",
                folder,
                port,
                List.of("-Xmx32m", "-XX:TieredStopAtLevel=1"),
                configuration,
                environment);
    }
}
