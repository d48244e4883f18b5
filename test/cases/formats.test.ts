import { describe, expect, it } from 'vitest'
import type { Project } from '../../src/app/project/project-texts.ts'
import type { TextRecord } from '../core/capture/raw-log-of.ts'
import { caseProject, caseRecords, runCase, runProject } from './run-case.ts'

const name = 'nullable-unique-key'

async function projectWith(settings: Readonly<Record<string, string>>): Promise<Project> {
  const project = await caseProject(name)
  const connectors = project.texts.connectors.map(({ path, text }) => ({
    path,
    text: JSON.stringify({ ...(JSON.parse(text) as object), ...settings }),
  }))
  return { ...project, texts: { ...project.texts, connectors } }
}

const wrap = (payload: TextRecord['key']): string | null =>
  payload === null ? null : `{"schema":{"type":"struct"},"payload":${payload.toString()}}`

describe('a raw log of JSON with its schemas', () => {
  const withSchemas = caseRecords(name).map((record) => ({
    ...record,
    key: wrap(record.key),
    value: wrap(record.value),
  }))

  it('gives the events of the same log without them, where the connector file declares so', async () => {
    const project = await projectWith({ 'value.converter.schemas.enable': 'true' })
    const { published, halted } = await runProject(project, withSchemas)
    expect(halted).toBeNull()
    expect(published).toEqual((await runCase(name)).published)
  })

  it('is refused at the first record where the connector file declares none', async () => {
    expect(await runProject(await caseProject(name), withSchemas)).toMatchObject({
      published: [],
      halted: 'FORMAT_MISMATCH',
    })
  })
})
