import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { loadDriver } from '../../src/engines/driver.js'

const load = createRequire(import.meta.url)

test('a driver that is not there is named, with how to install it', async () => {
  const missing = Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' })
  await expect(loadDriver(() => Promise.reject(missing), 'a-driver', 'its-helper')).rejects.toMatchObject({
    message: 'the driver a-driver and its-helper is not installed',
    remedy: 'npm install a-driver its-helper',
  })
})

test('what else is wrong with it is said as it is', async () => {
  await expect(loadDriver(async () => load('node:no-such-module'), 'a-driver')).rejects.toMatchObject({
    code: 'ERR_UNKNOWN_BUILTIN_MODULE',
  })
})
