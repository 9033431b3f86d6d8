import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { IdentityHealth } from '../../src/inspect/health.js'
import { cdp, folder, write } from './command-line.js'

const PROFILES = 'name: tiny\nlanguage: 1\ntargets:\n  dev: { type: duckdb, path: target/dev.duckdb }\n'
const MODELS = (shopId: string, rest = '') => `entities:
  - name: customer
    identifiers:
      - ${shopId}
      - { name: email, pii: direct }
      - { name: phone, shared_above: { email: 30 }, pii: direct }
      - { name: cookie }
sources:
  - { name: shop, file: shop.csv, key: id, identifiers: { shop_id: shop_id, email: email, phone: phone, cookie: cookie } }
${rest}`

/** A project with rows of shop_id, email, phone and cookie that has run. */
async function shop(
  rows: readonly string[],
  { shopId = '{ name: shop_id }', rest = '' } = {},
): Promise<{ readonly path: string; readonly err: string }> {
  const path = folder()
  const lines = rows.map((row, i) => `${i + 1},${row}`)
  write(path, {
    'profiles.yml': PROFILES,
    'models/all.yml': MODELS(shopId, rest),
    'shop.csv': `id,shop_id,email,phone,cookie\n${lines.join('\n')}\n`,
  })
  const { code, err } = await cdp(['run'], { cwd: path })
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' })
  return { path, err }
}

async function health(path: string, ...args: string[]): Promise<IdentityHealth> {
  const { code, out, err } = await cdp(['identity', '--output', 'json', ...args], { cwd: path })
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return JSON.parse(out).entities[0]
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1)

/** Six accounts that do not know each other: a person each. */
const PEOPLE = upTo(6).map((i) => `${i},p${i}@x.com,,c${i}`)

describe('what is told', () => {
  test('sizes, the largest customers and what joins nobody', async () => {
    const crowd = upTo(31).map((i) => `,m${i}@x.com,+1000,`)
    const { path } = await shop([...PEOPLE, '1,second@x.com,,', '7,,,', ...crowd])
    const told = await health(path, '--reveal')
    expect(told).toMatchObject({
      entity: 'customer',
      // The six, one with a single account, and 31 whose phone is shared.
      customers: 38,
      identifiers: 6 * 3 + 1 + 1 + 31,
      links: 13,
      refused: [],
      set_aside: [{ identifier: 'phone', rule: 'shared_above', values: 1, rows: 31 }],
      sizes: [
        { min: 1, max: 1, customers: 32, identifiers: 32 },
        { min: 3, max: 4, customers: 6, identifiers: 19 },
      ],
      bridges: [],
      not_searched: [],
      suspects: [],
    })
    expect(told.largest).toHaveLength(20)
    expect(told.largest[0]).toMatchObject({
      identifiers: 4,
      records: 2,
      events: 0,
      types: [
        { identifier: 'shop_id', count: 1 },
        { identifier: 'email', count: 2 },
        { identifier: 'cookie', count: 1 },
      ],
      sample: { identifier: 'shop_id', value: '1' },
    })
  })

  test('links are not told after a run that saw only some of them', async () => {
    const { path } = await shop(PEOPLE)
    expect((await health(path)).links).toBe(12)
    appendFileSync(join(path, 'shop.csv'), '7,7,p7@x.com,,c7\n')
    expect(await cdp(['run'], { cwd: path })).toMatchObject({ code: 0 })
    expect(await health(path)).toMatchObject({ customers: 7, links: null })
  })

  test('a value that many share is the first suspect, the more it joins the earlier', async () => {
    const crowd = upTo(12).map((i) => `${100 + i},m${i}@x.com,+1000,`)
    const family = upTo(6).map((i) => `${200 + i},f${i}@x.com,+2000,`)
    const visitor = upTo(20).map((i) => `1,p1@x.com,,visit${i}`)
    const { path, err } = await shop([...PEOPLE, ...family, ...crowd, ...visitor])
    const { suspects } = await health(path, '--reveal')
    expect(suspects).toMatchObject([
      { identifier: 'phone', value: '+1000', met_identifier: 'shop_id', met: 12, refused: 0, rows: 12 },
      { identifier: 'phone', value: '+2000', met_identifier: 'shop_id', met: 6 },
    ])
    // The summary of the run is no terminal's: the value is masked.
    expect(err).toContain('suspicious: phone:+… meets 12 different shop_id; see "cdp identity"')
    expect(err).not.toContain('+1000')
  })

  test('a value whose links are refused is a suspect all the same', async () => {
    const crowd = upTo(12).map((i) => `${100 + i},,+1000,`)
    const { path, err } = await shop([...PEOPLE, ...crowd], {
      shopId: '{ name: shop_id, max_per_profile: 1 }',
    })
    const told = await health(path, '--reveal')
    // The first account keeps the phone, the other eleven may not join it.
    expect(told.refused).toEqual([{ reason: 'max_per_profile: shop_id', links: 11 }])
    expect(told.suspects).toMatchObject([{ value: '+1000', met: 12, refused: 11 }])
    expect(err).toContain('refused: 11 links (11 max_per_profile: shop_id)')
  })

  test('the strongest type is suspected from what it meets of the next', async () => {
    const { path } = await shop(upTo(25).map((i) => `9,m${i}@x.com,,`))
    expect((await health(path, '--reveal')).suspects).toMatchObject([
      { identifier: 'shop_id', value: '9', met_identifier: 'email', met: 25 },
    ])
    const fewer = await shop(upTo(24).map((i) => `9,m${i}@x.com,,`))
    expect((await health(fewer.path)).suspects).toEqual([])
  })

  test('the link that holds two people together is the first bridge', async () => {
    const [ann, bob] = ['a', 'b'].map((who, n) => upTo(6).map((i) => `${n + 1},${who}${i}@x.com,,`))
    const { path } = await shop([...(ann ?? []), ...(bob ?? []), '1,b1@x.com,,'])
    const { bridges, largest } = await health(path, '--reveal')
    expect(bridges[0]).toEqual({
      customer_id: largest[0]?.customer_id,
      ends: [
        { identifier: 'shop_id', value: '1' },
        { identifier: 'email', value: 'b1@x.com' },
      ],
      smaller: 7,
      larger: 7,
      rows: 1,
      first_seen_at: null,
    })
    // The other way to part them leaves b1@x.com with Ann; single identifiers that would fall off are not told.
    expect(bridges.map(({ smaller, larger }) => [smaller, larger])).toEqual([
      [7, 7],
      [6, 8],
    ])
  })
})

