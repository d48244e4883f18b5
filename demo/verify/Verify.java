/*
 * Compares what was published with what the old application expected, and with what the new service has noted that it did
 * itself: key, order per key across both, every field, unique ids, and that the epoch of a key never decreases.
 * It shares no code with the translator: Kafka's own consumer, a decoder of Avro of its own, the audit tables of the
 * legacy database. It is one file so that the source launcher runs it without a build:
 *
 *   java -cp 'LIBS/*:DEBEZIUM/*' Verify.java --brokers HOST:PORT --registry URL --topic orders.v1[=NAME]...
 *        [--scratch orders.v1=NAME]... [--dead-letters NAME] [--wait SECONDS]
 *
 * The database is named by FALSEWORK_AUDIT_URL, as JDBC has it, _USER and _PASSWORD; that of the new service, where there
 * is one, by FALSEWORK_SERVICE_URL, _USER and _PASSWORD. Prints a line for each
 * difference, up to a bound, and last a line of JSON. Exit 0: no difference; 1: differences; 2: nothing could be said.
 */

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

public final class Verify {
  private static final int DIFFERENCES_SHOWN_MAX = 40;

  public static void main(String[] arguments) {
    // The clients would write their log between our lines.
    System.setProperty("log4j2.level", "OFF");
    System.setProperty("log4j2.statusLoggerLevel", "OFF");
    try {
      Options options = Options.read(arguments);
      Audit audit = Audit.read();
      if (audit.transactions() == 0) throw new IllegalStateException("the audit tables are empty");
      Report report = compare(audit, Published.read(options, audit));
      report.lines().stream().limit(DIFFERENCES_SHOWN_MAX).forEach(System.out::println);
      int hidden = report.lines().size() - DIFFERENCES_SHOWN_MAX;
      if (hidden > 0) System.out.println("and " + hidden + " more");
      System.out.println(report.json());
      System.exit(report.differences() == 0 ? 0 : 1);
    } catch (Exception failure) {
      System.err.println("verify: " + failure);
      System.exit(2);
    }
  }

  private static Report compare(Audit audit, Published published) {
    Report report = new Report(audit.transactions(), published.events().size());
    Set<Stream> streams = new LinkedHashSet<>(audit.events().keySet());
    published.events().forEach(event -> streams.add(event.stream()));
    Map<Stream, List<Event>> byStream = groupByStream(published.events());
    Set<String> ids = new HashSet<>();
    for (Stream stream : streams) {
      new StreamComparison(stream, report, ids)
          .compare(audit.events().getOrDefault(stream, List.of()), byStream.getOrDefault(stream, List.of()));
    }
    if (published.scratch() != null) compareIds(byStream, groupByStream(published.scratch()), report);
    if (published.deadLetters() != null) compareDeadLetters(audit.deadLetters(), published.deadLetters(), report);
    return report;
  }

  private static Map<Stream, List<Event>> groupByStream(List<Event> events) {
    Map<Stream, List<Event>> grouped = new LinkedHashMap<>();
    for (Event event : events) grouped.computeIfAbsent(event.stream(), stream -> new ArrayList<>()).add(event);
    return grouped;
  }

  /** A second translation of the same raw log gives the same ids, in the same order. */
  private static void compareIds(Map<Stream, List<Event>> first, Map<Stream, List<Event>> second, Report report) {
    Set<Stream> streams = new LinkedHashSet<>(first.keySet());
    streams.addAll(second.keySet());
    for (Stream stream : streams) {
      List<Event> one = first.getOrDefault(stream, List.of());
      List<Event> other = second.getOrDefault(stream, List.of());
      for (int at = 0; at < Math.max(one.size(), other.size()); at++) {
        String id = at < one.size() ? one.get(at).id() : "none";
        String again = at < other.size() ? other.get(at).id() : "none";
        if (!id.equals(again)) report.count("idMismatch", stream + " event " + (at + 1) + ": " + id + ", again " + again);
      }
    }
  }

  private static void compareDeadLetters(Map<String, Integer> expected, Map<String, Integer> found, Report report) {
    Set<String> kinds = new LinkedHashSet<>(expected.keySet());
    kinds.addAll(found.keySet());
    for (String kind : kinds) {
      int wanted = expected.getOrDefault(kind, 0);
      int got = found.getOrDefault(kind, 0);
      for (int at = 0; at < Math.abs(wanted - got); at++) {
        report.count("deadLetterMismatch", "dead letters " + kind + ": expected " + wanted + ", found " + got);
      }
    }
  }
}

