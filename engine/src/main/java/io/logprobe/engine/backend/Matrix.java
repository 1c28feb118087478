package io.logprobe.engine.backend;

/// A float32 matrix in a backend's memory, row by row. Views share their owner's memory and live as long as it does.
public interface Matrix extends Resource {

    int rows();

    int columns();

    Matrix rows(int first, int count);

    Matrix columns(int first, int count);

    /// Frees the memory; does nothing on a view.
    @Override
    void close();
}
