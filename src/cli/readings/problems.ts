/** How mistakes in files are printed: for people with the line, for GitHub as annotations. */
import { relative, resolve } from 'node:path'
import { type Project, textFilesOf } from '../../app/project/project-texts.ts'
import type { Problem } from '../../core/diagnostics/problem.ts'
import { problemsShown } from '../../core/diagnostics/problems-shown.ts'
import { renderProblems } from '../../core/diagnostics/render-problem.ts'
import type { Streams } from '../output.ts'

export function printProblems({ out }: Pick<Streams, 'out'>, { texts }: Project, problems: readonly Problem[]): void {
  const files = new Map(textFilesOf(texts).map(({ path, text }) => [path, text]))
  out(renderProblems(problems, (file) => files.get(file) ?? null))
}

/** `1 error, 2 warnings` */
export function summary(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length
  const warnings = problems.length - errors
  return `${count(errors, 'error')}, ${count(warnings, 'warning')}`
}

export const count = (amount: number, word: string): string => `${amount} ${word}${amount === 1 ? '' : 's'}`

/** One workflow command a problem; GitHub wants paths from the folder that the workflow runs in. */
export function githubAnnotations(
  problems: readonly Problem[],
  { root, workingFolder }: { readonly root: string; readonly workingFolder: string },
): string {
  const pathOf = (file: string): string => relative(workingFolder, resolve(root, file)).replaceAll('\\', '/')
  const { shown, omitted } = problemsShown(problems)
  const told = shown.map(({ severity, code, name, message, hint, place: { file, line, column, length } }) => {
    const title = `${code} ${name}`
    const properties = { file: pathOf(file), line, col: column, endColumn: column + length, title }
    return annotation(severity, properties, hint === undefined ? message : `${message}; ${hint}`)
  })
  const more = omitted.map(({ file, count: left }) => annotation('notice', { file: pathOf(file) }, `${left} more`))
  return [...told, ...more].join('')
}

function annotation(level: string, properties: Readonly<Record<string, string | number>>, message: string): string {
  const told = Object.entries(properties).map(([key, value]) => `${key}=${property(String(value))}`)
  return `::${level} ${told.join(',')}::${data(message)}\n`
}

const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
