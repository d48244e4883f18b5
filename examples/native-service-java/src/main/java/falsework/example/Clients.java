package falsework.example;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The clients of Kafka that a native publisher is made of. */
final class Clients {
  private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(25);

  /** Small segments: the active one is not compacted, and every start reads it. */
  private static final Map<String, String> COMPACTED_OFTEN =
      Map.of("cleanup.policy", "compact", "segment.bytes", "4194304", "segment.ms", "600000");

  private Clients() {}

  /** Raises what the clients raise; the topic of the position and that of what is mirrored are there afterwards. */
  static NativePublisher open(String brokers, NativePublisher.Settings settings, String topic)
      throws ExecutionException, InterruptedException {
    String prefix = settings.topicPrefix();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
      createMissing(admin, topic(settings.positionTopic(), 1).configs(COMPACTED_OFTEN));
      createMissing(admin, topic(prefix + "native." + topic, partitionsOf(admin, prefix + topic)));
    }
    Consumer<String, String> committed = consumer(brokers, "read_committed");
    Consumer<String, String> all = consumer(brokers, "read_uncommitted");
    OwnershipLog ownershipLog = new OwnershipLog(prefix + "falsework.ownership", committed, all);
    try (Consumer<String, String> positions = consumer(brokers, "read_committed")) {
      return new NativePublisher(settings, producer(brokers, settings.transactionalId()), ownershipLog, positions);
    }
  }

  /** Its partitioner is the client's own, murmur2 of the key: set no other one. */
  private static Producer<byte[], byte[]> producer(String brokers, String transactionalId) {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers", brokers,
            "transactional.id", transactionalId,
            "transaction.timeout.ms", (int) TRANSACTION_TIMEOUT.toMillis()),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static Consumer<String, String> consumer(String brokers, String isolation) {
    Map<String, Object> options = new HashMap<>();
    options.put("bootstrap.servers", brokers);
    options.put("isolation.level", isolation);
    options.put("allow.auto.create.topics", false);
    return new KafkaConsumer<>(options, new StringDeserializer(), new StringDeserializer());
  }

  /** With as many replicas as is usual on these brokers. */
  private static NewTopic topic(String name, int partitions) {
    return new NewTopic(name, partitions, (short) -1);
  }

  private static int partitionsOf(Admin admin, String topic) throws ExecutionException, InterruptedException {
    return admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size();
  }

  private static void createMissing(Admin admin, NewTopic topic) throws ExecutionException, InterruptedException {
    try {
      admin.createTopics(List.of(topic)).all().get();
    } catch (ExecutionException failure) {
      if (!(failure.getCause() instanceof TopicExistsException)) throw failure;
    }
  }
}
