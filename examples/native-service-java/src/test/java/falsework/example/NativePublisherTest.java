package falsework.example;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import falsework.example.Event.Origin;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class NativePublisherTest {
  private static final String ID = "falsework.native.orders.1";
  private static final TopicPartition OWNERSHIP = new TopicPartition("a.falsework.ownership", 0);
  private static final TopicPartition POSITIONS = new TopicPartition("a." + ID, 0);
  private static final Event.Type TYPE =
      new Event.Type("orders.v1", "com.acme.orders.OrderPlaced", 258, "http://registry/schemas/ids/258", "/fulfilment");

  private final MockConsumer<String, String> committed = emptyLog(OWNERSHIP);
  private final MockConsumer<String, String> all = emptyLog(OWNERSHIP);
  private final MockConsumer<String, String> positions = emptyLog(POSITIONS);
  private final List<ConsumerRecord<String, String>> keptPositions = new ArrayList<>();
  private final Barriers producer = new Barriers();
  private long end = 0;

  @Test
  void publishesNothingBeforeFalseworkHasDecidedAnything() {
    NativePublisher publisher = open();
    assertEquals(Optional.of("orders, scope 3 has owner LEGACY"), publisher.publish(List.of(own("1", "orders")), "1"));
    assertEquals(List.of(), topics());
  }

  @Test
  void publishesWhatIsMirroredWhoeverOwns() {
    NativePublisher publisher = open();
    assertEquals(Optional.empty(), publisher.publish(List.of(event("1", "orders", Origin.MIRRORED)), "1"));
    assertEquals(List.of("a.native.orders.v1", "a." + ID), topics());
  }

  @Test
  void theRecordOfTheScopeCountsBeforeThatOfItsMapping() {
    NativePublisher publisher = open();
    decide("orders", "{\"format\":1,\"owner\":\"native\",\"epoch\":2}");
    decide("orders 3", "{\"format\":1,\"owner\":\"none\",\"epoch\":3}");
    assertEquals(Optional.of("orders, scope 3 has owner NONE"), publisher.publish(List.of(own("1", "orders")), "1"));
    decide("orders 3", null);
    assertEquals(Optional.empty(), publisher.publish(List.of(own("1", "orders")), "1"));
  }

  @Test
  void writesKeyValueAndHeadersAsThePageSays() {
    NativePublisher publisher = open();
    decide("orders", "{\"format\":1,\"owner\":\"native\",\"epoch\":2}");
    publisher.publish(List.of(own("event-1", "orders")), "7");
    ProducerRecord<byte[], byte[]> record = producer.events().get(0);
    assertEquals("42", new String(record.key(), UTF_8));
    assertEquals(List.of(0, 0, 0, 1, 2, 9, 8), bytesOf(record.value()));
    assertEquals(
        new TreeMap<>(Map.ofEntries(
            entry("ce_specversion", "1.0"),
            entry("ce_id", "event-1"),
            entry("ce_source", "/fulfilment"),
            entry("ce_type", "com.acme.orders.OrderPlaced"),
            entry("ce_time", "2026-01-31T10:00:00.120000Z"),
            entry("ce_subject", "order/42"),
            entry("ce_partitionkey", "42"),
            entry("ce_dataschema", "http://registry/schemas/ids/258"),
            entry("content-type", "application/avro"),
            entry("falsework-epoch", "2"),
            entry("falsework-scope", "3"))),
        headersOf(record));
    assertEquals("7", new String(producer.events().get(1).value(), UTF_8));
  }

  @Test
  void refusesAnEventOfItsOwnInAMappingWhoseRollbackWouldNotFenceIt() {
    NativePublisher publisher = open();
    assertThrows(IllegalArgumentException.class, () -> publisher.publish(List.of(own("1", "customers")), "1"));
    assertEquals(List.of(), topics());
  }

  @Test
  void goesOnFromThePositionBeforeItsOwnBarrier() {
    keep("barrier", "of one before it");
    keep("position", "41");
    assertEquals("41", open().position());
  }

  @Test
  void doesNotReadPastATransactionThatIsOpen() {
    NativePublisher publisher = open();
    end = 5;
    all.updateEndOffsets(Map.of(OWNERSHIP, end));
    assertThrows(TimeoutException.class, () -> publisher.publish(List.of(own("1", "orders")), "1"));
    assertEquals(List.of(), topics());
  }

  @Test
  void publishesNothingOnOwnershipThatItCannotRead() {
    for (String value : List.of("?", "{}", "{\"format\":2,\"owner\":\"native\",\"epoch\":2}", "{\"format\":1,\"owner\":\"me\",\"epoch\":2}")) {
      NativePublisher publisher = new NativePublisherTest().openWith(value);
      assertThrows(IllegalStateException.class, () -> publisher.publish(List.of(own("1", "orders")), "1"));
    }
  }

  @Test
  void saysThatItWasFenced() {
    NativePublisher publisher = open();
    producer.fenceProducer();
    var mirrored = List.of(event("1", "orders", Origin.MIRRORED));
    assertThrows(NativePublisher.FencedException.class, () -> publisher.publish(mirrored, "1"));
  }

  private NativePublisher open() {
    var settings = new NativePublisher.Settings(ID, Set.of("orders"), "a.", Duration.ofMillis(300));
    return new NativePublisher(settings, producer, new OwnershipLog(OWNERSHIP.topic(), committed, all), positions);
  }

  private NativePublisher openWith(String ownership) {
    NativePublisher publisher = open();
    decide("orders", ownership);
    return publisher;
  }

  private void decide(String key, String value) {
    committed.addRecord(new ConsumerRecord<>(OWNERSHIP.topic(), 0, end++, key, value));
    all.updateEndOffsets(Map.of(OWNERSHIP, end));
  }

  private void keep(String key, String value) {
    keptPositions.add(new ConsumerRecord<>(POSITIONS.topic(), 0, keptPositions.size(), key, value));
  }

  private List<String> topics() {
    return producer.events().stream().map(ProducerRecord::topic).toList();
  }

  private static Event own(String id, String mapping) {
    return event(id, mapping, Origin.OWN);
  }

  private static Event event(String id, String mapping, Origin origin) {
    Instant time = Instant.parse("2026-01-31T10:00:00.12Z");
    return new Event(id, mapping, "3", origin, TYPE, "42", "order/42", time, new byte[] {9, 8});
  }

  private static List<Integer> bytesOf(byte[] bytes) {
    List<Integer> list = new ArrayList<>();
    for (byte each : bytes) list.add((int) each);
    return list;
  }

  private static Map<String, String> headersOf(ProducerRecord<byte[], byte[]> record) {
    Map<String, String> headers = new TreeMap<>();
    record.headers().forEach(header -> headers.put(header.key(), new String(header.value(), UTF_8)));
    return headers;
  }

  private static MockConsumer<String, String> emptyLog(TopicPartition log) {
    MockConsumer<String, String> consumer = new MockConsumer<>("earliest");
    consumer.updateBeginningOffsets(Map.of(log, 0L));
    consumer.updateEndOffsets(Map.of(log, 0L));
    return consumer;
  }

  /** What it commits to the topic of the position is read there. */
  private final class Barriers extends MockProducer<byte[], byte[]> {
    private boolean isOpen = false;

    Barriers() {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public void commitTransaction() {
      super.commitTransaction();
      if (isOpen) return;
      isOpen = true;
      history().forEach(record -> keep(new String(record.key(), UTF_8), new String(record.value(), UTF_8)));
      positions.schedulePollTask(() -> keptPositions.forEach(positions::addRecord));
      clear();
    }

    List<ProducerRecord<byte[], byte[]>> events() {
      return history();
    }
  }
}
