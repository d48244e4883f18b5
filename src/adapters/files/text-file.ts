/** A text that a person names, wherever it is. */
import { readFile } from 'node:fs/promises'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { codeOf } from './project-file.ts'

/** Raises `PROJECT_FILE` for what cannot be read, and for what is no UTF-8. */
export async function readTextFile(path: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path))
  } catch (cause) {
    const reason = cause instanceof TypeError ? 'it is not UTF-8' : codeOf(cause)
    throw new FalseworkError('PROJECT_FILE', `${path} cannot be read: ${reason}`, { cause })
  }
}
