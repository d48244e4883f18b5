/** What `connector apply` says of a connector file before it comes into force. */
import { expect, it } from 'vitest'
import { MemoryConnect } from '../../../src/adapters/connect/memory-connect.ts'
import type { Project } from '../../../src/app/project/project-texts.ts'
import { benchProject, installation } from '../../app/bench-project.ts'
import { falsework } from '../in-process.ts'

async function projectWith(edit: (connector: string) => string): Promise<Project> {
  const project = await benchProject()
  const connectors = project.texts.connectors.map(({ path, text }) => ({ path, text: edit(text) }))
  return { ...project, texts: { ...project.texts, connectors } }
}

async function apply(project: Project, ...parameters: string[]) {
  const connect = new MemoryConnect()
  const { kafka } = installation()
  const { code, err } = await falsework(['connector', 'apply', ...parameters], {
    interrupted: AbortSignal.abort(),
    ports: () => ({
      kafka,
      connectorAdmin: connect,
      connectorOffsets: connect,
      connectorConfig: async () => await Promise.resolve({ 'connector.class': 'C' }),
      readProject: async () => await Promise.resolve(project),
    }),
  })
  return { code, err, applied: (await connect.status('bench')) !== null }
}

const losing = (text: string): string => text.replace('{', '{\n  "slot.drop.on.stop": "true",')

it('a setting that loses changes is named at its place, and nothing is applied', async () => {
  const { code, err, applied } = await apply(await projectWith(losing))
  expect(err).toContain('connectors/bench.json:2:')
  expect(err).toContain('connector-slot-drop-on-stop')
  expect({ code, applied }).toEqual({ code: 1, applied: false })
})

it('it is applied all the same with --force, and named', async () => {
  const { err, applied } = await apply(await projectWith(losing), '--force')
  expect(err).toContain('connector-slot-drop-on-stop')
  expect(applied).toBe(true)
})

it('a sound file is applied without a word about it', async () => {
  const { err, applied } = await apply(await projectWith((text) => text))
  expect(err).not.toContain('connectors/bench.json')
  expect(applied).toBe(true)
})

it('a signal ends the waiting with exit 130 and says what was done', async () => {
  const { code, err } = await apply(await projectWith((text) => text))
  expect(err).toMatch(
    /^error INTERRUPTED: bench: bench is created in Connect; whether it captures was not waited for\n/m,
  )
  expect(code).toBe(130)
})

it('a source that is not declared is named, and none of those beside it is applied', async () => {
  const { code, err, applied } = await apply(await projectWith((text) => text), 'bench', 'benhc')
  expect(err).toMatch(/^error UNKNOWN_NAME: there is no source 'benhc'; have bench\n/)
  expect({ code, applied }).toEqual({ code: 1, applied: false })
})
