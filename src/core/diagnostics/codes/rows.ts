import type { ErrorCodes } from '../error-code.ts'

/** What the row store of a source can answer. */
export const rowCodes = {
  STORE_IN_USE: {
    name: 'store-in-use',
    summary: 'Another process has the row store of this source.',
    remedy:
      'Nothing to do while that process is leaving. If it stays, two processes share one data directory: give each its own rows.directory.',
    disposition: 'retry',
  },
  STATE_AHEAD: {
    name: 'state-ahead',
    summary: 'The row store has read more of the raw log than the checkpoint on Kafka.',
    remedy:
      'The checkpoint was lost or set back, or another cluster is configured: look which. Where the checkpoint is right, end the daemon and run `falsework state rebuild SOURCE --yes`.',
    disposition: 'halt',
    scope: 'instance',
  },
  STATE_FOREIGN: {
    name: 'state-foreign',
    summary: 'The row store was made from another raw log.',
    remedy:
      'Look whether rows.directory or kafka.brokers is the one that is meant. Where it is, end the daemon and run `falsework state rebuild SOURCE --yes`.',
    disposition: 'halt',
    scope: 'instance',
  },
  REBUILD_GAP: {
    name: 'rebuild-gap',
    summary: 'The row store has to be built from the raw log, whose beginning is gone.',
    remedy:
      'Bring a copy of a store (`falsework state copy SOURCE DIR`) into rows.directory, or let the connector take a snapshot of all tables and begin a new incarnation with it (`falsework resume SOURCE --new-incarnation --reason TEXT`). Tables whose rows no mapping needs can be left out: rows.exclude of the source in falsework.yaml, then `falsework register`. Keep raw logs forever (retention.ms=-1).',
    disposition: 'halt',
    scope: 'instance',
  },
  ROWS_CHANGED: {
    name: 'rows-changed',
    summary: 'A registration has changed which tables are kept, or by which key.',
    remedy: 'Nothing to do: the source opens again, and reads what it needs of the raw log.',
    disposition: 'retry',
  },
  ROWS_NOT_WHOLE: {
    name: 'rows-not-whole',
    summary: 'The row store cannot be audited: no snapshot has shown all rows that were there before it.',
    remedy:
      'While a snapshot is running, wait until `falsework status` says that it is done. Rows of a raw log that does not begin with a snapshot are nowhere: let the connector take one of all tables, and begin a new incarnation with it (`falsework resume SOURCE --new-incarnation --reason TEXT`).',
    disposition: 'stop',
  },
  WATERMARK_NOT_SEEN: {
    name: 'watermark-not-seen',
    summary: 'What an audit has written into the history of the database did not come to the raw log in time.',
    remedy:
      'Look whether the connector runs and how far it is behind (`falsework doctor`), and wait longer with --timeout. A connector that passes logical messages over brings no watermark: then any later transaction of a captured table does, such as that of heartbeat.action.query.',
    disposition: 'stop',
  },
  STORE_DAMAGED: {
    name: 'store-damaged',
    summary: 'What is read of a store on the local disk is not what was written.',
    remedy:
      'Nothing to do the first time: a row store is built anew from the raw log, and a comparison begins anew. Look at the disk: where it comes back, give the process another one (rows.directory). A copy is made when the store is sound again.',
    disposition: 'retry',
    scope: 'instance',
  },
  STORE_FAILED: {
    name: 'store-failed',
    summary: 'The row store of this source cannot be opened, read or written.',
    remedy:
      'Look at free space and at the rights on the directory that the message names. What it holds can be made again: stop the process and delete the directory of the source, and it is built anew from the raw log.',
    disposition: 'halt',
    scope: 'instance',
  },
} as const satisfies ErrorCodes
