/** What a daemon has made of the benchmark's source, for the commands that look at it. */
import { benchProject, fillRawLog, type Installation, installation } from '../app/bench-project.ts'
import { reached, start } from '../app/translate/running-daemon.ts'

/** One source transaction with updates of the orders 1 to 10, translated. `edit` is done to the text of each raw record. */
export async function translatedBench(edit: (value: string) => string = (text) => text): Promise<Installation> {
  const bench = installation()
  await fillRawLog(bench, 0, 1, edit)
  await bench.register(await benchProject())
  const { daemon, stop } = start(bench)
  await reached(daemon, ({ counts }) => counts.events + counts.deadLetters === 10)
  await stop()
  return bench
}
