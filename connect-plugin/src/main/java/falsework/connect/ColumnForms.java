package falsework.connect;

import java.util.IdentityHashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.Transformation;

/**
 * Says in a header of each row in which forms a Debezium connector has written the row's columns.
 *
 * <p>JSON without schema has one kind of number for milliseconds, microseconds, days and integers: a column that was
 * retyped after the catalog was pulled would be read as another value. The schema of the record tells the forms apart
 * here, before the converter drops it, so the reader can compare them with what its catalog promises.
 *
 * <p>The header {@value #HEADER} is JSON text, {@code {"id":"int64","at":"io.debezium.time.MicroTimestamp"}}: the
 * columns in the order of the row's schema. It is a Connect string, which {@code SimpleHeaderConverter}, Connect's
 * default, writes as it is; {@code JsonConverter} as {@code header.converter} would quote it, and the reader refuses
 * what is no such text.
 *
 * <p>The header is added to the record itself: a copy of the record would have an offset of its own, which
 * {@link BoundaryOffsets} could not change any more. Records that are no rows pass without it.
 */
public final class ColumnForms implements Transformation<SourceRecord> {
  static final String HEADER = "falsework.columns";
  /** A connector has one schema per table, and a new one when the table changes; this many are some megabytes. */
  static final int CACHED_MAX = 1_000;

  /** By the schema of the row; a task calls its transformations from one thread. */
  private final Map<Schema, String> texts = new IdentityHashMap<>();

  @Override
  public SourceRecord apply(SourceRecord record) {
    Schema row = rowSchemaOf(record);
    if (row == null || record.headers().lastWithName(HEADER) != null) return record;
    record.headers().add(HEADER, textOf(row), Schema.STRING_SCHEMA);
    return record;
  }

  /** Null for a record that is no change of a row. The images before and after have one schema. */
  private static Schema rowSchemaOf(SourceRecord record) {
    if (!(record.value() instanceof Struct value) || value.schema().field("op") == null) return null;
    Schema after = imageSchema(value.schema(), "after");
    return after != null ? after : imageSchema(value.schema(), "before");
  }

  private static Schema imageSchema(Schema envelope, String image) {
    Field field = envelope.field(image);
    boolean hasColumns =
        field != null && field.schema().type() == Schema.Type.STRUCT && !field.schema().fields().isEmpty();
    return hasColumns ? field.schema() : null;
  }

  private String textOf(Schema row) {
    String known = texts.get(row);
    if (known != null) return known;
    // So many schemas are those of tables that keep changing: all but the newest are out of use.
    if (texts.size() >= CACHED_MAX) texts.clear();
    String text = textOfColumns(row);
    texts.put(row, text);
    return text;
  }

  private static String textOfColumns(Schema row) {
    StringBuilder text = new StringBuilder("{");
    for (Field column : row.fields()) {
      if (text.length() > 1) text.append(',');
      appendQuoted(text, column.name());
      text.append(':');
      appendQuoted(text, formOf(column.schema()));
    }
    return text.append('}').toString();
  }

  private static String formOf(Schema schema) {
    if (schema.name() != null) return schema.name();
    if (schema.type() == Schema.Type.ARRAY) return "array<" + formOf(schema.valueSchema()) + ">";
    return schema.type().getName();
  }

  /** As JSON: PostgreSQL allows every character but NUL in a column's name. */
  private static void appendQuoted(StringBuilder text, String name) {
    text.append('"');
    for (int at = 0; at < name.length(); at++) {
      char character = name.charAt(at);
      if (character == '"' || character == '\\') text.append('\\').append(character);
      else if (character < ' ') text.append(String.format("\\u%04x", (int) character));
      else text.append(character);
    }
    text.append('"');
  }

  @Override
  public ConfigDef config() {
    return new ConfigDef();
  }

  /** Nothing can be set. */
  @Override
  public void configure(Map<String, ?> settings) {}

  @Override
  public void close() {
    texts.clear();
  }
}
