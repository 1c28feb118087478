package io.logprobe.engine.backend.cuda;

/// Device memory for what one operation leaves for the next, as large as the largest so far.
final class GrowingDeviceBuffer implements AutoCloseable {

    private final DeviceMemory memory;
    private final String purpose;
    private long address;
    private long bytes;

    GrowingDeviceBuffer(DeviceMemory memory, String purpose) {
        this.memory = memory;
        this.purpose = purpose;
    }

    /// Address of that much memory; what it held before is lost.
    long of(long needed) {
        if (needed > bytes) {
            close();
            address = memory.allocate(needed, purpose);
            bytes = needed;
        }
        return address;
    }

    @Override
    public void close() {
        if (bytes > 0) {
            memory.free(address);
            bytes = 0;
        }
    }
}
