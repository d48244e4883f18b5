/** Which error codes the program itself has raised, as an error or as a problem in a file, in this worker: its test files share its modules. */
import { join } from 'node:path'
import { errorCodes } from '../../src/core/diagnostics/error-codes.ts'
import type { FalseworkError } from '../../src/core/diagnostics/falsework-error.ts'

type ErrorClass = typeof FalseworkError

const source = join(import.meta.dirname, '..', '..', 'src')
const raised = new Set<string>()
let noting: ErrorClass | null = null

export const raisedCodes = (): readonly string[] => [...raised]

/** The error class of the program, which notes its codes: one for all files, so that each is an instance of it everywhere. */
export function notingClass(original: ErrorClass): ErrorClass {
  noting ??= class extends original {
    constructor(...parts: ConstructorParameters<ErrorClass>) {
      super(...parts)
      const [code] = parts
      if (!raised.has(code) && isOfProgram(this.stack)) raised.add(code)
    }
  }
  return noting
}

/** What a test makes itself, as a script for a fake, proves nothing. */
const isOfProgram = (stack: string | undefined): boolean =>
  stack
    ?.split('\n')
    .find((line) => line.startsWith('    at '))
    ?.includes(source) === true

// Whoever makes a problem takes its readable name from the declaration of its code, and nobody else does.
for (const [code, declaration] of errorCodes) {
  const { name } = declaration
  const get = (): string => {
    raised.add(code)
    return name
  }
  Object.defineProperty(declaration, 'name', { get, enumerable: true })
}
