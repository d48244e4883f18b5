import type { Command } from 'commander'
import { readRegistry } from '../../../app/observe/registered.ts'
import { beginAnew } from '../../../app/migrate/parity/parity-anew.ts'
import { type ParityFound, readParity } from '../../../app/migrate/parity/read-parity.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { ParityDocument } from '../../../core/parity/report/parity-document.ts'
import { parityPage } from '../../../core/parity/report/parity-page.ts'
import type { Wiring } from '../../../wiring.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { type ExitCode, exitCode } from '../../exit-code.ts'
import { printReading, type Reading, toJson } from '../../output.ts'
import { parityText } from '../../readings/parity-reading.ts'
import { controlLogParts } from '../operate/operator-words.ts'
import { projectPath } from '../project/project-files.ts'

interface ParityOptions extends CommandOptions {
  readonly html?: string
  readonly json?: string
  readonly showValues?: true
  readonly check?: true
  readonly anew?: true
  readonly reason?: string
}

export function addParity(migrate: Command, shell: Shell): void {
  withCommonOptions(migrate.command('parity'))
    .argument('<mapping>')
    .description('what the comparison with the new service has found: outcomes, causes, gates')
    .option('--html <file>', 'writes the report as a page into a file of the project')
    .option('--json <file>', 'writes the same as data')
    .option('--show-values', 'shows the values of the sample pairs; otherwise their kind and length')
    .option('--check', 'exit 1 while the gate `parity` is closed')
    .option('--anew', 'the comparison begins anew, and what was found counts no more; with --reason')
    .option('--reason <text>', 'why: it stands in the registry log for ever')
    .action(async (mapping: string, options: ParityOptions) => {
      await runCommand(shell, options, async (wiring) =>
        options.anew === true
          ? await runAnew(shell, wiring, { mapping, options })
          : await runParity(shell, wiring, { mapping, options }),
      )
    })
}

interface Asked {
  readonly mapping: string
  readonly options: ParityOptions
}

async function runAnew(shell: Shell, wiring: Wiring, { mapping, options }: Asked): Promise<ExitCode> {
  const { reason = '', output } = options
  if (reason.trim() === '') {
    throw new FalseworkError('USAGE', '--anew needs --reason: it is kept for ever why what was found counts no more')
  }
  const { names, kafka } = wiring
  const parts = { ...controlLogParts(wiring), names, topicReader: kafka.topicReader }
  const said = await beginAnew({ mapping, reason }, parts)
  printReading(shell.streams, output, {
    kind: 'AnewWords',
    items: [said],
    columns: [
      { title: 'MAPPING', text: (one) => one.mapping },
      { title: 'COMPARED', text: () => 'anew, with the events from now on' },
    ],
    empty: '',
  })
  return exitCode.done
}

async function runParity(shell: Shell, wiring: Wiring, { mapping, options }: Asked): Promise<ExitCode> {
  const { names, kafka, clock } = wiring
  const { html, json, showValues, output, check } = options
  const isRead = html !== undefined || json !== undefined || output !== 'table'
  const found = await readParity(
    { mapping, samples: isRead ? (showValues === true ? 'shown' : 'masked') : 'left out' },
    {
      registry: await readRegistry(kafka.openControlLog),
      parts: { names, topicReader: kafka.topicReader, wallMs: () => clock.wallMs() },
    },
  )
  const document = found.kind === 'found' ? found.document : null
  print(shell, options, { document, ...remarksOn(found, mapping) })
  if (document !== null) {
    const write = async (path: string, text: string): Promise<void> => {
      await wiring.writeFile(projectPath(shell, wiring, path), text)
      shell.streams.err(`${projectPath(shell, wiring, path)} is written\n`)
    }
    if (html !== undefined) await write(html, parityPage(document))
    if (json !== undefined) await write(json, `${toJson(document, 2)}\n`)
  }
  const isPassed = document?.gates.some(({ gate, verdict }) => gate === 'parity' && verdict === 'passed') ?? false
  return check === true && !isPassed ? exitCode.no : exitCode.done
}

interface Shown extends Required<Pick<Reading<ParityDocument>, 'warnings' | 'nextSteps' | 'empty'>> {
  readonly document: ParityDocument | null
}

function print({ streams }: Shell, { output }: ParityOptions, { document, ...said }: Shown): void {
  const items = document === null ? [] : [document]
  if (output === 'table' && document !== null) {
    streams.out(parityText(document, streams))
    for (const warning of said.warnings) streams.err(`warning: ${warning}\n`)
    for (const step of said.nextSteps) streams.err(`next: ${step}\n`)
  } else printReading(streams, output, { kind: 'Parity', items, columns: [], ...said })
}

/** A daemon tells of it about once a second; gates bear with it for longer, while one is started. */
const staleMs = 15_000

function remarksOn(found: ParityFound, mapping: string): Omit<Shown, 'document'> {
  switch (found.kind) {
    case 'not compared':
      return found.why === 'no migration'
        ? nothingFound(`nothing that is registered says how the events of ${mapping} are compared`, [
            'write migrations/<name>.yaml about it, then falsework register',
          ])
        : nothingFound(`${mapping} is not compared: no scope of it is in parity`, [
            `falsework migrate promote ${mapping} --to parity`,
          ])
    case 'not told yet':
      return nothingFound(`${mapping} is in parity, and nothing is told of its comparison yet: is a daemon running?`, [
        'falsework run, and falsework status',
      ])
    case 'found': {
      const { ageMs, document } = found
      const ended = 'the report is of a comparison that has ended, or has begun anew since'
      const stale = `the report is ${ageText(ageMs)} old: no daemon compares now`
      const isStale = ageMs > staleMs
      return {
        empty: '',
        warnings: [...(document.standing === 'ended' ? [ended] : []), ...(isStale ? [stale] : [])],
        nextSteps: isStale ? ['falsework status'] : [],
      }
    }
  }
}

const nothingFound = (empty: string, nextSteps: readonly string[]) => ({ empty, warnings: [], nextSteps })

function ageText(ageMs: number): string {
  const seconds = Math.floor(ageMs / 1_000)
  if (seconds < 120) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`
}
