/** Tells with each test file which error codes the program itself has raised. */
import { afterEach, vi } from 'vitest'
import { notingClass, raisedCodes } from './raised-codes.ts'

declare module 'vitest' {
  interface TaskMeta {
    raisedCodes?: readonly string[]
  }
}

vi.mock(import('../../src/core/diagnostics/falsework-error.ts'), async (load) => {
  const { FalseworkError } = await load()
  return { FalseworkError: notingClass(FalseworkError) }
})

afterEach(({ task }) => {
  task.file.meta.raisedCodes = raisedCodes()
})
