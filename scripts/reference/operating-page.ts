/** The page for an operator: each state of a source as `falsework status` prints it, what it means, and what to do. */
import { statusLine } from '../../src/app/observe/source-status.ts'
import { type SourceReport, tellState } from '../../src/app/translate/source-state.ts'
import type { ToldRows } from '../../src/app/translate/rows/rows-report.ts'
import type { DaemonState } from '../../src/app/translate/daemon.ts'
import { printReading } from '../../src/cli/output.ts'
import { statusReading } from '../../src/cli/readings/status-reading.ts'
import { type Checkpoint, firstCheckpoint, type Noticed } from '../../src/core/delivery/checkpoint.ts'
import type { Failure } from '../../src/core/delivery/failure-verdict.ts'
import { born, type Happening, step } from '../../src/core/delivery/source-life.ts'
import { tellGap } from '../../src/core/registry/source-gaps.ts'
import { dispositionOf, scopeOf } from '../../src/core/diagnostics/error-codes.ts'

interface Shown {
  readonly title: string
  readonly means: string
  readonly todo: string
  readonly happened: readonly Happening[]
  /** While the row store is brought to the checkpoint. */
  readonly bringing?: ToldRows['bringing']
}

const prepared: Happening = { kind: 'prepared' }
const granted: Happening = { kind: 'granted' }
const opened: Happening = { kind: 'opened' }
const running = [prepared, granted, opened]

function failed(code: string, message: string, other: Partial<Failure> = {}): Happening {
  const failure = {
    code,
    message,
    disposition: dispositionOf(code),
    scope: scopeOf(code),
    position: 7_042,
    alone: null,
  }
  return { kind: 'failed', failure: { ...failure, ...other } }
}

const refused = (code: string, message: string): Happening => ({ kind: 'refused', failure: { code, message } })

const states: readonly Shown[] = [
  {
    title: 'Running',
    means: 'This instance works on the source. LAG counts the records that wait; 0 at the end of the raw log.',
    todo: 'Nothing.',
    happened: running,
  },
  {
    title: 'Waiting for the lease',
    means: 'Another instance works on the source, or the group is forming. It is sound: `/readyz` is 200.',
    todo: 'Nothing. If POSITION does not move and LAG grows, look at the instance that works.',
    happened: [prepared],
  },
  {
    title: 'Waiting, with a reason',
    means:
      'The topics of the source, or its lease, cannot be had. It is asked for again and again; the log says it once.',
    todo: 'Do what the remedy says; the source goes on by itself.',
    happened: [prepared, refused('NOT_AUTHORISED', 'GROUP_AUTHORIZATION_FAILED: falsework.lease.shop')],
  },
  {
    title: 'Opening',
    means:
      'It fences older instances, reads the checkpoint and finds its position. A moment, or as long as Kafka takes.',
    todo: 'Nothing. If it stays, look at the brokers.',
    happened: [prepared, granted],
  },
  {
    title: 'Recovering',
    means:
      'Something failed that passes by itself. Everything that was open was discarded; it opens again and replays from the checkpoint. Nothing is lost or repeated.',
    todo: 'If it stays for minutes, do what the remedy says.',
    happened: [...running, failed('KAFKA_UNREACHABLE', 'no answer from 127.0.0.1:9092')],
  },
  {
    title: 'Yielded',
    means:
      'Another instance has opened the source meanwhile. This one has given the lease back and asks again in a moment.',
    todo: 'Nothing. If two instances alternate (`falsework_fenced_total` grows), one of them stands outside of the group: end it.',
    happened: [...running, failed('FENCED', 'the epoch of the producer is older than the newest', { alone: false })],
  },
  {
    title: 'Halted',
    means:
      'Something is wrong that does not pass by itself. Nothing is published past POSITION, and nothing is lost. It is looked at again at growing intervals, from ten seconds to ten minutes, and whenever something is registered.',
    todo: 'Do what the remedy says. No restart is needed; while it is looked at again it is told as halted still, until the source has got past the place.',
    happened: [
      ...running,
      failed('RULE_FAILED', 'mappings/order-placed.yaml:23:7 placed.total: class overflow in source transaction 771'),
    ],
  },
  {
    title: 'Halted, since changes were never captured',
    means:
      'The replication slot was dropped and created anew, or moved, while the connector stood still: what was committed in between reaches no raw log. The daemon looks every ten seconds, where it may ask the database (with the account of the connector file) and Connect; its log says when it may not. What it has seen stands in the registry log, so that a restart, or a connector that has gone on, changes nothing.',
    todo: 'Leave the connector stopped, and find out who has dropped the slot. Then let the connector take a snapshot of all tables (stop it, delete its offsets and its slot, resume it) and begin a new incarnation with its first row: `falsework resume SOURCE --new-incarnation --from OFFSET --reason TEXT`. Where you know that nothing was written meanwhile, `falsework registry void OFFSET --reason TEXT` with the offset of the record lets the source go on. `falsework audit` compares the rows with the database.',
    happened: [
      prepared,
      granted,
      failed(
        'SOURCE_GAP',
        `${tellGap({ source: 'shop', incarnation: 1, bytes: 8_192, from: '0/16B3748', to: '0/16B5748' })} (record 12 of the registry log)`,
        { position: null },
      ),
    ],
  },
  {
    title: 'Halted, of this instance alone',
    means:
      'This process cannot work: it has another key than the mapping was registered with, or is an older build. The lease is given back, so that another instance can.',
    todo: 'Mend or replace this instance. It is not ready; the source itself may be running elsewhere.',
    happened: [
      prepared,
      granted,
      failed('PSEUDONYM_KEY_MISMATCH', 'mapping account was registered with another key customer-email', {
        position: null,
      }),
    ],
  },
]

