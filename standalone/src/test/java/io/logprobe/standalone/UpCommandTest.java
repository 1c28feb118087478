package io.logprobe.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// What cannot be worked with is one line and exit code 2, before anything is started.
class UpCommandTest {

    @TempDir
    Path home;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void portOfTheLocalHubIsRefusedBesideAnotherHub() {
        int status = up("--hub", "https://huggingface.co", "--hub-port", "8090");

        assertRefused(status, "--hub-port is the port of the local Hub, which is not started with --hub");
    }

    @Test
    void samePortForTheWebPageAndTheHubIsRefused() {
        int status = up("--port", "28123", "--hub-port", "28123");

        assertRefused(status, "--port and --hub-port are both 28123: give each a port of its own");
    }

    @ParameterizedTest
    @ValueSource(strings = {"65536", "-1", "web"})
    void portThatIsNoneIsRefused(String port) {
        int status = up("--port", port);

        assertRefused(status, "Invalid value for option '--port': '" + port + "' is no port between 0 and 65535");
    }

    @Test
    void unknownHostIsRefused() {
        int status = up("--host", "[::nowhere]");

        assertRefused(status, "--host [::nowhere] is unknown");
    }

    @Test
    void optionThatDoesNotExistIsRefused() {
        int status = up("--prot", "8080");

        assertRefused(status, "Unknown options: '--prot', '8080'; see ./logprobe up --help");
    }

    @Test
    void insecureHubIsRefused() {
        int status = up("--hub", "http://huggingface.co");

        assertRefused(status, "--hub http://huggingface.co is not secure");
    }

    @Test
    void serverThatIsNoHubIsRefused() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort();

            int status = up("--hub", url);

            assertRefused(status, "there is no Hub at " + url + ": it answers /api/whoami-v2 with status 404");
        } finally {
            server.stop(0);
        }
    }

    private int up(String... options) {
        CommandLine command = StandaloneCommand.commandLine(Map.of("HF_TOKEN", "hf_secret"))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        String[] arguments = new String[options.length + 3];
        arguments[0] = "up";
        System.arraycopy(options, 0, arguments, 1, options.length);
        arguments[options.length + 1] = "--home";
        arguments[options.length + 2] = home.toString();
        return command.execute(arguments);
    }

    private void assertRefused(int status, String message) {
        assertThat(status).isEqualTo(2);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("logprobe: " + message)
                .doesNotContain("hf_secret");
        assertThat(out.toString()).isEmpty();
        assertThat(home).isEmptyDirectory();
    }
}
