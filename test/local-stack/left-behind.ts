/** Starts a child process under the book-keeping of a state folder, says its id, and waits to be killed. */
import { spawn } from 'node:child_process'
import { ProcessBook } from '../../stack/process-book.ts'

const [, , stateFolder = ''] = process.argv
const child = spawn('sleep', ['300'], { detached: true, stdio: 'ignore' })
const book = new ProcessBook(stateFolder)
book.claim()
book.note('sleeper', child.pid ?? 0)
process.stdout.write(`${child.pid ?? 0}\n`)
setInterval(() => undefined, 1_000)
