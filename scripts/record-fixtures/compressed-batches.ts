/** Batches that Kafka's own client compresses; needs the parts of the stack, and none of its servers. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { resolveJvmParts } from '../../stack/jvm-parts.ts'

const program = fileURLToPath(new URL('CompressedBatches.java', import.meta.url))
const codecs = ['gzip', 'snappy', 'lz4', 'zstd']

/** base64, by codec. */
export async function recordCompressedBatches(onProgress: (line: string) => void): Promise<Record<string, string>> {
  const { libs } = await resolveJvmParts(onProgress)
  const lines = execFileSync('java', ['-Dfile.encoding=UTF-8', '-cp', `${libs}/*`, program, ...codecs], {
    encoding: 'utf8',
  })
  const batches: Record<string, string> = {}
  for (const line of lines.trim().split('\n')) {
    const [codec = '', batch = ''] = line.split('\t')
    batches[codec] = batch
  }
  return batches
}
