package falsework.example;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.TreeMap;

/**
 * An event of the service, with its value as Avro has encoded it.
 *
 * @param id the same whenever the same event is sent again
 * @param scope of the mapping's structural scope, as text; null: the mapping has none
 * @param origin MIRRORED: it tells of the legacy system. OWN: it happened in the service
 * @param subject what it is about; null: nothing is said of that
 */
record Event(
    String id,
    String mapping,
    String scope,
    Origin origin,
    Type type,
    String key,
    String subject,
    Instant time,
    byte[] avro) {

  enum Origin { MIRRORED, OWN }

  /**
   * A version of an event in one topic, as falsework has registered it.
   *
   * @param topic as the mapping names it
   * @param fullName of its Avro record
   * @param source a URI reference to the service
   */
  record Type(String topic, String fullName, int schemaId, String schemaUrl, String source) {}

  private static final DateTimeFormatter RFC3339 =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  /** The topic that it goes to, without the prefix of the installation. */
  String topic() {
    return origin == Origin.OWN ? type.topic() : "native." + type.topic();
  }

  /** Confluent's wire format: a zero byte, the schema's id, then Avro. */
  byte[] value() {
    return ByteBuffer.allocate(5 + avro.length).put((byte) 0).putInt(type.schemaId()).put(avro).array();
  }

  /** CloudEvents in binary mode, with scope and epoch of the ownership under which it is published. */
  Map<String, byte[]> headers(long epoch) {
    Map<String, String> texts = new TreeMap<>(Map.of(
        "ce_specversion", "1.0",
        "ce_id", id,
        "ce_source", type.source(),
        "ce_type", type.fullName(),
        "ce_time", RFC3339.format(time),
        "ce_partitionkey", key,
        "ce_dataschema", type.schemaUrl(),
        "content-type", "application/avro",
        "falsework-epoch", Long.toString(epoch)));
    if (scope != null) texts.put("falsework-scope", scope);
    if (subject != null) texts.put("ce_subject", subject);
    Map<String, byte[]> headers = new TreeMap<>();
    texts.forEach((name, text) -> headers.put(name, text.getBytes(StandardCharsets.UTF_8)));
    return headers;
  }
}
