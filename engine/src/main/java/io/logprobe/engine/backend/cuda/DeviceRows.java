package io.logprobe.engine.backend.cuda;

import io.logprobe.engine.backend.Rows;
import java.util.List;

/// [TrieTiles] on the device, one address per array, and on the host what a launch must know.
@SuppressWarnings("ArrayRecordComponent")
record DeviceRows(
        long position,
        long group,
        long tileRow,
        long tileRows,
        long tileSegment,
        long firstRange,
        long rangeRow,
        long rangePosition,
        int[] firstTile,
        int blockRows,
        DeviceMemory memory)
        implements Rows {

    private static final String PURPOSE = "the token trie";

    /// For the thread that computes.
    static DeviceRows of(TrieTiles tiles, int blockRows, WeightUpload upload, DeviceMemory memory) {
        return new DeviceRows(
                upload.table(tiles.position(), PURPOSE),
                upload.table(tiles.group(), PURPOSE),
                upload.table(tiles.tileRow(), PURPOSE),
                upload.table(tiles.tileRows(), PURPOSE),
                upload.table(tiles.tileSegment(), PURPOSE),
                upload.table(tiles.firstRange(), PURPOSE),
                upload.table(tiles.rangeRow(), PURPOSE),
                upload.table(tiles.rangePosition(), PURPOSE),
                tiles.firstTile(),
                blockRows,
                memory);
    }

    /// Tiles of one block of rows.
    record Tiles(int first, int count) {}

    /// @param first a block's first row
    Tiles tiles(int first) {
        if (first % blockRows != 0) {
            throw new IllegalArgumentException("row " + first + " does not begin a block of " + blockRows);
        }
        int block = first / blockRows;
        return new Tiles(firstTile[block], firstTile[block + 1] - firstTile[block]);
    }

    @Override
    public void close() {
        List.of(position, group, tileRow, tileRows, tileSegment, firstRange, rangeRow, rangePosition)
                .forEach(memory::free);
    }
}
