package falsework.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class BinlogOffsetTest {
  private final BoundaryOffsets transformation = new BoundaryOffsets();

  /** As Debezium 3.5 writes them. */
  private static Map<String, Object> between() {
    return new HashMap<>(Map.of("ts_sec", 1L, "file", "binlog.000002", "pos", 4711L, "gtids", "0-1-12", "server_id", 1L));
  }

  private static Map<String, Object> inside() {
    Map<String, Object> offset = between();
    offset.put("event", 3L);
    offset.put("row", 2);
    offset.put("transaction_id", "0-1-13");
    offset.put("transaction_data_collection_order_crm.customers", 5L);
    return offset;
  }

  private Map<String, Object> offsetAfter(Map<String, Object> offset) {
    SourceRecord record = new SourceRecord(Map.of("server", "crm"), offset, "t", null, null);
    assertSame(record, transformation.apply(record), "the record passes as it is");
    return offset;
  }

  @Test
  void anOffsetInsideATransactionStandsAtItsBeginning() {
    assertEquals(between(), offsetAfter(inside()));
  }

  @Test
  void anOffsetBetweenTransactionsStaysAsItIs() {
    assertEquals(between(), offsetAfter(between()));
  }

  @Test
  void theProgressOfAnIncrementalSnapshotStays() {
    Map<String, Object> offset = inside();
    offset.put("incremental_snapshot_primary_key", "rO0");
    Map<String, Object> expected = between();
    expected.put("incremental_snapshot_primary_key", "rO0");
    assertEquals(expected, offsetAfter(offset));
  }

  @Test
  void anOffsetOfASnapshotIsLeftAlone() {
    Map<String, Object> offset = inside();
    offset.put("snapshot", true);
    assertEquals(new HashMap<>(offset), offsetAfter(offset));
  }
}
