package io.logprobe.engine.checkpoint;

/// A tensor and where its bytes are.
///
/// @param file open file of the elements
/// @param offset byte position of the first element in the file
/// @param layout order of the elements from there on
record StoredTensor(TensorInfo info, TensorFile file, long offset, Layout layout) {}