/** While a source is opened, of its row store; where it stands is the position of no slice. */
const inStore = (code: string, message: string): readonly Happening[] => [
  prepared,
  granted,
  failed(code, message, { position: null }),
]

const rowStates: readonly Shown[] = [
  {
    title: 'Opening, while rows are read again',
    means:
      'The row store is new, was damaged, is behind the checkpoint, or is to hold other tables. The raw log is read again from where the store stands, or from the beginning of the incarnation, and nothing of it is published. `falsework_rows_store_lag_records` falls meanwhile.',
    todo: 'Nothing: it goes on by itself. After a restart in the middle it goes on from where the store stands.',
    happened: [prepared, granted],
    bringing: { kind: 'rebuild', why: 'it is new', from: 0, to: 7_042, position: 2_410, percent: 34 },
  },
  {
    title: 'STORE_IN_USE',
    means:
      'Another process has the row store: a daemon that is leaving, a command such as `falsework state rebuild`, or a second daemon on the same directory.',
    todo: 'Wait until it is done. If it stays, give each process its own `rows.directory`.',
    happened: inStore('STORE_IN_USE', 'another process has the row store in /var/lib/falsework/shop'),
  },
  {
    title: 'STORE_DAMAGED',
    means:
      'What was read of the store is not what was written: a bit has flipped on the disk, a page is missing, or another program has written into the file. Nothing was published of it. The source opens again at once, and builds the store from the raw log, since it was damaged. When that happens three times in a row, it is halted, and the lease is given back.',
    todo: 'Look at the disk, also after the first time. Where it is halted, give the daemon another disk (`rows.directory`). A daemon that is ended by a signal (SIGSEGV, SIGBUS) at each start may have a damaged file, too: delete the directory of the source while it is not running.',
    happened: inStore(
      'STORE_DAMAGED',
      'the row store in /var/lib/falsework/shop cannot be read: a value does not match its checksum',
    ),
  },
  {
    title: 'STORE_FAILED',
    means: 'The disk refuses, or the directory holds something else. Another instance may have a store that is sound.',
    todo: 'Look at free space and rights. What the store holds can be made again: `falsework state rebuild SOURCE --yes`, or, where it cannot be opened, delete its directory while the daemon is not running. The daemon builds it from the raw log.',
    happened: inStore(
      'STORE_FAILED',
      'the row store in /var/lib/falsework/shop cannot be written: No space left on device',
    ),
  },
  {
    title: 'STATE_AHEAD',
    means:
      'The store has read more than the checkpoint on Kafka says. A store is written behind its checkpoint, never ahead of it: the checkpoint was set back, or it is that of another cluster.',
    todo: 'Find out which. `falsework state show` says where both stand. Where the checkpoint is right, end the daemon and run `falsework state rebuild SOURCE --yes`.',
    happened: inStore(
      'STATE_AHEAD',
      'the row store is at 7310 of incarnation 1, the checkpoint on Kafka at 7042 of incarnation 1',
    ),
  },
  {
    title: 'STATE_FOREIGN',
    means:
      'The record up to which the store was made is another one in this raw log: the store is of another source, or of another cluster.',
    todo: 'Look at `rows.directory` and `kafka.brokers`. Where both are meant, end the daemon and run `falsework state rebuild SOURCE --yes`.',
    happened: inStore('STATE_FOREIGN', 'the row store was made from another raw log than the one of shop'),
  },
  {
    title: 'REBUILD_GAP',
    means:
      'The store is lost, or is to hold more tables, and the raw log does not go back to the snapshot with which the source began.',
    todo: 'Bring a copy of a store (`falsework state copy SOURCE DIR`), or let the connector take a snapshot of all tables and begin a new incarnation with it. Tables that no mapping needs can be excluded. And keep raw logs forever: `falsework doctor` says whether they are.',
    happened: inStore(
      'REBUILD_GAP',
      'the row store has to be built from the raw log, which begins at 5120 and not with a snapshot',
    ),
  },
  {
    title: 'ROWS_CHANGED',
    means:
      'A registration has changed which tables are kept, or by which key. What was in hand is published; then the source opens again, and reads the raw log again where more is kept.',
    todo: 'Nothing.',
    happened: [...running, failed('ROWS_CHANGED', 'the tables whose rows are kept, or their keys, are others now')],
  },
]

