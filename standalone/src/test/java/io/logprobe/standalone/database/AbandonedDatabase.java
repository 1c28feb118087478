package io.logprobe.standalone.database;

import java.io.IOException;
import java.nio.file.Path;

/// A program that starts a database and ends without stopping it, as a kill does.
final class AbandonedDatabase {

    private AbandonedDatabase() {}

    public static void main(String[] arguments) {
        EmbeddedDatabase.start(Path.of(arguments[0]));
        Runtime.getRuntime().halt(0);
    }

    static void leaveIn(Path folder) throws IOException, InterruptedException {
        String java = ProcessHandle.current().info().command().orElseThrow();
        int status = new ProcessBuilder(
                        java,
                        "-cp",
                        System.getProperty("java.class.path"),
                        AbandonedDatabase.class.getName(),
                        folder.toString())
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0) {
            throw new IllegalStateException("the program that abandons its database ended with " + status);
        }
    }
}
