/** `npm test`: static checks, fast tests, tests on the real stack; ends with one line that counts them all. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { missingForJvmParts } from '../stack/jvm-parts.ts'
import { missingForMariadb } from '../stack/databases/mariadb-server.ts'
import { missingForPostgres } from '../stack/databases/postgres.ts'

interface Totals {
  passed: number
  failed: number
  skipped: number
}

/** What the JSON reporter of vitest writes, as far as it is counted here. */
interface VitestReport {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message: string
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

type Check = readonly [name: string, command: string, ...rest: string[]]

/** Beside each other: the linter takes as long as all the others. */
const lint: Check = ['lint', 'eslint', '.']
const otherChecks: readonly Check[] = [
  ['types', 'tsc', '--noEmit'],
  ['format', 'biome', 'check', '.'],
  ['layers', 'depcruise', 'src', '--config', '.dependency-cruiser.cjs'],
  ['dead code', 'knip'],
]
const connectPlugin: Check = ['Connect plugin', 'mvn', '-q', '-B', '-f', 'connect-plugin/pom.xml', 'verify']

const totals: Totals = { passed: 0, failed: 0, skipped: 0 }
const report = mkdtempSync(join(tmpdir(), 'falsework-test-'))

const missing = missingForJvmParts() ?? missingForPostgres()
await Promise.all([runChecks([lint]), runChecks([...otherChecks, ...(missing === null ? [connectPlugin] : [])])])
await runProject('fast')
// Where nobody reads the output, a test that was not run must not look like one that passed.
const unrun = process.env['CI'] === undefined ? 'skipped' : 'failed'
if (missing === null) {
  const withoutMariadb = missingForMariadb()
  if (withoutMariadb !== null) notRun('on MariaDB', withoutMariadb)
  await runProject('stack')
  await runProject('story')
} else {
  notRun('on the real stack', missing)
}
rmSync(report, { recursive: true, force: true })
const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : ''
print(`${totals.passed} passed, ${totals.failed} failed${skipped}`)
process.exitCode = totals.failed > 0 ? 1 : 0

function notRun(which: string, why: string): void {
  totals[unrun] += 1
  print(`${unrun} tests ${which}: ${why}`)
}

async function runChecks(checks: readonly Check[]): Promise<void> {
  for (const check of checks) await runCheck(check)
}

async function runCheck([name, command, ...rest]: Check): Promise<void> {
  const { code, output } = await run(command, rest, 'collected')
  if (code === 0) {
    totals.passed += 1
    print(`passed  ${name}`)
  } else {
    totals.failed += 1
    print(`failed  ${name}\n${output}`)
  }
}

async function runProject(project: string): Promise<void> {
  const file = join(report, `${project}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const { code } = await run('vitest', ['run', '--project', project, ...reporters], 'shown')
  const counted = readReport(file)
  if (counted === null) {
    totals.failed += 1
    print(`failed  vitest wrote no report for ${project}`)
    return
  }
  totals.passed += counted.numPassedTests
  totals.failed += counted.numFailedTests
  totals.skipped += counted.numPendingTests
  // A file that fails before its first test, or an error outside any test, has no failed test of its own.
  const brokenFiles = counted.testResults.filter(
    (result) => result.status === 'failed' && !result.assertionResults.some(({ status }) => status === 'failed'),
  )
  totals.failed += brokenFiles.length
  if (code !== 0 && counted.numFailedTests === 0 && brokenFiles.length === 0) totals.failed += 1
  for (const { assertionResults } of counted.testResults) {
    for (const { status, fullName } of assertionResults) {
      if (status === 'pending' || status === 'skipped') print(`skipped ${fullName}`)
    }
  }
}

function readReport(file: string): VitestReport | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as VitestReport
  } catch {
    return null
  }
}

async function run(
  command: string,
  parameters: readonly string[],
  output: 'shown' | 'collected',
): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(command, parameters, {
    stdio: ['ignore', output === 'shown' ? 'inherit' : 'pipe', output === 'shown' ? 'inherit' : 'pipe'],
  })
  let text = ''
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  return { code, output: text }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
