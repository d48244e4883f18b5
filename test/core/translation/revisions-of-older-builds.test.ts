import { describe, expect, it } from 'vitest'
import { readRegistry } from '../../../src/app/observe/registered.ts'
import { topicNames } from '../../../src/core/delivery/topic-names.ts'
import { batchBytesMaxByDefault } from '../../../src/core/event/event-size.ts'
import { type ActiveRevisions, activateRevisions } from '../../../src/core/translation/revisions/active-revisions.ts'
import { benchProject, installation, names } from '../../app/bench-project.ts'

describe('a revision of an older build whose topic is kept for falsework today', () => {
  // Under another prefix the topic is nobody's: what a build would take that does not know it as its own.
  const elsewhere = topicNames('', 'capture.')
  const registerOld = async () => {
    const bench = installation(elsewhere)
    const old = await benchProject((text) => text.replace('topic: order-changes.v1', 'topic: raw.bench'))
    expect(await bench.register(old)).toMatchObject({ kind: 'registered' })
    return bench
  }
  const activate = async (
    { kafka }: Awaited<ReturnType<typeof registerOld>>,
    source: string,
  ): Promise<ActiveRevisions> =>
    activateRevisions(await readRegistry(kafka.openControlLog), {
      source,
      incarnation: 1,
      names,
      keys: new Map(),
      batchBytesMaxOf: () => batchBytesMaxByDefault,
    })

  it('does not come into force: no event is written over a raw log, and its source says why', async () => {
    await expect(activate(await registerOld(), 'bench')).rejects.toMatchObject({
      code: 'REVISION_UNREADABLE',
      message: "mapping order-changed: topic 'raw.bench' is kept for falsework's own records",
    })
  })

  it('keeps no other source from its work', async () => {
    expect((await activate(await registerOld(), 'crm')).plan.byTable.size).toBe(0)
  })

  it('leaves the registry log readable, and is replaced by the next revision of its mapping', async () => {
    const bench = await registerOld()
    expect((await readRegistry(bench.kafka.openControlLog)).unread).toBeNull()
    expect(await bench.register(await benchProject())).toMatchObject({ mappings: [{ revision: 2 }] })
    expect((await activate(bench, 'bench')).plan.byTable.size).toBe(1)
  })
})
