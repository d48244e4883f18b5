/** The public face of the package: checks of a project as a library, for editors and build pipelines. */
export type { Project, ProjectTexts, SourceDeclaration, TextFile } from './app/project/project-texts.ts'
export { allPassed, testProject } from './app/project/test-project.ts'
export { type CheckedProject, hasErrors, validateProject } from './app/project/validate-project.ts'
export type { Place, Problem } from './core/diagnostics/problem.ts'
export { renderProblem } from './core/diagnostics/render-problem.ts'
