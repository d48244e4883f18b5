/** Where every command begins. The daemon is started anew with the memory that suits it before anything is loaded. */
import { keepCompiledCode } from './process/compiled-code.ts'
import { limitYoungGeneration } from './process/young-generation.ts'

if (process.argv[2] === 'run') limitYoungGeneration()
keepCompiledCode()
await import('./process/command-line.ts')
