package io.logprobe.contracts;

/// One record on a topic. The payload is the event as JSON; topic, key and identifier travel beside it
/// (the identifier and the type as the CloudEvents headers `ce_id` and `ce_type`).
public interface Event {

    /// The topic this event belongs to, one of [Topics].
    String topic();

    /// The record key: events of one key are read in the order they were written.
    String key();

    /// Identifies this fact: equal for two records exactly when they state the same fact, so that a
    /// consumer recognises a record that was delivered twice.
    String eventId();
}
