package io.logprobe.standalone.platform;

/// Who gets how much of the machine's memory. The three small services, PostgreSQL, the broker and the system take a
/// fixed amount; the worker gets the rest.
///
/// @param apiHeapMiB heap of the api-service
/// @param schedulerHeapMiB heap of the scheduler-service
/// @param notifierHeapMiB heap of the notifier-service
/// @param workerHeapMiB heap of the worker, which holds rows and results
/// @param engineMiB memory outside of the heap for weights and intermediate results
record MemoryPlan(int apiHeapMiB, int schedulerHeapMiB, int notifierHeapMiB, int workerHeapMiB, int engineMiB) {

    /// Heaps and what processes take beyond them, for everything but the worker.
    private static final int EVERYTHING_ELSE_MIB = 2304;
    /// What the worker's Java runtime takes beyond its heap.
    private static final int WORKER_RUNTIME_MIB = 256;

    private static final int LEAST_ENGINE_MIB = 512;
    private static final int LEAST_WORKER_HEAP_MIB = 512;
    private static final int LARGEST_WORKER_HEAP_MIB = 8192;

    /// @param machineBytes memory of the machine, or of the container
    static MemoryPlan of(long machineBytes) {
        int machine = (int) Math.min(Integer.MAX_VALUE, machineBytes >> 20);
        int heap = Math.clamp(machine / 8, LEAST_WORKER_HEAP_MIB, LARGEST_WORKER_HEAP_MIB);
        int engine = Math.max(LEAST_ENGINE_MIB, machine - EVERYTHING_ELSE_MIB - WORKER_RUNTIME_MIB - heap);
        return new MemoryPlan(256, 192, 192, heap, engine);
    }
}
