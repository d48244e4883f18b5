/** What `connector apply` says of a connector file before it comes into force. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { MemoryConnect } from '../../src/adapters/connect/memory-connect.ts'
import type { Project } from '../../src/app/project/project-texts.ts'
import type { Shell } from '../../src/cli/command.ts'
import { main } from '../../src/cli/main.ts'
import { wire } from '../../src/wiring.ts'
import { benchProject, installation } from '../app/bench-project.ts'

async function projectWith(edit: (connector: string) => string): Promise<Project> {
  const project = await benchProject()
  const connectors = project.texts.connectors.map(({ path, text }) => ({ path, text: edit(text) }))
  return { ...project, texts: { ...project.texts, connectors } }
}

async function apply(project: Project, ...parameters: string[]) {
  const connect = new MemoryConnect()
  const { kafka } = installation()
  let err = ''
  const shell: Shell = {
    environment: {},
    workingFolder: join(import.meta.dirname, '..', '..', 'bench', 'project'),
    interrupted: AbortSignal.abort(),
    wire: (options) => ({
      ...wire(options),
      kafka: { ...kafka, close: async () => await Promise.resolve() },
      connectorAdmin: connect,
      connectorOffsets: connect,
      connectorConfig: async () => await Promise.resolve({ 'connector.class': 'C' }),
      readProject: async () => await Promise.resolve(project),
    }),
    exit: 0,
    streams: { out: () => undefined, err: (text) => (err += text), colour: 'off' },
  }
  const code = await main(['connector', 'apply', ...parameters], shell)
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
