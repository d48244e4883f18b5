import { defineConfig } from 'vitest/config'
import { runs } from './test/runs.ts'

/** Fast tests need nothing but Node; `stack` tests share one local stack that the global set-up starts; stories have their own. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/{integration,e2e,faults,story}/**'],
          setupFiles: ['test/error-codes/note-raised-codes.ts'],
          globalSetup: ['test/temporary-folder.ts', 'test/error-codes/every-code-is-raised.ts'],
          pool: 'threads',
          // The files of one worker share its modules: else a third of the time goes into imports.
          isolate: false,
          // By default one core is left idle, which of two is half of the machine.
          maxWorkers: '100%',
          // No promise: a machine that others keep busy takes several times as long.
          testTimeout: runs(60_000),
        },
      },
      {
        test: {
          name: 'stack',
          include: ['test/{integration,e2e,faults}/**/*.test.ts'],
          globalSetup: ['test/temporary-folder.ts', 'test/stack/global-setup.ts'],
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      {
        // Each on a stack of its own, and with the machine for itself.
        test: {
          name: 'story',
          include: ['test/story/**/*.test.ts'],
          globalSetup: ['test/temporary-folder.ts'],
          pool: 'forks',
          maxWorkers: 1,
        },
      },
    ],
  },
})
