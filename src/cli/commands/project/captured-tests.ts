/** What `falsework test --from-capture` writes, and says of it. */
import { resolve } from 'node:path'
import { FetchedSchemas } from '../../../app/capture/fetched-schemas.ts'
import { type CapturedFixtures, fixturesOfCapture } from '../../../app/project/captured/fixtures-of-capture.ts'
import { type Choice, nameOfMapping } from '../../../app/project/choose-files.ts'
import type { Project } from '../../../app/project/project-texts.ts'
import type { CheckedFile, CheckedProject } from '../../../app/project/validate-project.ts'
import { readTextFile, type Wiring, writeNewFiles } from '../../../wiring.ts'
import type { Shell } from '../../command.ts'
import { type ExitCode, exitCode } from '../../exit-code.ts'
import { type Column, type OutputFormat, printReading } from '../../output.ts'
import { count } from '../../readings/problems.ts'

interface WrittenCases extends Omit<CapturedFixtures, 'text'> {
  readonly path: string | null
}

const columns: readonly Column<WrittenCases>[] = [
  { title: 'MAPPING', text: ({ mapping }) => mapping },
  { title: 'TRANSACTIONS', align: 'right', text: ({ transactions }) => String(transactions) },
  { title: 'SNAPSHOT ROWS', align: 'right', text: ({ snapshotRows }) => String(snapshotRows) },
  { title: 'CASES', align: 'right', text: ({ cases }) => String(cases) },
  { title: 'WRITTEN', text: ({ path }) => path ?? '-' },
]

/** Writes a file of fixtures for each chosen mapping that the capture tells of; exit 1 where there is none. */
export async function writeCaptured(
  { shell, wiring, options }: Run,
  { project, checked, choice }: Chosen,
): Promise<ExitCode> {
  const file = resolve(shell.workingFolder, options.fromCapture)
  const capture = { text: await readTextFile(file), file: options.fromCapture }
  const parts = { capture, schemas: new FetchedSchemas(wiring.schemaRegistry), ended: shell.interrupted }
  const items: WrittenCases[] = []
  const files: { path: string; text: string }[] = []
  for (const mapping of choice.mappings) {
    const name = nameOfMapping(mapping)
    const { text, ...told } = await fixturesOfCapture({ project, checked }, name, parts)
    const path = text === null ? null : freePath(project, mapping)
    if (text !== null && path !== null) files.push({ path, text })
    items.push({ ...told, path })
  }
  await writeNewFiles(wiring.root, files)
  printReading(shell.streams, options.output === 'github' ? 'table' : options.output, {
    kind: 'CapturedFixtures',
    items,
    columns,
    empty: 'the project has no mappings',
    warnings: items.filter(({ leftOut }) => leftOut > 0).map(leftOutText),
    nextSteps: files.length === 0 ? [] : ['read what was written, then `falsework test`'],
  })
  return files.length === 0 ? exitCode.no : exitCode.done
}

interface Run {
  readonly shell: Shell
  readonly wiring: Wiring
  readonly options: { readonly output: OutputFormat | 'github'; readonly fromCapture: string }
}

interface Chosen {
  readonly project: Project
  readonly checked: CheckedProject
  readonly choice: Choice
}

/** Beside the mapping; where a person has written fixtures of it, under a name of its own. */
function freePath({ texts }: Project, { file }: CheckedFile): string {
  const own = file.path.replace(/\.yaml$/, '.test.yaml')
  return texts.fixtures.some(({ path }) => path === own) ? own.replace('.test.yaml', '.captured.test.yaml') : own
}

const leftOutText = ({ mapping, leftOut }: WrittenCases): string =>
  `${mapping}: ${count(leftOut, 'kind')} of transactions or snapshot rows left out: the capture does not tell what their rows were, or what look-ups find`
