package io.logprobe.engine.failure;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/// What is wrong with a file, in words instead of an exception's name. Who reports it names the file.
public final class FileFault {

    private FileFault() {}

    /// As in "rows.jsonl cannot be read: …".
    public static String describe(IOException fault) {
        return switch (fault) {
            case NoSuchFileException missing -> "no such file or folder";
            case AccessDeniedException denied -> "permission denied";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> fault.getMessage() == null ? fault.getClass().getSimpleName() : fault.getMessage();
        };
    }
}