/** Events of one topic and key: what is ordered. */
record Stream(String topic, String key) {
  @Override
  public String toString() {
    return topic + " key " + key;
  }
}

/**
 * As expected, or as published; `id`, `partition`, `epoch` and `complaint` are known of published events only. Bytes that
 * cannot be read are a complaint, and there are no fields; the epoch is -1 where none is told.
 */
record Event(
    Stream stream,
    String type,
    String subject,
    Instant time,
    JsonNode fields,
    String id,
    int partition,
    int epoch,
    String complaint) {

  /** Paths in which the other event differs; the time is compared where it is known beforehand. */
  List<String> differences(Event published) {
    List<String> paths = new ArrayList<>();
    if (!type.equals(published.type)) paths.add("type");
    if (!subject.equals(published.subject)) paths.add("subject");
    if (time != null && !time.equals(published.time)) paths.add("time");
    if (published.complaint != null) paths.add(published.complaint);
    if (published.fields != null) addDifferences(fields, published.fields, "fields", paths);
    return paths;
  }

  private static void addDifferences(JsonNode expected, JsonNode got, String path, List<String> paths) {
    if (expected.isObject() && got.isObject()) {
      Set<String> names = new LinkedHashSet<>();
      expected.fieldNames().forEachRemaining(names::add);
      got.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        if (!expected.has(name) || !got.has(name)) paths.add(path + "." + name);
        else addDifferences(expected.get(name), got.get(name), path + "." + name, paths);
      }
    } else if (expected.isArray() && got.isArray() && expected.size() == got.size()) {
      for (int at = 0; at < expected.size(); at++) {
        addDifferences(expected.get(at), got.get(at), path + "[" + at + "]", paths);
      }
    } else if (expected.isNumber() && got.isNumber()) {
      if (expected.decimalValue().compareTo(got.decimalValue()) != 0) paths.add(path);
    } else if (!expected.equals(got)) {
      paths.add(path);
    }
  }
}

/** Finds for each published event the expected one that it is. */
final class StreamComparison {
  private final Stream stream;
  private final Report report;
  private final Set<String> ids;

  StreamComparison(Stream stream, Report report, Set<String> ids) {
    this.stream = stream;
    this.report = report;
    this.ids = ids;
  }

  void compare(List<Event> expected, List<Event> published) {
    Event[] found = new Event[expected.size()];
    Map<Event, Integer> places = new IdentityHashMap<>();
    List<Event> strange = new ArrayList<>();
    for (Event event : published) {
      if (!ids.add(event.id())) {
        report.count("duplicate", stream + ": " + event.type() + " with id " + event.id() + " is there again");
        continue;
      }
      int place = place(expected, found, event);
      if (place < 0) strange.add(event);
      else take(found, places, place, event);
    }
    for (Event event : strange) explain(expected, found, places, event);
    for (int at = 0; at < found.length; at++) {
      if (found[at] == null) report.count("missing", stream + " event " + (at + 1) + ": " + expected.get(at).type());
    }
    checkOrder(published, places);
    checkEpochs(published);
  }

  private static int place(List<Event> expected, Event[] found, Event event) {
    for (int at = 0; at < found.length; at++) {
      if (found[at] == null && expected.get(at).differences(event).isEmpty()) return at;
    }
    return -1;
  }

  private static void take(Event[] found, Map<Event, Integer> places, int place, Event event) {
    found[place] = event;
    places.put(event, place);
  }

  /** An event that is none of the expected: an altered one, a repeated one under a new id, or one that nobody knows. */
  private void explain(List<Event> expected, Event[] found, Map<Event, Integer> places, Event event) {
    for (int at = 0; at < found.length; at++) {
      if (found[at] != null && expected.get(at).differences(event).isEmpty()) {
        report.count("duplicate", stream + " event " + (at + 1) + ": " + event.type() + " again, as " + event.id());
        return;
      }
    }
    for (int at = 0; at < found.length; at++) {
      if (found[at] == null && expected.get(at).type().equals(event.type())) {
        String paths = String.join(", ", expected.get(at).differences(event));
        report.count("different", stream + " event " + (at + 1) + ": " + event.type() + " differs in " + paths);
        take(found, places, at, event);
        return;
      }
    }
    report.count("unexpected", stream + ": " + event.type() + " with id " + event.id());
  }

