import type { ErrorCodes } from '../error-code.ts'

/** What the raw log cannot mean: the source stops at the exact offset and publishes nothing past it. */
export const captureCodes = {
  BAD_JSON: {
    name: 'bad-json',
    summary: 'A record of the raw log is not the JSON that a connector writes.',
    remedy:
      'Look what else writes to the raw log, and that key and value converter are JsonConverter. The record stays where it is: nothing past it is published.',
    disposition: 'halt',
  },
  BAD_UTF8: {
    name: 'bad-utf8',
    summary: 'A record of the raw log holds bytes that are not UTF-8.',
    remedy: 'Look what else writes to the raw log: a connector cannot have written them.',
    disposition: 'halt',
  },
  TOO_LARGE: {
    name: 'too-large',
    summary: 'A record of the raw log exceeds a limit of size, width or depth.',
    remedy: 'Exclude the column that grows so large from capture (column.exclude.list), or split the row.',
    disposition: 'halt',
  },
  NUMBER_OUT_OF_RANGE: {
    name: 'number-out-of-range',
    summary: 'A row holds a number that no double can hold, such as 1e400.',
    remedy: 'Look what else writes to the raw log: no column type of the database gives such a number.',
    disposition: 'halt',
  },
  UNKNOWN_RECORD: {
    name: 'unknown-record',
    summary: 'A record of the raw log is of no kind that falsework knows.',
    remedy: 'Look what else is routed to the raw log; one connector alone may write there.',
    disposition: 'halt',
  },
  UNKNOWN_OP: {
    name: 'unknown-op',
    summary: 'A change has an operation that falsework does not know, or none.',
    remedy: 'Compare the version of the connector with those in the documentation, and look for transforms on it.',
    disposition: 'halt',
  },
  BAD_ENVELOPE: {
    name: 'bad-envelope',
    summary: 'A change or a transaction boundary lacks what its kind always has.',
    remedy:
      'Look for transforms on the connector (unwrap, filters, field replacement): none but the router may be there.',
    disposition: 'halt',
  },
  NO_TRANSACTION_METADATA: {
    name: 'no-transaction-metadata',
    summary: 'A change does not say to which source transaction it belongs.',
    remedy:
      'Set provide.transaction.metadata=true on the connector. What was captured without it cannot be proven complete: start a new incarnation (`falsework resume SOURCE --new-incarnation --reason TEXT`).',
    disposition: 'halt',
  },
  KEY_MISSING: {
    name: 'key-missing',
    summary: 'Neither the key of a record nor its row has the columns of the key that the catalog promises.',
    remedy:
      'Look for message.key.columns and transforms on the connector. Where a column of the key was dropped or renamed, run `falsework catalog pull`, look at the mappings, and run `falsework register`.',
    disposition: 'halt',
  },
  KEY_HAS_SCHEMA: {
    name: 'key-has-schema',
    summary: "A record's key is wrapped in its schema, and its value is not.",
    remedy:
      'Set key.converter.schemas.enable on the connector as value.converter.schemas.enable; JsonConverter writes schemas by default. The records stay as they are: make the raw log anew, let the connector begin it with a snapshot, and start a new incarnation there (`falsework resume SOURCE --new-incarnation --from 0 --reason TEXT`).',
    disposition: 'halt',
  },
  FORMAT_MISMATCH: {
    name: 'format-mismatch',
    summary: 'A record of the raw log is not written in the form that the connector file declares.',
    remedy:
      'Declare in the connector file the converters, and their schemas.enable, that the connector has, and run `falsework register`. A raw log has one form: to change it, let falsework translate all that the stopped connector has written, register, and start the connector with the new converters.',
    disposition: 'halt',
  },
  BAD_AVRO: {
    name: 'bad-avro',
    summary: 'A record of the raw log is not the Avro that its schema describes.',
    remedy:
      'Look what else writes to the raw log, and that the schema registry is the one that the connector writes to: the same id means another schema in another registry.',
    disposition: 'halt',
  },
  UNKNOWN_SCHEMA: {
    name: 'unknown-schema',
    summary: 'The schema registry does not have the schema that a record names, or has none that could be a record.',
    remedy:
      'Set registry.url to the schema registry that the converters of the connector write to; schemas that were deleted there for good are to be restored from its backup.',
    disposition: 'halt',
  },
  KEY_MISMATCH: {
    name: 'key-mismatch',
    summary: "A record's key differs from the key columns in its row.",
    remedy: 'Look for transforms on the connector that change keys or values.',
    disposition: 'halt',
  },
  COLUMN_RETYPED: {
    name: 'column-retyped',
    summary:
      'The connector writes a column of a key in another form than the catalog of a mapping promises: rows are not told apart by it.',
    remedy:
      'The type of the column was changed after the catalog was pulled. Run `falsework catalog pull`, look at the mapping, and run `falsework register`: the source goes on from this transaction under the new catalog. Where the catalog is the newer of the two, because it was pulled before all older rows were translated, register with the catalog of before first.',
    disposition: 'halt',
  },
  TX_GAP: {
    name: 'transaction-gap',
    summary: 'Rows of a source transaction are missing between two that arrived.',
    remedy:
      'Look for a transform, a filter or skipped.operations on the connector, and for a second writer. The rows are in the database: start a new incarnation (`falsework resume SOURCE --new-incarnation --reason TEXT`) after the cause is removed.',
    disposition: 'halt',
  },
  TX_DIVERGED: {
    name: 'transaction-diverged',
    summary: 'A repeated row of a source transaction is not the row that came first under its number.',
    remedy:
      'The connector went on in the middle of the transaction and numbers its rows from 1, two connectors write to this raw log, or table filters were changed while a transaction was being captured. What lies between is not proven: start a new incarnation (`falsework resume SOURCE --new-incarnation --reason TEXT`) after the cause is removed.',
    disposition: 'halt',
  },
  XA_SUSPECTED: {
    name: 'xa-suspected',
    summary: 'A source transaction of MariaDB or MySQL has rows and no END, and a later one follows it.',
    remedy:
      'It is an XA transaction, whose rows a binlog holds when it is prepared, whether it is committed or rolled back later: nobody can tell from the raw log. Take XA out of the application, then start a new incarnation (`falsework resume SOURCE --new-incarnation --reason TEXT`).',
    disposition: 'halt',
  },
  HISTORY_CHANGED: {
    name: 'history-changed',
    summary: 'A source transaction stands in another history than the one before it: positions of two have no order.',
    remedy:
      'MariaDB: transactions are written under a second gtid_domain_id; let all writers use one. MySQL: another server has taken over, whose transactions have its own id. Start a new incarnation (`falsework resume SOURCE --new-incarnation --reason TEXT`) when the cause is known.',
    disposition: 'halt',
  },
  TX_INCOMPLETE: {
    name: 'transaction-incomplete',
    summary: 'END counts other rows than arrived.',
    remedy:
      'Rows were lost on the way to the raw log: look for transforms and error tolerance on the connector, then start a new incarnation (`falsework resume SOURCE --new-incarnation --reason TEXT`).',
    disposition: 'halt',
  },
  TX_TOO_LARGE: {
    name: 'transaction-too-large',
    summary:
      'A source transaction is too large to be published in one Kafka transaction, or changes too many rows more than once, or rules want what foreign keys change with it.',
    remedy:
      'Where brokers refuse the time that it takes, raise their transaction.max.timeout.ms; where too much is changed more than once, or a rule wants derived changes, raise limits.transactionBytes and limits.transactionRows. Else let the application write fewer rows in one transaction, and start a new incarnation (`falsework resume SOURCE --new-incarnation --reason TEXT`) behind it.',
    disposition: 'halt',
  },
  TX_LOST: {
    name: 'transaction-lost',
    summary:
      'The connector began a source transaction and left it, and a later one is complete before it has come again.',
    remedy:
      'Stop the connector, set its stored offset back to the commit before that transaction (PATCH /connectors/NAME/offsets), resume it, and start falsework again when it has caught up: whatever comes again is compared with what is held, and the source goes on. Where the slot (confirmed_flush_lsn) has passed that transaction, the database does not send it again: start a new incarnation (`falsework resume SOURCE --new-incarnation --reason TEXT`).',
    disposition: 'halt',
  },
  TX_HEAD_MISSING: {
    name: 'transaction-head-missing',
    summary: 'A source transaction that was not translated before arrived without its first rows.',
    remedy:
      'Its first rows were never written to this raw log, or were deleted from it. Restore them, or start a new incarnation (`falsework resume SOURCE --new-incarnation --reason TEXT`).',
    disposition: 'halt',
  },
  POSITION_REUSED: {
    name: 'position-reused',
    summary: 'A new source transaction stands at a position in the history of the source that was passed before.',
    remedy:
      'The database was restored from a backup, or another server took its place, and its log positions began lower. What was changed in between may be missing: start a new incarnation (`falsework resume SOURCE --new-incarnation --reason TEXT`).',
    disposition: 'halt',
  },
  UNKNOWN_TABLE: {
    name: 'unknown-table',
    summary: 'Rows of a table arrive that the catalog does not know, and the source says `unknownTables: halt`.',
    remedy:
      'A table was renamed, swapped, added, or a partition is captured under its own name. Run `falsework catalog pull`, look whether a mapping must name it, and `falsework register`: the source goes on by itself.',
    disposition: 'halt',
  },
  SOURCE_GAP: {
    name: 'source-gap',
    summary:
      'The replication slot has been confirmed past what the connector has sent: changes in between were never captured, and no record shows which.',
    remedy:
      'Find out who has dropped the slot and created it anew, or moved it. Let the connector take a snapshot of all tables and start a new incarnation with it (`falsework resume SOURCE --new-incarnation --from OFFSET --reason TEXT`): what was captured before it and not translated yet is passed over. Where you know that nothing was written meanwhile, `falsework registry void OFFSET --reason TEXT` with the offset that the message names lets the source go on.',
    disposition: 'halt',
  },
  SNAPSHOT_UNEXPECTED: {
    name: 'snapshot-unexpected',
    summary: 'The connector takes a snapshot, although it has streamed before and no signal row has asked for one.',
    remedy:
      "Find out from the connector's log which it is. Either its slot or its offsets were lost: changes made meanwhile were never captured, and only you can decide that this is a new incarnation of the source. Or somebody has asked for the snapshot where the raw log does not show it (Kafka, file or JMX), or its rows came while streaming went on more than a minute behind the signal row: then nothing is lost, but its rows cannot be told from those after a loss, and a new incarnation is the way on here too: `falsework resume SOURCE --new-incarnation --reason TEXT`. The next time, ask with a row in the signal table (signal.data.collection, among the captured tables): such a snapshot passes.",
    disposition: 'halt',
  },
  REKEY_HALF_MISSING: {
    name: 'rekey-half-missing',
    summary: 'A change of primary key arrived as a delete without its insert, or the other way round.',
    remedy:
      'Both halves are emitted one after the other. Look for a transform on the connector that drops, splits or reorders records.',
    disposition: 'halt',
  },
  ROW_CONTRADICTS: {
    name: 'row-contradicts',
    summary: 'Two changes in one transaction cannot have happened to one row in this order.',
    remedy:
      'Two rows may have held one key in mid-transaction: a deferrable primary key. Pull the catalog again and register, so that it says so. Where the key is not deferrable, a row changed its key twice or was deleted after it: with REPLICA IDENTITY FULL the log says which row that was.',
    disposition: 'halt',
  },
} as const satisfies ErrorCodes
