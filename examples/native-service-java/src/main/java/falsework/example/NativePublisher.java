package falsework.example;

import falsework.example.Event.Origin;
import falsework.example.OwnershipLog.Owner;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Publishes for a native service under one transactional id: a batch and the service's position become visible together,
 * or neither does. For one thread. After any exception but IllegalArgumentException it is spent, and nobody knows whether
 * the batch is visible: close it, open another one, and go on from the position that this one has.
 */
final class NativePublisher implements AutoCloseable {
  /** falsework takes a scope back, another instance runs, or the transaction took too long: stop, and open nothing. */
  static final class FencedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    FencedException(Throwable cause) {
      super("the transactional id was fenced", cause);
    }
  }

  /**
   * @param transactionalId falsework.native.&lt;mapping&gt;.&lt;number&gt;
   * @param mappings those whose migration files declare that id
   * @param topicPrefix of every topic; empty: none
   * @param patience longer than a transaction of falsework's
   */
  record Settings(String transactionalId, Set<String> mappings, String topicPrefix, Duration patience) {
    String positionTopic() {
      return topicPrefix + transactionalId;
    }
  }

  private final Settings settings;
  private final Producer<byte[], byte[]> producer;
  private final OwnershipLog ownershipLog;
  private String position;

  /** Fences every older publisher of the id, and only then reads its position: nobody else moves that any more. */
  NativePublisher(
      Settings settings, Producer<byte[], byte[]> producer, OwnershipLog ownershipLog, Consumer<String, String> positions) {
    this.settings = settings;
    this.producer = producer;
    this.ownershipLog = ownershipLog;
    String barrier = UUID.randomUUID().toString();
    transact(() -> {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(positionRecord("barrier", barrier));
    });
    position = positionBefore(barrier, positions);
  }

  /** What the last visible batch carried; null: none ever was. */
  String position() {
    return position;
  }

  /**
   * Publishes all events, or says why it has sent nothing: the scope of one is not the service's. That is asked before
   * the transaction begins, since one that is older than the question may outlive what was decided meanwhile.
   */
  Optional<String> publish(List<Event> events, String newPosition) {
    ownershipLog.readToEnd(settings.patience());
    for (Event event : events) {
      Optional<String> refusal = refusalOf(event);
      if (refusal.isPresent()) return refusal;
    }
    transact(() -> {
      producer.beginTransaction();
      for (Event event : events) producer.send(recordOf(event));
      producer.send(positionRecord("position", newPosition));
    });
    position = newPosition;
    return Optional.empty();
  }

  /** Leaves what is open at the broker to whoever opens next. */
  @Override
  public void close() {
    producer.close(Duration.ZERO);
    ownershipLog.close();
  }

  private Optional<String> refusalOf(Event event) {
    if (event.origin() == Origin.MIRRORED) return Optional.empty();
    if (!settings.mappings().contains(event.mapping())) {
      String id = settings.transactionalId();
      throw new IllegalArgumentException("a rollback of " + event.mapping() + " does not fence " + id);
    }
    Owner owner = ownershipLog.of(event.mapping(), event.scope()).owner();
    return owner == Owner.NATIVE
        ? Optional.empty()
        : Optional.of(event.mapping() + ", scope " + event.scope() + " has owner " + owner);
  }

  /** Without a partition: the producer's own partitioner takes that of the key's murmur2. */
  private ProducerRecord<byte[], byte[]> recordOf(Event event) {
    byte[] key = event.key().getBytes(StandardCharsets.UTF_8);
    var record = new ProducerRecord<>(settings.topicPrefix() + event.topic(), key, event.value());
    event.headers(ownershipLog.of(event.mapping(), event.scope()).epoch()).forEach(record.headers()::add);
    return record;
  }

  private ProducerRecord<byte[], byte[]> positionRecord(String key, String value) {
    byte[] text = value.getBytes(StandardCharsets.UTF_8);
    return new ProducerRecord<>(settings.positionTopic(), 0, key.getBytes(StandardCharsets.UTF_8), text);
  }

  /** The commit sends what waits, and raises what became of it; nothing is aborted, and nothing is sent again. */
  private void transact(Runnable work) {
    try {
      work.run();
      producer.commitTransaction();
    } catch (RuntimeException failure) {
      throw isFencing(failure) ? new FencedException(failure) : failure;
    }
  }

  private static boolean isFencing(Throwable failure) {
    if (failure == null) return false;
    boolean isOne = failure instanceof ProducerFencedException || failure instanceof InvalidProducerEpochException;
    return isOne || isFencing(failure.getCause());
  }

  private String positionBefore(String barrier, Consumer<String, String> positions) {
    var log = List.of(new TopicPartition(settings.positionTopic(), 0));
    positions.assign(log);
    positions.seekToBeginning(log);
    long deadline = System.nanoTime() + settings.patience().toNanos();
    String newest = null;
    while (System.nanoTime() < deadline) {
      for (var record : positions.poll(Duration.ofMillis(100))) {
        if (record.key().equals("position")) newest = record.value();
        else if (barrier.equals(record.value())) return newest;
      }
    }
    throw new TimeoutException("the barrier in " + settings.positionTopic() + " was not seen");
  }
}
