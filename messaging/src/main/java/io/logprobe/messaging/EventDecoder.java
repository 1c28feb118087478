package io.logprobe.messaging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import io.logprobe.contracts.Event;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// Reads the payload of a record, tolerating what a newer writer may add.
@ApplicationScoped
class EventDecoder {

    private final ObjectMapper json;

    EventDecoder(ObjectMapper json) {
        this.json = json;
    }

    /// The event, or nothing if its type is unknown to this version.
    ///
    /// @throws InvalidEvent if the record is no event at all
    <E extends Event> Optional<E> decode(ConsumerRecord<String, byte[]> record, Class<E> type) {
        if (record.value() == null) {
            throw new InvalidEvent(position(record) + " has no value", null);
        }
        try {
            return Optional.of(json.readValue(record.value(), type));
        } catch (InvalidTypeIdException e) {
            if (e.getTypeId() == null) {
                throw new InvalidEvent(position(record) + " names no type", e);
            }
            return Optional.empty();
        } catch (JsonProcessingException e) {
            // The payload may hold users' texts: only the place of the offence is told.
            throw new InvalidEvent(
                    position(record) + " is no " + type.getSimpleName() + ": " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new InvalidEvent(position(record) + " cannot be read", e);
        }
    }

    /// Names a record in messages.
    static String position(ConsumerRecord<String, byte[]> record) {
        return "record " + record.topic() + "-" + record.partition() + "@" + record.offset();
    }
}
