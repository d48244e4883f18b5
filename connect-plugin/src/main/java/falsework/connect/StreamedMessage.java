package falsework.connect;

import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/** What a record of a Debezium connector says of source transactions, by the fields of its value. */
enum StreamedMessage {
  /** A source transaction has been sent whole. */
  END,
  /** A change that must belong to a transaction, and names none. */
  ROW_WITHOUT_TRANSACTION,
  /** Rows, BEGIN, heartbeats, tombstones, and all else that moves no boundary. */
  OTHER;

  /** Logical messages ({@code m}) may stand outside of transactions; {@code r} is a row of a snapshot. */
  private static final Set<String> CHANGES = Set.of("c", "u", "d", "t");

  static StreamedMessage of(SourceRecord record) {
    if (!(record.value() instanceof Struct value)) return OTHER;
    Schema schema = value.schema();
    if (schema.field("status") != null && schema.field("event_count") != null) {
      return "END".equals(value.get("status")) ? END : OTHER;
    }
    if (schema.field("op") == null || !CHANGES.contains(value.get("op"))) return OTHER;
    boolean inTransaction = schema.field("transaction") != null && value.get("transaction") != null;
    return inTransaction ? OTHER : ROW_WITHOUT_TRANSACTION;
  }
}
