/** At the end of a whole run: each error code was raised by the program in a test. */
import type { TestProject } from 'vitest/node'
import { errorCodes } from '../../src/core/diagnostics/error-codes.ts'

/** Codes that no fast test raises, each with the test that has it all the same: of a real server, or told and not raised. */
const hadElsewhere: ReadonlyMap<string, string> = new Map([
  ['BARRIER_NOT_SEEN', 'test/integration/kafka/faults.test.ts'],
  ['EPOCH_DECREASED', 'test/app/compare/epoch-monitor.test.ts'],
  ['TRANSACTION_TIMED_OUT', 'test/core/delivery/source-life.test.ts'],
])

/** Says nothing of a run of some files or some tests, or of one that failed anyway. */
export default function everyCodeIsRaised(project: TestProject): () => Promise<void> {
  return async () => {
    const { vitest } = project
    const modules = vitest.state.getTestModules().filter((module) => module.project.name === project.name)
    const { testFiles } = await project.globTestFiles()
    const isWhole = testFiles.every((path) => modules.some(({ moduleId }) => moduleId === path))
    const isNarrowed = project.config.testNamePattern !== undefined
    if (!isWhole || isNarrowed || !modules.every((module) => module.state() === 'passed')) return
    const raised = new Set(modules.flatMap((module) => module.meta().raisedCodes ?? []))
    const missing = [...errorCodes.keys()].filter((code) => !raised.has(code) && !hadElsewhere.has(code))
    const mistakes = missing.map((code) => `no test makes the program raise ${code}`)
    if (mistakes.length > 0) throw new Error(mistakes.join('\n'))
  }
}
