package falsework.example;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Who may publish: what falsework has decided of each scope of each mapping. */
final class OwnershipLog implements AutoCloseable {
  enum Owner { LEGACY, NATIVE, NONE }

  record Ownership(Owner owner, long epoch) {}

  private static final Ownership UNDECIDED = new Ownership(Owner.LEGACY, 1);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TopicPartition log;
  private final Consumer<String, String> committed;
  private final Consumer<String, String> all;
  private final Map<String, Ownership> newest = new HashMap<>();

  /** `committed` reads with isolation.level=read_committed; `all` with read_uncommitted, and is asked for ends alone. */
  OwnershipLog(String topic, Consumer<String, String> committed, Consumer<String, String> all) {
    this.log = new TopicPartition(topic, 0);
    this.committed = committed;
    this.all = all;
    committed.assign(List.of(log));
    committed.seekToBeginning(List.of(log));
  }

  /**
   * Takes up whatever was decided before the call, also by a transaction whose marker is still to be written: the end of
   * a read_committed reader stands before that one. Goes on where it ended last.
   */
  void readToEnd(Duration atMost) {
    long end = all.endOffsets(List.of(log), atMost).get(log);
    long deadline = System.nanoTime() + atMost.toNanos();
    while (committed.position(log) < end) {
      committed.poll(Duration.ofMillis(100)).forEach(this::take);
      if (System.nanoTime() > deadline) throw new TimeoutException("a transaction on " + log + " stays open");
    }
  }

  /** As it was read last: of the scope itself, else of its whole mapping. */
  Ownership of(String mapping, String scope) {
    Ownership ofMapping = newest.getOrDefault(mapping, UNDECIDED);
    return scope == null ? ofMapping : newest.getOrDefault(mapping + " " + scope, ofMapping);
  }

  private void take(ConsumerRecord<String, String> record) {
    if (record.value() == null) newest.remove(record.key());
    else newest.put(record.key(), parse(record.value()));
  }

  /** Nothing is published on a guess: what cannot be read ends the service. */
  private static Ownership parse(String value) {
    try {
      JsonNode record = JSON.readTree(value);
      if (record.required("format").asInt() != 1) throw new IllegalStateException("of a later format: " + value);
      String owner = record.required("owner").asText().toUpperCase(Locale.ROOT);
      return new Ownership(Owner.valueOf(owner), record.required("epoch").asLong());
    } catch (JsonProcessingException | IllegalArgumentException cause) {
      throw new IllegalStateException("ownership that cannot be read: " + value, cause);
    }
  }

  @Override
  public void close() {
    committed.close();
    all.close();
  }
}
