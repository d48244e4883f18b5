/** The files of a new project, from those of the template. */
import type { TextFile } from '../project/project-texts.ts'

/** Fills in the name of the source, in paths and texts, as each place can have it. */
export function fillTemplate(template: readonly TextFile[], source: string): readonly TextFile[] {
  const identifier = source.replaceAll('-', '_')
  const fill = (text: string): string =>
    text
      .replaceAll('{{source}}', source)
      .replaceAll('{{slot}}', identifier.toLowerCase())
      .replaceAll('{{SOURCE}}', identifier.toUpperCase())
  // npm leaves a `.gitignore` out of a package.
  return template.map(({ path, text }) => ({ path: fill(path).replace(/^gitignore$/, '.gitignore'), text: fill(text) }))
}
