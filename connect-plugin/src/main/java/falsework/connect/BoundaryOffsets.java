package falsework.connect;

import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.Transformation;

/**
 * Lets a Debezium connector of PostgreSQL, MariaDB or MySQL commit only offsets that stand between source transactions.
 *
 * <p>PostgreSQL: Debezium (3.6 and 3.7) goes on from an offset inside a transaction by searching for the record that it processed
 * last, and leaves out rows where it takes another one for it. An offset at the end of a transaction, without
 * {@code lsn_proc}, switches the search off: PostgreSQL sends every transaction that commits later, whole. So each
 * streamed record gets the offset of the last transaction whose END has passed; what stands behind it comes again after
 * a restart, under the same numbers. MariaDB and MySQL: {@link BinlogOffset}.
 *
 * <p>The offset is changed in place: Connect commits the one of the record as it was before its transformations, and
 * both records share it. Records pass as they are. Offsets of a snapshot and of other connectors are left alone.
 */
public final class BoundaryOffsets implements Transformation<SourceRecord> {
  private static final String LSN = "lsn";
  private static final String COMMIT_LSN = "lsn_commit";
  private static final String MESSAGE_TYPE = "messageType";
  /** The search begins with this one. */
  private static final String PROCESSED_LSN = "lsn_proc";
  private static final String PROCESSED_EVENTS = "lsn_events_processed";
  /** Of the id and the counters of a transaction in progress. */
  static final String TRANSACTION_PREFIX = "transaction_";

  /** End of the last transaction that passed whole, a byte position of PostgreSQL's log; null before the first record. */
  private Long boundary;

  /** Raises DataException, which fails the task, for a row without transaction metadata: its end would never be seen. */
  @Override
  public SourceRecord apply(SourceRecord record) {
    Map<String, Object> offset = offsetOf(record);
    if (BinlogOffset.isStreamed(offset)) {
      BinlogOffset.standBetweenTransactions(offset);
      return record;
    }
    if (!isStreamedByPostgres(offset)) return record;
    StreamedMessage message = StreamedMessage.of(record);
    if (message == StreamedMessage.ROW_WITHOUT_TRANSACTION) {
      throw new DataException(
          "a row without transaction metadata: set provide.transaction.metadata to true in the connector's configuration,"
              + " or take the transformation " + getClass().getName() + " out of it");
    }
    boundary = boundaryAt(message, offset);
    standAt(boundary, offset);
    return record;
  }

  /** Connect's records share their map with the connector's; its keys are strings, as offsets must have. */
  @SuppressWarnings("unchecked")
  private static Map<String, Object> offsetOf(SourceRecord record) {
    return (Map<String, Object>) record.sourceOffset();
  }

  private static boolean isStreamedByPostgres(Map<String, Object> offset) {
    return offset != null && offset.get(LSN) instanceof Long && !offset.containsKey("snapshot");
  }

  private Long boundaryAt(StreamedMessage message, Map<String, Object> offset) {
    Object commit = offset.get(COMMIT_LSN);
    if (message == StreamedMessage.END) {
      if (commit instanceof Long position) return position;
      throw new DataException("the offset of an END has no " + COMMIT_LSN + ": this Debezium release is not known");
    }
    if (boundary != null) return boundary;
    // No transaction has ended since the task began, so what it began with, or its first record, is as good as an end.
    return commit instanceof Long position ? position : (Long) offset.get(LSN);
  }

  private static void standAt(Long boundary, Map<String, Object> offset) {
    offset.keySet().removeIf(name -> name.startsWith(TRANSACTION_PREFIX));
    offset.remove(PROCESSED_LSN);
    offset.remove(PROCESSED_EVENTS);
    offset.put(LSN, boundary);
    offset.put(COMMIT_LSN, boundary);
    offset.put(MESSAGE_TYPE, "COMMIT");
  }

  @Override
  public ConfigDef config() {
    return new ConfigDef();
  }

  /** Nothing can be set. A task configures a transformation of its own, so a new one knows no boundary yet. */
  @Override
  public void configure(Map<String, ?> settings) {
    boundary = null;
  }

  @Override
  public void close() {}
}
