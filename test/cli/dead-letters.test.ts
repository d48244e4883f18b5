/** What `dead-letters` shows of inputs that a daemon has set aside, and with which exit code. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { partitionOf } from '../../src/core/event/partition.ts'
import { benchProject, type Installation, installation, names } from '../app/bench-project.ts'
import { falsework, type Ran } from './in-process.ts'
import { copiedBench } from './project/copied-bench.ts'
import { translatedBench } from './translated-bench.ts'

/** The orders 1 and 2 have no day; the first has a number beyond 2^53 and what would turn a terminal's text round. */
const spoilt = (text: string): string =>
  text
    .replaceAll('"order_dt":20260102', '"order_dt":20261399')
    .replaceAll('"order_dt":20260103', '"order_dt":20261399')
    .replaceAll('"customer_id":700001', '"customer_id":9007199254740993')
    .replaceAll('Ann Example 1"', 'Ann \u009b31m\u202eExample"')

const run = async ({ kafka }: Installation, ...parameters: string[]): Promise<Ran> =>
  await falsework(['dead-letters', ...parameters], { ports: () => ({ kafka }) })

interface Listed {
  readonly items: readonly { readonly id: string; readonly [name: string]: unknown }[]
  readonly warnings: readonly string[]
  readonly next_steps: readonly string[]
}

const listed = async (bench: Installation): Promise<Listed> =>
  JSON.parse((await run(bench, 'list', '-o', 'json')).out) as Listed

/** Somebody else writes into the topic; the same key goes to the same partition, whoever writes it. */
function write({ kafka }: Installation, key: string, value: string | null): void {
  const partition = partitionOf(Buffer.from(key), kafka.cluster.topic(names.deadLetters).partitions.length)
  const bytes = value === null ? null : Buffer.from(value)
  kafka.cluster.append(names.deadLetters, { partition, key: Buffer.from(key), value: bytes })
}

describe('falsework dead-letters list', () => {
  it('shows people one line for each, with the place of the rule and no value of the row', async () => {
    const { code, out, err } = await run(await translatedBench(spoilt), 'list')
    const [title, ...lines] = out.trimEnd().split('\n')
    expect(title).toMatch(/^ID +MAPPING +AT +CLASS +PLACE +RAW +WRITTEN +SAID$/)
    expect(lines).toHaveLength(2)
    for (const line of lines) {
      expect(line).toMatch(
        /^[0-9a-f-]{13} +order-changed +changed\.placedOn +badDate +mappings\/order-changed\.yaml:23:22 +0-12 +20\d\d-/,
      )
    }
    expect(out).not.toMatch(/20261399|Ann/)
    expect([code, err]).toEqual([0, 'next: falsework dead-letters show ID\n'])
  })

  it('gives programs the same in an envelope, without the rows', async () => {
    const { items, warnings, next_steps } = await listed(await translatedBench(spoilt))
    expect(items).toHaveLength(2)
    expect(items[0]).toMatchObject({ source: 'bench', rule: 'changed', transaction: '1000:1790000000000000' })
    expect(items[0]).not.toHaveProperty('content')
    expect({ warnings, next_steps }).toEqual({ warnings: [], next_steps: ['falsework dead-letters show ID'] })
  })

  it('names a record that is no dead letter by its place, beside those that are', async () => {
    const bench = await translatedBench(spoilt)
    write(bench, 'somebody', '{"password": "hunter2"}')
    const { code, out, err } = await run(bench, 'list', '-o', 'jsonl')
    expect(out.trimEnd().split('\n')).toHaveLength(2)
    expect(err).toMatch(
      /^warning: the record at \d:\d+ of falsework\.dead-letters is no dead letter: it has not the form/,
    )
    expect(out + err).not.toContain('hunter2')
    expect(code).toBe(0)
  })

  it('leaves out what somebody has decided, and says when nothing is left', async () => {
    const bench = await translatedBench(spoilt)
    for (const { id } of (await listed(bench)).items) write(bench, id, null)
    expect(await run(bench, 'list')).toEqual({ code: 0, out: '', err: 'no dead letters\n' })
  })

  it('answers exit 1 and names the topic where nothing was ever registered', async () => {
    const { code, out, err } = await run(installation(), 'list')
    expect(err).toMatch(/^error TOPIC_MISSING: .*falsework\.dead-letters/)
    expect([code, out]).toEqual([1, ''])
  })
})

