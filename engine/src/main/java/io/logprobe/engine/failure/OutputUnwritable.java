package io.logprobe.engine.failure;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/// Results, or the state of a job, could not be written: a full disk, or a folder that went away.
public final class OutputUnwritable extends EngineException {

    private static final long serialVersionUID = 1L;

    public OutputUnwritable(String message, Throwable cause) {
        super(message, cause);
    }

    /// Says why `what` cannot be written.
    public static OutputUnwritable of(String what, IOException cause) {
        String reason =
                switch (cause) {
                    case NoSuchFileException _ -> "its folder is gone";
                    case FileSystemException e when e.getReason() != null -> e.getReason();
                    default -> cause.getMessage();
                };
        return new OutputUnwritable(what + " cannot be written: " + reason, cause);
    }
}