  private void checkOrder(List<Event> published, Map<Event, Integer> places) {
    int last = -1;
    int partition = published.isEmpty() ? -1 : published.get(0).partition();
    for (Event event : published) {
      Integer place = places.get(event);
      if (event.partition() != partition) {
        report.count("outOfOrder", stream + ": stands in partitions " + partition + " and " + event.partition());
      } else if (place != null && place < last) {
        report.count("outOfOrder", stream + " event " + (place + 1) + ": " + event.type() + " comes after event " + (last + 1));
      }
      if (place != null) last = Math.max(last, place);
    }
  }

  /** Whoever publishes in an earlier epoch has lost the stream to another one. */
  private void checkEpochs(List<Event> published) {
    int greatest = -1;
    for (Event event : published) {
      if (event.epoch() >= 0 && event.epoch() < greatest) {
        String what = event.type() + " with id " + event.id() + " has epoch " + event.epoch();
        report.count("outOfOrder", stream + ": " + what + ", and comes after epoch " + greatest);
      }
      greatest = Math.max(greatest, event.epoch());
    }
  }
}

/** Counts of differences by kind, and a line for each. */
final class Report {
  private static final List<String> KINDS =
      List.of("missing", "duplicate", "unexpected", "outOfOrder", "different", "idMismatch", "deadLetterMismatch");
  private final Map<String, Integer> counts = new LinkedHashMap<>();
  private final List<String> lines = new ArrayList<>();
  private final int transactions;
  private final int events;

  Report(int transactions, int events) {
    this.transactions = transactions;
    this.events = events;
    for (String kind : KINDS) counts.put(kind, 0);
  }

  void count(String kind, String line) {
    counts.merge(kind, 1, Integer::sum);
    lines.add(kind + ": " + line);
  }

  List<String> lines() {
    return lines;
  }

  int differences() {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  String json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("transactions", transactions).put("events", events);
    counts.forEach(json::put);
    return json.toString();
  }
}

/** Topics by the name that expectations use, and the name that they have in Kafka; several are joined by +, first to last. */
record Options(
    String brokers,
    String registry,
    Map<String, String> topics,
    Map<String, String> scratch,
    String deadLetters,
    Duration patience) {

  static Options read(String[] arguments) {
    Map<String, List<String>> given = new HashMap<>();
    for (int at = 0; at < arguments.length; at += 2) {
      if (!arguments[at].startsWith("--") || at + 1 == arguments.length) {
        throw new IllegalArgumentException("expected --name value, got " + arguments[at]);
      }
      given.computeIfAbsent(arguments[at].substring(2), name -> new ArrayList<>()).add(arguments[at + 1]);
    }
    Options options =
        new Options(
            one(given, "brokers", null),
            one(given, "registry", null),
            names(given.remove("topic")),
            names(given.remove("scratch")),
            one(given, "dead-letters", ""),
            Duration.ofSeconds(Long.parseLong(one(given, "wait", "0"))));
    if (!given.isEmpty()) throw new IllegalArgumentException("unknown options: " + given.keySet());
    if (options.topics.isEmpty()) throw new IllegalArgumentException("--topic is missing");
    return options;
  }

  private static String one(Map<String, List<String>> given, String name, String absent) {
    List<String> values = given.remove(name);
    if (values == null && absent == null) throw new IllegalArgumentException("--" + name + " is missing");
    return values == null ? absent : values.get(0);
  }

  private static Map<String, String> names(Collection<String> values) {
    Map<String, String> names = new LinkedHashMap<>();
    for (String value : values == null ? List.<String>of() : values) {
      String[] parts = value.split("=", 2);
      names.put(parts[0], parts[parts.length - 1]);
    }
    return names;
  }
}

/** What the old application wrote into the audit tables. */
record Audit(int transactions, int eventCount, Map<Stream, List<Event>> events, Map<String, Integer> deadLetters) {
  static final ObjectMapper JSON = new ObjectMapper();

  static Audit read() throws Exception {
    try (Connection connection = DriverManager.getConnection(env("URL"), env("USER"), env("PASSWORD"));
        Statement statement = connection.createStatement()) {
      int transactions = number(statement, "SELECT count(*) FROM audit.transactions");
      int events = number(statement, "SELECT count(*) FROM audit.expected_events");
      Map<Stream, List<Event>> streams = events(statement);
      return new Audit(transactions, events + ServiceFacts.addTo(streams), streams, deadLetters(statement));
    }
  }

  int deadLetterCount() {
    return deadLetters.values().stream().mapToInt(Integer::intValue).sum();
  }

