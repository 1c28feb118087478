package io.logprobe.engine.backend.cuda;

import jcuda.driver.CUevent;

/// The end of a copy that may still be under way. The computing stream waits for it at the first use of what is copied,
/// and for nothing that is copied later.
final class Arrival {

    private final CudaDriver driver;
    private final CudaDriver.Stream compute;
    private final CUevent event;
    private boolean awaited;

    /// Marks what has been given to `copies` so far.
    Arrival(CudaDriver driver, CudaDriver.Stream compute, CudaDriver.Stream copies) {
        this.driver = driver;
        this.compute = compute;
        event = driver.event();
        driver.record(event, copies);
    }

    /// Lets the computing stream wait.
    synchronized void await() {
        if (!awaited) {
            driver.waitFor(compute, event);
            driver.destroy(event);
            awaited = true;
        }
    }
}
