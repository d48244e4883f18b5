/** Notes in each test file which error codes the program itself raised, as an error or as a problem in a file. */
import { join } from 'node:path'
import { afterEach, vi } from 'vitest'
import { errorCodes } from '../../src/core/diagnostics/error-codes.ts'

declare module 'vitest' {
  interface TaskMeta {
    raisedCodes?: readonly string[]
  }
}

const source = join(import.meta.dirname, '..', '..', 'src')
const raised = new Set<string>()

/** What a test makes itself, as a script for a fake, proves nothing. */
const isOfProgram = (stack: string | undefined): boolean =>
  stack
    ?.split('\n')
    .find((line) => line.startsWith('    at '))
    ?.includes(source) === true

vi.mock(import('../../src/core/diagnostics/falsework-error.ts'), async (load) => {
  const { FalseworkError } = await load()
  return {
    FalseworkError: class extends FalseworkError {
      constructor(...parts: ConstructorParameters<typeof FalseworkError>) {
        super(...parts)
        const [code] = parts
        if (!raised.has(code) && isOfProgram(this.stack)) raised.add(code)
      }
    },
  }
})

// Whoever makes a problem takes its readable name from the declaration of its code, and nobody else does.
for (const [code, declaration] of errorCodes) {
  const { name } = declaration
  const get = (): string => {
    raised.add(code)
    return name
  }
  Object.defineProperty(declaration, 'name', { get, enumerable: true })
}

afterEach(({ task }) => {
  task.file.meta.raisedCodes = [...raised]
})
