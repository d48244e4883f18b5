/** Slips of a hand in a mapping: one token at a time, each of which leaves a mapping that is not right any more. */

export interface Edit {
  readonly kind: EditKind
  readonly path: string
  /** What stood there, and where it begins. */
  readonly was: string
  readonly line: number
  readonly text: string
}

export type EditKind = (typeof kinds)[number]['kind']

/** `token` finds what is edited as its group `it`; the rest of the match is where it must stand. */
interface Kind<Name extends string> {
  readonly kind: Name
  readonly token: RegExp
  readonly edit: (token: string) => string
}

const kindOf = <Name extends string>(kind: Name, token: RegExp, edit: Kind<Name>['edit'] = misspelt): Kind<Name> => ({
  kind,
  token,
  edit,
})

const kinds = [
  kindOf('a column', /\b(?:after|before|row)\.(?<it>\w{3,})/g),
  kindOf('a column of with', /match: \{(?<it>\w{3,})/g),
  kindOf('a changed column', /changed: \[(?<it>\w{3,})/g),
  kindOf('a function, code table or look-up', /(?<=["( ])(?<it>[a-z]\w{2,})\(/g),
  kindOf('an alias that is used', /\btable: (?<it>\w{3,})/g),
  kindOf('an alias that is declared', /(?<=^ {2}|tables: \{|, )(?<it>\w{3,}): public\./gm),
  kindOf('a table', /: public\.(?<it>\w{3,})/g),
  kindOf('a row of with', /^ {6}(?<it>\w{3,}): \{table/gm),
  kindOf('a look-up that is declared', /^ {2}(?<it>\w{3,}): \{table/gm),
  kindOf('a let', /^ {6}(?<it>\w{3,}): "/gm),
  kindOf('a shared let', /^ {4}(?!when)(?<it>\w{3,}): "/gm),
  kindOf('a group of shared fields', /^ {4}(?<it>\w{3,}): \{\w+: "/gm),
  kindOf('a shared field', /^ {4}\w{3,}: \{(?<it>\w{3,}): "/gm),
  kindOf('a group that is used', /\buse: (?<it>\w{3,})/g),
  kindOf('a variable', /\bas: (?<it>\w{3,})/g),
  kindOf('a list', /\beach: (?<it>[a-z]\w{2,})$/gm),
  kindOf('an event', /\bevent: (?<it>\w+)/g),
  kindOf('a field', /^ {10}(?<it>[a-z]\w{2,}): "/gm),
  kindOf(
    'a key of the format',
    /\b(?<it>format|source|tables|rules|name|table|match|rows|publish|event|use|fields|owner):/g,
  ),
  kindOf('an operation', /\bop: (?<it>insert|update|delete)/g),
  kindOf('a quote that is missing', /"[^"\n]+(?<it>")/g, () => ''),
  kindOf('a parenthesis that is missing', /"[^"\n]*(?<it>\))[^")\n]*"/g, () => ''),
  kindOf('a brace that is missing', /(?<it>\})$/gm, () => ''),
  kindOf('a range that is none', /\brows: (?<it>\d+\.\.\d+)/g, () => 'many'),
  kindOf('a dot that is missing', /\b(?:after|before|row)(?<it>\.)\w{3,}/g, () => ' '),
  kindOf('an operator of another language', /(?<it>==|&&|!=)/g, () => '<>'),
  kindOf('a source', /^source: (?<it>\w+)/gm),
] as const

/** Two letters are swapped that differ, or the last one is twice. */
function misspelt(word: string): string {
  for (let at = word.length - 2; at > 0; at--) {
    const [a = '', b = ''] = word.slice(at, at + 2)
    if (a !== b) return `${word.slice(0, at)}${b}${a}${word.slice(at + 2)}`
  }
  return `${word}${word.at(-1) ?? ''}`
}

/** All of them in one file, comments left alone. */
export function singleEdits({ path, text }: { readonly path: string; readonly text: string }): readonly Edit[] {
  return kinds.flatMap(({ kind, token, edit }) =>
    [...text.matchAll(token)].flatMap((match) => {
      const was = match.groups?.['it'] ?? ''
      const at = match.index + match[0].lastIndexOf(was)
      const line = text.slice(0, at).split('\n')
      if (/(?:^|\s)#/.test(line.at(-1) ?? '')) return []
      return [{ kind, path, was, line: line.length, text: text.slice(0, at) + edit(was) + text.slice(at + was.length) }]
    }),
  )
}