const noticed: Noticed = {
  unknownTables: [{ table: 'public.orders_2026', offset: 6_120 }],
  suspectedHeads: { times: 1, transaction: '771', offset: 6_420 },
}

export function operatingPage(): string {
  return [
    '# Operating',
    'Written by `npm run reference` with the code that prints it. `falsework status` asks the daemon at `daemon.url`, and the logs themselves: position, lag and notices are there also when no daemon answers. `falsework status --check` exits with 2 unless every source is running, or waiting for an instance that works. `/readyz` of the daemon says the same with 200 and 503, the metric `falsework_source_sound` with 1 and 0, and `falsework_source_state` names the state.',
    ...states.flatMap((shown) => section('##', shown)),
    '## Rows',
    'The daemon keeps the rows of captured tables in a row store on its disk (`rows.directory`), one directory for each source. What it holds can always be made again from the raw log. ROWS counts them; `falsework status -o json` says where the store stands and what it takes on the disk, the metrics `falsework_rows_…` too. While no daemon has the store, `falsework state show` says what it holds and what the daemon would do with it.',
    ...rowStates.flatMap((shown) => section('###', shown)),
    '## Notices',
    printed(running, { noticed }),
    'They stop nothing. A table is named until the catalog knows it; a source transaction that may have lost its first rows is named until somebody has looked.',
    '## No daemon',
    printed(null, {}),
    'Start one, or look whether `daemon.url` is right. While the daemon has not reached Kafka, a warning says so with the reason.',
    '',
  ].join('\n\n')
}

const section = (level: '##' | '###', { title, means, todo, happened, bringing = null }: Shown): readonly string[] => [
  `${level} ${title}`,
  printed(happened, {}, bringing),
  means,
  `**What to do.** ${todo}`,
]

/** What `falsework status` prints of a source with this life; null: there is no daemon. */
function printed(
  happened: readonly Happening[] | null,
  known: Pick<Checkpoint, 'noticed'>,
  bringing: ToldRows['bringing'] = null,
): string {
  const report = happened === null ? null : reportOf(happened, bringing)
  const item = statusLine({
    source: 'shop',
    mappings: ['order-placed'],
    waiting: [],
    checkpoint: { ...checkpoint, ...known },
    logEnd: report === null || report.state.sound ? 7_042 : 7_310,
    report,
    isRetired: false,
    protection: { verdict: 'protected', why: '' },
    audited: null,
  })
  let text = ''
  const write = (more: string): void => void (text += more)
  const state: DaemonState | null = report === null ? null : { phase: 'following', trouble: null, unread: null }
  const reading = statusReading([item], { url: 'http://127.0.0.1:8686', state, nowMs: 0 })
  printReading({ out: write, err: write, colour: 'off', progress: 'lines' }, 'table', reading)
  return `\`\`\`console\n$ falsework status\n${text}\`\`\``
}

function reportOf(happened: readonly Happening[], bringing: ToldRows['bringing']): SourceReport {
  const life = happened.reduce((before, happening) => step(before, happening, 0).life, born(0))
  const counts = {
    changes: 2_810,
    transactions: 930,
    replayedTransactions: 0,
    events: 960,
    deadLetters: 2,
    kafkaTransactions: 610,
  }
  // The store is opened before a source works; where nothing works yet, nothing is known of it.
  const isKnown = happened.includes(opened) || bringing !== null
  const position = bringing?.position ?? 7_042
  const rows = isKnown ? { position, entries: 4_120, bytes: 1_310_720, bringing, awaited: [] } : null
  const state = tellState(life, 0)
  return {
    source: 'shop',
    state,
    next: 7_042,
    registryOffset: 3,
    counts,
    skipped: [],
    lastCommitMs: null,
    rows,
    audited: null,
  }
}

const checkpoint: Checkpoint = {
  ...firstCheckpoint({ source: 'shop', incarnation: 1, next: 7_042, registryOffset: 3, timeZoneDatabase: '2025b' }),
  snapshot: { run: 1, phase: 'done' },
}
