package io.logprobe.contracts;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/// The headers of every record: CloudEvents 1.0 in Kafka's binary mode.
public final class EventHeaders {

    public static final String SPEC_VERSION = "ce_specversion";
    public static final String ID = "ce_id";
    public static final String TYPE = "ce_type";
    public static final String SOURCE = "ce_source";
    public static final String TIME = "ce_time";
    public static final String CONTENT_TYPE = "content-type";

    private EventHeaders() {}

    /// Header names and values of one event.
    ///
    /// @param eventId see [Event#eventId]
    /// @param type simple name of the event's record
    /// @param source name of the service that writes it
    /// @param time when the fact happened
    public static Map<String, String> of(String eventId, String type, String source, Instant time) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(SPEC_VERSION, "1.0");
        headers.put(ID, eventId);
        headers.put(TYPE, "io.logprobe." + type);
        headers.put(SOURCE, source);
        headers.put(TIME, time.toString());
        headers.put(CONTENT_TYPE, "application/json");
        return headers;
    }
}
