package io.logprobe.standalone;

import io.logprobe.standalone.platform.DataFolder;
import io.logprobe.standalone.platform.Platform;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = "Starts everything on this machine and stays until it is interrupted.")
final class UpCommand implements Callable<Integer> {

    @Mixin
    private StartOptions options;

    @Override
    public Integer call() throws InterruptedException {
        DataFolder data = options.takeData("up");
        System.out.println("Starting ...");
        Platform platform = options.start(data);
        System.out.printf("Web page and REST API: %s/%n", platform.web());
        System.out.printf(
                "Local Hub:             %s  (models in %s)%n",
                platform.hub(), data.hub().resolve("models"));
        System.out.printf("E-mails:               %s%n", data.mail());
        System.out.printf("Logs:                  %s%n", data.logs());
        System.out.println("Ready. Ctrl-C stops everything.");
        new CountDownLatch(1).await();
        return 0;
    }
}
