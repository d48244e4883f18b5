/** Which ways of connecting `database.sslmode` allows, seen from a server that does not encrypt. */
import { createServer, type Server } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { attempts } from '../../../src/adapters/postgres/encryption.ts'
import { openPostgresInspector } from '../../../src/adapters/postgres/postgres-inspector.ts'

const sslRequest = 80877103
const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** Answers "no" to a request for encryption, and hangs up on everything else. */
async function connectionsOf(sslmode: string): Promise<{ readonly asked: readonly string[]; readonly error: unknown }> {
  const asked: string[] = []
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', (bytes) => {
      const encrypted = bytes.readInt32BE(4) === sslRequest
      asked.push(encrypted ? 'encrypted' : 'clear')
      if (encrypted) socket.write('N')
      else socket.destroy()
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const error: unknown = await openPostgresInspector({
    ...{ host: '127.0.0.1', port, user: 'u', password: 'p', database: 'd' },
    encryption: { sslmode },
  }).catch((cause: unknown) => cause)
  return { asked, error }
}

test.each([
  ['disable', ['clear']],
  ['prefer', ['encrypted', 'clear']],
  ['require', ['encrypted']],
  ['verify-ca', ['encrypted']],
  ['verify-full', ['encrypted']],
  // What breaks is the connection: that is no answer to how it was made.
  ['allow', ['clear']],
])('%s asks for %j', async (sslmode, ways) => {
  const { asked, error } = await connectionsOf(sslmode)
  expect(asked).toEqual(ways)
  expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE' })
})

test('only the verifying modes look at the certificate, and only the last one at the name in it', () => {
  const of = (sslmode: string) => attempts({ sslmode }, 'db.example.org')
  expect(of('allow')).toEqual([false, { host: 'db.example.org', rejectUnauthorized: false }])
  expect(of('require')).toEqual([{ host: 'db.example.org', rejectUnauthorized: false }])
  expect(of('verify-full')).toEqual([{ host: 'db.example.org', rejectUnauthorized: true }])
  expect(of('verify-ca')).toEqual([
    { host: 'db.example.org', rejectUnauthorized: true, checkServerIdentity: expect.any(Function) as unknown },
  ])
})

test.each([
  [{ sslmode: 'on' }, "database.sslmode is 'on'"],
  [
    { sslmode: 'verify-full', sslrootcert: '/nowhere/root.crt' },
    'database.sslrootcert: /nowhere/root.crt cannot be read',
  ],
  [{ sslmode: 'require', sslcert: import.meta.filename, sslkey: import.meta.filename }, 'is no key that can be read'],
])('%j is refused with what is wrong', (encryption, message) => {
  expect(() => attempts(encryption, 'h')).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(message) as unknown }),
  )
})
