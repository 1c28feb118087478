package io.logprobe.standalone.platform;

import java.nio.file.Path;

/// Somebody has deleted or moved the folder that everything works in.
public final class DataFolderGone extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public DataFolderGone(Path folder) {
        super("the data folder " + folder + " is gone: everything is stopped");
    }
}
