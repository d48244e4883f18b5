/** What a shell runs when Tab is pressed: it asks `falsework completion words` for what can stand at the last word. */
import { brand } from '../../brand.ts'

export const shells = ['bash', 'zsh', 'fish'] as const
export type ShellName = (typeof shells)[number]

const { name } = brand
const ask = `command ${name} completion words --`

/** Files complete as ever where nothing else does. */
export const shellScripts: Readonly<Record<ShellName, string>> = {
  bash: `# source <(${name} completion bash)
_${name}() {
  mapfile -t COMPREPLY < <(${ask} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _${name} ${name}
`,
  zsh: `#compdef ${name}
# source <(${name} completion zsh)
_${name}() {
  local -a candidates
  candidates=("\${(@f)$(${ask} "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if (( \${#candidates[@]} > 0 )) && [[ -n "\${candidates[1]}" ]]; then compadd -- "\${candidates[@]}"; else _files; fi
}
compdef _${name} ${name}
`,
  fish: `# ${name} completion fish | source
complete -c ${name} -a '(${ask} (commandline -opc)[2..] (commandline -ct | string collect --allow-empty) 2>/dev/null)'
`,
}