  private static String env(String name) {
    return Objects.requireNonNull(System.getenv("FALSEWORK_AUDIT_" + name), "FALSEWORK_AUDIT_" + name + " is not set");
  }

  private static int number(Statement statement, String query) throws SQLException {
    try (ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private static Map<Stream, List<Event>> events(Statement statement) throws Exception {
    Map<Stream, List<Event>> events = new LinkedHashMap<>();
    String query =
        "SELECT e.topic, e.key, e.type, e.subject, e.event_time, e.fields FROM audit.expected_events e"
            + " ORDER BY e.topic, e.key, e.key_seq";
    try (ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        Event event = expected(rows);
        events.computeIfAbsent(event.stream(), name -> new ArrayList<>()).add(event);
      }
    }
    return events;
  }

  /** Of the columns topic, key, type, subject, event_time and fields. */
  static Event expected(ResultSet row) throws Exception {
    String time = row.getString(5);
    return new Event(
        new Stream(row.getString(1), row.getString(2)),
        row.getString(3),
        row.getString(4),
        time == null ? null : Instant.parse(time),
        JSON.readTree(row.getString(6)),
        "",
        0,
        -1,
        null);
  }

  private static Map<String, Integer> deadLetters(Statement statement) throws SQLException {
    Map<String, Integer> counts = new TreeMap<>();
    String query = "SELECT mapping, rule, error_class, count(*) FROM audit.expected_dead_letters GROUP BY 1, 2, 3";
    try (ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        counts.put(rows.getString(1) + "/" + rows.getString(2) + " " + rows.getString(3), rows.getInt(4));
      }
    }
    return counts;
  }
}

/** What the new service has noted that it did itself, in the stores that it owned. */
final class ServiceFacts {
  private static final String FACTS =
      "SELECT topic, key, type, subject, event_time, fields, legacy_before FROM fulfilment.facts ORDER BY sequence";

  /** Puts them into their streams, each behind as many events of the shop as the service had followed; gives their number. */
  static int addTo(Map<Stream, List<Event>> events) throws Exception {
    String url = System.getenv("FALSEWORK_SERVICE_URL");
    if (url == null) return 0;
    String user = System.getenv("FALSEWORK_SERVICE_USER");
    String password = System.getenv("FALSEWORK_SERVICE_PASSWORD");
    Map<Stream, Integer> added = new HashMap<>();
    int count = 0;
    try (Connection connection = DriverManager.getConnection(url, user, password);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(FACTS)) {
      while (rows.next()) {
        Event event = Audit.expected(rows);
        List<Event> stream = events.computeIfAbsent(event.stream(), name -> new ArrayList<>());
        int before = rows.getInt(7) + added.getOrDefault(event.stream(), 0);
        stream.add(Math.min(before, stream.size()), event);
        added.merge(event.stream(), 1, Integer::sum);
        count++;
      }
    }
    return count;
  }
}

/** What stands in Kafka for a read_committed consumer. `scratch` and `deadLetters` are null where nobody asked. */
record Published(List<Event> events, List<Event> scratch, Map<String, Integer> deadLetters) {
  /** What comes within this time after the last that was expected is seen too. */
  private static final Duration SETTLE = Duration.ofSeconds(1);

