package falsework.example;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import falsework.example.Event.Origin;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Publishes events from its standard input, one a line, as from an outbox that is read from its beginning: its position
 * is the number of the last line that is published, and lines up to there are left out.
 */
public final class Main {
  /** Whoever starts it again must know that it may. */
  private static final int FENCED = 3;

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  private Main() {}

  public static void main(String[] arguments) throws Exception {
    Map<String, String> options = optionsOf(arguments);
    var type = new Event.Type(
        option(options, "topic"),
        option(options, "type"),
        Integer.parseInt(option(options, "schema-id")),
        option(options, "registry") + "/schemas/ids/" + option(options, "schema-id"),
        option(options, "source"));
    var settings = new NativePublisher.Settings(
        option(options, "transactional-id"),
        Set.of(option(options, "mappings").split(",")),
        options.getOrDefault("prefix", ""),
        PATIENCE);
    try (NativePublisher publisher = Clients.open(option(options, "brokers"), settings, type.topic())) {
      relay(publisher, type);
    } catch (NativePublisher.FencedException fenced) {
      OUT.println("fenced");
      System.exit(FENCED);
    }
  }

  private static void relay(NativePublisher publisher, Event.Type type) throws IOException, InterruptedException {
    long published = publisher.position() == null ? 0 : Long.parseLong(publisher.position());
    OUT.println("goes on behind " + published);
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    long number = 0;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (++number <= published) continue;
      Event event = eventOf(JSON.readTree(line), type);
      publishWhenOwner(publisher, event, Long.toString(number));
      OUT.println("published " + number + " " + event.id());
    }
  }

  private static void publishWhenOwner(NativePublisher publisher, Event event, String position) throws InterruptedException {
    String said = "";
    for (;;) {
      Optional<String> refusal = publisher.publish(List.of(event), position);
      if (refusal.isEmpty()) return;
      if (!refusal.get().equals(said)) OUT.println("waiting: " + refusal.get());
      said = refusal.get();
      Thread.sleep(PAUSE.toMillis());
    }
  }

  private static Event eventOf(JsonNode line, Event.Type type) throws IOException {
    return new Event(
        line.required("id").asText(),
        line.required("mapping").asText(),
        line.required("scope").asText(null),
        Origin.valueOf(line.required("origin").asText().toUpperCase(Locale.ROOT)),
        type,
        line.required("key").asText(),
        line.path("subject").asText(null),
        Instant.parse(line.required("time").asText()),
        Base64.getDecoder().decode(line.required("avro").asText()));
  }

  private static Map<String, String> optionsOf(String[] arguments) {
    Map<String, String> options = new HashMap<>();
    for (int at = 0; at + 1 < arguments.length; at += 2) {
      options.put(arguments[at].replaceFirst("^--", ""), arguments[at + 1]);
    }
    return options;
  }

  private static String option(Map<String, String> options, String name) {
    if (options.containsKey(name)) return options.get(name);
    throw new IllegalArgumentException("--" + name + " is missing");
  }
}
