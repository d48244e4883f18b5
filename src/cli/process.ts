/** Where every command begins. The daemon is started anew with the memory that suits it before anything is loaded. */
import { limitYoungGeneration } from './process/young-generation.ts'

if (process.argv[2] === 'run') limitYoungGeneration()
await import('./process/command-line.ts')
