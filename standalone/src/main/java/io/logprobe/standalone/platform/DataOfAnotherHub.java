package io.logprobe.standalone.platform;

import java.nio.file.Path;

/// The jobs in a data folder are those of another Hub.
public final class DataOfAnotherHub extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DataOfAnotherHub(Path folder, String owner, String wanted) {
        super("the data folder " + folder + " holds jobs of the Hub '" + owner + "', not of '" + wanted
                + "': choose another folder with --data");
    }
}