  static Published read(Options options, Audit audit) throws Exception {
    Schemas schemas = new Schemas(options.registry());
    boolean again = !options.scratch().isEmpty();
    boolean letters = !options.deadLetters().isEmpty();
    Map<String, List<ConsumerRecord<byte[], byte[]>>> records = new HashMap<>();
    Set<String> topics = new LinkedHashSet<>();
    for (String names : options.topics().values()) topics.addAll(List.of(names.split("\\+")));
    for (String names : options.scratch().values()) topics.addAll(List.of(names.split("\\+")));
    if (letters) topics.add(options.deadLetters());
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties(options.brokers()))) {
      int wanted = audit.eventCount() * (again ? 2 : 1) + (letters ? audit.deadLetterCount() : 0);
      readToEnd(consumer, topics, records, wanted, options.patience());
    }
    List<Event> events = decode(options.topics(), records, schemas);
    List<Event> scratch = again ? decode(options.scratch(), records, schemas) : null;
    return new Published(events, scratch, letters ? countLetters(records.get(options.deadLetters())) : null);
  }

  private static Properties properties(String brokers) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", brokers);
    properties.put("isolation.level", "read_committed");
    properties.put("enable.auto.commit", "false");
    properties.put("auto.offset.reset", "earliest");
    properties.put("key.deserializer", ByteArrayDeserializer.class.getName());
    properties.put("value.deserializer", ByteArrayDeserializer.class.getName());
    return properties;
  }

  /** To the end as it is now; with a time to wait, until as many records are there as are expected. */
  private static void readToEnd(
      KafkaConsumer<byte[], byte[]> consumer,
      Set<String> topics,
      Map<String, List<ConsumerRecord<byte[], byte[]>>> records,
      int wanted,
      Duration patience) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : topics) {
      records.put(topic, new ArrayList<>());
      consumer.partitionsFor(topic).forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Instant deadline = Instant.now().plus(patience);
    int count = 0;
    while (true) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
        records.get(record.topic()).add(record);
        if (++count == wanted && !patience.isZero()) deadline = Instant.now().plus(SETTLE);
      }
      boolean atEnd = consumer.endOffsets(partitions).entrySet().stream()
          .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
      if (atEnd && !Instant.now().isBefore(deadline)) return;
    }
  }

  private static List<Event> decode(
      Map<String, String> topics, Map<String, List<ConsumerRecord<byte[], byte[]>>> records, Schemas schemas)
      throws Exception {
    List<Event> events = new ArrayList<>();
    Map<Stream, Integer> tombstones = new HashMap<>();
    for (Map.Entry<String, String> topic : topics.entrySet()) {
      for (String name : topic.getValue().split("\\+")) {
        for (ConsumerRecord<byte[], byte[]> record : records.get(name)) {
          if (record.value() == null) events.add(tombstone(new Stream(topic.getKey(), key(record)), record, tombstones));
          else events.add(event(topic.getKey(), record, schemas));
        }
      }
    }
    return events;
  }

  private static String key(ConsumerRecord<byte[], byte[]> record) {
    return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
  }

  private static Event event(String topic, ConsumerRecord<byte[], byte[]> record, Schemas schemas) throws Exception {
    String key = key(record);
    String time = header(record, "ce_time");
    JsonNode fields = null;
    String complaint = null;
    if (!header(record, "ce_specversion").equals("1.0")) complaint = "header ce_specversion";
    if (!header(record, "content-type").equals("application/avro")) complaint = "header content-type";
    if (!header(record, "ce_partitionkey").equals(key)) complaint = "header ce_partitionkey";
    try {
      ByteBuffer bytes = ByteBuffer.wrap(record.value());
      if (bytes.get() != 0) throw new IllegalArgumentException("no Confluent frame");
      fields = new AvroDecoder(schemas.byId(bytes.getInt()), bytes).decode();
    } catch (RuntimeException malformed) {
      complaint = "bytes (" + malformed + ")";
    }
    Instant instant = time.isEmpty() ? Instant.EPOCH : Instant.parse(time);
    String subject = header(record, "ce_subject");
    Stream stream = new Stream(topic, key);
    String id = header(record, "ce_id");
    String type = header(record, "ce_type");
    return new Event(stream, type, subject, instant, fields, id, record.partition(), epoch(record), complaint);
  }

  /** What is left of a key on a compacted topic: its id is how many there were before it. */
  private static Event tombstone(
      Stream stream, ConsumerRecord<byte[], byte[]> record, Map<Stream, Integer> tombstones) {
    String id = stream + " tombstone " + tombstones.merge(stream, 1, Integer::sum);
    return new Event(
        stream, "tombstone", "", Instant.EPOCH, JsonNodeFactory.instance.objectNode(), id, record.partition(), -1, null);
  }

  private static int epoch(ConsumerRecord<byte[], byte[]> record) {
    String epoch = header(record, "falsework-epoch");
    return epoch.isEmpty() ? -1 : Integer.parseInt(epoch);
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
  }

  /** Each id once: a letter that failed again replaces its former self. */
  private static Map<String, Integer> countLetters(List<ConsumerRecord<byte[], byte[]>> records) throws Exception {
    Map<String, String> kinds = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      String id = new String(record.key(), StandardCharsets.UTF_8);
      // What was decided later was set aside all the same.
      if (record.value() == null) continue;
      // A further part of a large one: the first has all that is asked here.
      if (!header(record, "falsework-letter-digest").isEmpty()) continue;
      JsonNode letter = Audit.JSON.readTree(record.value());
      String origin = letter.path("mapping").asText() + "/" + letter.path("rule").asText();
      kinds.put(id, origin + " " + letter.path("failure").path("class").asText());
    }
    Map<String, Integer> counts = new TreeMap<>();
    for (String kind : kinds.values()) counts.merge(kind, 1, Integer::sum);
    return counts;
  }
}

