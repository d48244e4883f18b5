package falsework.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.Transformation;
import org.junit.jupiter.api.Test;

class BoundaryOffsetsTest {
  private static final Schema BOUNDARY =
      SchemaBuilder.struct().field("status", Schema.STRING_SCHEMA).field("event_count", Schema.OPTIONAL_INT64_SCHEMA).build();
  private static final Schema TRANSACTION = SchemaBuilder.struct().optional().field("id", Schema.STRING_SCHEMA).build();
  private static final Schema CHANGE =
      SchemaBuilder.struct().field("op", Schema.STRING_SCHEMA).field("transaction", TRANSACTION).build();
  private static final Schema HEARTBEAT = SchemaBuilder.struct().field("ts_ms", Schema.INT64_SCHEMA).build();

  private final BoundaryOffsets transformation = new BoundaryOffsets();

  private static Struct boundary(String status) {
    return new Struct(BOUNDARY).put("status", status);
  }

  private static Struct row(String op) {
    return new Struct(CHANGE).put("op", op).put("transaction", new Struct(TRANSACTION).put("id", "7:1"));
  }

  private static Struct heartbeat() {
    return new Struct(HEARTBEAT).put("ts_ms", 1L);
  }

  /** As Debezium 3.7 writes them in a transaction; 3.6 has all but lsn_events_processed. */
  private static Map<String, Object> inside(long lsn, Long commit) {
    Map<String, Object> offset = new HashMap<>();
    offset.put("lsn", lsn);
    offset.put("lsn_proc", lsn);
    offset.put("lsn_commit", commit);
    offset.put("lsn_events_processed", 2L);
    offset.put("messageType", "INSERT");
    offset.put("txId", 7L);
    offset.put("ts_usec", 5L);
    offset.put("transaction_id", "7:1");
    offset.put("transaction_data_collection_order_public.t", 1L);
    offset.values().removeIf(value -> value == null);
    return offset;
  }

  private static Map<String, Object> atBoundary(long commit) {
    return Map.of("lsn", commit, "lsn_commit", commit, "messageType", "COMMIT", "txId", 7L, "ts_usec", 5L);
  }

  private Map<String, Object> offsetAfter(Struct value, Map<String, Object> offset) {
    SourceRecord record = new SourceRecord(Map.of("server", "shop"), offset, "t", null, value);
    assertSame(record, transformation.apply(record), "the record passes as it is");
    return offset;
  }

  @Test
  void everyRecordOfATransactionHasTheOffsetOfTheEndBeforeIt() {
    assertEquals(atBoundary(100), offsetAfter(boundary("END"), inside(100, 100L)));
    assertEquals(atBoundary(100), offsetAfter(boundary("BEGIN"), inside(80, 100L)));
    assertEquals(atBoundary(100), offsetAfter(row("c"), inside(90, 100L)));
    assertEquals(atBoundary(100), offsetAfter(row("u"), inside(110, 100L)));
    assertEquals(atBoundary(120), offsetAfter(boundary("END"), inside(120, 120L)));
  }

  @Test
  void aHeartbeatThatComesBeforeItsTransactionEndsDoesNotMoveTheBoundary() {
    offsetAfter(boundary("END"), inside(100, 100L));
    offsetAfter(row("c"), inside(110, 100L));
    assertEquals(atBoundary(100), offsetAfter(heartbeat(), inside(120, 120L)));
    assertEquals(atBoundary(120), offsetAfter(boundary("END"), inside(120, 120L)));
  }

  @Test
  void aTaskThatBeginsInsideATransactionStandsAtTheCommitThatItsOffsetNames() {
    assertEquals(atBoundary(50), offsetAfter(row("d"), inside(70, 50L)));
    assertEquals(atBoundary(50), offsetAfter(heartbeat(), inside(120, 120L)));
  }

  @Test
  void aTaskThatHasSeenNoCommitStandsAtItsFirstRecord() {
    assertEquals(atBoundary(70), offsetAfter(boundary("BEGIN"), inside(70, null)));
    assertEquals(atBoundary(70), offsetAfter(row("c"), inside(75, null)));
  }

  @Test
  void theNextTaskKnowsNothingOfTheOneBefore() {
    offsetAfter(boundary("END"), inside(100, 100L));
    transformation.configure(Map.of());
    assertEquals(atBoundary(50), offsetAfter(row("c"), inside(70, 50L)));
  }

  @Test
  void whatAnIncrementalSnapshotKeepsStays() {
    Map<String, Object> offset = inside(70, 50L);
    offset.put("incremental_snapshot_signal_offset", 3L);
    assertEquals(3L, offsetAfter(row("r"), offset).get("incremental_snapshot_signal_offset"));
  }

  @Test
  void offsetsOfASnapshotAreLeftAlone() {
    Map<String, Object> offset = inside(70, 50L);
    offset.put("snapshot", "INITIAL");
    assertEquals(Map.copyOf(offset), offsetAfter(row("r"), offset));
  }

  @Test
  void offsetsOfOtherConnectorsAreLeftAlone() {
    Map<String, Object> binlog = new HashMap<>(Map.of("scn", "4", "transaction_id", "a"));
    assertEquals(Map.copyOf(binlog), offsetAfter(row("c"), binlog));
    SourceRecord without = new SourceRecord(null, null, "t", null, "any");
    assertSame(without, transformation.apply(without));
  }

  @Test
  void aRowWithoutTransactionMetadataFailsTheTask() {
    Struct alone = new Struct(CHANGE).put("op", "c");
    DataException error = assertThrows(DataException.class, () -> offsetAfter(alone, inside(70, 50L)));
    assertTrue(error.getMessage().contains("provide.transaction.metadata"));
  }

  @Test
  void aLogicalMessageAndARowOfASnapshotMayStandOutsideOfTransactions() {
    assertEquals(atBoundary(50), offsetAfter(new Struct(CHANGE).put("op", "m"), inside(70, 50L)));
    assertEquals(atBoundary(50), offsetAfter(new Struct(CHANGE).put("op", "r"), inside(70, 50L)));
  }

  @Test
  void aTombstoneMovesNothing() {
    offsetAfter(boundary("END"), inside(100, 100L));
    assertEquals(atBoundary(100), offsetAfter(null, inside(110, 100L)));
  }

  @Test
  @SuppressWarnings("rawtypes") // ServiceLoader takes the class as Connect does
  void connectFindsItByItsServiceFile() {
    assertTrue(
        ServiceLoader.load(Transformation.class).stream().anyMatch(found -> found.type() == BoundaryOffsets.class));
  }
}
