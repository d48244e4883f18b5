/** A project folder's files: read in one go, with paths as they stand in the project. */
import { readFolder, type UnreadFile } from './folder-files.ts'
import type { ProjectFile } from './project-file.ts'

/** All in order of their paths. */
export interface ProjectFiles {
  readonly mappings: readonly ProjectFile[]
  /** `mappings/<name>.test.yaml` */
  readonly fixtures: readonly ProjectFile[]
  readonly contracts: readonly ProjectFile[]
  readonly codes: readonly ProjectFile[]
  readonly catalogs: readonly ProjectFile[]
  readonly connectors: readonly ProjectFile[]
  readonly migrations: readonly ProjectFile[]
  /** What else stands in these folders. A file that cannot be read is among it, for no other is less read by that. */
  readonly unread: readonly UnreadFile[]
}

/** Those that `readProject` reads. */
export const projectFolders = ['mappings', 'contracts', 'codes', 'catalog', 'connectors', 'migrations'] as const

export async function readProject(root: string): Promise<ProjectFiles> {
  const [yaml, contracts, codes, catalogs, connectors, migrations] = await Promise.all([
    readFolder(root, 'mappings', '.yaml'),
    readFolder(root, 'contracts', '.avsc'),
    readFolder(root, 'codes', '.yaml'),
    readFolder(root, 'catalog', '.json'),
    readFolder(root, 'connectors', '.json'),
    readFolder(root, 'migrations', '.yaml'),
  ])
  const isFixture = ({ path }: ProjectFile): boolean => path.endsWith('.test.yaml')
  return {
    mappings: yaml.files.filter((file) => !isFixture(file)),
    fixtures: yaml.files.filter(isFixture),
    contracts: contracts.files,
    codes: codes.files,
    catalogs: catalogs.files,
    connectors: connectors.files,
    migrations: migrations.files,
    unread: [yaml, contracts, codes, catalogs, connectors, migrations].flatMap(({ unread }) => unread),
  }
}
