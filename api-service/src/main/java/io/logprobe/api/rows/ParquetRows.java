package io.logprobe.api.rows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hardwood.InputFile;
import dev.hardwood.metadata.FileMetaData;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.row.PqList;
import dev.hardwood.row.PqStruct;
import dev.hardwood.schema.ColumnProjection;
import dev.hardwood.schema.SchemaNode;
import dev.hardwood.schema.SchemaNode.GroupNode;
import io.logprobe.api.problem.Unacceptable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/// Reads the wanted columns of a Parquet file. Its directory is at its end, so it is copied to disk first.
final class ParquetRows {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private ParquetRows() {}

    static void read(InputStream content, String file, ColumnMapping mapping, RowLimits limits, RowSink sink)
            throws IOException {
        Path copy = TemporaryFile.create(".parquet");
        try {
            Files.copy(content, copy, StandardCopyOption.REPLACE_EXISTING);
            read(copy, file, mapping, limits, sink);
        } finally {
            Files.delete(copy);
        }
    }

    private static void read(Path copy, String file, ColumnMapping mapping, RowLimits limits, RowSink sink)
            throws IOException {
        try (ParquetFileReader parquet = ParquetFileReader.open(InputFile.of(copy))) {
            GroupNode root = parquet.getFileSchema().getRootNode();
            List<String> present =
                    root.children().stream().map(SchemaNode::name).toList();
            List<String> wanted = mapping.columns().stream()
                    .map(column -> present.contains(column) ? column : column.split("\\.", 2)[0])
                    .distinct()
                    .toList();
            if (!present.containsAll(wanted)) {
                // A row without values: the parser of rows names the column that is missing.
                ObjectNode columns = NODES.objectNode();
                present.forEach(columns::putNull);
                sink.accept(columns);
            }
            requireWithin(limits, parquet.getFileMetaData(), wanted, file);
            try (RowReader rows = parquet.buildRowReader()
                    .projection(ColumnProjection.columns(wanted.toArray(String[]::new)))
                    .build()) {
                while (rows.hasNext()) {
                    rows.next();
                    ObjectNode row = NODES.objectNode();
                    wanted.forEach(column -> row.set(column, node(rows.getValue(column))));
                    sink.accept(row);
                }
            }
        } catch (Unacceptable e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw Unacceptable.invalid(file + " is no readable Parquet file: " + e.getMessage(), e);
        }
    }

    private static void requireWithin(RowLimits limits, FileMetaData metadata, List<String> columns, String file) {
        if (metadata.numRows() > limits.maxRows()) {
            throw Unacceptable.invalid(file + " has " + metadata.numRows() + " rows, more than " + limits.maxRows());
        }
        long bytes = metadata.rowGroups().stream()
                .flatMap(group -> group.columns().stream())
                .map(chunk -> chunk.metaData())
                .filter(chunk -> columns.contains(chunk.pathInSchema().topLevelName()))
                .mapToLong(chunk -> chunk.totalUncompressedSize())
                .sum();
        if (bytes > limits.maxBytes()) {
            throw Unacceptable.invalid(
                    file + " takes " + bytes + " bytes once decompressed, more than " + limits.maxBytes());
        }
    }

    private static JsonNode node(Object value) {
        return switch (value) {
            case null -> NODES.nullNode();
            case String text -> NODES.textNode(text);
            case byte[] text -> NODES.textNode(new String(text, StandardCharsets.UTF_8));
            case Boolean flag -> NODES.booleanNode(flag);
            case Integer number -> NODES.numberNode(number);
            case Long number -> NODES.numberNode(number);
            case Float number -> NODES.numberNode(number);
            case Double number -> NODES.numberNode(number);
            case PqList list -> {
                ArrayNode array = NODES.arrayNode();
                list.values().forEach(element -> array.add(node(element)));
                yield array;
            }
            case PqStruct struct -> {
                ObjectNode object = NODES.objectNode();
                for (int i = 0; i < struct.getFieldCount(); i++) {
                    String name = struct.getFieldName(i);
                    object.set(name, node(struct.getValue(name)));
                }
                yield object;
            }
            default -> NODES.textNode(value.toString());
        };
    }
}