describe('falsework dead-letters list --group-by cause', () => {
  it('shows one line for each class and field', async () => {
    const { code, out } = await run(await translatedBench(spoilt), 'list', '--group-by', 'cause')
    expect(out).toMatch(
      /^CAUSE +COUNT +FIRST +LAST +EXAMPLE\nbadDate changed\.placedOn +2 +20\S+ +20\S+ +[0-9a-f-]{13}\n$/,
    )
    expect(code).toBe(0)
  })
})

describe('falsework dead-letters retry and discard', () => {
  it('say what is to become of letters, which the list shows until the source has done it', async () => {
    const bench = await translatedBench(spoilt)
    const [first, second] = (await listed(bench)).items
    const retried = await run(bench, 'retry', first?.id.slice(0, 13) ?? '')
    expect(retried.out).toMatch(
      /^ID +MAPPING +AT +CLASS\n[0-9a-f-]{13} +order-changed +changed\.placedOn +badDate +said\n$/,
    )
    expect([retried.code, retried.err]).toEqual([0, 'next: falsework dead-letters list\n'])
    await run(bench, 'discard', second?.id ?? '', '--reason', 'a test row')
    const after = new Map((await listed(bench)).items.map(({ id, said }) => [id, said]))
    expect([after.get(first?.id ?? ''), after.get(second?.id ?? '')]).toEqual(['retry', 'discard'])
  })

  it.each([
    ['class', 'badDate', 2],
    ['class', 'decode', 0],
    ['mapping', 'order-changed', 2],
    ['mapping', 'order', 0],
    ['cause', 'badDate changed.placedOn', 2],
    ['cause', 'badDate changed.shippedOn', 0],
  ])('take those of a %s: %s', async (filter, value, count) => {
    const bench = await translatedBench(spoilt)
    const { out } = await run(bench, 'discard', `--${filter}`, value, '--reason', 'x', '--dry-run', '-o', 'json')
    const { items } = JSON.parse(out) as Listed
    expect(items.map(({ outcome }) => outcome)).toEqual(Array<string>(count).fill('would be said'))
    expect((await listed(bench)).items.map(({ said }) => said)).toEqual([null, null])
  })

  it('show what would come of each retried letter by the revision in force, with a count, and say nothing', async () => {
    const bench = await translatedBench(spoilt)
    const { code, out, err } = await run(bench, 'retry', '--class', 'badDate', '--dry-run')
    const [title, ...lines] = out.trimEnd().split('\n')
    expect(title).toMatch(/^ID +MAPPING +AT +CLASS +BY +WOULD$/)
    expect(lines).toHaveLength(2)
    for (const line of lines) {
      expect(line).toMatch(
        /badDate +r1 +fail again: badDate at changed\.placedOn \(mappings\/order-changed\.yaml:23:22\), deadLetter$/,
      )
    }
    expect([code, err]).toEqual([0, '2 letters, 2 failing again; nothing was written\n'])
    await bench.register(await benchProject((text) => text.replace('ymd(after.order_dt)', "date('2026-01-01')")))
    const corrected = await run(bench, 'retry', '--class', 'badDate', '--dry-run')
    expect(corrected.out).toMatch(/ r2 +give OrderChanged\.v1 key=[12] in order-changes\.v1\n/)
    expect(corrected.err).toBe('2 letters, 2 published (2 records); nothing was written\n')
    const { items } = JSON.parse(
      (await run(bench, 'retry', '--class', 'badDate', '--dry-run', '-o', 'json')).out,
    ) as Listed
    expect(items[0]).toEqual({
      id: expect.any(String) as unknown,
      source: 'bench',
      mapping: 'order-changed',
      at: 'changed.placedOn',
      class: 'badDate',
      revision: 2,
      result: 'published',
      records: [{ event: 'OrderChanged.v1', topic: 'order-changes.v1', key: expect.any(String) as unknown }],
      failure: null,
      reason: null,
    })
    expect((await listed(bench)).items.map(({ said }) => said)).toEqual([null, null])
  })

  it('leave a letter that was written without its input, where it is to be retried', async () => {
    const bench = await translatedBench(spoilt)
    const [first] = (await listed(bench)).items
    write(bench, first?.id ?? '', (await run(bench, 'show', first?.id ?? '')).out)
    const { out, err } = await run(bench, 'retry', '--class', 'badDate', '-o', 'jsonl')
    expect(out.match(/"outcome":"(left|said)"/g)?.toSorted()).toEqual(['"outcome":"left"', '"outcome":"said"'])
    expect(err).toContain(`dead letter ${first?.id ?? ''} is left: its input is not kept with it`)
  })

  it('ask which letters', async () => {
    const { code, err } = await run(await translatedBench(spoilt), 'retry')
    expect(err).toContain('which dead letters? Name ids, or --class, --mapping or --cause')
    expect(code).toBe(64)
  })

  it('ask why a letter is given up', async () => {
    const { code, err } = await run(await translatedBench(spoilt), 'discard', 'a')
    expect(err).toContain('--reason')
    expect(code).toBe(64)
  })
})

