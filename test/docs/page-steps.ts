/** The commands of a page as its reader would type them, in their order, each with what the page says of how it ends. */

export interface PageStep {
  /** As it stands there, without its comment. */
  readonly command: string
  /** Words behind `falsework`, as a shell would give them. */
  readonly parameters: readonly string[]
  /** 0 unless the comment behind it names another: `# exit 1: a gate is closed`. */
  readonly code: number
  /** Of the block of kind `text` right behind it; null: the page shows nothing. */
  readonly sample: string | null
}

const block = /^```(\w*)\n(.*?)^```$/gms

/** Every line that begins with `falsework` in a block without a kind is a command. */
export function pageSteps(page: string): readonly PageStep[] {
  const steps: PageStep[] = []
  for (const [, kind, text = ''] of page.matchAll(block)) {
    if (kind === '') steps.push(...text.trimEnd().split('\n').map(stepOf))
    else if (kind === 'text') shown(steps, text)
  }
  return steps
}

function stepOf(line: string): PageStep {
  const [command = '', remark = ''] = line.split(/ +# /)
  const [program, ...parameters] = wordsOf(command)
  if (program !== 'falsework') throw new Error(`a block without a kind has a line that is no command: ${line}`)
  return { command, parameters, code: Number(/^exit (\d+)/.exec(remark)?.[1] ?? 0), sample: null }
}

const wordsOf = (command: string): readonly string[] =>
  [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')

function shown(steps: PageStep[], sample: string): void {
  const last = steps.pop()
  if (last === undefined) throw new Error(`the page shows what no command has printed: ${sample}`)
  steps.push({ ...last, sample })
}

/** The blocks of one kind, in their order. */
export const pageBlocks = (page: string, wanted: string): readonly string[] =>
  [...page.matchAll(block)].flatMap(([, kind, text = '']) => (kind === wanted ? [text] : []))

/** Numbers, moments, hashes and the width of columns are of the run; what is left is of the command. */
export const masked = (text: string): string =>
  text
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/\d+(\.\d+)?/g, 'N')
    .replaceAll(/[ \t]+/g, ' ')
    .trim()

/** What a sample shows, part by part: a line with `…` alone stands for lines that are left out. */
export const partsOf = (sample: string): readonly string[] => sample.split(/^…\n/m).map(masked)
