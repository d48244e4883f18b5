/** The layers of ARCHITECTURE.md, checked on every test run. There is no exception list. */
const pureUnder = (from, allowed, name, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { pathNot: allowed },
})
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'a cycle hides the direction of the data',
      from: {},
      to: { circular: true },
    },
    pureUnder(
      '^src/core/',
      [
        '^src/core/',
        '^src/brand.ts$',
        '^node_modules/(yaml|@marcbachmann/cel-js|re2js|avsc)/',
        '^(node:)?(crypto|buffer)$',
      ],
      'core-is-pure',
      'core may import core, a few pure packages and hashing',
    ),
    pureUnder('^src/ports/', ['^src/core/', '^src/ports/'], 'ports-are-interfaces', 'ports know the core only'),
    pureUnder(
      '^src/app/',
      ['^src/(core|ports|app|config)/', '^src/brand.ts$', '^(node:)?(crypto|buffer)$'],
      'app-has-no-adapters',
      'use cases know core and ports',
    ),
    pureUnder(
      '^src/config/',
      ['^src/(core|config)/', '^node_modules/yaml/', '^src/brand.ts$'],
      'config-knows-core',
      'options are declared once, above nothing',
    ),
    {
      name: 'adapters-are-apart',
      severity: 'error',
      from: { path: '^src/adapters/([^/]+)/' },
      to: { path: '^src/(adapters/(?!$1/)|app/|cli/|http/|native/|wiring)' },
    },
    { name: 'faces-use-wiring', severity: 'error', from: { path: '^src/(cli|http)/' }, to: { path: '^src/adapters/' } },
    {
      name: 'wiring-below-faces',
      severity: 'error',
      from: { path: '^src/wiring' },
      to: { path: '^src/(cli|http|native)/' },
    },
    pureUnder(
      '^src/native/',
      ['^src/(core|ports|native)/', '^src/adapters/(kafka|schema-registry)/', '^src/brand.ts$'],
      'native-loads-little',
      'a native service loads no database driver, and no row store',
    ),
    { name: 'nothing-imports-the-index', severity: 'error', from: {}, to: { path: '^src/(native/)?index.ts$' } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
}
