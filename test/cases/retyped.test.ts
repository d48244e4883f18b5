import { describe, expect, it } from 'vitest'
import type { Project } from '../../src/app/project/project-texts.ts'
import type { TextRecord } from '../core/capture/raw-log-of.ts'
import { type CaseOutcome, caseFile, caseProject, runCase, runProject } from './run-case.ts'

const name = 'retyped-timestamp'

const records: readonly TextRecord[] = caseFile(name, 'raw.jsonl')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as TextRecord)

/** The form in which the transformation of the connector says that a row was written, by the row's id. */
type Forms = Readonly<Record<string, string>>
const asPulled: Forms = { id: 'int32', at: 'io.debezium.time.Timestamp', a: 'int32', b: 'string' }
const retyped: Forms = { ...asPulled, at: 'io.debezium.time.MicroTimestamp' }

const withHeaders = (formsOf: (id: number) => Forms | null): readonly TextRecord[] =>
  records.map((record) => {
    const { after } = JSON.parse(String(record.value)) as { after?: { id: number } }
    const forms = after === undefined ? null : formsOf(after.id)
    return forms === null ? record : { ...record, headers: { 'falsework.columns': JSON.stringify(forms) } }
  })

async function withCatalog(change: (text: string) => string): Promise<Project> {
  const project = await caseProject(name)
  const catalogs = project.texts.catalogs.map(({ path, text }) => ({ path, text: change(text) }))
  return { ...project, texts: { ...project.texts, catalogs } }
}

const typed = (column: string, type: string) => (text: string) =>
  text.replace(new RegExp(`("name": "${column}",\\s+"type": )"[^"]+"`), `$1"${type}"`)

/** With a mapping that reads the column a, too. */
const readingA = (project: Project): Project => {
  const mappings = project.texts.mappings.map(({ path, text }) => ({
    path,
    text: text.replace('    publish:', '    when: "after.a != null"\n    publish:'),
  }))
  return { ...project, texts: { ...project.texts, mappings } }
}

const headed = async (formsOf: (id: number) => Forms | null, project?: Project): Promise<CaseOutcome> =>
  await runProject(project ?? (await caseProject(name)), withHeaders(formsOf))

describe('a timestamp of three digits that was retyped to six after the catalog was pulled', () => {
  it('is set aside as schema drift at the first microseconds, where no header says the form', async () => {
    const { published, halted } = await runCase(name)
    expect(published).toEqual([
      'Added {"id":1,"at":"2026-01-31T10:00:00.123000"}',
      'Added {"id":2,"at":"2026-01-31T10:00:00.123000"}',
      'dead letter: schemaDrift',
    ])
    expect(halted).toBeNull()
  })

  it('fails the inputs that read it, from the first row of the other form on', async () => {
    const { published, halted } = await headed((id) => (id < 2 ? asPulled : retyped))
    expect(halted).toBeNull()
    expect(published).toEqual([
      'Added {"id":1,"at":"2026-01-31T10:00:00.123000"}',
      'dead letter: schemaDrift',
      'dead letter: schemaDrift',
    ])
  })

  it('is named with both forms, the event, its field and the line of the mapping', async () => {
    const { letters } = await headed((id) => (id < 3 ? asPulled : retyped))
    expect(letters).toEqual([
      'column shop.ddl.at is timestamp(3) without time zone in the catalog, which comes as io.debezium.time.Timestamp, ' +
        'and came as io.debezium.time.MicroTimestamp; Added.v1 (added.at) reads it at mappings/m.yaml:12:39: ' +
        'run `falsework catalog pull`, look at the mapping, and `falsework register`',
    ])
  })
})

describe('a column whose old decoder can read the new values', () => {
  it.each([
    { type: 'timestamp(6) without time zone', column: 'at', was: 'MicroTimestamp', is: 'io.debezium.time.Timestamp' },
    { type: 'timestamp without time zone', column: 'at', was: 'MicroTimestamp', is: 'io.debezium.time.Timestamp' },
    { type: 'timestamp(3) without time zone', column: 'at', was: 'Timestamp', is: 'int64' },
    { type: 'date', column: 'a', was: 'Date', is: 'int32' },
    { type: 'time without time zone', column: 'a', was: 'MicroTime', is: 'int64' },
  ])('fails the inputs that read it: $type that comes as $is', async ({ type, column, was, is }) => {
    const project = readingA(await withCatalog(typed(column, type)))
    const outcome = await headed((id) => ({ ...asPulled, [column]: id < 2 ? `io.debezium.time.${was}` : is }), project)
    expect(outcome).toMatchObject({
      halted: null,
      published: [expect.stringContaining('"id":1'), 'dead letter: schemaDrift', 'dead letter: schemaDrift'],
    })
  })

  it('fails them too: integer that comes as a date, or as bigint', async () => {
    for (const form of ['io.debezium.time.Date', 'int64']) {
      const { halted, published } = await headed((id) => ({ ...asPulled, id: id < 2 ? 'int32' : form }))
      expect(halted).toBeNull()
      expect(published).toEqual([
        expect.stringContaining('"id":1'),
        'dead letter: schemaDrift',
        'dead letter: schemaDrift',
      ])
    }
  })

  it('halts the source where it is a key, though no expression reads it', async () => {
    const project = await withCatalog((text) =>
      text
        .replace('"uniqueKeys": []', '"uniqueKeys": [["a"]]')
        .replace(/("name": "a",[^}]*"nullable": )true/, '$1false'),
    )
    const outcome = await headed((id) => ({ ...asPulled, a: id < 3 ? 'int32' : 'io.debezium.time.Date' }), project)
    expect(outcome).toMatchObject({ halted: 'COLUMN_RETYPED', published: [expect.stringContaining('"id":1')] })
  })

  it('stops nothing where no mapping reads it', async () => {
    const outcome = await headed((id) => ({ ...asPulled, a: id < 3 ? 'int32' : 'io.debezium.time.Date', b: 'int64' }))
    expect(outcome.halted).toBeNull()
    expect(outcome.published).toHaveLength(3)
  })
})

describe('the header that names the forms of the columns', () => {
  it('changes nothing of rows that have the forms of the catalog', async () => {
    const { halted, published } = await headed((id) => (id < 3 ? asPulled : null))
    expect(halted).toBeNull()
    expect(published).toEqual((await runCase(name)).published)
  })

  it('may lack a column of the catalog, and have others, in any order', async () => {
    const { halted } = await headed(() => ({ later: 'int16', at: 'io.debezium.time.Timestamp' }))
    expect(halted).toBeNull()
  })

  it('halts the source where it is not what the transformation writes', async () => {
    const broken = records.map((record) => ({ ...record, headers: { 'falsework.columns': '{"at":{"type":"int64"}}' } }))
    expect(await runProject(await caseProject(name), broken)).toMatchObject({ halted: 'BAD_ENVELOPE', published: [] })
    const quoted = records.map((record) => ({ ...record, headers: { 'falsework.columns': '"{}"' } }))
    expect(await runProject(await caseProject(name), quoted)).toMatchObject({ halted: 'BAD_JSON', published: [] })
  })
})