describe('falsework dead-letters export', () => {
  it('writes inputs as fixtures that expect the failure, and that hold until the mapping is corrected', async () => {
    const bench = await translatedBench(spoilt)
    const { root } = copiedBench()
    const surroundings = { folder: root, ports: () => ({ kafka: bench.kafka }) }
    const { code, out, err } = await falsework(['dead-letters', 'export'], surroundings)
    expect(
      out.match(
        /order-changed +changed\.placedOn +badDate +fails +mappings\/order-changed\.dead-letters\.test\.yaml$/gm,
      ),
    ).toHaveLength(2)
    expect([code, err]).toEqual([0, 'next: correct the mapping, then `falsework test --update`\n'])
    const text = readFileSync(join(root, 'mappings', 'order-changed.dead-letters.test.yaml'), 'utf8')
    expect(text).toContain('expect: [{error: badDate, at: "changed.placedOn"}]')
    expect(text).toMatch(/- \{table: orders, op: update, before: \{.*order_dt: 20261399/)
    const tested = await falsework(['test'], surroundings)
    expect([tested.code, tested.out]).toEqual([0, expect.stringContaining('2 cases')])
  })

  it('writes one of them where it is told to, and over nothing', async () => {
    const bench = await translatedBench(spoilt)
    const [first] = (await listed(bench)).items
    const surroundings = { folder: copiedBench().root, ports: () => ({ kafka: bench.kafka }) }
    const parameters = ['dead-letters', 'export', first?.id ?? '', '--out', 'mappings/one.test.yaml', '-o', 'json']
    const { out } = await falsework(parameters, surroundings)
    expect((JSON.parse(out) as Listed).items).toMatchObject([{ id: first?.id, path: 'mappings/one.test.yaml' }])
    expect((await falsework(parameters, surroundings)).err).toContain('TARGET_EXISTS')
  })

  it('says which inputs do not fail by the files of the project, and which it cannot write', async () => {
    const bench = await translatedBench(spoilt)
    const [first] = (await listed(bench)).items
    write(bench, first?.id ?? '', (await run(bench, 'show', first?.id ?? '')).out)
    const { root } = copiedBench()
    const path = join(root, 'mappings', 'order-changed.yaml')
    writeFileSync(path, readFileSync(path, 'utf8').replace('ymd(after.order_dt)', "date('2026-01-01')"))
    const surroundings = { folder: root, ports: () => ({ kafka: bench.kafka }) }
    const { out } = await falsework(['dead-letters', 'export', '-o', 'jsonl'], surroundings)
    expect(out.match(/"outcome":"\w+"/g)?.toSorted()).toEqual(['"outcome":"differs"', '"outcome":"left"'])
  })

  it('refuses one file for letters of several mappings', async () => {
    const bench = await translatedBench(spoilt)
    const [first] = (await listed(bench)).items
    const other = JSON.parse((await run(bench, 'show', first?.id ?? '')).out) as object
    write(bench, 'another', JSON.stringify({ ...other, mapping: 'another' }))
    const { code, err } = await run(bench, 'export', '--out', 'x.test.yaml')
    expect(err).toContain('--out is one file, and the letters are of order-changed, another: name ids of one')
    expect(code).toBe(64)
  })
})

describe('falsework dead-letters show', () => {
  const idOfFirst = async (bench: Installation): Promise<string> => {
    const { items } = await listed(bench)
    const shown = await Promise.all(items.map(async ({ id }) => (await run(bench, 'show', id)).out))
    return items[shown.findIndex((text) => text.includes('9007199254740993'))]?.id ?? ''
  }

  it('shows one whole, by the beginning of its id that the list shows, with every digit', async () => {
    const bench = await translatedBench(spoilt)
    const id = await idOfFirst(bench)
    const { code, out, err } = await run(bench, 'show', id.slice(0, 13))
    expect(JSON.parse(out)).toMatchObject({
      id,
      raw: { from: 0, to: 12 },
      failure: { class: 'badDate', place: { line: 23, column: 22 }, before: { status: 'N' }, after: { status: 'P' } },
    })
    expect(out).toMatch(/^ {6}"customer_id": 9007199254740993,$/m)
    expect([code, err]).toEqual([0, ''])
  })

  it('shows it on one line to programs', async () => {
    const bench = await translatedBench(spoilt)
    const { out } = await run(bench, 'show', await idOfFirst(bench), '-o', 'jsonl')
    expect(out).toMatch(/^\{.*"customer_id":9007199254740993,.*\}\n$/)
  })

  it.each(['table', 'json', 'jsonl'])(
    'keeps control characters of a row from the terminal, in the form %s',
    async (form) => {
      const bench = await translatedBench(spoilt)
      const { out } = await run(bench, 'show', await idOfFirst(bench), '-o', form)
      expect(out).toContain('Ann \\u009b31m\\u202eExample')
      expect(out).not.toMatch(/[\u009b\u202e]/)
      expect(JSON.parse(out)).toMatchObject({ failure: { after: { name: 'Ann \u009b31m\u202eExample' } } })
    },
  )

  it('names the ids that there are when none begins so, and when several do', async () => {
    const bench = await translatedBench(spoilt)
    const ids = (await listed(bench)).items.map(({ id }) => id)
    const none = await run(bench, 'show', 'nope')
    expect(none.err).toContain(
      `error UNKNOWN_NAME: no dead letter has an id that begins with 'nope'; have ${ids.join(', ')}\n`,
    )
    expect([none.code, none.out]).toEqual([1, ''])
    const several = await run(bench, 'show', '')
    expect(several.err).toContain(`2 dead letters have an id that begins with ''; have ${ids.join(', ')}\n`)
    expect([several.code, several.out]).toEqual([1, ''])
  })

  it('names some of very many ids and counts the others', async () => {
    const bench = await translatedBench((text) => text.replace(/"order_dt":\d+/g, '"order_dt":20261399'))
    const { err } = await run(bench, 'show', 'nope')
    expect(err.match(/[0-9a-f]{8}-/g)).toHaveLength(5)
    expect(err).toContain(', 5 more\n')
  })

  it('shows of an incomplete one what is there, with a warning, as the list does', async () => {
    const bench = await translatedBench(spoilt)
    const id = await idOfFirst(bench)
    const { out } = await run(bench, 'show', id)
    const first = { ...(JSON.parse(out) as object), parts: { count: 3, digest: 'of parts that are not there' } }
    write(bench, id, JSON.stringify(first))
    const warning = `dead letter ${id} is incomplete: 2 of its 3 records are missing`
    const shown = await run(bench, 'show', id)
    expect(JSON.parse(shown.out)).toMatchObject({
      failure: { class: 'badDate' },
      parts: { missing: [2, 3], found: {} },
    })
    expect([shown.code, shown.err]).toEqual([0, `warning: ${warning}\n`])
    expect((await listed(bench)).warnings).toEqual([warning])
  })

  it('knows no record that is no dead letter', async () => {
    const bench = await translatedBench()
    write(bench, 'somebody', '{"password": "hunter2"}')
    const { code, out, err } = await run(bench, 'show', 'somebody')
    expect(err).toContain("no dead letter has an id that begins with 'somebody'; have none\n")
    expect([code, out]).toEqual([1, ''])
  })
})
