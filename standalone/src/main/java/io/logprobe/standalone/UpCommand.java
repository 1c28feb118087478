package io.logprobe.standalone;

import io.logprobe.standalone.externalhub.ExternalHub;
import io.logprobe.standalone.externalhub.HubAddress;
import io.logprobe.standalone.externalhub.HubToken;
import io.logprobe.standalone.platform.DataFolder;
import io.logprobe.standalone.platform.HubChoice;
import io.logprobe.standalone.platform.Platform;
import java.io.PrintWriter;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = "Starts everything on this machine and stays until it is interrupted.")
final class UpCommand implements Callable<Integer> {

    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    @Mixin
    private StartOptions options;

    @Option(
            names = "--hub",
            paramLabel = "URL",
            description = "Works with this Hub, for instance https://huggingface.co, and starts no local one. The token"
                    + " comes from the environment variable " + HubToken.VARIABLE + "; pull requests need one.")
    private String hub;

    /// @param environment variables of this process
    UpCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws InterruptedException {
        options.check();
        PrintWriter out = spec.commandLine().getOut();
        HubChoice choice = hub == null ? options.localHub() : new HubChoice.External(externalHub());
        DataFolder data = options.takeData(folderName(choice));
        out.println("Starting ...");
        Platform platform = options.start(data, choice);
        out.printf("Web page and REST API: %s/%n", platform.web());
        out.println(
                switch (choice) {
                    case HubChoice.Local _ ->
                        "Local Hub:             %s  (models in %s)"
                                .formatted(platform.hub(), data.hub().resolve("models"));
                    case HubChoice.External(ExternalHub external) -> "Hub:                   " + described(external);
                });
        out.printf("E-mails:               %s%n", data.mail());
        out.printf("Logs:                  %s%n", data.logs());
        out.println("Ready. Ctrl-C stops everything.");
        StartOptions.stay(data);
        return 0;
    }

    private ExternalHub externalHub() {
        if (options.hubPortGiven()) {
            throw new RefusedOption("--hub-port is the port of the local Hub, which is not started with --hub");
        }
        return ExternalHub.ask(HubAddress.parse(hub), HubToken.of(environment.get(HubToken.VARIABLE)));
    }

    /// Jobs of different Hubs have folders of their own.
    private static String folderName(HubChoice choice) {
        return switch (choice) {
            case HubChoice.Local _ -> "up";
            case HubChoice.External(ExternalHub external) -> {
                URI uri = external.address().uri();
                String port = uri.getPort() < 0 ? "" : "-" + uri.getPort();
                yield "up-" + uri.getHost().replaceAll("[^a-z0-9.]+", "-") + port;
            }
        };
    }

    private static String described(ExternalHub external) {
        return external.user()
                .map(user -> external.address() + " as " + user.name()
                        + (user.readsOnly() ? "; its token only reads, so pull requests will be refused" : ""))
                .orElseGet(() -> external.address()
                        + " without a token: jobs with pull requests are refused, they need " + HubToken.VARIABLE);
    }
}
