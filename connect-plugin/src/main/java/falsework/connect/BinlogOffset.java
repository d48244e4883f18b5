package falsework.connect;

import java.util.Map;

/**
 * The offset of a Debezium connector that reads a binlog: MariaDB's and MySQL's (3.5 to 3.7).
 *
 * <p>{@code file}, {@code pos} and {@code gtids} stand at the beginning of the transaction through all of it, its END
 * included, and {@code event} and {@code row} say how much of it to skip after a restart. Skipping loses the second half
 * of a changed primary key, and more when the server sends other events than before. Without the two, and without the
 * counters of the transaction, the offset is key for key the one that the connector itself writes between transactions:
 * the transaction comes again as a whole, under the same numbers.
 */
final class BinlogOffset {
  private static final String FILE = "file";
  private static final String POSITION = "pos";
  /** Events of the transaction that are done. */
  private static final String EVENTS = "event";
  /** Rows of the next event that are done. */
  private static final String ROWS = "row";

  private BinlogOffset() {}

  /** Offsets of a snapshot stand where it began, and are left alone. */
  static boolean isStreamed(Map<String, Object> offset) {
    return offset != null
        && offset.get(FILE) instanceof String
        && offset.get(POSITION) instanceof Long
        && !offset.containsKey("snapshot");
  }

  static void standBetweenTransactions(Map<String, Object> offset) {
    offset.remove(EVENTS);
    offset.remove(ROWS);
    offset.keySet().removeIf(name -> name.startsWith(BoundaryOffsets.TRANSACTION_PREFIX));
  }
}