describe('for a person', () => {
  const crowd = upTo(12).map((i) => `${100 + i},m${i}@x.com,+1000,`)

  test('each part has its word of the language; personal values are masked but on a terminal', async () => {
    const { path } = await shop([...PEOPLE, ...crowd])
    const masked = (await cdp(['identity'], { cwd: path })).out
    expect(masked).toContain('7 profiles · 43 identifiers · 36 links')
    expect(masked).toMatch(/ {2}17–32 +1 {2}█+/)
    expect(masked).toMatch(/phone:\+… +meets 12 shop_id +12 rows/)
    expect(masked).toContain('shared_above: { shop_id: n }')
    expect(masked).toContain('max_per_profile: n')
    expect(masked).not.toMatch(/\+1000|m1@/)
    const seen = (await cdp(['identity'], { cwd: path, outIsTerminal: true })).out
    expect(seen).toMatch(/phone:\+1000 +meets 12 shop_id/)
    expect((await cdp(['identity', '--reveal'], { cwd: path })).out).toBe(seen)
  })

  test('no line is wider than the screen', async () => {
    const { path } = await shop([...PEOPLE, ...crowd])
    for (const width of [60, 100, 200]) {
      const { out } = await cdp(['identity'], { cwd: path, width })
      expect(out.split('\n').filter((line) => line.length > width)).toEqual([])
    }
  })

  test('before the first run there is nothing to tell; a wrong entity names the nearest', async () => {
    const path = folder()
    write(path, {
      'profiles.yml': PROFILES,
      'models/all.yml': MODELS('{ name: shop_id }'),
      'shop.csv': 'id,shop_id,email,phone,cookie\n1,1,,,\n',
    })
    const { code, err } = await cdp(['identity'], { cwd: path })
    expect({ code, said: /Run "cdp run" first/.test(err) }).toEqual({ code: 2, said: true })
    const wrong = await cdp(['identity', '--entity', 'custmer'], { cwd: path })
    expect(wrong.code).toBe(2)
    expect(wrong.err).toContain('Did you mean "customer"?')
  })
})

test('the summary of a run says what overrides changed', async () => {
  const rest =
    'overrides: [{ unlink: ["shop_id:1", "shop_id:2"] }, { block: "cookie:kiosk" }, { link: ["shop_id:1", "shop_id:3"], expires: 2020-01-01 }, { link: ["shop_id:1", "email:ann@x.com"] }]\n'
  const { path, err } = await shop(['1,,,c1', '2,,,c1', '3,,,kiosk', '4,,,kiosk'], { rest })
  // Personal values are masked, in the files of the run too.
  expect(err).toContain('override link shop_id:1, email:a…@x.com: changes nothing: rows say the same')
  expect(readFileSync(join(path, 'target/run_results.json'), 'utf8')).not.toContain('ann@x.com')
  expect(err).toContain('refused: 1 link (1 unlink)')
  expect(err).toContain('override unlink shop_id:1, shop_id:2: refused 1 link')
  expect(err).toContain('override block cookie:kiosk: keeps it from joining 2 rows')
  expect(err).toMatch(/^ +cookie +block +2 +1 value$/m)
  expect(err).toContain('override link shop_id:1, shop_id:3: expired')
})
