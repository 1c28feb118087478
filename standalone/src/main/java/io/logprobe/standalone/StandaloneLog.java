package io.logprobe.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.FileHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.slf4j.LoggerFactory;

/// What broker, Hub and mail server have to say goes to a file: the terminal belongs to the user.
final class StandaloneLog {

    private static final Logger ROOT = Logger.getLogger("");

    private StandaloneLog() {}

    static void writeTo(Path folder) {
        try {
            Files.createDirectories(folder);
            FileHandler file = new FileHandler(folder.resolve("standalone.log").toString(), 16 << 20, 2, true);
            file.setFormatter(new SimpleFormatter());
            for (Handler handler : ROOT.getHandlers()) {
                ROOT.removeHandler(handler);
            }
            ROOT.addHandler(file);
            ROOT.setLevel(Level.INFO);
            // SLF4J prints a notice where a second thread asks for a logger while the first one still binds it.
            var unused = LoggerFactory.getILoggerFactory();
        } catch (IOException e) {
            throw new UncheckedIOException("the log cannot be written to " + folder, e);
        }
    }
}
