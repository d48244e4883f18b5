// The Java client beside ours: `produce TOPIC CODEC…` writes what the tests expect, `read TOPIC` prints what it sees.
import java.time.Duration;
import java.util.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.*;

public class JavaClient {
    public static void main(String[] arguments) throws Exception {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", arguments[0]);
        if (arguments[1].equals("read")) read(settings, arguments[2]);
        else for (int at = 2; at < arguments.length; at += 2) produce(settings, arguments[at], arguments[at + 1]);
    }

    static void produce(Map<String, Object> settings, String topic, String codec) throws Exception {
        settings.put("compression.type", codec);
        settings.put("linger.ms", 200);
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<java.util.concurrent.Future<RecordMetadata>> sent = new ArrayList<>();
            for (int index = 0; index < 50; index++) {
                byte[] key = index % 5 == 0 ? null : ("key " + index).getBytes("UTF-8");
                byte[] value = index % 7 == 0 ? null : ("größer " + index + "x".repeat(index * 10)).getBytes("UTF-8");
                var record = new ProducerRecord<>(topic, 0, 1_700_000_000_000L + index * 1_000L - (index % 3) * 90_000L, key, value);
                record.headers().add("index", String.valueOf(index).getBytes("UTF-8"));
                if (index % 2 == 0) record.headers().add("index", "again".getBytes("UTF-8")).add("none", null);
                sent.add(producer.send(record));
            }
            producer.flush();
            for (var each : sent) each.get();
        }
    }

    static void read(Map<String, Object> settings, String topic) throws Exception {
        settings.put("isolation.level", "read_committed");
        settings.put("check.crcs", true);
        var out = new java.io.PrintStream(System.out, true, "UTF-8");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (var info : consumer.partitionsFor(topic)) partitions.add(new TopicPartition(topic, info.partition()));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (!partitions.stream().allMatch(partition -> consumer.position(partition) >= ends.get(partition))) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    List<String> fields = new ArrayList<>(List.of("" + record.partition(), "" + record.key(), "" + record.value()));
                    for (Header header : record.headers()) fields.add(header.key() + "=" + new String(header.value(), "UTF-8"));
                    out.println(String.join("\t", fields));
                }
            }
        }
    }
}