/** Schemas of the registry, by id. */
final class Schemas {
  private final HttpClient http = HttpClient.newHttpClient();
  private final String registry;
  private final Map<Integer, JsonNode> known = new HashMap<>();

  Schemas(String registry) {
    this.registry = registry;
  }

  JsonNode byId(int id) throws Exception {
    JsonNode schema = known.get(id);
    if (schema != null) return schema;
    HttpRequest request = HttpRequest.newBuilder(URI.create(registry + "/schemas/ids/" + id)).build();
    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) throw new IllegalArgumentException("the registry has no schema " + id);
    schema = Audit.JSON.readTree(Audit.JSON.readTree(response.body()).get("schema").asText());
    known.put(id, schema);
    return schema;
  }
}

/** Avro's binary encoding to JSON: decimals as texts, dates in ISO 8601, instants in RFC 3339 with microseconds. */
final class AvroDecoder {
  private static final DateTimeFormatter INSTANT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private final JsonNode schema;
  private final ByteBuffer bytes;
  private final Map<String, JsonNode> named = new HashMap<>();

  AvroDecoder(JsonNode schema, ByteBuffer bytes) {
    this.schema = schema;
    this.bytes = bytes;
  }

  JsonNode decode() {
    JsonNode value = value(schema);
    if (bytes.hasRemaining()) throw new IllegalArgumentException(bytes.remaining() + " bytes too many");
    return value;
  }

  private JsonNode value(JsonNode type) {
    if (type.isArray()) return value(type.get(Math.toIntExact(number())));
    if (type.isTextual()) return named.containsKey(type.asText()) ? value(named.get(type.asText())) : primitive(type.asText());
    if (type.has("logicalType")) return logical(type);
    return switch (type.get("type").asText()) {
      case "record" -> object(type);
      case "array" -> list(type.get("items"));
      default -> value(type.get("type"));
    };
  }

  private JsonNode primitive(String type) {
    return switch (type) {
      case "null" -> NODES.nullNode();
      case "boolean" -> NODES.booleanNode(bytes.get() == 1);
      case "int", "long" -> NODES.numberNode(number());
      // The shortest digits that mean this number, as the database writes them too.
      case "float" -> NODES.numberNode(new BigDecimal(Float.toString(littleEndian(4).getFloat())));
      case "double" -> NODES.numberNode(new BigDecimal(Double.toString(littleEndian(8).getDouble())));
      case "string" -> NODES.textNode(new String(raw(), StandardCharsets.UTF_8));
      default -> throw new IllegalArgumentException("type " + type);
    };
  }

  private JsonNode logical(JsonNode type) {
    return switch (type.get("logicalType").asText()) {
      case "decimal" ->
          NODES.textNode(new BigDecimal(new BigInteger(raw()), type.path("scale").asInt()).toPlainString());
      case "date" -> NODES.textNode(LocalDate.ofEpochDay(number()).toString());
      case "timestamp-micros" -> {
        long micros = number();
        Instant instant = Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000);
        yield NODES.textNode(INSTANT.format(instant));
      }
      default -> throw new IllegalArgumentException("logical type " + type.get("logicalType"));
    };
  }

  private JsonNode object(JsonNode type) {
    named.put(type.get("name").asText(), type);
    ObjectNode object = NODES.objectNode();
    for (JsonNode field : type.get("fields")) object.set(field.get("name").asText(), value(field.get("type")));
    return object;
  }

  private JsonNode list(JsonNode items) {
    ArrayNode list = NODES.arrayNode();
    for (long count = number(); count != 0; count = number()) {
      // A negative count is followed by the block's size in bytes.
      if (count < 0) number();
      for (long left = Math.abs(count); left > 0; left--) list.add(value(items));
    }
    return list;
  }

  private byte[] raw() {
    byte[] content = new byte[Math.toIntExact(number())];
    bytes.get(content);
    return content;
  }

  private ByteBuffer littleEndian(int size) {
    byte[] content = new byte[size];
    bytes.get(content);
    return ByteBuffer.wrap(content).order(java.nio.ByteOrder.LITTLE_ENDIAN);
  }

  /** A zig-zag number of up to ten bytes. */
  private long number() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = bytes.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) return (value >>> 1) ^ -(value & 1);
    }
  }
}
