import { expect, test } from 'vitest'
import { cdp } from '../cli/command-line.js'
import { query, writeProject } from '../project-run.js'
import { Receiver } from './receiver.js'
import { LIVE, quickConnector } from './syncing.js'

const EMAIL = 'ann.personal@x.com'

test('personal data is masked in what is not a terminal, keys and what the destination says of them too', async () => {
  const receiver = await Receiver.listen()
  const folder = writeProject({
    'profiles.yml': LIVE,
    'connectors/quick.yml': quickConnector('quick'),
    'people.csv': `id,email,city\n1,${EMAIL},Ely\n`,
    'models/all.yml': `entities:
  - { name: customer, identifiers: [{ name: email, normalize: email, pii: direct }] }
sources:
  - { name: people, file: people.csv, key: id, identifiers: { email: email }, attributes: [city] }
destinations:
  - { name: hook, connector: quick, config: { url: ${receiver.url} }, allow_http: true, allow_private: true }
syncs:
  - { name: people, from: { profiles: customer }, to: hook, key: email, map: { city: city, hello: "Dear {{email}}" } }
`,
  })
  expect(await cdp(['run'], { cwd: folder })).toMatchObject({ code: 0 })
  const dry = await cdp(['sync', '--dry-run'], { cwd: folder })
  expect(dry.out + dry.err).not.toContain('ann.personal')
  expect(dry.out).toContain('a…@x.com')
  expect(dry.out).toContain('Ely')
  const revealed = await cdp(['sync', '--dry-run', '--reveal'], { cwd: folder })
  expect(revealed.out).toContain(`Dear ${EMAIL}`)
  receiver.fate = () => ({
    before: (response) => {
      const errors = [{ key: EMAIL, code: 'bad', message: `${EMAIL} is on a list` }]
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ errors }))
    },
  })
  const synced = await cdp(['sync', '--output', 'json'], { cwd: folder })
  expect(synced.out + synced.err).not.toContain('ann.personal')
  expect(JSON.parse(synced.out).syncs[0].samples).toEqual([
    { row_key: 'a…@x.com', outcome: 'rejected', code: 'bad', message: 'a…@x.com is on a list' },
  ])
  const logged = await cdp(['sync', 'log'], { cwd: folder })
  expect(logged.out + logged.err).not.toContain('ann.personal')
  expect((await cdp(['sync', 'log'], { cwd: folder, outIsTerminal: true })).out).toContain(EMAIL)
  // The ledger needs the key as it is.
  expect(await query(folder, 'select row_key from ledger_people')).toEqual([{ row_key: EMAIL }])
  expect(receiver.batches).toHaveLength(1)
})
