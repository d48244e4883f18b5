/** MariaDB's binary log: whole rows, long enough, under ids that a restart can go on from. */
import type { ConnectorSettings } from '../capture-findings.ts'
import { type Condition, type Judgement, of, ofMariadb, ok, violated } from '../condition.ts'
import { isReference, settingOf } from '../settings/setting-value.ts'

const ownId =
  'set database.server.id to a number that no server and no other connector has, and run `falsework connector apply`'

export const binaryLogConditions: readonly Condition[] = [
  {
    code: 'binary-log',
    what: 'the server writes a binary log',
    why: 'Debezium reads the binary log',
    remedy: 'set log_bin and a server_id, and restart the server',
    weight: 'loses',
    judge: ofMariadb(({ log }) => (log === 'on' ? ok : violated('log_bin is off'))),
  },
  {
    code: 'binary-log-rows',
    what: 'the binary log holds rows, and not statements',
    why: 'what a statement has changed cannot be read from it',
    remedy: 'SET GLOBAL binlog_format = ROW, write it into the configuration of the server, and let old sessions end',
    weight: 'loses',
    judge: ofMariadb(({ logFormat }) => expected('binlog_format', logFormat, 'ROW')),
  },
  {
    code: 'binary-log-whole-rows',
    what: 'the binary log holds rows whole, as they were and as they are',
    why: 'the task of the connector ends at a row that is not whole, and no restart helps; a session that sets binlog_row_image itself is not seen here',
    remedy:
      'SET GLOBAL binlog_row_image = FULL, write it into the configuration of the server, and let old sessions end',
    weight: 'loses',
    judge: ofMariadb(({ rowImage }) => expected('binlog_row_image', rowImage, 'FULL')),
  },
  {
    code: 'binary-log-kept',
    what: 'the binary log is kept for three days or longer',
    why: 'what the server has removed before the connector has read it is never captured',
    remedy:
      'raise binlog_expire_logs_seconds (expire_logs_days before MariaDB 10.6) above the longest time that the connector may stand still',
    weight: 'risks',
    judge: ofMariadb(({ logKeptSeconds }) =>
      logKeptSeconds === null || logKeptSeconds >= keptSecondsMin
        ? ok
        : violated(`it is kept for ${(logKeptSeconds / secondsPerHour).toFixed(1)} hours`),
    ),
  },
  {
    code: 'gtid-strict',
    what: 'the server takes transactions in the order of their global ids only',
    why: 'ids out of order cannot be told from transactions that were read before, and are passed over',
    remedy: 'SET GLOBAL gtid_strict_mode = ON, and write it into the configuration of the server',
    weight: 'risks',
    judge: ofMariadb(({ gtidStrict }) => (gtidStrict === 'on' ? ok : violated('gtid_strict_mode is off'))),
  },
  {
    code: 'server-id',
    what: 'the connector has a number of its own among the servers',
    why: 'a server sends its log to one reader of a number, and cuts off the one that was there',
    remedy: ownId,
    weight: 'loses',
    judge: ofMariadb(({ serverId }, { connector }) =>
      of(connector, (settings) => judgeServerId(settings ?? {}, serverId)),
    ),
  },
]

/** A weekend with somebody at hand on Monday. */
const keptSecondsMin = 3 * 86_400
const secondsPerHour = 3_600

const expected = (variable: string, found: string, wanted: string): Judgement =>
  found.toUpperCase() === wanted ? ok : violated(`${variable} is ${found}`)

function judgeServerId(settings: ConnectorSettings, serverId: number): Judgement {
  const setting = 'database.server.id'
  const written = settingOf(settings, setting)
  if (written === null) return violated(`${setting} is not set`, { setting })
  if (isReference(written)) return { kind: 'notAsked', why: `${setting} is a reference that is resolved elsewhere` }
  return Number(written) === serverId ? violated(`${setting} is that of the server, ${serverId}`, { setting }) : ok
}
