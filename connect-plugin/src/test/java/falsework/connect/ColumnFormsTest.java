package falsework.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.SimpleHeaderConverter;
import org.apache.kafka.connect.transforms.Transformation;
import org.junit.jupiter.api.Test;

class ColumnFormsTest {
  private final ColumnForms transformation = new ColumnForms();

  private static SchemaBuilder named(SchemaBuilder builder, String name) {
    return builder.name(name).optional();
  }

  private static SchemaBuilder row() {
    return SchemaBuilder.struct().name("shop.public.orders.Value").optional();
  }

  private static Schema orders() {
    return row()
        .field("id", Schema.INT64_SCHEMA)
        .field("at", named(SchemaBuilder.int64(), "io.debezium.time.MicroTimestamp").build())
        .build();
  }

  private static Schema envelope(String image, Schema row) {
    return SchemaBuilder.struct().field("op", Schema.STRING_SCHEMA).field(image, row).build();
  }

  private static SourceRecord recordOf(Schema envelope, String op) {
    return new SourceRecord(Map.of(), Map.of(), "t", envelope, new Struct(envelope).put("op", op));
  }

  private String textOf(SourceRecord record) {
    assertSame(record, transformation.apply(record), "the record passes as it is");
    Header header = record.headers().lastWithName("falsework.columns");
    return header == null ? null : (String) header.value();
  }

  private String textOf(Schema row) {
    return textOf(recordOf(envelope("after", row), "c"));
  }

  @Test
  void eachColumnHasTheNameOfItsSchemaOrElseItsTypeInTheOrderOfTheRow() {
    assertEquals("{\"id\":\"int64\",\"at\":\"io.debezium.time.MicroTimestamp\"}", textOf(orders()));
  }

  @Test
  void anArraySaysWhatItsElementsAre() {
    Schema days = SchemaBuilder.array(named(SchemaBuilder.int32(), "io.debezium.time.Date").build()).optional().build();
    Schema texts = SchemaBuilder.array(Schema.OPTIONAL_STRING_SCHEMA).build();
    Schema row = row().field("days", days).field("texts", texts).build();
    assertEquals("{\"days\":\"array<io.debezium.time.Date>\",\"texts\":\"array<string>\"}", textOf(row));
  }

  @Test
  void everyOpHasItAndARowWithoutTheImageAfterTakesTheOneBefore() {
    Schema row = row().field("id", Schema.INT32_SCHEMA).build();
    for (String op : new String[] {"c", "u", "d", "r", "t"}) {
      assertEquals("{\"id\":\"int32\"}", textOf(recordOf(envelope("after", row), op)));
    }
    assertEquals("{\"id\":\"int32\"}", textOf(recordOf(envelope("before", row), "d")));
  }

  @Test
  void theNameOfAColumnMayHaveAnyCharacter() {
    Schema row = row().field("a\"b\\c\nd\u00e9\ud83d\ude00", Schema.STRING_SCHEMA).build();
    assertEquals("{\"a\\\"b\\\\c\\u000ad\u00e9\ud83d\ude00\":\"string\"}", textOf(row));
  }

  @Test
  void connectsDefaultHeaderConverterWritesTheTextAsItIs() throws Exception {
    Schema row = row().field("a\"b\\c", Schema.STRING_SCHEMA).field("\u00e9", Schema.BOOLEAN_SCHEMA).build();
    SourceRecord record = transformation.apply(recordOf(envelope("after", row), "c"));
    Header header = record.headers().lastWithName("falsework.columns");
    assertEquals(Schema.STRING_SCHEMA, header.schema());
    try (SimpleHeaderConverter converter = new SimpleHeaderConverter()) {
      byte[] bytes = converter.fromConnectHeader("t", header.key(), header.schema(), header.value());
      assertEquals("{\"a\\\"b\\\\c\":\"string\",\"\u00e9\":\"boolean\"}", new String(bytes, UTF_8));
    }
  }

  @Test
  void theOffsetStaysTheMapThatConnectCommits() {
    Map<String, Object> offset = new HashMap<>(Map.of("lsn", 7L));
    Schema envelope = envelope("after", orders());
    SourceRecord record = new SourceRecord(Map.of(), offset, "t", envelope, new Struct(envelope).put("op", "c"));
    assertSame(offset, transformation.apply(record).sourceOffset());
    assertEquals(Map.of("lsn", 7L), offset);
  }

  @Test
  void aRecordThatPassesTwiceHasOneHeaderAndKeepsTheOthers() {
    SourceRecord record = recordOf(envelope("after", orders()), "c");
    record.headers().addString("__debezium.newkey", "k");
    textOf(record);
    textOf(record);
    assertEquals(2, record.headers().size());
  }

  @Test
  void theTextIsMadeOncePerSchemaAndAnewForTheSchemaOfARetypedColumn() {
    Schema row = orders();
    String text = textOf(row);
    assertSame(text, textOf(row));
    assertNotSame(text, textOf(orders()));
    Schema retyped = row().field("at", named(SchemaBuilder.int64(), "io.debezium.time.Timestamp").build()).build();
    assertEquals("{\"at\":\"io.debezium.time.Timestamp\"}", textOf(retyped));
  }

  @Test
  void theTextsThatAreKeptAreBounded() {
    Schema row = orders();
    String text = textOf(row);
    for (int schemas = 0; schemas < ColumnForms.CACHED_MAX; schemas++) textOf(orders());
    assertNotSame(text, textOf(row));
    assertEquals(text, textOf(row));
  }

  @Test
  void whatIsNoRowPassesWithoutAHeader() {
    Schema boundary = SchemaBuilder.struct().field("status", Schema.STRING_SCHEMA).build();
    assertNull(textOf(new SourceRecord(null, null, "t", boundary, new Struct(boundary).put("status", "BEGIN"))));
    Schema images = SchemaBuilder.struct().field("after", orders()).build();
    assertNull(textOf(new SourceRecord(null, null, "t", images, new Struct(images))));
    Schema message = SchemaBuilder.struct().field("op", Schema.STRING_SCHEMA).build();
    assertNull(textOf(recordOf(message, "m")));
    assertNull(textOf(new SourceRecord(null, null, "t", null, null)));
    assertNull(textOf(recordOf(envelope("after", Schema.OPTIONAL_STRING_SCHEMA), "c")));
    assertNull(textOf(recordOf(envelope("after", row().build()), "c")));
  }

  @Test
  @SuppressWarnings("rawtypes") // ServiceLoader takes the class as Connect does
  void connectFindsItByItsServiceFile() {
    assertTrue(ServiceLoader.load(Transformation.class).stream().anyMatch(found -> found.type() == ColumnForms.class));
  }
}
