/** The raw log's topic: one order, kept as long as it may be needed, in a form that can be read. */
import type { CaptureFindings, RawLogFacts } from '../capture-findings.ts'
import { type Condition, type Judgement, of, ok, violated, violatedBy } from '../condition.ts'

const readable = new Set(['none', 'gzip', 'snappy', 'lz4', 'zstd'])
/** Of the topic, where it is not the name of a codec: as the producer sent it, or not at all. */
const leftAlone = new Set(['producer', 'uncompressed'])
const unlimited = '-1'

export const rawLogConditions: readonly Condition[] = [
  {
    code: 'raw-log',
    what: 'the topic of the raw log exists',
    why: 'it holds all that the connector emits',
    remedy: 'run `falsework connector apply`, which creates it',
    weight: 'loses',
    judge: ({ rawLog, rawLogTopic }) =>
      of(rawLog, (topic) => {
        const name = rawLogTopic.kind === 'asked' ? rawLogTopic.value : 'of the raw log'
        return topic === null ? violated(`topic ${name} does not exist`) : ok
      }),
  },
  {
    code: 'raw-log-partitions',
    what: 'the raw log has one partition',
    why: 'two partitions have no common order',
    remedy: 'create the topic anew with one partition, before the connector starts',
    weight: 'loses',
    judge: ofTopic(({ partitions }) => (partitions === 1 ? ok : violated(`${partitions} partitions`))),
  },
  {
    code: 'raw-log-cleanup',
    what: 'the raw log is not compacted',
    why: 'compaction removes changes',
    remedy: 'set cleanup.policy=delete on the raw log',
    weight: 'loses',
    judge: ofTopic(({ config }) => {
      const policy = config.get('cleanup.policy') ?? 'delete'
      return policy === 'delete' ? ok : violated(`cleanup.policy is ${policy}`)
    }),
  },
  {
    code: 'raw-log-retention',
    what: 'nothing of the raw log is deleted',
    why: 'what was deleted can be neither translated nor replayed, and a row store that is lost cannot be built again (`REBUILD_GAP`)',
    remedy:
      'set retention.ms=-1 and retention.bytes=-1 on the raw log until the migration is over; where its beginning is gone already, keep a copy of the row store (`falsework state copy SOURCE DIR`)',
    weight: 'risks',
    judge: ofTopic(({ config }) =>
      violatedBy(
        ['retention.ms', 'retention.bytes']
          .map((name) => ({ name, value: config.get(name) ?? unlimited }))
          .filter(({ value }) => value !== unlimited)
          .map(({ name, value }) => ({ found: `${name} is ${value}` })),
      ),
    ),
  },
  {
    code: 'raw-log-compression',
    what: 'the raw log is compressed with none, gzip, snappy, lz4 or zstd',
    why: 'the daemon reads no other compression, and halts',
    remedy: 'set compression.type=producer on the raw log; what is compressed already stays so: create the topic anew',
    weight: 'loses',
    judge: ofTopic(({ config }, { rawLogCodec }) => {
      const type = config.get('compression.type') ?? 'producer'
      const codec = rawLogCodec.kind === 'asked' ? rawLogCodec.value : null
      const isRead = (leftAlone.has(type) || readable.has(type)) && (codec === null || readable.has(codec))
      const found = `compression.type is ${type}${codec === null ? '' : `, the newest records have ${codec}`}`
      return isRead ? { kind: 'ok', found } : violated(found)
    }),
  },
]

function ofTopic(judge: (topic: RawLogFacts, findings: CaptureFindings) => Judgement): Condition['judge'] {
  return (findings) =>
    of(findings.rawLog, (topic) =>
      topic === null ? { kind: 'notAsked', why: 'the topic does not exist' } : judge(topic, findings),
    )
}
