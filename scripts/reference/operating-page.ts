/** The page for an operator: each state of a source as `falsework status` prints it, what it means, and what to do. */
import { statusLine } from '../../src/app/observe/source-status.ts'
import { type SourceReport, tellState } from '../../src/app/translate/source-state.ts'
import type { DaemonState } from '../../src/app/translate/daemon.ts'
import { printReading } from '../../src/cli/output.ts'
import { statusReading } from '../../src/cli/status-reading.ts'
import { type Checkpoint, firstCheckpoint, type Noticed } from '../../src/core/delivery/checkpoint.ts'
import type { Failure } from '../../src/core/delivery/failure-verdict.ts'
import { born, type Happening, step } from '../../src/core/delivery/source-life.ts'
import { dispositionOf, scopeOf } from '../../src/core/diagnostics/error-codes.ts'

interface Shown {
  readonly title: string
  readonly means: string
  readonly todo: string
  readonly happened: readonly Happening[]
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

const noticed: Noticed = {
  unknownTables: [{ table: 'public.orders_2026', offset: 6_120 }],
  suspectedHeads: { times: 1, transaction: '771', offset: 6_420 },
}

export function operatingPage(): string {
  return [
    '# Operating',
    'Written by `npm run reference` with the code that prints it. `falsework status` asks the daemon at `daemon.url`, and the logs themselves: position, lag and notices are there also when no daemon answers. `falsework status --check` exits with 2 unless every source is running, or waiting for an instance that works. `/readyz` of the daemon says the same with 200 and 503, the metric `falsework_source_sound` with 1 and 0, and `falsework_source_state` names the state.',
    ...states.flatMap(({ title, means, todo, happened }) => [
      `## ${title}`,
      printed(happened, {}),
      means,
      `**What to do.** ${todo}`,
    ]),
    '## Notices',
    printed(running, { noticed }),
    'They stop nothing. A table is named until the catalog knows it; a source transaction that may have lost its first rows is named until somebody has looked.',
    '## No daemon',
    printed(null, {}),
    'Start one, or look whether `daemon.url` is right. While the daemon has not reached Kafka, a warning says so with the reason.',
    '',
  ].join('\n\n')
}

/** What `falsework status` prints of a source with this life; null: there is no daemon. */
function printed(happened: readonly Happening[] | null, known: Pick<Checkpoint, 'noticed'>): string {
  const report = happened === null ? null : reportOf(happened)
  const item = statusLine({
    source: 'shop',
    mappings: ['order-placed'],
    waiting: [],
    checkpoint: { ...checkpoint, ...known },
    logEnd: report === null || report.state.sound ? 7_042 : 7_310,
    report,
    protection: { verdict: 'protected', why: '' },
  })
  let text = ''
  const write = (more: string): void => void (text += more)
  const state: DaemonState | null = report === null ? null : { phase: 'following', trouble: null, unread: null }
  const reading = statusReading([item], { url: 'http://127.0.0.1:8686', state })
  printReading({ out: write, err: write, colour: 'off' }, 'table', reading)
  return `\`\`\`console\n$ falsework status\n${text}\`\`\``
}

function reportOf(happened: readonly Happening[]): SourceReport {
  const life = happened.reduce((before, happening) => step(before, happening, 0).life, born(0))
  const counts = {
    changes: 2_810,
    transactions: 930,
    replayedTransactions: 0,
    events: 960,
    deadLetters: 2,
    kafkaTransactions: 610,
  }
  return { source: 'shop', state: tellState(life, 0), next: 7_042, registryOffset: 3, counts, lastCommitMs: null }
}

const checkpoint: Checkpoint = {
  ...firstCheckpoint({ source: 'shop', incarnation: 1, next: 7_042, registryOffset: 3, timeZoneDatabase: '2025b' }),
  snapshot: { run: 1, phase: 'done' },
}
