package io.logprobe.engine.backend;

/// A token trie's rows in a form the backend can walk.
public interface Rows extends Resource {}
