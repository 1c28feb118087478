package io.logprobe.api.rows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/// Takes the rows of a file one after the other, each as an object with one member per column.
interface RowSink {

    void accept(ObjectNode row) throws IOException;
}
