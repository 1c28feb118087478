package io.logprobe.api.rows;

import java.io.InputStream;
import java.util.function.Supplier;

/// A file of rows that has not been read yet.
///
/// @param name names the file in messages
/// @param format how it is to be read
/// @param content opens it; whoever calls closes
public record RowFile(String name, RowFormat format, Supplier<InputStream> content) {}
