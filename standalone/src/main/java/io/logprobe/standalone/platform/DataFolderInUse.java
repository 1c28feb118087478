package io.logprobe.standalone.platform;

import java.nio.file.Path;

/// Another process works on the data folder.
public final class DataFolderInUse extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DataFolderInUse(Path folder, String holder) {
        super("the data folder " + folder + " is in use by process " + holder
                + ": stop it or choose another folder with --data");
    }
}
