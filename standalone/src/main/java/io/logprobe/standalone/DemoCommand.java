package io.logprobe.standalone;

import io.logprobe.standalone.demo.Demo;
import io.logprobe.standalone.platform.DataFolder;
import io.logprobe.standalone.platform.Platform;
import java.net.URI;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Starts everything on this machine, evaluates the demo models and shows the results.")
final class DemoCommand implements Callable<Integer> {

    @Mixin
    private StartOptions options;

    @Option(names = "--keep", description = "Stay up afterwards, until interrupted.")
    private boolean keep;

    @Override
    public Integer call() throws InterruptedException {
        options.check();
        DataFolder data = options.takeData("demo");
        if (!options.dataGiven()) {
            // Each demo shows the same from the beginning.
            data.clear();
        }
        System.out.println("Starting broker, database, local Hub, mail server and services ...");
        Platform platform = options.start(data, options.localHub());
        URI page = new Demo(platform, System.out).run();
        System.out.println();
        if (keep) {
            System.out.println("Web page: " + page);
            System.out.println("Staying up. Ctrl-C stops everything.");
            StartOptions.stay(data);
        }
        platform.close();
        System.out.println("Everything is stopped. To look at this on the web page:");
        System.out.println("  ./logprobe up --data " + data.root());
        return 0;
    }
}
