import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { cdp, copyOf, project, shopThatRan, write } from './command-line.js'

const shop = shopThatRan()
const show = (...args: string[]) => cdp(['show', ...args], { cwd: shop.path })

describe('nobody is found', () => {
  const said = async (...args: string[]): Promise<string> => {
    const { code, out, err } = await show(...args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    return err
  }

  test('under a type or source that does not exist: the nearest one', async () => {
    expect(await said('emial:ann@example.com')).toContain('Did you mean "email"?')
    expect(await said('ordres/1001')).toContain('Did you mean "orders"?')
    expect(await said('ann@example.com')).toContain('email:ann@example.com')
    expect(await said('email:ann@example.com', '--entity', 'custmer')).toContain('Did you mean "customer"?')
  })

  test('because the value is refused: the rule and the rows', async () => {
    expect(await said('email:N/A')).toMatch(/default_rejects.*in 1 row, for example shop_customers\/4/)
    expect(await said('email:ann')).toContain('cannot be read as an email')
  })

  test('because no row has it: the nearest value, or the type that has it, where personal data may be said', async () => {
    expect(await said('browser:browser-a2')).toContain('Did you mean browser:browser-')
    expect(await said('email:anne@example.com')).not.toContain('ann@example.com')
    expect(await said('email:anne@example.com', '--reveal')).toContain('Did you mean email:ann@example.com?')
    expect(await said('shop_id:browser-a1')).toContain(
      'There is a browser with that value: browser:browser-a1',
    )
  })

  test('because the row was set aside or is not there', async () => {
    expect(await said('web_visits/v14')).toContain('was set aside: bad_timestamp (visited_at)')
    expect(await said('orders/9')).toContain('orders/1001')
    expect(await said('c_00000000000000000000')).toContain('there is no customer with the id')
  })

  test('because the value is shared by too many', async () => {
    const cwd = copyOf(shop.path)
    write(cwd, {
      'data/web_visits.csv': [
        'visit_id,visitor,email,page,visited_at',
        ...[1, 2, 3, 4].map((n) => `k${n},kiosk,p${n}@example.com,/,2025-01-0${n}`),
      ].join('\n'),
    })
    expect((await cdp(['run'], { cwd })).code).toBe(0)
    const shared = await cdp(['show', 'browser:kiosk'], { cwd })
    expect(shared.code).toBe(2)
    expect(shared.err).toMatch(/is shared.*in 4 rows, for example web_visits\/k1/)
  })

  test('whatever is typed in: quotes, SQL, line breaks, what steers a terminal', async () => {
    for (const value of [
      "o'brien@example.com",
      "x'; drop table t --@example.com",
      'a\nb',
      '\u001b[31mred',
      '{{env}}',
    ]) {
      const err = await said(`email:${value}`)
      expect(err).toMatch(/^error: /)
      expect(err).not.toContain('\u001b')
      expect((await show(`orders/${value}`)).code).toBe(2)
      expect((await show(value)).code).toBe(2)
    }
  })

  test('because only a part was run since', async () => {
    const cwd = copyOf(shop.path)
    const path = join(cwd, 'data/shop_customers.csv')
    write(cwd, {
      'data/shop_customers.csv': `${readFileSync(path, 'utf8')}77,zoe@example.com,,Zoe,New,us,true,2025-01-01,2025-01-01\n`,
    })
    expect((await cdp(['run', '--select', '+identity.customer'], { cwd })).code).toBe(0)
    const early = await cdp(['show', 'shop_id:77'], { cwd })
    expect(early).toMatchObject({ code: 2, out: '' })
    expect(early.err).toContain('a run since built only a part')
  })

  test('because nothing has run: no database is made by looking', async () => {
    const cwd = project()
    const early = await cdp(['show', 'email:ann@example.com'], { cwd })
    expect(early).toMatchObject({ code: 2, out: '' })
    expect(early.err).toContain('Run "cdp run" first.')
    expect((await cdp(['debug'], { cwd })).out).toContain('not there yet')
  })
})
