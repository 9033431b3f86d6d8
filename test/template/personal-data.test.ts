import { describe, expect, test } from 'vitest'
import { callLeafHelper, type LeafHelper } from '../../src/template/leaf-helpers.js'
import {
  e164,
  googleEmail,
  googleFamilyName,
  googleGivenName,
  type Normalize,
} from '../../src/template/personal-data.js'

const hash = (helper: LeafHelper, ...args: readonly string[]) => callLeafHelper(helper, args)

/** Published by the vendors: input, and the SHA-256 that they say comes out. */
const VECTORS: readonly (readonly [LeafHelper, string, string])[] = [
  // https://developers.facebook.com/docs/marketing-api/conversions-api/parameters/customer-information-parameters
  [
    'hash.meta.email',
    'John_Smith@gmail.com',
    '62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f',
  ],
  ['hash.meta.phone', '1(650)555-1212', 'e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176'],
  ['hash.meta.name', 'Mary', '6915771be1c5aa0c886870b6951b03d7eafc121fea0e80a5ea83beb7c449f4ec'],
  ['hash.meta.name', 'Valéry', '08e1996b5dd49e62a4b4c010d44e4345592a863bb9f8e3976219bac29417149c'],
  ['hash.meta.name', '정', '8fa8cd9c440be61d0151429310034083132b35975c4bea67fdd74158eb51db14'],
  ['hash.meta.country', 'US', '79adb2a2fce5c6ba215fe5f27f532d4e7edbac4b6a5e09e1ef3a08084a904621'],
  // Tests of https://github.com/googleads/data-manager-node and data-manager-java
  [
    'hash.google.email',
    '  ALEXZ@example.com   ',
    '509e933019bb285a134a9334b8bb679dff79d0ce023d529af4bd744d47b4fd8a',
  ],
  [
    'hash.google.email',
    '  alexz@EXAMPLE.com   ',
    '509e933019bb285a134a9334b8bb679dff79d0ce023d529af4bd744d47b4fd8a',
  ],
  [
    'hash.google.phone',
    '   +1-800-555-0100',
    'fb4f73a6ec5fdb7077d564cdd22c3554b43ce49168550c3b12c547b78c517b30',
  ],
  [
    'hash.google.phone',
    '1-800-555-0100   ',
    'fb4f73a6ec5fdb7077d564cdd22c3554b43ce49168550c3b12c547b78c517b30',
  ],
  // https://ads.tiktok.com/help/article/customer-file-audiences
  [
    'hash.tiktok.email',
    ' JaneDoe@gmail.com ',
    'd6117306485ed0e50afab3ac871e98f81699151f30281527d63ff5f233656c69',
  ],
]

test.each(VECTORS)('%s of %j', (helper, input, expected) => {
  expect(hash(helper, input)).toBe(expected)
})

/** Of Google's own formatter, before hashing (googleads/data-manager-node); undefined where it refuses the value. */
const GOOGLE: readonly (readonly [string, Normalize, string, string | undefined])[] = [
  ['email', googleEmail, 'QuinnY@EXAMPLE.com', 'quinny@example.com'],
  ['email', googleEmail, 'jefferson.Loves.hiking@gmail.com', 'jeffersonloveshiking@gmail.com'],
  ['email', googleEmail, 'j.e.f..ferson.Loves.hiking@gmail.com', 'jeffersonloveshiking@gmail.com'],
  ['email', googleEmail, 'jefferson.Loves.hiking@googlemail.com', 'jeffersonloveshiking@googlemail.com'],
  ['email', googleEmail, '@example.com', undefined],
  ['email', googleEmail, 'quinn', undefined],
  ['phone', e164, '1 800 555 0100', '+18005550100'],
  ['phone', e164, '18005550100', '+18005550100'],
  ['phone', e164, '+1 800-555-0100', '+18005550100'],
  ['phone', e164, '441134960987', '+441134960987'],
  ['phone', e164, '+44-113-496-0987', '+441134960987'],
  ['phone', e164, '+abc-DEF', undefined],
  ['phone', e164, '++++', undefined],
  ['given name', googleGivenName, ' Alex   ', 'alex'],
  ['given name', googleGivenName, ' Mr. Alex   ', 'alex'],
  ['given name', googleGivenName, ' Mrs. Alex   ', 'alex'],
  ['given name', googleGivenName, ' Dr. Alex   ', 'alex'],
  ['given name', googleGivenName, ' Alex Dr.', 'alex dr.'],
  ['given name', googleGivenName, ' Mralex   ', 'mralex'],
  ['given name', googleGivenName, ' Mr. ', undefined],
  ['family name', googleFamilyName, ' Quinn   ', 'quinn'],
  ['family name', googleFamilyName, 'Quinn-Alex', 'quinn-alex'],
  ['family name', googleFamilyName, ' Quinn, Jr.   ', 'quinn'],
  ['family name', googleFamilyName, ' Quinn,Jr.   ', 'quinn'],
  ['family name', googleFamilyName, ' Quinn Sr.  ', 'quinn'],
  ['family name', googleFamilyName, 'quinn, jr. dds', 'quinn'],
  ['family name', googleFamilyName, 'quinn, jr., dds', 'quinn'],
  ['family name', googleFamilyName, 'Boardds', 'boardds'],
  ['family name', googleFamilyName, 'lacparm', 'lacparm'],
  ['family name', googleFamilyName, ', Jr. ', undefined],
  ['family name', googleFamilyName, ',Jr.,DDS ', undefined],
]

test.each(GOOGLE)('Google: %s, row %#', (_, normalize, input, expected) => {
  expect(normalize(input) || undefined).toBe(expected)
})

describe('what is hashed already', () => {
  const HASHED = '62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f'

  test('is not hashed twice, in whatever case it is', () => {
    expect(hash('hash.meta.email', HASHED)).toBe(HASHED)
    expect(hash('hash.google.email', ` ${HASHED.toUpperCase()} `)).toBe(HASHED)
  })

  test('is the whole value: an address that holds a hash is hashed', () => {
    expect(hash('hash.meta.email', `${HASHED}@x.com`)).not.toContain('@')
    expect(hash('hash.meta.email', `${HASHED}@x.com`)).not.toBe(HASHED)
  })
})

describe('phones of each vendor', () => {
  test('Meta without +, Google and TikTok with: the same number has two hashes', () => {
    const plus = hash('sha256', '+491711234567')
    expect(hash('hash.google.phone', '0171 1234567', '49')).toBe(plus)
    expect(hash('hash.tiktok.phone', '+49 171 1234567')).toBe(plus)
    expect(hash('hash.meta.phone', '0049 171 1234567')).toBe(hash('sha256', '491711234567'))
  })
})

test('where nothing is left, nothing is sent', () => {
  expect(hash('hash.meta.phone', 'none')).toBeUndefined()
  expect(hash('hash.meta.gender', 'x')).toBeUndefined()
  expect(hash('hash.meta.country', 'Germany')).toBeUndefined()
  expect(hash('hash.google.email', 'a b@x.com')).toBeUndefined()
})
